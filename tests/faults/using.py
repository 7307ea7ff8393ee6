"""Commands that use trained models: what is asked of them, and where they are to write."""

import os
from collections.abc import Callable

import numpy as np
from faults.arena import Case, Place

SAMPLE = "sample mnist cgan --pretrained"
OUT = "--out {folder}/a.npz"


def folder_at(name: str) -> Callable[[Place], None]:
    return lambda place: (place.folder / name).mkdir()


def full_folder(place: Place) -> None:
    (place.folder / "pictures").mkdir()
    (place.folder / "pictures" / "mine.png").write_bytes(b"mine")


def pipe(place: Place) -> None:
    """As dangerous to replace as a device."""
    os.mkfifo(place.folder / "a.npz")


def images(**arrays: np.ndarray) -> Callable[[Place], None]:
    given = {"images": np.zeros((20, 1, 32, 32), np.uint8), "labels": np.arange(20) % 10}
    both = {**given, **arrays}
    return lambda place: np.savez(
        place.folder / "mine.npz", **{name: a for name, a in both.items() if a is not None}
    )


def no_models(place: Place) -> None:
    for path in place.assets.glob("models/*/*.safetensors"):
        path.unlink()


def little_memory(place: Place) -> None:
    from experiments.support import machine

    place.patch.setattr(machine, "free_memory", lambda: 2**20)


FILL = "fill mnist --images {folder}/mine.npz --pretrained --out {folder}/a.png"
IMAGES: dict[str, tuple[Callable[[Place], object], tuple[str, ...]]] = {
    "not there": (lambda place: None, ("mine.npz is missing",)),
    "a folder": (folder_at("mine.npz"), ("mine.npz",)),
    "text": (lambda place: (place.folder / "mine.npz").write_text("3"), ("not a whole npz",)),
    "without labels": (images(labels=None), ("lacks the array labels",)),
    "without images": (images(images=None), ("lacks the array images",)),
    "of floats": (images(images=np.zeros((20, 1, 32, 32))), ("float64",)),
    "of 28 pixels": (images(images=np.zeros((20, 1, 28, 28), np.uint8)), ("(20, 1, 28, 28)",)),
    "of objects": (images(images=np.array([None] * 20)), ("plain arrays",)),
    "in colour": (images(images=np.zeros((20, 3, 32, 32), np.uint8)), ("channel",)),
    "with too few labels": (images(labels=np.arange(19) % 10), ("one whole number per image",)),
    "with half labels": (images(labels=np.arange(20) / 2), ("one whole number per image",)),
    "of an unknown class": (images(labels=np.full(20, 10)), ("classes 0 to 9",)),
    "of a negative class": (images(labels=np.full(20, -1)), ("classes 0 to 9",)),
    "of 10^8 classes": (images(labels=np.full(20, 10**8)), ("classes 0 to 9",)),
}

