"""Time, failures, losses, and the quality of every saved point of every run."""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch

from experiments.evaluation.distances import frechet, frechet_of_moments
from experiments.evaluation.labels import class_accuracy
from experiments.judges.judge import read
from experiments.results import REAL
from experiments.runs import weights
from experiments.runs.samples import sample_images, training_labels
from experiments.support import precision

if TYPE_CHECKING:
    from experiments.runs.run import Run
    from experiments.studies.measuring import Measuring

THRESHOLDS = (0.93, 0.976)
"""Class accuracies that others have reported for generated MNIST digits."""

LOSS_POINTS = 60  # rows of history kept for each loss and run in the published data
FILMED = 10  # images of each snapshot that the films show
FLOOR = 20  # stream of random numbers: (0, stream)

Moments = tuple[np.ndarray, np.ndarray]
"""Mean [d] and covariance [d, d] of features."""


@dataclass(frozen=True)
class Scored:
    """One point of a run: when it was, and how good."""

    model: str
    seed: int
    point: int
    images: int
    seconds: float
    frechet: float
    class_accuracy: float  # not a number for unconditional models


SCORED = list(Scored.__dataclass_fields__)


def measure_run(study: "Measuring", run: "Run") -> None:
    """Time and images of a run that ended well; its points, sampled and scored."""
    numbers = {
        "training_seconds": run.receipt["seconds"],
        "training_images": run.receipt["images"],
        "images_per_second": run.receipt["images_per_second"],
    }
    for metric, value in numbers.items():
        study.table.add(
            run.model, metric, value, n=run.receipt["images"], seed=run.seed, run=run.name
        )
    # A closed form is there at once.
    points = [] if run.closed_form else score_run(study, run)
    point_rows(study, run, points)
    study.keep("scored", pd.DataFrame([vars(point) for point in points], columns=SCORED))


def measure(study: "Measuring") -> None:
    """What failed, the floor, and what the charts and films show of every run."""
    finished = {run.name for run in study.finished}
    for run in study.runs:
        if run.name not in finished:
            study.table.add(
                run.model, "failed", 1.0, n=run.receipt["images"], seed=run.seed, run=run.name
            )
    score_floor(study)
    study.keep("runs", pd.DataFrame([facts(run, run.name in finished) for run in study.runs]))
    learnt = [run for run in study.runs if not run.closed_form]
    study.keep("losses", together([loss_rows(run) for run in learnt]))
    learnt = [run for run in learnt if run.name in finished]
    study.keep("scored", together([pd.DataFrame(study.of(run)["scored"]) for run in learnt]))
    for model, run in first_of_each(learnt).items():
        shown = run.snapshots()
        study.keep(f"snapshots-{model}", shown["images"][:, :FILMED])
        study.keep(f"seconds-{model}", shown["seconds"])
        study.keep(f"seen-{model}", shown["seen"])


def facts(run: "Run", finished: bool) -> dict[str, object]:
    return {
        "model": run.model, "seed": run.seed, "family": run.family,
        "conditional": run.conditional, "closed_form": run.closed_form, "finished": finished,
        "images": run.receipt["images"], "training_seconds": run.receipt["seconds"],
        "images_per_second": run.receipt["images_per_second"],
    }  # fmt: skip


def first_of_each(runs: "list[Run]") -> "dict[str, Run]":
    """The first seed of each model."""
    first: dict[str, Run] = {}
    for run in runs:
        first.setdefault(run.model, run)
    return first


def together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"model": []})


def loss_rows(run: "Run") -> pd.DataFrame:
    """The history of a run, thinned: columns model, seed, images, seconds, loss, value."""
    history = run.history()
    losses = [name for name in history if name not in ("step", "images", "seconds", "loss")]
    kept = history.iloc[:: max(1, len(history) // LOSS_POINTS)]
    long = kept.melt(["images", "seconds"], losses, var_name="loss")
    return long.assign(model=run.model, seed=run.seed)


def score_floor(study: "Measuring") -> None:
    """The Frechet distance of as many random training images."""
    train = study.real["train"].features
    n = min(study.profile.evaluation.trajectory_samples, len(train))
    drawn = np.random.default_rng([0, FLOOR]).permutation(len(train))[:n]
    floor = frechet(train[drawn], study.real["test"].features)
    study.table.add(REAL, "frechet", floor, n=n, samples=n)


def real_moments(study: "Measuring") -> Moments:
    """Of the test split; computed once for all runs."""
    if "real_moments" not in study.shared:
        features = study.real["test"].features.astype(float)
        study.shared["real_moments"] = features.mean(0), np.cov(features.T)
    return study.shared["real_moments"]


def score_run(study: "Measuring", run: "Run") -> list[Scored]:
    """Every point of one run against the real test images.

    Always the same noise and labels, so that a curve shows the model and not the draw.
    """
    torch.set_num_threads(1)
    real = real_moments(study)
    labels = training_labels(study.data, study.profile.evaluation.trajectory_samples, run.seed)
    model = run.load()
    scored = []
    for index, point in enumerate(run.trajectory()):
        weights.load_state(model, point.state, run.folder)
        with half_precision():
            images = sample_images(model, labels, run.seed)
        features, accuracy = read(study.judges.features, images)[0], float("nan")
        if run.conditional:
            accuracy = class_accuracy(read(study.judges.labels, images)[1].argmax(1), labels)
        distance = frechet_of_moments(features.mean(0), np.cov(features.T), *real)
        scored.append(
            Scored(run.model, run.seed, index, point.images, point.seconds, distance, accuracy)
        )
    return scored


def half_precision() -> torch.autocast:
    """Hundreds of thousands of images are drawn: bf16 where the processor has it."""
    return torch.autocast("cpu", torch.bfloat16, enabled=precision.precision("cpu") == "bf16")


def point_rows(study: "Measuring", run: "Run", points: list[Scored]) -> None:
    """The numbers of every point, and when a threshold was reached."""
    n = study.profile.evaluation.trajectory_samples
    for point in points:
        numbers = {"frechet": point.frechet}
        if run.conditional:
            numbers["class_accuracy"] = point.class_accuracy
        for metric, value in numbers.items():
            study.table.add(
                run.model, metric, value, n=n, seed=run.seed, run=run.name,
                images=point.images, seconds=round(point.seconds, 2),
            )  # fmt: skip
    for threshold in THRESHOLDS:
        first = first_at(points, threshold)
        if first is not None:
            study.table.add(
                run.model, f"seconds_to_class_accuracy_{threshold}", first.seconds, n=n,
                seed=run.seed, run=run.name,
            )  # fmt: skip


def first_at(points: list[Scored], threshold: float) -> Scored | None:
    """The first point at or above ``threshold`` whose successor is too; None if never.

    No interpolation: between two points nothing was measured.
    """
    for this, following in pairwise(points):
        if min(this.class_accuracy, following.class_accuracy) >= threshold:
            return this
    return None
