"""Does the judge read the digit that was asked for, and every digit equally often?

Labels come from the second judge, which has no part in any distance; what it reaches on
real test images stands beside what it says of generated ones.
"""

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.evaluation import bootstrap, labels
from experiments.figures import Theme, panels, save_chart, title
from experiments.figures.charts import heat_table
from experiments.judges.judge import read
from experiments.results import REAL
from experiments.support.random import rng

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.runs.run import Run
    from experiments.studies import Context


def run(study: "Context") -> None:
    test = study.data.y_test
    real = digits(study, study.data.x_test)
    other = judge_rows(study, real)
    share_rows(study, None, real)
    cells = {REAL: class_rows(study, None, real, test)}

    runs: dict[str, list[tuple[float, Run, np.ndarray]]] = defaultdict(list)
    replicates: dict[str, list[np.ndarray]] = defaultdict(list)
    for made in study.each(study.finished):
        images, asked = made.samples
        found = digits(study, images)
        share_rows(study, made, found)
        if made.conditional:
            counts = class_rows(study, made, found, asked)
            runs[made.model].append((labels.class_accuracy(found, asked), made, counts))
            replicates[made.model].append(accuracy_replicates(counts, made.model, made.seed))
    differences(study, replicates, study.profile.evaluation.samples)

    draw_confusion(study, REAL, cells[REAL], [])
    draw_confusion(study, REAL, other, [], suffix="-features")
    for model, own in runs.items():
        # The run in the middle: neither the best nor the worst is picked.
        _, made, counts = sorted(own, key=lambda entry: entry[0])[(len(own) - 1) // 2]
        draw_confusion(study, model, counts, [made.seed])
    table = study.table.frame()
    draw_accuracies(study, table)
    draw_balance(study, table)


def digits(study: "Context", images: np.ndarray) -> np.ndarray:
    """What the label judge reads, int64 [N]."""
    return read(study.judges.labels, images)[1].argmax(1)


def judge_rows(study: "Context", real: np.ndarray) -> np.ndarray:
    """Both judges on the real test split; the headline is the one that gives labels.

    The report of the feature judge is added here; returns its [true, read] counts.
    """
    n, name = len(real), judge_name(study)
    others = read(study.judges.features, study.data.x_test)[1].argmax(1)
    for role, found in (("labels", real), ("features", others)):
        accuracy = (found == study.data.y_test).mean()
        study.table.add(REAL, "judge_accuracy", accuracy, n=n, run=name, judge=role)
        if role == "labels":
            study.table.add(REAL, "judge_accuracy", accuracy, n=n, run=name)
    return class_rows(study, None, others, study.data.y_test, judge="features")


def judge_name(study: "Context", made: "Run | None" = None) -> str:
    """Each row names the judges that made it."""
    return (f"{made.name};" if made else "") + f"judge={study.judges.sha256[:8]}"


def class_rows(
    study: "Context", made: "Run | None", found: np.ndarray, asked: np.ndarray, **judge: str
) -> np.ndarray:
    """Class accuracy, and precision, recall and F1 of every digit; returns [asked, read] counts.

    The recall of a digit is its accuracy. ``made`` None: real test images. ``judge``: which
    one read them, if not that of labels.
    """
    model, seed = (made.model, made.seed) if made else (REAL, None)
    name = judge_name(study, made)
    accuracy = labels.class_accuracy(found, asked)
    study.table.add(model, "class_accuracy", accuracy, n=len(found), seed=seed, run=name, **judge)
    for k, row in labels.report(found, asked, study.data.classes).items():
        for metric in ("precision", "recall", "f1"):
            study.table.add(
                model, metric, row[metric], n=int(row["n"]), seed=seed, run=name, digit=k, **judge
            )
    return labels.confusion(found, asked, study.data.classes)


def share_rows(study: "Context", made: "Run | None", found: np.ndarray) -> None:
    """The share of images read as each digit: what is lost shows here, also without labels."""
    model, seed = (made.model, made.seed) if made else (REAL, None)
    for k, share in enumerate(labels.class_balance(found, study.data.classes)):
        study.table.add(
            model, "share", share, n=len(found), seed=seed, run=judge_name(study, made), digit=k
        )


def accuracy_replicates(cells: np.ndarray, model: str, seed: int) -> np.ndarray:
    """Class accuracies of resampled images, from the counts [asked, read].

    Drawing n_k images of a class with replacement, of which a share p_k is right, makes
    their number binomial: the same as drawing rows, without the rows. Every run has images of
    its own and so a stream of its own: in one stream all runs would err alike, and the interval
    of a difference would be too narrow.
    """
    asked = cells.sum(1)[cells.sum(1) > 0]
    right = np.diag(cells)[cells.sum(1) > 0]
    stream = rng(seed, "recognition/bootstrap", model)
    drawn = stream.binomial(asked, right / asked, (bootstrap.RESAMPLES, len(asked)))
    return bootstrap.centred((drawn / asked).mean(1), float((right / asked).mean()))


def differences(study: "Context", replicates: dict[str, list[np.ndarray]], n: int) -> None:
    """Rows ``bound=low|high;minus=<other model>``, as in the study of fidelity."""
    for a, b in combinations(replicates, 2):
        ends = bootstrap.interval_of_difference(np.stack(replicates[a]), np.stack(replicates[b]))
        for bound, value in zip(("low", "high"), ends, strict=True):
            study.table.add(a, "class_accuracy", value, n=n, bound=bound, minus=b)


def draw_confusion(
    study: "Context", model: str, cells: np.ndarray, seeds: list[int], suffix: str = ""
) -> None:
    """Which digit is taken for which: per cent of what was asked for."""
    share = 100 * cells / np.maximum(cells.sum(1, keepdims=True), 1)
    classes = len(share)

    def draw(theme: Theme) -> "Figure":
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
        study, f"confusion-{model}{suffix}", draw, n=int(cells.sum()), models=[model], seeds=seeds,
        data=pd.DataFrame(cells, columns=names).rename_axis("asked").reset_index(),
        alt=f"Of {images}, {np.diag(share).mean():.1f} % are read as asked, mean over digits; the "
        f"most frequent confusion is {article(i)} {i} read as {article(j)} {j}, "
        f"{wrong[i, j]:.1f} % of that digit.",
    )  # fmt: skip


def article(digit: int) -> str:
    """``an`` eight, ``a`` seven."""
    return "an" if digit in (8, 11, 18) else "a"


def by_digit(table: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Median over seeds of a metric's rows ``digit=k``: columns model, digit, value."""
    rows = table[(table.metric == metric) & table.condition.str.fullmatch(r"digit=\d+")]
    rows = rows.assign(digit=rows.condition.str.removeprefix("digit=").astype(int))
    return rows.groupby(["model", "digit"], sort=False, as_index=False)["value"].median()


def draw_accuracies(study: "Context", table: pd.DataFrame) -> None:
    """Share read as asked, digit by digit: where a model falls behind real images."""
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


def draw_balance(study: "Context", table: pd.DataFrame) -> None:
    """Share of the images that is read as each digit, beside what was asked for."""
    values = by_digit(table, "share")
    wide = in_rows(study, values)
    # Samples are drawn in the proportions of the training split, and unconditional models have
    # seen those; real test images have their own.
    asked = labels.class_balance(study.data.y_train, study.data.classes)
    gaps = wide - asked
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


def in_rows(study: "Context", values: pd.DataFrame) -> pd.DataFrame:
    """A row per model, real images first, and a column per digit."""
    wide = values.pivot(index="model", columns="digit", values="value")
    return wide.loc[[m for m in (REAL, *study.models) if m in wide.index]]
