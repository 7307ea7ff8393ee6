"""Which digit is taken for which, how often each is read as asked, and how often at all."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.figures import Theme, panels, save_chart, title
from experiments.figures.charts import heat_table
from experiments.results import REAL

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.studies.drawing import Drawing


def draw(study: "Drawing") -> None:
    draw_confusion(study, REAL, study.array(f"confusion-{REAL}"), [])
    draw_confusion(study, REAL, study.array(f"confusion-{REAL}-features"), [], suffix="-features")
    for row in study.frame("confusions").itertuples():
        draw_confusion(study, row.model, study.array(f"confusion-{row.model}"), [row.seed])
    draw_accuracies(study)
    draw_balance(study)


def draw_confusion(
    study: "Drawing", model: str, cells: np.ndarray, seeds: list[int], suffix: str = ""
) -> None:
    """Which digit is taken for which: per cent of what was asked for."""
    share = 100 * cells / np.maximum(cells.sum(1, keepdims=True), 1)
    classes = len(share)

    def chart(theme: Theme) -> "Figure":
        from matplotlib import colormaps
        from matplotlib.colors import PowerNorm

        figure, axes = panels(height=4.6)
        # A root scale: confusions of 1 % would be invisible beside 99 % on the diagonal.
        norm, ramp = PowerNorm(0.5, 0, 100), colormaps[theme.ramp]
        axes.imshow(share, norm=norm, cmap=ramp)
        for i, j in np.argwhere(share >= 0.5) if classes <= 12 else []:
            light = np.dot(ramp(norm(share[i, j]))[:3], (0.3, 0.6, 0.1)) > 0.55
            axes.text(
                j, i, f"{share[i, j]:.0f}", ha="center", va="center", fontsize=9,
                color="#111111" if light else "#ffffff",
            )  # fmt: skip
        axes.set_xticks(range(classes))
        axes.set_yticks(range(classes))
        axes.grid(visible=False)
        axes.set_xlabel("read by the judge")
        axes.set_ylabel("true digit" if model == REAL else "digit asked for")
        return figure

    wrong = share - np.diag(np.diag(share))
    i, j = np.unravel_index(wrong.argmax(), wrong.shape)
    images = (
        f"real test images{suffix and ', by the judge of features'}"
        if model == REAL
        else f"images by the {title(model)}"
    )
    names = [str(k) for k in range(classes)]
    save_chart(
        study, f"confusion-{model}{suffix}", chart, n=int(cells.sum()), models=[model], seeds=seeds,
        data=pd.DataFrame(cells, columns=names).rename_axis("asked").reset_index(),
        alt=f"Of {images}, {np.diag(share).mean():.1f} % are read as asked, mean over digits; the "
        f"most frequent confusion is {article(i)} {i} read as {article(j)} {j}, "
        f"{wrong[i, j]:.1f} % of that digit.",
    )  # fmt: skip


def article(digit: int) -> str:
    """``an`` eight, ``a`` seven."""
    return "an" if digit in (8, 11, 18) else "a"


def by_digit(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Median over seeds of a metric's rows ``digit=k``: columns model, digit, value; real images
    come first."""
    rows = table[(table.metric == metric) & table.condition.str.fullmatch(r"digit=\d+")]
    rows = rows.sort_values("model", key=lambda models: models != REAL, kind="stable")
    rows = rows.assign(digit=rows.condition.str.removeprefix("digit=").astype(int))
    return rows.groupby(["model", "digit"], sort=False, as_index=False)["value"].median()


def draw_accuracies(study: "Drawing") -> None:
    """Share read as asked, digit by digit: where a model falls behind real images."""
    table = study.table
    values = by_digit(table, "recall")
    wide = in_rows(study, values)
    told = "; ".join(
        f"{title(str(m))} lowest for {row.idxmin()} with {row.min():.1%}"
        for m, row in wide.iterrows()
    )
    headline = table[(table.metric == "class_accuracy") & (table.condition == "")]
    save_chart(
        study, "accuracy-by-digit",
        lambda theme: heat_table(theme, wide, 1 - wide, "Read as the digit asked for, %", "digit"),
        n=int(headline[headline.model != REAL].n.min()) if len(wide) > 1 else int(headline.n.min()),
        data=values,
        alt="Share of images read as the digit asked for, by digit, median over seeds: "
        f"{told}.",
    )  # fmt: skip


def draw_balance(study: "Drawing") -> None:
    """Share of the images that is read as each digit, beside what was asked for."""
    table = study.table
    values = by_digit(table, "share")
    wide = in_rows(study, values)
    gaps = wide - study.array("asked")
    gaps.loc[REAL] = 0.0
    told = "; ".join(
        f"{title(str(m))} by at most {gap:.1%} of all images"
        for m, gap in gaps.drop(REAL).abs().max(axis=1).items()
    )
    save_chart(
        study, "balance",
        lambda theme: heat_table(theme, wide, gaps, "Read as each digit, % of all images", "digit"),
        n=int(table[table.metric == "share"].n.min()), data=values,
        alt="Share of images read as each digit, median over seeds. Away from the proportions of "
        f"the training split: {told}.",
    )  # fmt: skip


def in_rows(study: "Drawing", values: pd.DataFrame) -> pd.DataFrame:
    """A row per model, real images first, and a column per digit."""
    wide = values.pivot(index="model", columns="digit", values="value")
    return wide.loc[[m for m in (REAL, *study.models) if m in wide.index]]
