"""Fill the same holes in test images by each run that can, and by what needs no model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from experiments.data.pixels import to_float, to_uint8
from experiments.evaluation import filling
from experiments.evaluation.holes import holes
from experiments.judges.judge import read
from experiments.results import REAL
from experiments.studies.inpainting import SHARES
from experiments.support.precision import precision

if TYPE_CHECKING:
    from experiments.data import Dataset
    from experiments.models.backbone import Generative
    from experiments.runs.run import Run
    from experiments.studies.measuring import Measuring

IMAGES = 1000
ROUNDS = 20
BATCH = 250
MOST_CLASSES = 10  # columns of the pictures

DRAW, SHOWN, NOISE = range(30, 33)  # streams of random numbers

Fill = Callable[[Tensor, Tensor, Tensor, np.random.Generator], Tensor]
"""(images, holes, labels, random numbers) -> whole images."""


@dataclass(frozen=True)
class Task:
    """The images to fill: ``chosen`` places in the test split, ``holes`` by their share, and
    in ``shown`` one random image of each class."""

    chosen: np.ndarray
    images: np.ndarray
    labels: np.ndarray
    holes: dict[float, np.ndarray]
    shown: np.ndarray
    means: Tensor  # the mean training image of each class

    @classmethod
    def of(cls, data: "Dataset") -> "Task":
        rng = np.random.default_rng([0, DRAW])
        chosen = rng.permutation(len(data.x_test))[: min(IMAGES, len(data.x_test))]
        labels = data.y_test[chosen]
        order = np.random.default_rng([0, SHOWN]).permutation(len(labels))
        first = [order[labels[order] == k][:1] for k in np.unique(labels)[:MOST_CLASSES]]
        cut = {share: holes(len(chosen), share, seed=0) for share in SHARES}
        shown = np.concatenate(first)
        return cls(chosen, data.x_test[chosen], labels, cut, shown, class_means(data))


def task_of(study: "Measuring") -> Task:
    """The task of a study, prepared once for all runs."""
    if "task" not in study.shared:
        study.shared["task"] = Task.of(study.data)
    return study.shared["task"]


def measure_run(study: "Measuring", run: "Run") -> None:
    """Two numbers for each share, if the run can fill; ``filled`` holds the shown images."""
    if not run.conditional:
        return
    task, model = task_of(study), run.load()
    found = way_of(model, task.means)
    if found is None:
        return
    way, fill = found
    shown = []
    for share in SHARES:
        images = filled(task, share, fill, run.seed)
        score(study, task, share, way, images, run)
        shown.append(images[task.shown])
    study.keep("filled", np.stack(shown))


def measure(study: "Measuring") -> None:
    """The ways without a model, and the pictures: a finished run of each model beside the
    nearest neighbours. Nothing, if no model can fill."""
    able = [run for run in study.finished if "filled" in study.of(run)]
    if not able:
        return
    task = task_of(study)
    neighbours = []
    for share in study.each(SHARES, 0.3):
        for way, images in without_a_model(study.data, task, share):
            score(study, task, share, way, images)
            if way == "neighbour":
                neighbours.append(images[task.shown])
    first: dict[str, Run] = {}
    for run in able:
        first.setdefault(run.model, run)
    study.keep("shown", pd.DataFrame([{"model": r.model, "seed": r.seed} for r in first.values()]))
    for model, run in first.items():
        study.keep(f"{model}-filled", study.of(run)["filled"])
    study.keep("neighbour", np.stack(neighbours))
    study.keep("original", task.images[task.shown])
    study.keep("labels", task.labels[task.shown])
    study.keep("holes", np.stack([task.holes[share][task.shown] > 0 for share in SHARES]))


def score(
    study: "Measuring", task: Task, share: float, way: str, images: np.ndarray,
    run: "Run | None" = None,
) -> None:  # fmt: skip
    """The two numbers of one way with one share; the untouched images have no error."""
    if way == "original":
        found = study.real["test"].take(task.chosen).digits
    else:
        found = read(study.judges.labels, images)[1].argmax(1)
    scores = {"accuracy": float((found == task.labels).mean())}
    if way != "original":
        scores["pixel_error"] = filling.pixel_error(images, task.images, task.holes[share])
    model, seed = (run.model, run.seed) if run else (REAL, None)
    name = (f"{run.name};" if run else "") + study.judge_name
    for metric, value in scores.items():
        study.table.add(
            model, metric, value, n=len(images), seed=seed, run=name, share=share, way=way
        )


def way_of(model: "Generative", means: Tensor) -> tuple[str, Fill] | None:
    """How a model fills a hole, by what it offers; None if it cannot."""
    if hasattr(model, "fill"):

        def paint(x: Tensor, hole: Tensor, labels: Tensor, rng: np.random.Generator) -> Tensor:
            z = rng.standard_normal((len(x), model.latent_dim), dtype=np.float32)
            return model.fill(x, hole, labels, torch.from_numpy(z))  # type: ignore[operator]

        return "fill", paint
    if hasattr(model, "encode"):

        def copy_again(x: Tensor, hole: Tensor, labels: Tensor, _: np.random.Generator) -> Tensor:
            def copy(pictures: Tensor) -> Tensor:
                return model.sample(model.encode(pictures, labels)[0], labels)  # type: ignore[operator]

            return filling.by_reconstruction(x, hole, means[labels], copy, ROUNDS)

        return "posterior", copy_again
    return None


def class_means(data: "Dataset") -> Tensor:
    """The mean training image of each class, float [classes, C, 32, 32] in [-1, 1]."""
    means = np.zeros((data.classes, *data.x_train.shape[1:]), np.float32)
    for k in np.unique(data.y_train):
        means[k] = data.x_train[data.y_train == k].mean(0, dtype=np.float64)
    return to_float(means)


@torch.no_grad()
def filled(task: Task, share: float, fill: Fill, seed: int) -> np.ndarray:
    """Every image of the task with its hole filled, uint8 [N, C, 32, 32]."""
    rng = np.random.default_rng([seed, NOISE])
    done = []
    # Images are copied hundreds of thousands of times: bf16 where the processor has it.
    with torch.autocast("cpu", torch.bfloat16, enabled=precision("cpu") == "bf16"):
        for at in range(0, len(task.images), BATCH):
            part = slice(at, at + BATCH)
            images, hole = to_float(task.images[part]), torch.from_numpy(task.holes[share][part])
            done.append(to_uint8(fill(images, hole, torch.from_numpy(task.labels[part]), rng)))
    return np.concatenate(done)


def without_a_model(data: "Dataset", task: Task, share: float) -> Iterator[tuple[str, np.ndarray]]:
    hole = task.holes[share]
    yield "original", task.images
    yield (
        "neighbour",
        filling.nearest_neighbour(task.images, task.labels, hole, data.x_train, data.y_train),
    )
    yield "empty", filling.mean_colour(task.images, hole)
