"""How many components does probabilistic PCA need, and from where on do more hardly pay?

A closed form takes seconds, so every count is fitted here, on the whole training split; no
run is read. What depends on sampling is measured for each seed, and every count draws from
the same noise, of which it uses as many numbers as it has components.

The likelihood is exact: a density of pixels in [-1, 1] under a Gaussian, in nats per image.
It may be compared between counts of components on one dataset and with nothing else, since
another observation model (a VAE's Bernoulli) measures in other units.
"""

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import torch

from experiments.data.pixels import to_float, to_uint8
from experiments.evaluation.distances import frechet
from experiments.evaluation.judge import read
from experiments.evaluation.knee import knee
from experiments.evaluation.labels import class_accuracy
from experiments.figures import Theme, panels, save_chart, save_picture, sheet
from experiments.figures import style as look_of
from experiments.figures.charts import rounded
from experiments.results import REAL
from experiments.training import training_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.models.ppca import Model
    from experiments.studies import Context

MODEL = "ppca"
COUNTS = [2**power for power in range(1, 10)]  # 2 to 512
IMAGES = 5000  # behind each distance and accuracy, if there are as many test images
MOST_CLASSES = 10  # columns of the strip
KNEES = {"log_likelihood": True, "frechet": False}  # whether higher is better

TEST, FLOOR, NOISE, STRIP = range(20, 24)  # streams of random numbers


def run(study: "Context") -> None:
    counts = allowed(study.data.y_train, study.data.x_train[0].size)
    if MODEL not in study.models or not counts:
        return
    torch.set_num_threads(1)  # the seconds are those of one thread
    n = min(
        IMAGES, study.profile.evaluation.samples, len(study.data.x_test), len(study.data.x_train)
    )
    reference = read(study.judges.features, drawn(study.data.x_test, n, TEST))[0]
    floor = real_rows(study, reference)
    train = to_float(study.data.x_train)
    rows: list[dict[str, Any]] = []
    shown = []
    for count in study.each(counts):
        model, fitted = fit(study, count, train)
        rows += [
            {**fitted, **sample(study, model, reference, seed)} for seed in study.profile.seeds
        ]
        shown.append(strip(study, model))
    table = pd.DataFrame(rows)
    knees = knee_rows(study, table)
    draw_quality(study, table, knees, floor, n)
    draw_strip(study, table, np.stack(shown))


def allowed(labels: np.ndarray, pixels: int) -> list[int]:
    """The counts for which every class has images enough: one more than components."""
    fewest = min(int(np.bincount(labels)[np.unique(labels)].min()), pixels)
    return [count for count in COUNTS if count < fewest]


def drawn(images: np.ndarray, n: int, stream: int) -> np.ndarray:
    """``n`` random images."""
    return images[np.random.default_rng([0, stream]).permutation(len(images))[:n]]


def judged(study: "Context") -> str:
    """Each row names the judges that made it."""
    return f"judge={study.judges.sha256[:8]}"


def real_rows(study: "Context", reference: np.ndarray) -> dict[str, float]:
    """The floor: what real images get of the same n, training ones for the distance."""
    n = len(reference)
    features = read(study.judges.features, drawn(study.data.x_train, n, FLOOR))[0]
    found = read(study.judges.labels, study.data.x_test)[1].argmax(1)
    floor = {
        "frechet": frechet(features, reference),
        "class_accuracy": class_accuracy(found, study.data.y_test),
    }
    for (metric, value), size in zip(floor.items(), (n, len(found)), strict=True):
        study.table.add(REAL, metric, value, n=size, run=judged(study), components="none")
    return floor


