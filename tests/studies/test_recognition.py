"""The study `recognition`: accuracy by class, what is confused, what is lost."""

import json

import numpy as np
import pytest

from experiments.evaluation import bootstrap
from experiments.studies.recognition import measure
from experiments.support.random import rng
from tests.studies import stand_in


@pytest.fixture(scope="module")
def done(tiny_runs, tmp_path_factory):
    """Measured, and drawn after everything else was deleted."""
    runs = stand_in.copy(tiny_runs, tmp_path_factory.mktemp("recognition"))
    table = runs.measure("recognition")
    runs.keep_only_what_was_measured()
    return table, runs.draw("recognition")


@pytest.fixture(scope="module")
def table(done):
    return done[0]


@pytest.fixture(scope="module")
def folder(done):
    return done[1]


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


def test_every_accuracy_has_its_standard_error(table):
    rows = table[(table.metric == "class_accuracy") & table.seed.notna()]
    values = rows[rows.condition == ""].set_index(["model", "seed"])["value"]
    errors = rows[rows.condition == "bootstrap=standard_error"].set_index(["model", "seed"])
    assert len(rows) == 2 * 4 and set(errors.index) == set(values.index)
    # Of 200 images, as many of each digit: the binomial's own formula, for one accuracy for all.
    expected = np.sqrt(values * (1 - values) / 200)
    for key, error in errors["value"].items():
        assert error == pytest.approx(expected[key], rel=0.4), key


def test_two_runs_that_change_places_change_their_rows(tiny_runs, tmp_path, table, monkeypatch):
    runs = stand_in.copy(tiny_runs, tmp_path)
    names = stand_in.measured_runs(monkeypatch, "recognition")
    samples = {run.name: run.samples for run in runs.measuring("recognition").finished}
    for seed in (0, 1):
        for model, other in (("cgan", "cvae"), ("cvae", "cgan")):
            runs.put_run(model, seed, *samples[f"toy/{other}/default/seed-{seed}"])
    before = headline(table, "class_accuracy")
    after = headline(runs.measure("recognition"), "class_accuracy")
    assert (after["cgan"], after["cvae"]) == (before["cvae"], before["cgan"])
    assert len(names) == 7
    runs.put_run("cgan", 0, *samples["toy/cgan/default/seed-0"])
    runs.measure("recognition")
    assert names[7:] == ["toy/cgan/default/seed-0"], "whose samples changed, and no other"


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
    drawn = measure.accuracy_replicates(cells, "cgan", 0)
    right = np.repeat([1.0, 0.0], [90, 10])
    rows = (bootstrap.replicate_mean(right, rng(0, "test")) + 1) / 2
    assert drawn.mean() == pytest.approx(0.95, abs=0.01)
    assert drawn.std() == pytest.approx(rows.std(), rel=0.5)


def test_two_models_err_independently() -> None:
    """The width of a difference is that of both together: one stream for all made it a third."""
    cells = np.diag(np.full(10, 970)) + np.roll(np.diag(np.full(10, 30)), 1, axis=1)
    many = [
        [measure.accuracy_replicates(cells, model, seed) for seed in range(20)]
        for model in ("cvae", "cgan")
    ]
    a, b = (np.concatenate(each) for each in many)
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.15
    assert np.std(a - b) == pytest.approx(np.hypot(a.std(), b.std()), rel=0.1)
