"""What is read in filled images and how far their pixels are off; and the images themselves."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.figures import Theme, label_lines, panels, save_chart, save_picture, sheet, title
from experiments.figures import style as look_of
from experiments.results import REAL
from experiments.studies.inpainting import SHARES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.studies.drawing import Drawing

WAYS = {
    "original": "Untouched", "neighbour": "Neighbour", "empty": "Left empty",
}  # fmt: skip
"""What fills a hole without a model: rows of `REAL`, told apart by the condition ``way``."""


def draw(study: "Drawing") -> None:
    """Nothing, if no model could fill a hole."""
    if study.table.empty:
        return
    draw_numbers(study, scores(study.table), int(study.table["n"].max()))
    for place in range(len(SHARES)):
        draw_filled(study, place)


def scores(table: pd.DataFrame) -> pd.DataFrame:
    """Columns ``model, seed, way, share, accuracy, pixel_error``: the rows that belong together."""
    told = table["condition"].str.extract(r"share=(?P<share>[^;]+);way=(?P<way>.+)")
    rows: dict[tuple[object, ...], dict[str, object]] = {}
    for row, share, way in zip(table.itertuples(), told["share"], told["way"], strict=True):
        key = {"model": row.model, "seed": row.seed, "way": way, "share": float(share)}
        rows.setdefault(tuple(map(str, key.values())), key)[str(row.metric)] = row.value
    return pd.DataFrame(list(rows.values())).astype({"seed": "Int64"})


def label(model: str, way: str) -> str:
    return WAYS.get(way) or title(model)


def draw_numbers(study: "Drawing", table: pd.DataFrame, n: int) -> None:
    """Accuracy and pixel error over the share that is hidden, a line for each way."""
    order = [*(m for m in study.models if m in set(table["model"])), REAL]
    lines = sorted(table.groupby(["model", "way"], sort=False), key=lambda e: order.index(e[0][0]))
    dashes: dict[str, object] = {"neighbour": "dashed", "empty": "solid"}

    def chart(theme: Theme) -> "Figure":
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
        study, "accuracy", chart, n=n, data=table, models=models,
        alt="Filled images read as the true digit, and error of the pixels, when half of the "
        f"image is hidden, median over the seeds, most often read first: {told}.",
    )  # fmt: skip


def draw_filled(study: "Drawing", place: int) -> None:
    """One random test image of each class: its hole, every way to fill it, the original."""
    share, shown = SHARES[place], study.frame("shown").set_index("model")["seed"]
    models = [model for model in study.models if model in shown.index]
    original = study.array("original")
    rows = {
        "Hole": np.where(study.array("holes")[place], np.uint8(127), original),
        **{title(model): study.array(f"{model}-filled")[place] for model in models},
        WAYS["neighbour"]: study.array("neighbour")[place],
        WAYS["original"]: original,
    }
    classes = [str(k) for k in study.array("labels")]
    picture = sheet(np.stack(list(rows.values())), list(rows), classes)
    save_picture(
        study, f"filled-{100 * share:.0f}", picture, n=len(original), models=models,
        seeds=sorted({int(shown[model]) for model in models}),
        alt=f"One random test image of each class with {share:.0%} of it hidden, filled by "
        f"{', '.join(list(rows)[1:-1])}, one row each, above the original.",
    )  # fmt: skip
