"""The figures of the study `components`: quality and cost over a number of components."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.figures.charts import plain_ticks, rounded
from experiments.figures.pictures import sheet
from experiments.figures.save import save_chart, save_picture
from experiments.figures.theme import Theme, panels
from experiments.figures.theme import style as look_of
from experiments.results import REAL
from experiments.studies.components import MODEL
from experiments.studies.components.curves import medians, rises

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.studies.drawing import Drawing

CURVES = {"log_likelihood": "the likelihood", "frechet": "the distance"}
HEADINGS = {
    "log_likelihood": "Log-likelihood, nats", "frechet": "Fréchet distance",
    "class_accuracy": "Read as asked",
}  # fmt: skip


def draw(study: "Drawing") -> None:
    """Nothing, if no run was measured."""
    if study.table.empty:
        return
    table, rows = study.frame("quality"), study.table
    of_real = rows[rows["model"] == REAL].set_index("metric")["value"]
    knees = {
        metric: int(value)
        for metric in CURVES
        for value in rows.loc[rows["condition"] == f"of={metric}", "value"]
    }
    n = int(rows.loc[rows["metric"] == "frechet", "n"].max())
    draw_quality(study, table, knees, of_real, n)
    draw_knees(study, table, knees, n)
    draw_strip(study, table, study.array("strip"))


def best(curve: pd.Series) -> int:
    """The count at which a metric, the name of the curve, is best."""
    return int(curve.idxmax() if rises(str(curve.name)) else curve.idxmin())


def draw_quality(
    study: "Drawing", table: pd.DataFrame, knees: dict[str, int], of_real: pd.Series, n: int
) -> None:
    """What more components give, and what they cost; the knee as an upright line."""
    curves = medians(table)

    def chart(theme: Theme) -> "Figure":
        figure, grid = panels(2, 2, height=4.7, sharex=True)
        for axes, (metric, heading) in zip(grid.flat, HEADINGS.items(), strict=False):
            line(axes, theme, table, metric)
            axes.set_title(heading)
            if metric in of_real:
                axes.axhline(of_real[metric], **look_of(REAL).plot(theme))
            if metric in knees:
                mark_knee(axes, theme, knees[metric], left=rises(metric))
        grid[0, 1].set_yscale("log")
        plain_ticks(grid[0, 1], "y")
        grid[1, 0].yaxis.set_major_formatter(lambda value, _: f"{100 * value:.3g}%")
        costs(grid[1, 1], theme, table)
        for axes in grid[1]:
            axes.set_xscale("log", base=2)
            axes.set_xticks(list(curves.index)[::2], [str(c) for c in curves.index[::2]])
            axes.set_xlabel("components")
        return figure

    told = "; ".join(
        course(curves[metric], name, write)
        for metric, name, write in (
            ("log_likelihood", "log-likelihood", rounded),
            ("frechet", "Fréchet distance", rounded),
            ("class_accuracy", "share read as asked", "{:.1%}".format),
            ("sampling_seconds", "seconds for 1,000 samples", "{:.2g}".format),
        )
    )
    save_chart(
        study, "quality", chart, n=n, data=table, models=[MODEL],
        alt=f"PPCA by the number of components: {told}. "
        + (f"The knee lies {places(knees)}." if knees else "No curve has a knee."),
    )  # fmt: skip


def draw_knees(study: "Drawing", table: pd.DataFrame, knees: dict[str, int], n: int) -> None:
    """How the knee is found: up to the best value, furthest from the chord of the curve."""
    if not knees:
        return
    curves = medians(table)

    def chart(theme: Theme) -> "Figure":
        figure, row = panels(1, len(knees), height=2.7, squeeze=False)
        for axes, (metric, count) in zip(row[0], knees.items(), strict=True):
            end = best(curves[metric])
            line(axes, theme, table[table["components"] <= end], metric)
            ends = curves.loc[[curves.index[0], end], metric]
            axes.plot(ends.index, ends, color=theme.muted, linewidth=1)
            mark_knee(axes, theme, count, low=rises(metric))
            axes.set_title(HEADINGS[metric])
            axes.set_xlabel("components")
            axes.locator_params(axis="x", nbins=4)
        return figure

    save_chart(
        study, "knees", chart, n=n, data=curves[list(knees)].reset_index(), models=[MODEL],
        alt="The same curves on a plain scale up to their best values, each with the straight line "
        f"between its ends; the knee, furthest from it, lies {places(knees)}.",
    )  # fmt: skip


def course(curve: pd.Series, name: str, write: Callable[[float], str]) -> str:
    """Where a curve begins, is best and ends, in words."""
    marks = {curve.index[0]: "with", curve.index[-1]: "with"}
    if curve.name in HEADINGS:  # of times the smallest is chance
        marks[best(curve)] = "at best with"
    parts = [f"{write(curve[count])} {how} {count}" for count, how in sorted(marks.items())]
    return f"{name} {', '.join(parts)}"


def places(knees: dict[str, int]) -> str:
    return " and ".join(f"at {count} for {CURVES[metric]}" for metric, count in knees.items())


def line(
    axes: "Axes", theme: Theme, table: pd.DataFrame, metric: str, style: str = "solid"
) -> None:
    """The median over the seeds; an upright stroke from the lowest seed to the highest."""
    groups = table.groupby("components")[metric]
    middle, colour = groups.median(), theme.colour(MODEL)
    axes.vlines(middle.index, groups.min(), groups.max(), color=colour, linewidth=1)
    axes.plot(middle.index, middle, look_of(MODEL).marker, color=colour, ms=4)
    axes.plot(middle.index, middle, color=colour, linestyle=style)
    if metric == "log_likelihood" and middle.iloc[-1] < middle.iloc[0]:
        # Too many components fit the training images alone: the fall would flatten the rest.
        low, high = middle.iloc[0], middle.max()
        axes.set_ylim(low - 0.15 * (high - low), high + 0.08 * (high - low))
        axes.annotate(
            f"↓ {middle.iloc[-1]:,.0f}".replace("-", "−"), (0.98, 0.03), ha="right",
            xycoords="axes fraction", color=theme.ink, fontsize=10,
            bbox={"facecolor": theme.ground, "edgecolor": "none", "pad": 1},
        )  # fmt: skip


def mark_knee(
    axes: "Axes", theme: Theme, count: int, *, left: bool = False, low: bool = False
) -> None:
    """An upright line with its name in the corner that the curve leaves free."""
    axes.axvline(count, color=theme.muted, linewidth=1, zorder=0)
    axes.annotate(
        f"knee {count}", (count, 0.03 if low else 0.97), xycoords=("data", "axes fraction"),
        xytext=(-4 if left else 4, 0), textcoords="offset points", color=theme.ink, fontsize=10,
        ha="right" if left else "left", va="bottom" if low else "top",
    )  # fmt: skip


def costs(axes: "Axes", theme: Theme, table: pd.DataFrame) -> None:
    """Seconds on a logarithmic axis: to fit all classes, to sample 1,000 images."""
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


def draw_strip(study: "Drawing", table: pd.DataFrame, images: np.ndarray) -> None:
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
