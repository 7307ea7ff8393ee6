"""Devices that are not there, sizes that no memory holds, variables of the environment."""

from command import MODEL
from faults.arena import Case, Place
from faults.profiles import changed

HUGE = 100_000_000


def no_gpu(place: Place) -> None:
    from experiments.support import precision

    place.patch.setattr(precision, "present", lambda: ("cpu",))


def little_memory(place: Place) -> None:
    """Less than the smallest model takes."""
    from experiments.support import machine

    place.patch.setattr(machine, "free_memory", lambda: 10_000)


def some_memory(place: Place) -> None:
    """Enough for the data."""
    from experiments.support import machine

    place.patch.setattr(machine, "free_memory", lambda: 2**21)


DEVICES = {
    "train": ("train mnist cgan", "data"), "pipeline": ("pipeline", "data"),
    "study": ("study samples mnist", "data"),
    "bench": ("bench --models vae --seconds 0.01", "empty"),
}  # fmt: skip

VARIABLES = {
    ("JOBS", "abc", "--jobs"), ("JOBS", "-1", "--jobs"), ("JOBS", "1.5", "--jobs"),
    ("SEEDS", "a", "seeds.0 = 'a'"), ("SEEDS", "0,0", "named twice"), ("SEEDS", "-1", "seeds.0"),
    ("DATA", "foo", "--data"), ("DATA", "REAL", "--data"), ("DATASETS", "../x", "will not do"),
    ("DATASETS", "nobody", "Unknown dataset"), ("MODELS", "nobody", "Unknown model"),
    ("PROFILE", "papr", "did you mean 'paper'?"), ("PROFILE", "{folder}", "Unknown profile"),
    ("DEVICE", "gpu", "Unknown device"), ("DEVICE", "CUDA", "Unknown device"),
    ("RUNS", "{profile}", "tiny.yaml"), ("ASSETS", "{profile}", "not a folder"),
    ("ASSETS", "{runs}/x", "lie in one another"), ("ASSETS", "/", "ASSETS"),
    ("DATA_ROOT", "{folder}/none", "is no folder"), ("DATA_ROOT", "{profile}", "is no folder"),
    ("PIPELINE_PID", "abc", "PIPELINE_PID=abc"), ("PIPELINE_PID", "-1", "PIPELINE_PID=-1"),
    ("PIPELINE_PID", "0", "PIPELINE_PID=0"), ("PIPELINE_PID", "", "PIPELINE_PID="),
    ("PIPELINE_PID", "9" * 30, "PIPELINE_PID=9"),
    ("EXTRA_MODELS", "{folder}/none", "EXTRA_MODELS"), ("EXTRA_MODELS", "{profile}", "no folder"),
}  # fmt: skip

CASES = [
    *(Case(f"device: {device}, {name}", f"{words} --device {device}", (device, *told), no_gpu,
           start=start)
      for device, told in {"cuda": ("has no device",), "mps": ("has no device",),
                           "gpu": ("Unknown device",), "cudda": ("did you mean 'cuda'?",)}.items()
      for name, (words, start) in DEVICES.items()),
    *(Case(f"size: {model}", f"train mnist {model} --set width={HUGE}",
           (model, "GB of memory", "are free", "smaller width"), start="data")
      for model in ("vae", "cvae", "cvae-plain", "gan", "gan-minimax", "dcgan", "cgan", "wgan-gp",
                    "cwgan-gp", "acgan", "ccgan", "vaegan")),
    Case("size: a width of 10^30", f"train mnist cgan --set width={10**30}", ("cgan",),
         start="data"),
    Case("size: in the profile", "train mnist cgan", ("of memory",),
         changed(models={"cgan": {**MODEL, "width": HUGE}}), start="data"),
    Case("size: on a small machine", "train mnist cgan --set width=32", ("cgan", "of memory"),
         some_memory, start="data"),
    Case("size: a closed form on a small machine", "train mnist ppca", ("ppca", "of memory"),
         some_memory, start="data"),
    Case("size: of the bench", "bench --models vae --seconds 0.01", ("of memory",),
         little_memory),
    *(Case(f"size: {name} of the judge", "judge mnist", ("judge", "of memory", "smaller"),
           changed(judge={name: HUGE}), start="data")
      for name in ("width", "label_width", "batch_size")),
    Case("size: a judge on a small machine", "judge mnist", ("judge", "of memory"), some_memory,
         start="data"),
    *(Case(f"variable: {name}={value[:12]}", "pipeline", (told,), no_gpu,
           variables={name: value}) for name, value, told in sorted(VARIABLES)),
    Case("variable: RUNS of a step", "train mnist cgan", ("tiny.yaml",),
         variables={"RUNS": "{profile}"}),
    Case("variable: EXTRA_MODELS of a step", "train mnist cgan", ("EXTRA_MODELS",),
         variables={"EXTRA_MODELS": "{folder}/none"}, start="data"),
    Case("variable: PIPELINE_PID of a step", "train mnist cgan", ("PIPELINE_PID",),
         variables={"PIPELINE_PID": "1e3"}, start="data"),
]  # fmt: skip
