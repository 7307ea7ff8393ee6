"""The study `fidelity`: the floor, the order of models, intervals, the ladder."""

import json

import numpy as np
import pytest

from experiments import results
from experiments.evaluation import registry
from experiments.evaluation.corruptions import CORRUPTIONS, STRENGTHS
from experiments.studies.fidelity import measure
from tests.studies import stand_in

HEADLINES = {name for name, metric in registry.metrics().items() if metric.study == "fidelity"}


@pytest.fixture(scope="module")
def done(tiny_runs, tmp_path_factory):
    """Measured, and drawn after everything else was deleted."""
    runs = stand_in.copy(tiny_runs, tmp_path_factory.mktemp("fidelity"))
    table = runs.measure("fidelity")
    runs.keep_only_what_was_measured()
    return table, runs.draw("fidelity")


@pytest.fixture(scope="module")
def table(done):
    return done[0]


@pytest.fixture(scope="module")
def folder(done):
    return done[1]


def test_every_finished_run_and_the_floor_have_every_headline_number(table):
    headline = table[table.condition == ""]
    for key, rows in headline.groupby(["model", "seed"], dropna=False):
        assert set(rows.metric) == HEADLINES, key
    assert len(headline) == len(HEADLINES) * (1 + 4 * 2 - 1)
    assert not ((headline.model == "dcgan") & (headline.seed == 1)).any(), "it diverged"
    assert headline.value.notna().all()


def test_rows_of_one_metric_share_their_n_and_name_their_judge(table, tiny_runs):
    for metric, rows in table[table.condition == ""].groupby("metric"):
        assert set(rows.n) == {100 if metric in measure.MANIFOLD else 200}, metric
    judged = table[table.condition == ""].run
    receipt = json.loads(tiny_runs.layout.judge_receipt(tiny_runs.dataset).read_text())
    assert judged.str.endswith(f"judge={receipt['sha256'][:8]}").all()


def test_noisier_models_are_further_from_real_images(table):
    medians = results.summarise(table[table.condition == ""])
    frechet = medians[medians.metric == "frechet"].set_index("model")["median"]
    assert frechet["real"] < frechet["cgan"] < frechet["cvae"]


def test_what_is_ranked_has_its_standard_error(table):
    rows = table[table.condition == "bootstrap=standard_error"]
    for _, own in rows.groupby(["model", "seed"]):
        assert set(own.metric) == {"frechet", *measure.MANIFOLD}
    assert len(rows) == 7 * (1 + len(measure.MANIFOLD)) and "real" not in set(rows.model)
    coverage = table[(table.metric == "coverage") & (table.model == "cgan") & (table.seed == 0)]
    value, error = coverage.set_index("condition")["value"][["", "bootstrap=standard_error"]]
    assert error == pytest.approx(np.sqrt(value * (1 - value) / 100), rel=0.4)
    medians = table[table.metric == "frechet"].groupby(["condition", "model"])["value"].median()
    gap = medians["", "cvae"] - medians["", "cgan"]
    assert 0 < medians["bootstrap=standard_error", "cvae"] < gap / 3


def test_the_ladder_has_every_rung_and_starts_from_one_floor(table):
    rungs = table[table.condition.str.startswith("corruption=")]
    assert len(rungs) == 1 + len(CORRUPTIONS) * len(STRENGTHS)
    value = rungs.set_index("condition")["value"]
    assert value["corruption=noise;strength=4"] > 3 * value["corruption=none;strength=0"]


def test_figures_are_there_and_speak(folder):
    for name in ("frechet", "precision-recall", "ladder"):
        assert (folder / f"{name}.light.svg").is_file() and (folder / f"{name}.csv").is_file()
    assert (folder / "ladder-images.png").is_file()
    alt = json.loads((folder / "frechet.json").read_text())["alt"]
    assert alt.index("CGAN") < alt.index("CVAE"), "the nearest first"


def test_two_runs_that_change_places_change_their_rows(tiny_runs, tmp_path, table, monkeypatch):
    runs = stand_in.copy(tiny_runs, tmp_path)
    names = stand_in.measured_runs(monkeypatch, "fidelity")
    runs.measure("fidelity")
    names.clear()
    samples = {run.model: run.samples for run in runs.measuring("fidelity").finished}
    runs.put_run("cgan", 0, *samples["vae"])
    runs.put_run("vae", 0, *samples["cgan"], family="vae", conditional=False)
    swapped = runs.measure("fidelity")
    assert names == ["toy/vae/default/seed-0", "toy/cgan/default/seed-0"], "and no other"
    for model, other in (("cgan", "vae"), ("vae", "cgan")):
        now, was = (
            t[(t.model == m) & (t.seed == s) & (t.condition == "")].set_index("metric")["value"]
            for t, m, s in ((swapped, model, 0), (table, other, 1))
        )
        assert now.to_dict() == pytest.approx(was.to_dict(), abs=1e-6)


def test_the_reference_is_the_test_split_and_what_is_measured_is_random(tiny_runs):
    study = stand_in.StandIn(tiny_runs.layout, tiny_runs.profile).measuring("fidelity")
    reference = measure.Reference.of(study)
    order = measure.drawn(len(study.data.x_test), 200, measure.TEST)
    assert np.array_equal(reference.images, study.data.x_test[order])
    assert np.array_equal(reference.features, study.real["test"].features[order])
    assert len(reference.radii) == 100
    chosen = measure.drawn(400, 50, measure.FLOOR)
    assert len(set(chosen)) == 50 and chosen.max() > 50, "not simply the first ones"
