"""Distances beside the floor, precision and recall, and what corruptions do to a distance."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.figures import Theme, label_lines, panels, save_chart, save_picture, sheet, title
from experiments.figures import style as look_of
from experiments.results import REAL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.studies.drawing import Drawing

LADDER_MARKERS = "osD^v"
LADDER_LINES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)))


def draw(study: "Drawing") -> None:
    draw_distances(study)
    draw_precision_and_recall(study)
    draw_ladder(study)
    draw_rungs(study)


def headline(study: "Drawing", *metrics: str) -> tuple[pd.DataFrame, int]:
    """A row for real images and each run, models in the order of the profile, with a column for
    each metric; and the number of images behind each value."""
    rows = study.table[(study.table.condition == "") & study.table.metric.isin(metrics)]
    wide = rows.pivot(index=["model", "seed"], columns="metric", values="value").reset_index()
    order = [REAL, *study.models]
    wide = wide.iloc[np.argsort([order.index(model) for model in wide.model], kind="stable")]
    return wide[["model", "seed", *metrics]], int(rows.n.min())


def dots(axes: "Axes", theme: Theme, table: pd.DataFrame, metric: str, models: list[str]) -> None:
    """A row per model with a dot per seed; the number above is the median."""
    for row, model in enumerate(models):
        values = table[table.model == model][metric]
        marker = look_of(model).marker
        axes.plot(
            values, [row] * len(values), marker, color=theme.colour(model), alpha=0.75, ms=5.5
        )
        axes.annotate(
            f"{values.median():#.3g}", (values.median(), row), xytext=(0, 5.5),
            textcoords="offset points", ha="center", color=theme.ink, fontsize=9,
        )  # fmt: skip
    axes.set_yticks(range(len(models)), [title(model) for model in models])
    axes.set_ylim(len(models) - 0.6, -0.8)
    axes.margins(x=0.12)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")


def draw_distances(study: "Drawing") -> None:
    """The Frechet distance of each model, the floor as a line."""
    table, n = headline(study, "frechet")
    floor = float(table[table.model == REAL]["frechet"].iloc[0])
    medians = table[table.model != REAL].groupby("model")["frechet"].median().sort_values()

    def chart(theme: Theme) -> "Figure":
        figure, axes = panels(height=0.9 + 0.42 * len(medians))
        axes.set_xscale("log")
        axes.axvline(floor, **look_of(REAL).plot(theme))
        dots(axes, theme, table, "frechet", [str(model) for model in medians.index])
        axes.set_xlabel(f"Fréchet distance to real test images (dotted: real images, {floor:.2g})")
        plain_numbers(axes.xaxis)
        return figure

    told = ", ".join(
        f"{title(str(model))} {value:.3g} ({value / floor:.3g} times the floor)"
        for model, value in medians.items()
    )
    save_chart(
        study, "frechet", chart, n=n, data=table,
        alt=f"Fréchet distance to real test images, median over seeds, nearest first: {told}; "
        f"real training images, the floor, {floor:.2g}.",
    )  # fmt: skip


def draw_precision_and_recall(study: "Drawing") -> None:
    """How much of what is generated looks real, and how much of what is real is reached."""
    titles = {
        "manifold_precision": "Precision", "manifold_recall": "Recall",
        "density": "Density", "coverage": "Coverage",
    }  # fmt: skip
    table, n = headline(study, *titles)
    models = list(dict.fromkeys(table.model))

    def chart(theme: Theme) -> "Figure":
        figure, grid = panels(2, 2, height=1.4 + 0.5 * len(models), sharey=True)
        for axes, (metric, name) in zip(grid.flat, titles.items(), strict=True):
            dots(axes, theme, table, metric, models)
            axes.set_title(name)
        return figure

    medians = table.groupby("model", sort=False)[list(titles)].median()
    told = "; ".join(
        f"{title(str(model))} " + ", ".join(f"{value:.2f}" for value in row)
        for model, row in zip(medians.index, medians.to_numpy(), strict=True)
    )
    save_chart(
        study, "precision-recall", chart, n=n, data=table,
        alt=f"Manifold precision, recall, density and coverage, median over seeds: {told}.",
    )  # fmt: skip


def draw_ladder(study: "Drawing") -> None:
    """The distance over the strength of each corruption."""
    steps = study.frame("ladder")
    kinds = list(dict.fromkeys(steps.corruption))
    n = int(study.table[study.table.condition == "corruption=none;strength=0"].n.iloc[0])

    def chart(theme: Theme) -> "Figure":
        figure, axes = panels(height=3.2)
        axes.set_yscale("log")
        ends = []
        for kind, marker, line in zip(kinds, LADDER_MARKERS, LADDER_LINES, strict=True):
            rows = steps[steps.corruption == kind]
            axes.plot(rows.strength, rows.frechet, marker=marker, ms=4, linestyle=line,
                      color=theme.muted)  # fmt: skip
            ends.append((rows.strength.iloc[-1], rows.frechet.iloc[-1], kind, theme.ink))
        axes.set_xticks(sorted(set(steps.strength)))
        axes.set_xlabel("strength of the corruption (0: untouched)")
        axes.set_ylabel("Fréchet distance")
        plain_numbers(axes.yaxis)
        label_lines(axes, theme, ends)
        return figure

    rising = steps.groupby("corruption").frechet.agg(lambda values: all(values.diff().dropna() > 0))
    save_chart(
        study, "ladder", chart, n=n, data=steps, models=[REAL], seeds=[],
        alt=f"The Fréchet distance rises with every step of {rising.sum()} of {len(kinds)} "
        "corruptions of real images: " + ", ".join(kinds) + ".",
    )  # fmt: skip


def draw_rungs(study: "Drawing") -> None:
    """What the corruptions look like."""
    steps, images = study.frame("ladder"), study.array("rungs")
    kinds = list(dict.fromkeys(steps.corruption))
    picture = sheet(images, kinds, [str(strength) for strength in sorted(set(steps.strength))])
    alt = (
        f"One real image, the one of most contrast among {study.array('among')}, untouched on "
        f"the left, under {len(kinds)} corruptions that rise."
    )
    save_picture(study, "ladder-images", picture, alt=alt, n=1, models=[REAL], seeds=[])


def plain_numbers(axis: Any) -> None:
    """0.1, 1, 10 in place of powers of ten; minor ticks named only where decades are few."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1.0,) if high / low > 30 else (1.0, 2.0, 5.0)))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())