def fit(study: "Context", count: int, train: torch.Tensor) -> tuple["Model", dict[str, float]]:
    """A fitted model, and what does not depend on sampling: likelihood and fitting time."""
    from threadpoolctl import threadpool_limits

    from experiments.models import ppca

    data = study.data
    model = ppca.Model(data.channels, data.classes, ppca.Settings(components=count)).eval()
    with threadpool_limits(1):
        began = time.process_time()
        model.fit(train, torch.from_numpy(data.y_train))
        seconds = time.process_time() - began
    test = to_float(data.x_test), torch.from_numpy(data.y_test)
    likelihood = float(model.log_likelihood(*test).mean())
    add(study, count, "log_likelihood", likelihood, len(data.x_test))
    add(study, count, "fitting_seconds", seconds, len(train))
    return model, {
        "components": count, "log_likelihood": likelihood, "fitting_seconds": seconds
    }  # fmt: skip


def add(
    study: "Context", count: int, metric: str, value: float, n: int, seed: int | None = None
) -> None:
    study.table.add(MODEL, metric, value, n=n, seed=seed, run=judged(study), components=count)


def noise(n: int, count: int, *key: int) -> torch.Tensor:
    """Noise [n, count]: the first ``count`` numbers of what every other count draws from."""
    rng = np.random.default_rng(key)
    return torch.from_numpy(rng.standard_normal((n, COUNTS[-1]), dtype=np.float32)[:, :count])


def sample(study: "Context", model: "Model", reference: np.ndarray, seed: int) -> dict[str, float]:
    """Draw with one seed and score: distance, accuracy, seconds for 1,000 images."""
    n, count = len(reference), model.settings.components
    asked = training_labels(study.data, n, seed)
    z, digits = noise(n, count, seed, NOISE), torch.from_numpy(asked)
    began = time.process_time()
    images = to_uint8(model.sample(z, digits))
    seconds = (time.process_time() - began) * 1000 / n
    found = read(study.judges.labels, images)[1].argmax(1)
    scores = {
        "frechet": frechet(read(study.judges.features, images)[0], reference),
        "class_accuracy": class_accuracy(found, asked),
        "sampling_seconds": seconds,
    }
    for metric, value in scores.items():
        add(study, count, metric, value, n, seed)
    return {"seed": seed, **scores}


def strip(study: "Context", model: "Model") -> np.ndarray:
    """One image of each class, uint8 [classes, C, 32, 32]."""
    classes = min(study.data.classes, MOST_CLASSES)
    z = noise(classes, model.settings.components, 0, STRIP)
    return to_uint8(model.sample(z, torch.arange(classes)))


def medians(table: pd.DataFrame) -> pd.DataFrame:
    """One row per count: the median over the seeds of every number."""
    return table.drop(columns="seed").groupby("components").median()


def knee_rows(study: "Context", table: pd.DataFrame) -> dict[str, int]:
    """Where each curve bends: rows ``knee`` with the condition ``of=<metric>``."""
    curves, knees = medians(table), {}
    for metric, higher in KNEES.items():
        found = knee(list(curves.index), list(curves[metric]), higher)
        if found is not None:
            knees[metric] = found
            study.table.add(MODEL, "knee", found, n=len(curves), of=metric)
    return knees


