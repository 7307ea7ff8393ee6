"""The ink of every run and of real images."""

from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.evaluation.ink import ink
from experiments.results import REAL

if TYPE_CHECKING:
    from experiments.runs.run import Run
    from experiments.studies.measuring import Measuring

LEAST = 0.005  # share of bright pixels below which an image counts as blank


def measure_run(study: "Measuring", run: "Run") -> None:
    add(study, run.model, run.samples[0], seed=run.seed, run=run.name)


def measure(study: "Measuring") -> None:
    add(study, REAL, study.data.x_test)


def add(study: "Measuring", model: str, images: np.ndarray, **of_run: Any) -> None:
    shares = ink(images)
    study.table.add(model, "ink", shares.mean(), n=len(images), **of_run)
    study.table.add(model, "blank", (shares < LEAST).mean(), n=len(images), **of_run)
