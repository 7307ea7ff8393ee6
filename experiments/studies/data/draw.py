"""The share of each class, a contact sheet, and rendered house numbers beside real ones."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.figures import Theme, panels, save_chart, save_picture, sheet
from experiments.results import REAL

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL import Image

    from experiments.studies.drawing import Drawing

GAP = 24  # between the real and the rendered half, in pixels


def draw(study: "Drawing") -> None:
    draw_counts(study, study.frame("counts"))
    draw_sheet(study, study.array("sheet"))
    if "rendered" in study.kept:
        draw_pairs(study, study.array("real"), study.array("rendered"))


def draw_counts(study: "Drawing", frame: pd.DataFrame) -> None:
    train = frame[frame["split"] == "train"]
    most, least = train.loc[train["images"].idxmax()], train.loc[train["images"].idxmin()]
    save_chart(
        study, "counts", lambda theme: count_chart(theme, frame), data=frame,
        alt=f"In the training split {most['digit']} is the most frequent class with "
        f"{most['share']:.1%} of the images, {least['digit']} the rarest with "
        f"{least['share']:.1%}.",
        n=int(frame["images"].sum()), models=[REAL], seeds=[],
    )  # fmt: skip


def count_chart(theme: Theme, frame: pd.DataFrame) -> "Figure":
    """A bar per class for the training split; a diamond where the test split lies."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    figure, axes = panels(height=2.6)
    train, test = (frame[frame["split"] == split] for split in ("train", "test"))
    axes.bar(train["digit"], train["share"], width=0.7, color=theme.colour(REAL), alpha=0.55)
    axes.plot(test["digit"], test["share"], "D", color=theme.ink, markersize=4.5)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_locator(MaxNLocator(10, integer=True, steps=[1, 2, 5, 10]))
    axes.set_ylim(0, 1.12 * float(frame["share"].max()))
    axes.set_xlabel("class")
    axes.set_title("Share of each class: bars training, diamonds test")
    return figure


def draw_sheet(study: "Drawing", cells: np.ndarray) -> None:
    """Random training images, one row per class."""
    classes, each = cells.shape[:2]
    save_picture(
        study, "sheet", sheet(cells, [str(k) for k in range(classes)]),
        alt=f"{each} random training images of each class, one row per class.",
        n=classes * each, models=[REAL], seeds=[],
    )  # fmt: skip


def draw_pairs(study: "Drawing", real: np.ndarray, rendered: np.ndarray) -> None:
    """Random real crops on the left, random rendered crops on the right."""
    from PIL import Image

    classes, each = real.shape[:2]
    left = half(real, "real", [str(k) for k in range(classes)])
    right = half(rendered, "rendered", [])
    both = Image.new("RGBA", (left.width + GAP + right.width, left.height))
    both.paste(left, (0, 0))
    both.paste(right, (left.width + GAP, 0))
    save_picture(
        study, "rendered", both,
        alt=f"{each} random real SVHN test crops of each digit on the left, {each} random "
        "rendered ones on the right.",
        n=classes * each, models=[REAL], seeds=[],
    )  # fmt: skip


def half(cells: np.ndarray, name: str, rows: list[str]) -> "Image.Image":
    """One side of the picture, its name above the middle column."""
    each = cells.shape[1]
    return sheet(cells, rows, [name if column == each // 2 else "" for column in range(each)])