def draw_quality(
    study: "Context", table: pd.DataFrame, knees: dict[str, int], floor: dict[str, float], n: int
) -> None:
    """What more components give, and what they cost; the knee as an upright line."""
    curves = medians(table)
    headings = {
        "log_likelihood": "Log-likelihood, nats", "frechet": "Fréchet distance",
        "class_accuracy": "Read as asked",
    }  # fmt: skip

    def draw(theme: Theme) -> "Figure":
        figure, grid = panels(2, 2, height=4.7, sharex=True)
        for axes, (metric, heading) in zip(grid.flat, headings.items(), strict=False):
            line(axes, theme, table, metric)
            axes.set_title(heading)
            if metric in floor:
                axes.axhline(floor[metric], **look_of(REAL).plot(theme))
            if metric in knees:
                mark_knee(axes, theme, knees[metric])
        grid[0, 1].set_yscale("log")
        grid[1, 0].yaxis.set_major_formatter(lambda value, _: f"{100 * value:.3g}%")
        costs(grid[1, 1], theme, table)
        for axes in grid[1]:
            axes.set_xscale("log", base=2)
            axes.set_xticks(list(curves.index)[::2], [str(c) for c in curves.index[::2]])
            axes.set_xlabel("components")
        return figure

    first, last = curves.iloc[0], curves.iloc[-1]
    told = "; ".join(
        f"{name} from {show(metric, first[metric])} to {show(metric, last[metric])}"
        for metric, name in (
            ("log_likelihood", "log-likelihood"), ("frechet", "Fréchet distance"),
            ("class_accuracy", "share read as asked"), ("sampling_seconds", "time to sample"),
        )
    )  # fmt: skip
    bends = " and ".join(
        f"at {count} for the {'likelihood' if metric == 'log_likelihood' else 'distance'}"
        for metric, count in knees.items()
    )
    save_chart(
        study, "quality", draw, n=n, data=table, models=[MODEL],
        alt=f"PPCA with {curves.index[0]} to {curves.index[-1]} components: {told}. "
        + (f"The knee lies {bends}." if bends else "No curve has a knee."),
    )  # fmt: skip


def show(metric: str, value: float) -> str:
    if metric == "class_accuracy":
        return f"{value:.1%}"
    if metric == "sampling_seconds":
        return f"{value:.2g} s for 1,000 images"
    return rounded(value)


def line(
    axes: "Axes", theme: Theme, table: pd.DataFrame, metric: str, style: str = "solid"
) -> None:
    """The median over the seeds; an upright stroke from the lowest seed to the highest."""
    groups = table.groupby("components")[metric]
    middle, colour = groups.median(), theme.colour(MODEL)
    axes.vlines(middle.index, groups.min(), groups.max(), color=colour, linewidth=1)
    axes.plot(middle.index, middle, look_of(MODEL).marker, color=colour, ms=4)
    axes.plot(middle.index, middle, color=colour, linestyle=style)


def mark_knee(axes: "Axes", theme: Theme, count: int) -> None:
    axes.axvline(count, color=theme.muted, linewidth=1, zorder=0)
    axes.annotate(
        f"knee {count}", (count, 0.02), xycoords=("data", "axes fraction"), xytext=(4, 0),
        textcoords="offset points", color=theme.ink, fontsize=10,
    )  # fmt: skip


def costs(axes: "Axes", theme: Theme, table: pd.DataFrame) -> None:
    """Seconds on a logarithmic axis: to fit all classes, to sample 1,000 images."""
    from experiments.figures.charts import plain_ticks

    for metric, name, style in (
        ("fitting_seconds", "fit", "solid"), ("sampling_seconds", "1,000 samples", "dashed")
    ):  # fmt: skip
        line(axes, theme, table, metric, style)
        axes.annotate(
            name, (table["components"].min(), table[metric].iloc[0]), xytext=(0, 7),
            textcoords="offset points", color=theme.ink, fontsize=10,
        )  # fmt: skip
    axes.set_yscale("log")
    plain_ticks(axes, "y")
    axes.margins(y=0.2)
    axes.set_title("Seconds")


def draw_strip(study: "Context", table: pd.DataFrame, images: np.ndarray) -> None:
    """Each row a count, each column a class, all rows from the same noise."""
    accuracy = medians(table)["class_accuracy"]
    classes = [str(k) for k in range(images.shape[1])]
    picture = sheet(images, [str(count) for count in accuracy.index], classes)
    save_picture(
        study, "strip", picture, n=images.shape[0] * images.shape[1], models=[MODEL], seeds=[0],
        alt=f"A random sample of each class by PPCA, a row for each of {accuracy.index[0]} to "
        f"{accuracy.index[-1]} components, from the same noise; of such images the judge reads "
        f"{accuracy.iloc[0]:.0%} as asked with the fewest components, {accuracy.iloc[-1]:.0%} "
        "with the most.",
    )  # fmt: skip
