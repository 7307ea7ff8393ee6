"""Type, colours and line styles, and the bare panels that every chart starts from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.models.facts import look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 4.8
"""Inches. A chart is shown at 330 to 460 px: 11 pt type stays readable on a phone."""

FONTS = Path(__file__).parent / "fonts"
"""The typeface of the page; it travels with the code so that every machine draws alike."""

FAMILY = ["Two Ways Sans", "DejaVu Sans"]  # the second for signs that the first lacks


@dataclass(frozen=True)
class Theme:
    """The colours of one mode. ``family`` maps a model's family to its colour, ``shades`` to
    more of the same hue for families of many."""

    name: str
    ink: str
    muted: str
    rule: str
    ground: str
    family: dict[str, str]
    shades: dict[str, tuple[str, ...]]
    ramp: str

    def rc(self) -> Any:
        """matplotlib settings (a dictionary); text becomes outlines: no reader needs the font."""
        return {
            "font.family": FAMILY, "font.size": 11, "axes.titlesize": 12, "axes.labelsize": 11,
            "xtick.labelsize": 10, "ytick.labelsize": 10, "axes.titlelocation": "left",
            "axes.titleweight": "bold", "axes.titlepad": 8, "svg.fonttype": "path",
            "text.color": self.ink, "axes.labelcolor": self.muted, "axes.titlecolor": self.ink,
            "axes.edgecolor": self.rule, "xtick.color": self.rule, "ytick.color": self.rule,
            "xtick.labelcolor": self.muted, "ytick.labelcolor": self.muted,
            "ytick.alignment": "center",
            "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True,
            "axes.grid.axis": "y", "axes.axisbelow": True, "grid.color": self.rule,
            "grid.linewidth": 0.6, "axes.linewidth": 0.8, "lines.linewidth": 1.8,
            "lines.solid_capstyle": "round", "xtick.major.size": 3, "ytick.major.size": 0,
            "xtick.minor.size": 0, "figure.facecolor": "none", "axes.facecolor": "none",
            "savefig.facecolor": "none", "legend.frameon": False, "image.cmap": self.ramp,
        }  # fmt: skip

    def colour(self, model: str) -> str:
        own = style(model)
        every = (self.family[own.family], *self.shades.get(own.family, ()))
        return every[own.shade % len(every)]


LIGHT = Theme(
    "light", ink="#1d2329", muted="#59626c", rule="#d5dade", ground="#ffffff", ramp="Blues",
    family={"vae": "#1f6fb5", "gan": "#c8500a", "hybrid": "#7a4fb0", "linear": "#2c7d57",
            "real": "#6b747d"},
    shades={"vae": ("#0a7c74", "#5b55c4"), "gan": ("#8a6300", "#b81d33", "#744027")},
)  # fmt: skip
DARK = Theme(
    "dark", ink="#e8ebee", muted="#a7b0b9", rule="#3d444c", ground="#1e2129", ramp="Blues_r",
    family={"vae": "#6fb6f2", "gan": "#ff9c5a", "hybrid": "#c3a2ee", "linear": "#7dcca5",
            "real": "#a3acb5"},
    shades={"vae": ("#56d3c2", "#a9a4ff"), "gan": ("#e5c14f", "#ff7d85", "#d6a98d")},
)  # fmt: skip
THEMES = (LIGHT, DARK)


@dataclass(frozen=True)
class Style:
    """How a model is told apart within its family: without colour as well as with it."""

    family: str
    line: Any
    marker: str
    shade: int = 0
    conditional: bool = False

    def plot(self, theme: Theme) -> dict[str, Any]:
        """Keywords for ``axes.plot``."""
        every = (theme.family[self.family], *theme.shades.get(self.family, ()))
        return {"color": every[self.shade % len(every)], "linestyle": self.line}


DASHED = (0, (4, 1.6))
DASHES = (DASHED, (0, (6, 1.4, 1.2, 1.4)), (0, (2, 1.2)), (0, (4, 1.2, 1, 1.2, 1, 1.2)))
DISCS, SQUARES = "o^Pp", "sdvX"

REAL = "real"
"""What stands beside the models in every chart: real images."""


@cache
def style(model: str) -> Style:
    """VAEs are blue, GANs orange; conditional models solid with discs and the like, others
    dashed, with squares and the like. A family without a colour of its own has the linear one."""
    if model == REAL:
        return Style(REAL, (0, (1, 1.6)), "D")
    told = look(model)
    family = told.family if told.family in LIGHT.family else "linear"
    line = "solid" if told.conditional else DASHES[told.shade % 4]
    marker = (DISCS if told.conditional else SQUARES)[told.shade % 4]
    return Style(family, line, marker, told.shade, told.conditional)


def title(model: str) -> str:
    """A model's name in running text: ``CGAN``; real images are ``Real``."""
    return "Real" if model == REAL else look(model).name


def register_fonts() -> None:
    """Make the project's typeface known to matplotlib; again costs nothing."""
    from matplotlib.font_manager import fontManager

    known = {entry.name for entry in fontManager.ttflist}
    if FAMILY[0] not in known:
        for path in sorted(FONTS.glob("*.ttf")):
            fontManager.addfont(path)


def panels(
    rows: int = 1, columns: int = 1, height: float = 3.0, **options: Any
) -> "tuple[Figure, Any]":
    """A figure of the project's width, ``height`` inches high, and its axes.

    Made without pyplot, whose global state would leak from one chart into the next.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots(rows, columns, **options)


def label_lines(
    axes: "Axes", theme: Theme, ends: Sequence[tuple[float, float, str, str]], gap: float = 0.075
) -> None:
    """Write ``(x, y, text, colour)`` beside the right ends of lines, as near to them as can be
    without overlap (``gap``: least distance, as a share of the axis), with a thin line from
    an end to a label that had to give way. Call after the limits are set.
    """
    if not ends:
        return
    axes.autoscale_view()  # limits are settled late, and the transform below does not ask
    to_share = axes.transData + axes.transAxes.inverted()
    places = [to_share.transform((x, y)) for x, y, _, _ in ends]
    heights = spread([float(place[1]) for place in places], gap)
    for (x, y), height, (_, _, text, colour) in zip(places, heights, ends, strict=True):
        if abs(height - y) > gap / 3 or x < 0.97:
            axes.plot([x, 1.0, 1.01], [y, height, height], transform=axes.transAxes, color=colour,
                      linewidth=0.6, linestyle="solid", alpha=0.7, clip_on=False)  # fmt: skip
        axes.annotate(
            text, (1.0, height), xycoords="axes fraction", xytext=(5, 0),
            textcoords="offset points", va="center", color=colour, fontweight="bold",
            fontsize=11, annotation_clip=False,
        )  # fmt: skip


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Heights at least ``gap`` apart, inside 0 to 1, that differ least from the given ones.

    Neighbours that push one another share the push (least squares, by pooling neighbours).
    """
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    pools: list[tuple[float, int]] = []  # mean of what each wants, less the gaps below it; size
    for rank, i in enumerate(order):
        mean, size = heights[i] - rank * gap, 1
        while pools and pools[-1][0] > mean:
            other, others = pools.pop()
            mean, size = (other * others + mean * size) / (others + size), others + size
        pools.append((mean, size))
    wanted = [mean for mean, size in pools for _ in range(size)]
    top = max(0.0, 1 - (len(heights) - 1) * gap)
    placed = [0.0] * len(heights)
    for rank, i in enumerate(order):
        placed[i] = min(max(wanted[rank], 0.0), top) + rank * gap
    return placed
