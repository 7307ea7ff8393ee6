"""The study `recognition`: accuracy by class, what is confused, what is lost."""

import json

import numpy as np
import pytest

from experiments import results
from experiments.evaluation import bootstrap
from experiments.studies import recognition, run_study


@pytest.fixture(scope="module")
def folder(tiny_runs):
    run_study("recognition", tiny_runs.layout, tiny_runs.profile, tiny_runs.dataset)
    return tiny_runs.layout.study("recognition", tiny_runs.dataset)


@pytest.fixture(scope="module")
def table(folder):
    return results.read(folder / "results.csv")


def headline(table, metric):
    rows = table[(table.metric == metric) & (table.condition == "")]
    return rows.groupby("model")["value"].median()


def test_class_accuracy_is_of_conditional_models_and_finds_the_wrong_labels(table):
    accuracy = headline(table, "class_accuracy")
    assert set(accuracy.index) == {"real", "cvae", "cgan"}
    # A fifth of the labels of this cvae are wrong by construction.
    assert accuracy["cvae"] < accuracy["cgan"] - 0.1


def test_the_judges_are_named_and_the_headline_is_the_label_judge(table, tiny_runs):
    receipt = json.loads(tiny_runs.layout.judge_receipt(tiny_runs.dataset).read_text())
    rows = table[table.metric == "judge_accuracy"].set_index("condition")["value"]
    assert rows[""] == rows["judge=labels"] == pytest.approx(receipt["accuracy"]["labels"])
    assert rows["judge=features"] == pytest.approx(receipt["accuracy"]["features"])


def test_class_accuracy_is_the_mean_of_the_recalls(table):
    rows = table[(table.model == "cvae") & (table.seed == 1)]
    recalls = rows[rows.metric == "recall"]
    assert len(recalls) == 10
    accuracy = rows[(rows.metric == "class_accuracy") & (rows.condition == "")].value.item()
    assert recalls.value.mean() == pytest.approx(accuracy)


def test_every_model_has_shares_that_add_up_to_one(table):
    shares = table[table.metric == "share"]
    assert set(shares.model) == {"real", "vae", "cvae", "dcgan", "cgan"}
    totals = shares.groupby(["model", "seed"], dropna=False)["value"].sum()
    assert totals.to_numpy() == pytest.approx(1)


def test_the_interval_tells_the_models_apart(table):
    rows = table[(table.metric == "class_accuracy") & (table.model == "cvae")]
    ends = rows.set_index("condition")["value"]
    low, high = ends["bound=low;minus=cgan"], ends["bound=high;minus=cgan"]
    assert low <= headline(table, "class_accuracy")["cvae"] - headline(table, "class_accuracy")[
        "cgan"] <= high < 0  # fmt: skip


def test_two_runs_that_change_places_change_their_rows(tiny_runs, tmp_path, table):
    study = tiny_runs.study("recognition", tmp_path)
    for seed in (0, 1):
        cgan, cvae = (
            next(r for r in study.runs if (r.model, r.seed) == (m, seed)) for m in ("cgan", "cvae")
        )
        cgan.__dict__["samples"], cvae.__dict__["samples"] = cvae.samples, cgan.samples
    recognition.run(study)
    before, after = (headline(t, "class_accuracy") for t in (table, study.table.frame()))
    assert (after["cgan"], after["cvae"]) == (before["cvae"], before["cgan"])


def test_figures_are_there_and_the_confusion_is_of_the_middle_run(folder, table):
    for name in ("confusion-real", "confusion-cvae", "confusion-cgan", "accuracy-by-digit",
                 "balance"):  # fmt: skip
        assert (folder / f"{name}.light.svg").is_file() and (folder / f"{name}.csv").is_file()
    assert not (folder / "confusion-vae.json").exists(), "it was asked for no digit"
    record = json.loads((folder / "confusion-cvae.json").read_text())
    rows = table[(table.model == "cvae") & (table.metric == "class_accuracy")]
    own = rows[rows.condition == ""].sort_values("value")
    assert record["seeds"] == [own.seed.iloc[0]], "of two, the lower"
    assert f"{own.value.iloc[0]:.1%}".replace("%", " %") in record["alt"]


def test_binomial_replicates_equal_resampled_rows():
    cells = np.array([[90, 10], [0, 50]])
    drawn = recognition.accuracy_replicates(cells, "cgan", 0)
    right = np.repeat([1.0, 0.0], [90, 10])
    rows = (bootstrap.replicate_mean(right) + 1) / 2
    assert drawn.mean() == pytest.approx(0.95)
    assert drawn.std() == pytest.approx(rows.std(), rel=0.5)


def test_two_models_err_independently() -> None:
    """The width of a difference is that of both together: one stream for all made it a third."""
    cells = np.diag(np.full(10, 970)) + np.roll(np.diag(np.full(10, 30)), 1, axis=1)
    many = [
        [recognition.accuracy_replicates(cells, model, seed) for seed in range(20)]
        for model in ("cvae", "cgan")
    ]
    a, b = (np.concatenate(each) for each in many)
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.15
    assert np.std(a - b) == pytest.approx(np.hypot(a.std(), b.std()), rel=0.1)
