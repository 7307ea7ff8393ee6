"""What the judge of labels reads: accuracies, reports by digit, shares, confusions."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.evaluation import bootstrap, labels
from experiments.results import REAL
from experiments.support.random import rng

if TYPE_CHECKING:
    from experiments.runs.run import Run
    from experiments.studies.measuring import Measuring


def measure_run(study: "Measuring", run: "Run") -> None:
    asked, found = run.samples[1], study.readings(run).digits
    share_rows(study, run, found)
    if run.conditional:
        cells = class_rows(study, run, found, asked)
        error = bootstrap.standard_error(accuracy_replicates(cells, run.model, run.seed))
        study.table.add(
            run.model, "class_accuracy", error, n=len(found), seed=run.seed,
            run=run_name(study, run), bootstrap="standard_error",
        )  # fmt: skip
        study.keep("confusion", cells)


def measure(study: "Measuring") -> None:
    """Both judges on real test images, and whose confusions are drawn."""
    test, real = study.data.y_test, study.real["test"]
    others = real.others.argmax(1)
    judge_rows(study, {"labels": real.digits, "features": others})
    share_rows(study, None, real.digits)
    study.keep(f"confusion-{REAL}", class_rows(study, None, real.digits, test))
    study.keep(
        f"confusion-{REAL}-features", class_rows(study, None, others, test, judge="features")
    )
    # Samples are drawn in the proportions of the training split, and unconditional models have
    # seen those; real test images have their own.
    study.keep("asked", labels.class_balance(study.data.y_train, study.data.classes))
    middle = [middle_run(study, model) for model in study.models]
    drawn = [run for run in middle if run]
    for run in drawn:
        study.keep(f"confusion-{run.model}", np.asarray(study.of(run)["confusion"]))
    rows = [(run.model, run.seed) for run in drawn]
    study.keep("confusions", pd.DataFrame(rows, columns=["model", "seed"]))


def middle_run(study: "Measuring", model: str) -> "Run | None":
    """The conditional run of median accuracy, of two in the middle the lower: neither the best
    nor the worst is picked."""
    own = [run for run in study.finished if run.model == model and run.conditional]
    own.sort(key=lambda run: accuracy_of(np.asarray(study.of(run)["confusion"])))
    return own[(len(own) - 1) // 2] if own else None


def accuracy_of(cells: np.ndarray) -> float:
    """The mean of the accuracies of all digits, from the counts [asked, read]."""
    asked, right = asked_and_right(cells)
    return float((right / asked).mean())


def asked_and_right(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many images of each digit were asked for and read as such, of the digits asked for."""
    asked = cells.sum(1)
    return asked[asked > 0], np.diag(cells)[asked > 0]


def judge_rows(study: "Measuring", found: dict[str, np.ndarray]) -> None:
    """Both judges on the real test split; the headline is the one that gives labels."""
    test = study.data.y_test
    for role, digits in found.items():
        accuracy, n, name = float((digits == test).mean()), len(test), study.judge_name
        study.table.add(REAL, "judge_accuracy", accuracy, n=n, run=name, judge=role)
        if role == "labels":
            study.table.add(REAL, "judge_accuracy", accuracy, n=n, run=name)


def run_name(study: "Measuring", run: "Run | None") -> str:
    """Each row names the judges that made it."""
    return (f"{run.name};" if run else "") + study.judge_name


def class_rows(
    study: "Measuring", run: "Run | None", found: np.ndarray, asked: np.ndarray, **judge: str
) -> np.ndarray:
    """Class accuracy, and precision, recall and F1 of every digit; returns [asked, read] counts.

    The recall of a digit is its accuracy. ``run`` None: real test images. ``judge``: which
    one read them, if not that of labels.
    """
    model, seed = (run.model, run.seed) if run else (REAL, None)
    name = run_name(study, run)
    accuracy = labels.class_accuracy(found, asked)
    study.table.add(model, "class_accuracy", accuracy, n=len(found), seed=seed, run=name, **judge)
    for k, row in labels.report(found, asked, study.data.classes).items():
        for metric in ("precision", "recall", "f1"):
            study.table.add(
                model, metric, row[metric], n=int(row["n"]), seed=seed, run=name, digit=k, **judge
            )
    return labels.confusion(found, asked, study.data.classes)


def share_rows(study: "Measuring", run: "Run | None", found: np.ndarray) -> None:
    """The share of images read as each digit: what is lost shows here, also without labels."""
    model, seed = (run.model, run.seed) if run else (REAL, None)
    for k, share in enumerate(labels.class_balance(found, study.data.classes)):
        study.table.add(
            model, "share", share, n=len(found), seed=seed, run=run_name(study, run), digit=k
        )


def accuracy_replicates(cells: np.ndarray, model: str, seed: int) -> np.ndarray:
    """Class accuracies of resampled images, from the counts [asked, read].

    Drawing n_k images of a class with replacement, of which a share p_k is right, makes
    their number binomial: the same as drawing rows, without the rows. Every run has images of
    its own and so a stream of its own: in one stream all runs would err alike.
    """
    asked, right = asked_and_right(cells)
    stream = rng(seed, "recognition/bootstrap", model)
    drawn = stream.binomial(asked, right / asked, (bootstrap.RESAMPLES, len(asked)))
    return (drawn / asked).mean(1)
