"""Charts that more than one figure is made of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.theme import Theme, label_lines, panels, style, title

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Locator


MOST_LINES = 5  # of models in one panel
MOST_COLUMNS = 12  # of classes with a number each


def plain_ticks(axes: "Axes", which: str = "x") -> None:
    """A logarithmic axis with ``0.1, 1, 10`` in place of powers, and no minor labels."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    axis.set_minor_formatter(NullFormatter())


def short(value: float) -> str:
    """``0.1``, ``2,000``, ``30k``, ``3M``: a number that fits below a tick."""
    if value >= 1e6:
        return f"{value / 1e6:g}M"
    return f"{value / 1e3:g}k" if value >= 1e4 else f"{value:,g}"


def rounded(value: float) -> str:
    """Two or three digits in running text: ``4.2``, ``131``, ``-1,360``, ``300,000``."""
    return f"{value:.2g}" if abs(value) < 100 else f"{float(f'{value:.3g}'):,.0f}"


def median_line(curves: "Sequence[tuple[np.ndarray, np.ndarray]]") -> tuple[np.ndarray, np.ndarray]:
    """The median of several curves ``(x, y)`` whose points correspond, in x and in y."""
    x, y = (np.median(np.stack(part), axis=0) for part in zip(*curves, strict=True))
    return x, y


def progress_chart(
    theme: Theme,
    data: "pd.DataFrame",
    x: str,
    y: str,
    *,
    heading: str,
    xlabel: str,
    floor: float | None = None,
    log: bool = False,
) -> "Figure":
    """``y`` over the logarithm of ``x``: a thin line per seed, a thick one for the median.

    ``data`` has columns model, seed, point, ``x`` and ``y``; ``floor`` is what real images
    reach. Fractions are shown from 0 to 100 %. More than a few models are shown in two panels,
    conditional ones above.
    """
    models = list(dict.fromkeys(data["model"]))
    groups = [models]
    if len(models) > MOST_LINES:
        groups = [[m for m in models if style(m).conditional is kind] for kind in (True, False)]
        groups = [group for group in groups if group]
    heights = [max(2.6, 1.0 + 0.3 * len(group)) for group in groups]
    figure, grid = panels(
        len(groups), 1, height=sum(heights) + 0.5, sharex=True, sharey=True, squeeze=False,
        height_ratios=heights,
    )  # fmt: skip
    floors = [] if floor is None else [(float(data[x].max()), floor)]
    ends_of = []
    for axes, group in zip(grid[:, 0], groups, strict=True):
        ends = progress_lines(axes, theme, data[data["model"].isin(group)], x, y)
        axes.set_xscale("log")
        plain_ticks(axes)
        fractions_or_log(axes, log)
        for end in floors:
            axes.axhline(floor, **style("real").plot(theme))
            ends.append((*end, "Real", theme.colour("real")))
        kind = "conditional" if style(group[0]).conditional else "unconditional"
        axes.set_title(f"{heading}, {kind}" if len(groups) > 1 else heading)
        axes.label_outer()
        ends_of.append(ends)
    # The panels share their limits, which the last of them settles.
    for axes, ends, height in zip(grid[:, 0], ends_of, heights, strict=True):
        label_lines(axes, theme, ends, gap=0.2 / (height - 0.4))
    grid[-1, 0].set_xlabel(xlabel)
    return figure


def progress_lines(
    axes: "Axes", theme: Theme, data: "pd.DataFrame", x: str, y: str
) -> list[tuple[float, float, str, str]]:
    """The lines of some models; returns what `label_lines` takes."""
    ends = []
    for model, rows in data.groupby("model", sort=False):
        look = style(str(model)).plot(theme)
        curves = []
        for _, run in rows.groupby("seed"):
            curves.append((run[x].to_numpy(), run[y].to_numpy()))
            axes.plot(*curves[-1], **{**look, "linewidth": 0.6, "alpha": 0.4})
        middle = median_line(curves)
        axes.plot(*middle, **look)
        end = float(middle[0][-1]), float(middle[1][-1])
        axes.plot(*end, style(str(model)).marker, color=look["color"], markersize=4.5)
        ends.append((*end, title(str(model)), look["color"]))
    return ends


def fractions_or_log(axes: "Axes", log: bool) -> None:
    from matplotlib.ticker import PercentFormatter

    if log:
        axes.set_yscale("log")
        plain_ticks(axes, "y")
    else:
        axes.set_ylim(0, 1.02)
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))


