"""Type, colours and line styles, and the bare panels that every chart starts from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    """The colours of one mode. ``family`` maps a model's family to its colour."""

    name: str
    ink: str
    muted: str
    rule: str
    ground: str
    family: dict[str, str]
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
        return self.family[style(model).family]


LIGHT = Theme(
    "light", ink="#1d2329", muted="#59626c", rule="#d5dade", ground="#ffffff", ramp="Blues",
    family={"vae": "#1f6fb5", "gan": "#c8500a", "hybrid": "#7a4fb0", "linear": "#2c7d57",
            "real": "#6b747d"},
)  # fmt: skip
DARK = Theme(
    "dark", ink="#e8ebee", muted="#a7b0b9", rule="#3d444c", ground="#1e2129", ramp="Blues_r",
    family={"vae": "#6fb6f2", "gan": "#ff9c5a", "hybrid": "#c3a2ee", "linear": "#7dcca5",
            "real": "#a3acb5"},
)  # fmt: skip
THEMES = (LIGHT, DARK)


@dataclass(frozen=True)
class Style:
    """How a model is told apart within its family: without colour as well as with it."""

    family: str
    line: Any
    marker: str

    def plot(self, theme: Theme) -> dict[str, Any]:
        """Keywords for ``axes.plot``."""
        return {"color": theme.family[self.family], "linestyle": self.line}


DASHED = (0, (4, 1.6))


def style(model: str) -> Style:
    """VAEs are blue, GANs orange; conditional models solid with discs, others dashed, squares."""
    if model == "real":
        return Style("real", (0, (1, 1.6)), "D")
    has = {family for family in ("vae", "gan") if family in model}
    family = "hybrid" if len(has) == 2 else has.pop() if has else "linear"
    conditional = model.startswith(("cvae", "cgan", "cwgan", "acgan", "ccgan"))
    return Style(family, "solid" if conditional else DASHED, "o" if conditional else "s")


def title(model: str) -> str:
    """A model's name in running text: ``CGAN``; the floor is ``Real``."""
    return "Real" if model == "real" else model.upper()


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
    """Write ``(x, y, text, colour)`` beside the right ends of lines, pushed apart where they
    would overlap (``gap``: least distance, as a share of the axis). Call after the limits are set.
    """
    if not ends:
        return
    axes.autoscale_view()  # limits are settled late, and the transform below does not ask
    to_share = axes.transData + axes.transAxes.inverted()
    heights = [float(to_share.transform((x, y))[1]) for x, y, _, _ in ends]
    order = sorted(range(len(ends)), key=lambda i: heights[i])
    placed: list[float] = []
    for i in order:
        placed.append(max(heights[i], placed[-1] + gap) if placed else heights[i])
    # The block of labels keeps the centre of the lines' ends and stays inside the panel.
    shift = (sum(heights) - sum(placed)) / len(placed)
    shift = min(shift, 1.0 - placed[-1] if placed[-1] > 1.0 else shift)
    for rank, i in enumerate(order):
        y = max(placed[rank] + shift, placed[rank] if placed[0] + shift < 0 else 0.0)
        axes.annotate(
            ends[i][2], (1.0, y), xycoords="axes fraction", xytext=(5, 0),
            textcoords="offset points", va="center", color=ends[i][3], fontweight="bold",
            fontsize=11, annotation_clip=False,
        )  # fmt: skip