CASES = [
    Case("sample: none", f"{SAMPLE} --n 0 {OUT}", ("--n",), start="done"),
    Case("sample: fewer than none", f"{SAMPLE} --n -1 {OUT}", ("--n",), start="done"),
    Case("sample: 1e3", f"{SAMPLE} --n 1e3 {OUT}", ("--n",), start="done"),
    Case("sample: a billion", f"{SAMPLE} --n 1000000000 {OUT}",
         ("1,000,000,000 images", "GB of memory", "are free", "--n"), start="done"),
    Case("sample: 10^30", f"{SAMPLE} --n {10**30} {OUT}", ("of memory", "--n"), start="done"),
    Case("sample: a thousand on a small machine", f"{SAMPLE} {OUT}", ("of memory",), little_memory,
         start="done"),
    Case("sample: a billion of one's own", f"sample mnist cgan --n 1000000000 {OUT}",
         ("of memory",), start="done"),
    Case("sample: a digit that is none", f"{SAMPLE} --digit 10 {OUT}", ("0 to 9, not 10",),
         start="done"),
    Case("sample: a digit below nothing", f"{SAMPLE} --digit -1 {OUT}", ("--digit",), start="done"),
    Case("sample: a digit of who knows none", f"sample mnist vae --pretrained --digit 7 {OUT}",
         ("unconditional",), start="done"),
    Case("sample: an unknown format", f"{SAMPLE} --format gif {OUT}", ("--format",), start="done"),
    Case("sample: unknown labels", f"{SAMPLE} --labels fair {OUT}", ("--labels",), start="done"),
    Case("sample: nowhere", SAMPLE, ("--out",), start="done"),
    Case("sample: a seed that is a word", f"{SAMPLE} --seed one {OUT}", ("--seed",), start="done"),
    Case("sample: a run that is not there", f"sample mnist cgan --run-seed 7 {OUT}",
         ("no finished run",), start="done"),
    Case("sample: a model without a run", f"sample mnist dcgan {OUT}", ("no finished run",),
         start="done"),
    Case("sample: an unknown model", f"sample mnist cgn --pretrained {OUT}",
         ("did you mean 'cgan'?",), start="done"),
    Case("sample: an unknown dataset", f"sample mnits cgan --pretrained {OUT}",
         ("did you mean 'mnist'?",), start="done"),
    Case("sample: nothing is published", f"{SAMPLE} {OUT}", ("no pretrained models",), no_models,
         start="done"),
    Case("sample: assets that are not there", f"{SAMPLE} {OUT} --assets {{folder}}/none",
         ("no pretrained models",), start="done"),
    Case("sample: onto a folder", f"{SAMPLE} {OUT}", ("a.npz", "no file"), folder_at("a.npz"),
         start="done"),
    Case("sample: onto a pipe", f"{SAMPLE} {OUT}", ("a.npz", "no file"), pipe, start="done"),
    Case("sample: below a file", f"{SAMPLE} --out {{profile}}/a.npz", ("tiny.yaml",), start="done"),
    Case("sample: a file name of 300 letters", f"{SAMPLE} --out {{folder}}/{'x' * 300}.npz",
         ("too long",), start="done"),
    Case("sample: pictures onto a file", f"{SAMPLE} --format png --out {{profile}}",
         ("tiny.yaml", "another folder"), start="done"),
    Case("sample: pictures onto others", f"{SAMPLE} --format png --out {{folder}}/pictures",
         ("pictures", "another folder"), full_folder, start="done"),
    Case("sample: pictures below a file", f"{SAMPLE} --format png --out {{profile}}/a",
         ("tiny.yaml",), start="done"),
    Case("sample: pictures of 300 letters", f"{SAMPLE} --format png --out {{folder}}/{'x' * 300}",
         ("too long",), start="done"),
    *(Case(f"fill: images {name}", FILL, told, arrange, start="done")  # type: ignore[arg-type]
      for name, (arrange, told) in IMAGES.items()),
    *(Case(f"fill: a share of {share}", f"{FILL} --share {share}", ("--share",), images(),
           start="done") for share in ("0", "100", "-5", "nan", "inf", "half")),
    Case("fill: into no picture", "fill mnist --pretrained --images {folder}/mine.npz "
         "--out {folder}/a.jpg", (".png nor an .npz",), images(), start="done"),
    Case("fill: more than there are", f"{FILL} --n 21", ("holds 20 images",), images(),
         start="done"),
    Case("fill: a billion", f"{FILL} --n 1000000000", ("holds 20 images",), images(), start="done"),
    Case("fill: a digit that is not there", f"{FILL} --digit 10", ("0 images of the class 10",),
         images(), start="done"),
    Case("fill: a model that cannot", f"fill mnist vae {FILL.removeprefix('fill mnist')}",
         ("cannot fill in",), images(), start="done"),
    Case("fill: without a run", "fill mnist --run-seed 3 --out {folder}/a.png",
         ("no finished run",), start="done"),
    *(Case(f"write: {kind}", f"write '{text}' --out {{folder}}/a.png", ("1 to 32 digits",),
           start="done")
      for kind, text in {"nothing": "", "a word": "year", "a fraction": "2.5",
                         "33 digits": "1" * 33,
                         "wide digits": "２０２６", "a space": "20 26"}.items()),
    Case("write: an unknown dataset", "write 1 --datasets svhm --out {folder}/a.png",
         ("pretrained dataset",), start="done"),
    Case("write: nobody can", "write 1 --out {folder}/a.png", ("no conditional",), no_models,
         start="done"),
    Case("write: onto a folder", "write 1 --out {folder}/assets", ("no file",), start="done"),
    *(Case(f"bench: {seconds} seconds", f"bench --seconds {seconds} --models vae", ("--seconds",))
      for seconds in ("0", "-1", "inf", "nan", "ten")),
    Case("bench: an unknown dataset", "bench --datasets letters", ("Unknown dataset",)),
    Case("bench: an unknown model", "bench --models cgn", ("did you mean 'cgan'?",)),
    Case("collect: into its runs", "collect --assets {runs}/here", ("lie in one another",),
         start="done"),
    Case("collect: onto a folder of the user's", "collect --assets {folder}/mine",
         ("did not make",), lambda place: (folder_at("mine")(place),
         (place.folder / "mine/thesis.txt").write_text("all of it"))[0], start="done"),
    Case("collect: onto a file", "collect --assets {profile}", ("not a folder",), start="done"),
]  # fmt: skip
