"""How well do models fill a hole in an image of which they are told the digit?

Test images lose a square of a quarter, half or three quarters of their pixels. The same
holes are filled by every model that can: one with ``fill`` paints them directly; one with a
posterior (``encode``) copies the picture again and again, from the mean of its posterior,
while the visible pixels are put back (Rezende et al., 2014), starting from the mean training
image of the digit. Beside them stand the nearest training image of the digit by visible
pixels, and two bounds: the untouched image, and the hole in the mean colour of the rest.

Two numbers, since each can be had cheaply: the share of whole filled images that the judge
reads as the true digit (a digit drawn over everything that is visible would do), and the
error of the pixels in the hole (which a blurred mean makes small).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from experiments.data.pixels import to_float, to_uint8
from experiments.evaluation import filling
from experiments.evaluation.holes import holes
from experiments.figures import Theme, label_lines, panels, save_chart, save_picture, sheet, title
from experiments.figures import style as look_of
from experiments.judges.judge import read
from experiments.results import REAL
from experiments.support.precision import precision

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.models.backbone import Generative
    from experiments.runs.run import Run
    from experiments.studies import Context

SHARES = (0.25, 0.5, 0.75)
IMAGES = 1000
ROUNDS = 20
BATCH = 250
MOST_CLASSES = 10  # columns of the pictures

DRAW, SHOWN, NOISE = range(30, 33)  # streams of random numbers

WAYS = {
    "original": "Untouched", "neighbour": "Neighbour", "empty": "Left empty",
}  # fmt: skip
"""What fills a hole without a model: rows of `REAL`, told apart by the condition ``way``."""

Fill = Callable[[Tensor, Tensor, Tensor, np.random.Generator], Tensor]
"""(images, holes, labels, random numbers) -> whole images."""


@dataclass
class Task:
    """The images to fill, and what has been filled so far."""

    study: "Context"
    images: np.ndarray
    labels: np.ndarray
    holes: dict[float, np.ndarray]
    shown: np.ndarray  # one random image of each class
    rows: list[dict[str, object]] = field(default_factory=list)
    pictures: dict[tuple[float, str, str], np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, study: "Context") -> "Task":
        data = study.data
        rng = np.random.default_rng([0, DRAW])
        chosen = rng.permutation(len(data.x_test))[: min(IMAGES, len(data.x_test))]
        labels = data.y_test[chosen]
        order = np.random.default_rng([0, SHOWN]).permutation(len(labels))
        first = [order[labels[order] == k][:1] for k in np.unique(labels)[:MOST_CLASSES]]
        cut = {share: holes(len(chosen), share, seed=0) for share in SHARES}
        return cls(study, data.x_test[chosen], labels, cut, np.concatenate(first))

    def score(self, share: float, way: str, filled: np.ndarray, made: "Run | None" = None) -> None:
        """The two numbers of one way with one share, and its row of the picture."""
        model, seed = (made.model, made.seed) if made else (REAL, None)
        found = read(self.study.judges.labels, filled)[1].argmax(1)
        scores = {"accuracy": float((found == self.labels).mean())}
        if way != "original":
            scores["pixel_error"] = filling.pixel_error(filled, self.images, self.holes[share])
        name = (f"{made.name};" if made else "") + f"judge={self.study.judges.sha256[:8]}"
        for metric, value in scores.items():
            self.study.table.add(
                model, metric, value, n=len(filled), seed=seed, run=name, share=share, way=way
            )
        self.rows.append({"model": model, "seed": seed, "way": way, "share": share, **scores})
        # The first seed is shown.
        self.pictures.setdefault((share, model, way), filled[self.shown])


def run(study: "Context") -> None:
    task = Task.of(study)
    for made in study.each(study.finished, 0.8):
        found = way_of(made.load(), study) if made.conditional else None
        if found is not None:
            way, fill = found
            for share in SHARES:
                task.score(share, way, filled(task, share, fill, made.seed), made)
    if not task.rows:
        return
    for share in study.each(SHARES, 0.2):
        for way, images in without_a_model(task, share):
            task.score(share, way, images)
    table = pd.DataFrame(task.rows).astype({"seed": "Int64"})
    draw_numbers(study, table, len(task.images))
    for share in SHARES:
        draw_filled(task, share)


def way_of(model: "Generative", study: "Context") -> tuple[str, Fill] | None:
    """How a model fills a hole, by what it offers; None if it cannot."""
    if hasattr(model, "fill"):

        def paint(x: Tensor, hole: Tensor, labels: Tensor, rng: np.random.Generator) -> Tensor:
            z = rng.standard_normal((len(x), model.latent_dim), dtype=np.float32)
            return model.fill(x, hole, labels, torch.from_numpy(z))  # type: ignore[operator]

        return "fill", paint
    if hasattr(model, "encode"):
        means = class_means(study)

        def copy_again(x: Tensor, hole: Tensor, labels: Tensor, _: np.random.Generator) -> Tensor:
            def copy(pictures: Tensor) -> Tensor:
                return model.sample(model.encode(pictures, labels)[0], labels)  # type: ignore[operator]

            return filling.by_reconstruction(x, hole, means[labels], copy, ROUNDS)

        return "posterior", copy_again
    return None


def class_means(study: "Context") -> Tensor:
    """The mean training image of each class, float [classes, C, 32, 32] in [-1, 1]."""
    data = study.data
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


def without_a_model(task: Task, share: float) -> Iterator[tuple[str, np.ndarray]]:
    data, hole = task.study.data, task.holes[share]
    yield "original", task.images
    yield (
        "neighbour",
        filling.nearest_neighbour(task.images, task.labels, hole, data.x_train, data.y_train),
    )
    yield "empty", filling.mean_colour(task.images, hole)


def label(model: str, way: str) -> str:
    return WAYS.get(way) or title(model)


def draw_numbers(study: "Context", table: pd.DataFrame, n: int) -> None:
    """Accuracy and pixel error over the share that is hidden, a line for each way."""
    order = [*(m for m in study.models if m in set(table["model"])), REAL]
    lines = sorted(table.groupby(["model", "way"], sort=False), key=lambda e: order.index(e[0][0]))
    dashes: dict[str, object] = {"neighbour": "dashed", "empty": "solid"}

    def draw(theme: Theme) -> "Figure":
        figure, grid = panels(2, 1, height=5.6, sharex=True)
        for axes, metric, heading in zip(
            grid, ("accuracy", "pixel_error"),
            ("Read as the true digit", "Error of the pixels in the hole"), strict=True,
        ):  # fmt: skip
            ends = []
            for (model, way), rows in lines:
                groups = rows.groupby("share")[metric]
                middle, look = groups.median(), look_of(model).plot(theme)
                if middle.isna().any():
                    continue
                look["linestyle"] = dashes.get(way, look["linestyle"])
                axes.plot(middle.index, middle, marker=look_of(model).marker, ms=4, **look)
                axes.vlines(middle.index, groups.min(), groups.max(), color=look["color"], lw=1)
                ends.append((SHARES[-1], middle.iloc[-1], label(model, way), look["color"]))
            axes.set_title(heading)
            label_lines(axes, theme, ends)
        grid[0].yaxis.set_major_formatter(lambda value, _: f"{100 * value:.3g}%")
        grid[1].set_xticks(SHARES, [f"{share:.0%}" for share in SHARES])
        grid[1].set_xlabel("share of the image that is hidden")
        return figure

    half = table[table["share"] == 0.5].groupby(["model", "way"], sort=False)
    middle = half[["accuracy", "pixel_error"]].median().sort_values("accuracy", ascending=False)
    told = "; ".join(
        f"{label(*names)} {row.accuracy:.1%}"
        + ("" if np.isnan(row.pixel_error) else f", {row.pixel_error:.2f}")
        for names, row in middle.iterrows()
    )
    models = [model for model in order if model != REAL]
    save_chart(
        study, "accuracy", draw, n=n, data=table, models=models,
        alt="Filled images read as the true digit, and error of the pixels, when half of the "
        f"image is hidden, median over the seeds, most often read first: {told}.",
    )  # fmt: skip


def draw_filled(task: Task, share: float) -> None:
    """One random test image of each class: its hole, every way to fill it, the original."""
    study = task.study
    models = [model for model in study.models if any(model == key[1] for key in task.pictures)]
    keys = [key for m in models for key in task.pictures if key[:2] == (share, m)]
    keys += [(share, REAL, "neighbour"), (share, REAL, "original")]
    cut = np.where(task.holes[share][task.shown] > 0, np.uint8(127), task.images[task.shown])
    rows = {"Hole": cut} | {label(*key[1:]): task.pictures[key] for key in keys}
    classes = [str(k) for k in task.labels[task.shown]]
    picture = sheet(np.stack(list(rows.values())), list(rows), classes)
    save_picture(
        study, f"filled-{100 * share:.0f}", picture, n=len(task.shown), models=models,
        seeds=study.profile.seeds[:1],
        alt=f"One random test image of each class with {share:.0%} of it hidden, filled by "
        f"{', '.join(list(rows)[1:-1])}, one row each, above the original.",
    )  # fmt: skip