def seed_dots(theme: Theme, data: "pd.DataFrame", columns: Sequence[tuple[str, str]]) -> "Figure":
    """One panel per ``(column, heading)``: a row per model, a dot per seed, a bar at the median."""
    models = list(dict.fromkeys(data["model"]))
    figure, all_axes = panels(
        1, len(columns), height=0.85 + 0.34 * len(models), sharey=True, squeeze=False
    )
    for axes, (column, heading) in zip(all_axes[0], columns, strict=True):
        for row, model in enumerate(models):
            values = data.loc[data["model"] == model, column].to_numpy()
            colour = theme.colour(model)
            middle = float(np.median(values))
            axes.plot([0, middle], [row, row], color=colour, alpha=0.35, linewidth=5,
                      solid_capstyle="butt")  # fmt: skip
            axes.plot(values, np.full(len(values), row), style(model).marker, color=colour,
                      markersize=4.5, markeredgewidth=0)  # fmt: skip
        axes.set_title(heading)
        axes.set_xlim(0, float(data[column].max()) * 1.1)
        axes.grid(axis="x")
        axes.grid(visible=False, axis="y")
        axes.xaxis.set_major_locator(_few())
        axes.xaxis.set_major_formatter(lambda value, _: short(value))
    first = all_axes[0][0]
    first.set_yticks(range(len(models)), [title(model) for model in models])
    for label, model in zip(first.get_yticklabels(), models, strict=True):
        label.set(color=theme.colour(model), fontweight="bold", fontsize=11)
    first.set_ylim(len(models) - 0.4, -0.6)
    return figure


def _few() -> "Locator":
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=4, min_n_ticks=3)


def small_multiples(
    theme: Theme, model: str, data: "pd.DataFrame", losses: Sequence[str], units: str
) -> "Figure":
    """One panel per loss of one model, two in a row, over thousands of images seen; a line per
    seed."""
    columns = min(2, len(losses))
    down = -(-len(losses) // columns)
    figure, grid = panels(down, columns, height=2.1 * down + 0.2, squeeze=False)
    all_axes = list(grid.flat)
    for empty in all_axes[len(losses) :]:
        empty.set_visible(False)
    colour = theme.colour(model)
    for axes, loss in zip(all_axes, losses, strict=False):
        rows = data[data["loss"] == loss]
        for _, run in rows.groupby("seed"):
            axes.plot(run["images"] / 1e3, run["value"], color=colour, linewidth=1.1, alpha=0.8)
        # The first steps are far off and would flatten everything that follows.
        settled = rows.loc[rows["images"] > 0.02 * rows["images"].max(), "value"]
        settled = settled[np.isfinite(settled)]  # a diverged run ends in no number
        if len(settled):
            low, high = float(settled.min()), float(settled.max())
            pad = 0.06 * max(high - low, 1e-6)
            axes.set_ylim(low - pad, high + pad)
        axes.set_title("KL" if loss == "kl" else loss.replace("_", " ").capitalize())
        axes.xaxis.set_major_locator(_few())
        axes.yaxis.set_major_locator(_few())
        axes.set_xlabel("thousand images")
    for axes in grid[:, 0]:
        axes.set_ylabel(units)
    return figure


def heat_table(
    theme: Theme, values: "pd.DataFrame", distance: "pd.DataFrame", heading: str, xlabel: str
) -> "Figure":
    """Shares as numbers, a row per model and a column per class: the darker a cell (in dark
    mode, the brighter), the larger its ``distance`` from what it should be."""
    from matplotlib import colormaps
    from matplotlib.colors import PowerNorm

    rows, columns = values.shape
    figure, axes = panels(height=0.95 + 0.27 * rows)
    # A root scale: differences of 1 % would be invisible beside one of 50 %.
    far = distance.abs().to_numpy()
    norm, ramp = PowerNorm(0.5, 0, max(0.1, float(np.nanmax(far)))), colormaps[theme.ramp]
    axes.imshow(far, norm=norm, cmap=ramp, aspect="auto")
    for row, column in np.ndindex(rows, columns) if columns <= MOST_COLUMNS else []:
        value = 100 * values.iloc[row, column]
        light = np.dot(ramp(norm(far[row, column]))[:3], (0.3, 0.6, 0.1)) > 0.55
        axes.text(
            column, row, f"{value:.0f}" if value > 99.95 else f"{value:.1f}", ha="center",
            va="center", fontsize=9, color="#111111" if light else "#ffffff",
        )  # fmt: skip
    models = [str(model) for model in values.index]
    axes.set_yticks(range(rows), [title(model) for model in models])
    for label, model in zip(axes.get_yticklabels(), models, strict=True):
        label.set(color=theme.colour(model), fontweight="bold")
    axes.set_xticks(range(columns), [str(name) for name in values.columns])
    if columns > MOST_COLUMNS:
        axes.xaxis.set_major_locator(_few())
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_title(heading)
    axes.set_xlabel(xlabel)
    return figure
