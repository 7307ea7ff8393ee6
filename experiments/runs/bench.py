"""How fast this machine trains and samples each model: what `make bench` prints.

One thread, as in a run. Random pixels stand for the data, since speed does not depend on
what is shown. The peak is that of a large matrix product in the precision of training, so
that the share of it tells how well a step uses the processor, whatever that is.
"""

import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from experiments import models
from experiments.data import Dataset
from experiments.models.backbone import Generative
from experiments.profile import Profile
from experiments.runs import checkpoint, weights
from experiments.runs.samples import sample_images
from experiments.runs.training import Training
from experiments.support import precision
from experiments.support.progress import track
from experiments.support.random import seed_torch

CHANNELS = {"mnist": 1, "svhn": 3}
MATRIX = 2048
SAMPLES = 1000
COUNTED = 16  # steps whose operations are counted: a lazy penalty is not in every one
IMAGES = 4096  # that the random data holds: more than any batch


def bench(profile: Profile, datasets: list[str], assets: Path, device: str, seconds: float) -> None:
    """Measure for ``seconds`` each and print one row per dataset and model."""
    torch.set_num_threads(1)
    place = precision.device(device)
    bf16 = precision.precision(place) == "bf16"
    reached = published_seconds(assets)
    print(f"{place}, one thread, {'bf16' if bf16 else 'fp32'}, profile {profile.name}")
    peak = matrix_peak(place, bf16, seconds)
    print(f"matrix product of {MATRIX} x {MATRIX}: {peak / 1e9:,.0f} GFLOP/s\n")
    names = ["dataset", "model", "training", "of peak", "sampling", *reached.columns]
    print("  ".join(f"{name:>16}" for name in names))
    for dataset in datasets:
        for model in profile.models:
            with track(f"bench {dataset} {model}", 1):
                fresh = make_model(model, dataset, profile, place)
                cells = ["-"] * (2 + len(reached.columns))  # a closed form takes no steps
                if not models.closed_form(model):
                    loop = make_loop(fresh, dataset, bf16)
                    speed, flops = training_speed(loop, seconds)
                    shown = f"{speed:,.0f} images/s", f"{speed * flops / peak:.1%}"
                    cells = [*shown, *reached.row(dataset, model, speed)]
                sampled = f"{sampling_speed(fresh, seconds):,.0f} images/s"
            row = [dataset, model, *cells[:2], sampled, *cells[2:]]
            print("  ".join(f"{cell:>16}" for cell in row), flush=True)
    if reached.columns:
        print(
            "\nThe seconds to an accuracy are those of the published runs, scaled by the speed of "
            "training here: the same images make the same weights."
        )


class Reached:
    """The published seconds to each class accuracy, and the speed that they were measured at."""

    def __init__(self, values: dict[tuple[str, str, str], float]) -> None:
        self.values = values
        found = {metric for _, _, metric in values if metric.startswith("seconds_to")}
        self.metrics = sorted(found)
        self.columns = [f"to {float(metric.rsplit('_', 1)[1]):.1%}" for metric in self.metrics]

    def row(self, dataset: str, model: str, speed: float) -> list[str]:
        then = self.values.get((dataset, model, "images_per_second"))
        cells = []
        for metric in self.metrics:
            seconds = self.values.get((dataset, model, metric))
            cells.append(f"{seconds * then / speed:,.0f} s" if seconds and then else "-")
        return cells


def published_seconds(assets: Path) -> Reached:
    """Medians over the seeds of the collected results; empty where there are none."""
    from experiments import results

    path = assets / "results.csv"
    if not path.is_file():
        return Reached({})
    table = results.summarise(results.read(path))
    table = table[table["condition"] == ""]
    keys = zip(table["dataset"], table["model"], table["metric"], strict=True)
    return Reached(dict(zip(keys, table["median"].astype(float), strict=True)))


def matrix_peak(place: str, bf16: bool, seconds: float) -> float:
    """Floating-point operations per second of a square matrix product."""
    kind = torch.bfloat16 if bf16 else torch.float32
    a, b = (torch.randn(MATRIX, MATRIX, device=place).to(kind) for _ in range(2))
    return 2 * MATRIX**3 * per_second(lambda: a @ b, seconds, place)


def make_model(model: str, dataset: str, profile: Profile, place: str) -> Generative:
    seed_torch(0, "bench")
    settings = profile.model_settings(model, dataset)
    return weights.build(model, CHANNELS[dataset], 10, settings).to(torch.device(place))


def make_loop(fresh: Generative, dataset: str, bf16: bool) -> Training:
    channels = CHANNELS[dataset]
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (IMAGES, channels, 32, 32), np.uint8)
    labels = rng.integers(0, 10, IMAGES)
    data = Dataset(dataset, images, labels, images[:10], labels[:10], {"classes": 10})
    return Training(data, fresh.settings, 0, checkpoint.start(fresh), bf16)


def training_speed(loop: Training, seconds: float) -> tuple[float, float]:
    """Images per second of whole optimisation steps, and operations per image of one."""
    indices = torch.arange(loop.settings.batch_size)
    counter = FlopCounterMode(display=False)
    counter.mod_tracker = WholeStep()  # type: ignore[assignment]
    with counter:
        for _ in range(COUNTED):
            loop.step(indices)
    steps = per_second(lambda: loop.step(indices), seconds, loop.device.type)
    return steps * len(indices), counter.get_total_flops() / (COUNTED * len(indices))


class WholeStep(nullcontext[None]):
    """Counts for the whole and not module by module, which torch cannot do where a loss
    contains a gradient, as the penalties of `wgan_gp` and `cgan` do."""

    parents = frozenset({"Global"})


def sampling_speed(model: Generative, seconds: float) -> float:
    """Images per second, from noise to stored pixels."""
    labels = np.arange(SAMPLES) % 10
    place = next(model.parameters()).device.type
    return SAMPLES * per_second(lambda: sample_images(model, labels, 0), seconds, place)


def per_second(action: Callable[[], object], seconds: float, place: str) -> float:
    """How often ``action`` can be done in a second, by the median of what it took.

    On the processor the thread's own time counts, as in training: it is that of an idle
    core even while others use the machine. A GPU works beside the thread.
    """
    clock = time.process_time if place == "cpu" else time.perf_counter
    action()
    times: list[float] = []
    while sum(times) < seconds or len(times) < 3:
        begun = clock()
        action()
        if place != "cpu":
            getattr(torch, place).synchronize()
        times.append(clock() - begun)
    return 1 / median(times)
