"""How many samples are near copies of training images, and the images that the pictures show."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.evaluation.manifold import squared_distances
from experiments.evaluation.pictures import memorisation, near_copy, nearest_pixels
from experiments.results import REAL
from experiments.studies.kept import Kept

if TYPE_CHECKING:
    from experiments.judges.readings import Readings
    from experiments.runs.run import Run
    from experiments.studies.measuring import Measuring

COLUMNS = 8  # images per class, and samples whose neighbours are shown
MOST_CLASSES = 10  # of a dataset of one's own with more, the first ones are drawn
PICTURE, NEIGHBOUR, SUBSET = 10, 11, 12  # streams of random numbers: (0, stream, step)
MEASURED = 2000  # images behind each memorisation value: to within 0.01, at a fifth of the time


@dataclass(frozen=True)
class Train:
    """Features float64 [N, d] of the training images, and how near to one is a near copy."""

    features: np.ndarray
    limit: float


def measure_run(study: "Measuring", run: "Run") -> None:
    images, asked = run.samples
    readings = study.readings(run)
    labels = asked if run.conditional else readings.digits
    chosen, share = score(study, readings)
    study.table.add(run.model, "memorisation", share, n=len(chosen), seed=run.seed, run=run.name)
    for name, value in shown(study, images, labels, readings, chosen).items():
        study.keep(name, value)


def measure(study: "Measuring") -> None:
    """The row of real images, and the pictures of the first seed of each model."""
    real = study.real["test"]
    chosen, share = score(study, real)
    # 5 % by definition, up to ties: the row that the others are held against.
    study.table.add(REAL, "memorisation", share, n=len(chosen))
    data = study.data
    pictures = {REAL: shown(study, data.x_test, data.y_test, real, chosen)}
    first: dict[str, Run] = {}
    for run in study.finished:
        if first.setdefault(run.model, run) is run:
            pictures[run.model] = study.of(run)
    for model, arrays in pictures.items():
        for name, value in arrays.items():
            study.keep(f"{name}-{model}", value)
    rows = [(run.model, run.seed, run.conditional) for run in first.values()]
    study.keep("models", pd.DataFrame(rows, columns=["model", "seed", "conditional"]))


def train(study: "Measuring") -> Train:
    """What samples are compared with; computed once for all runs."""
    if "train" not in study.shared:
        features = study.real["train"].features.astype(float)
        test = study.real["test"]
        near = near_copy(test.features[subset(len(test))].astype(float), features)
        study.shared["train"] = Train(features, near)
    return study.shared["train"]


def score(study: "Measuring", readings: "Readings") -> tuple[np.ndarray, float]:
    """The indices of the images that are measured, and the share of them that is memorised."""
    chosen, real = subset(len(readings)), train(study)
    features = readings.features[chosen].astype(float)
    return chosen, memorisation(features, real.features, real.limit)


def subset(n: int) -> np.ndarray:
    """The indices of at most `MEASURED` random images of ``n``."""
    return np.random.default_rng([0, SUBSET, 0]).permutation(n)[:MEASURED]


def shown(
    study: "Measuring",
    images: np.ndarray,
    labels: np.ndarray,
    readings: "Readings",
    chosen: np.ndarray,
) -> Kept:
    """The images that are drawn of one model, or of the test split.

    ``cells`` uint8 [classes, `COLUMNS`, C, H, W] and ``one`` [classes, C, H, W]: random images
    of each class; ``read`` int64 [classes, `COLUMNS`]: what the judge reads in the cells, -1 in
    an empty one. ``neighbours`` uint8 [3, `COLUMNS`, C, H, W]: some of the ``chosen`` images
    above, below each its nearest training image by features and by pixels.
    """
    classes = min(study.data.classes, MOST_CLASSES)
    cells = draw_by_class(labels, classes, COLUMNS, step=0)
    one = draw_by_class(labels, classes, 1, step=1)[:, 0]
    order = np.random.default_rng([0, NEIGHBOUR, 0]).permutation(len(chosen))[:COLUMNS]
    drawn = chosen[order]
    x_train, features = study.data.x_train, readings.features[drawn].astype(float)
    in_features = squared_distances(features, train(study).features).argmin(1)
    in_pixels = nearest_pixels(images[drawn], x_train)
    return {
        "cells": take(images, cells),
        "one": take(images, one),
        "read": np.where(cells < 0, -1, readings.digits[cells]),
        "neighbours": np.stack([images[drawn], x_train[in_features], x_train[in_pixels]]),
    }


def draw_by_class(labels: np.ndarray, classes: int, each: int, step: int) -> np.ndarray:
    """The indices of ``each`` random images per class, int64 [classes, each].

    A model that lost a class has too few of it: what is missing is -1.
    """
    rng = np.random.default_rng([0, PICTURE, step])
    cells = np.full((classes, each), -1)
    for k in range(classes):
        chosen = rng.permutation(np.flatnonzero(labels == k))[:each]
        cells[k, : len(chosen)] = chosen
    return cells


def take(images: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """The images of `draw_by_class`; an empty cell is of mean grey."""
    found = images[cells]
    found[cells < 0] = 127
    return found
