"""What is known of each dataset: its files, its checksums, its title, its licence."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from experiments.data import embedded, formats
from experiments.profile import DataSettings
from experiments.support.errors import UserError, unknown
from experiments.support.files import sha256
from experiments.support.names import REAL, STAND_IN

Splits = dict[str, np.ndarray]

RESERVED = {"assets", "studies", "logs", "keys", "locks", STAND_IN}
"""Names that an npz cannot have: they are folders of a profile, or the stand-in."""

MNIST_MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
SVHN_MD5 = {
    "train_32x32.mat": "e26dedcc434d2e4c54c9b2d4a06d8373",
    "test_32x32.mat": "eb5a983be6a315427106f1b164d9cef3",
}
SVHN_10K = "01d34a5476a8e45c3cd68c017864a800d7ced7f08f5feb6c8762ce739363e764"

MNIST_LICENCE = "MNIST: Y. LeCun, C. Cortes, C. J. C. Burges; CC BY-SA 3.0"
SVHN_LICENCE = "SVHN: non-commercial use only"


@dataclass(frozen=True)
class Source:
    """Where one dataset can be read, and what is said about it."""

    dataset: str
    kind: Literal["data root", "download", "embedded"]
    files: dict[str, Path]
    read: Callable[[], Splits]
    title: str  # with places for {train} and {test}
    licence: str
    classes: int | None = 10  # None: whatever the labels say


def in_data_root(name: str, root: Path) -> Source:
    """A dataset in the folder that was given; `UserError` when it is not there."""
    if not root.is_dir():
        raise UserError(f"The data root {root} is no folder: set DATA_ROOT to one that is.")
    source = in_torchvision_layout(name, root, "data root") or _npz(name, root)
    if source is not None:
        return source
    own = {path.stem for path in root.glob("*.npz") if path.is_file()} - RESERVED
    if name not in REAL:
        raise unknown("dataset", name, own | REAL | {STAND_IN})
    layout = "MNIST/raw/*-ubyte" if name == "mnist" else "train_32x32.mat and test_32x32.mat"
    raise UserError(
        f"The data root {root} holds no {name}: put {layout} or {name}.npz there, "
        "or leave DATA_ROOT unset."
    )


def in_torchvision_layout(
    name: str, root: Path, kind: Literal["data root", "download"]
) -> Source | None:
    """MNIST or SVHN in torchvision's layout; None when none of its files is there."""
    if name == "mnist":
        raw = root / "MNIST" / "raw"
        files = {stem: _plain_or_gz(raw / stem) for stem in MNIST_MD5}
        title = "MNIST: {train} training and {test} test digits, the official split"
        read, licence = partial(_read_mnist, files), MNIST_LICENCE
    elif name == "svhn":
        files = {file: root / file for file in SVHN_MD5}
        title = "SVHN: {train} training and {test} test crops, the official split"
        read, licence = partial(_read_svhn, files), SVHN_LICENCE
    else:
        return None
    there = [path for path in files.values() if path.is_file()]
    if not there or (kind == "download" and len(there) < len(files)):
        return None
    for path in files.values():
        if path not in there:
            raise UserError(f"{path} is missing beside {there[0].name}: {formats.AGAIN}.")
    return Source(name, kind, files, read, title, licence)


def _npz(name: str, root: Path) -> Source | None:
    path = root / f"{name}.npz"
    if not re.fullmatch(r"[\w][\w.-]*", name) or name in RESERVED or not path.is_file():
        return None
    title = f"{name.upper() if name in REAL else name}: {{train}} training and {{test}} test images"
    if name == "svhn" and sha256(path) == SVHN_10K:
        title = (
            "SVHN-10k: {train} training and {test} test crops, both from the official test "
            "part, split by photo"
        )
    licence = {"mnist": MNIST_LICENCE, "svhn": SVHN_LICENCE}.get(name, "as its owner states")
    classes = 10 if name in REAL else None
    read = partial(formats.read_npz, path)
    return Source(name, "data root", {path.name: path}, read, title, licence, classes)


def built_in(name: str, settings: DataSettings) -> Source:
    """The embedded default of a dataset; `UserError` when it has none."""
    if name == "mnist":
        path = embedded.mnist_file()
        title = "MNIST-5k: {train} training and {test} test digits, all from MNIST's training split"
        return Source("mnist", "embedded", {path.name: path}, embedded.mnist, title, MNIST_LICENCE)
    if name in ("svhn", STAND_IN):
        files = embedded.house_number_files()
        sizes = (settings.rendered_train, settings.rendered_test)
        return Source(
            STAND_IN, "embedded", files, partial(embedded.house_numbers, *sizes),
            "svhn-rendered: {train} training and {test} test house numbers, drawn by the project "
            "as a stand-in for SVHN",
            "drawn by this project; MIT",
        )  # fmt: skip
    raise unknown("dataset", name, REAL | {STAND_IN})


def _read_mnist(files: dict[str, Path]) -> Splits:
    names = dict(zip(("x_train", "y_train", "x_test", "y_test"), MNIST_MD5, strict=True))
    return {name: formats.read_idx(files[stem], MNIST_MD5[stem]) for name, stem in names.items()}


def _read_svhn(files: dict[str, Path]) -> Splits:
    splits = {}
    for split, name in zip(("train", "test"), SVHN_MD5, strict=True):
        splits[f"x_{split}"], splits[f"y_{split}"] = formats.read_mat(files[name], SVHN_MD5[name])
    return splits


def _plain_or_gz(path: Path) -> Path:
    zipped = path.with_name(path.name + ".gz")
    return zipped if zipped.is_file() and not path.is_file() else path
