"""The study `fidelity`: the floor, the order of models, intervals, the ladder."""

import json

import numpy as np
import pytest

from experiments import results
from experiments.evaluation.corruptions import CORRUPTIONS, STRENGTHS
from experiments.studies import fidelity, run_study

HEADLINES = {name for name, (_, _, owner) in results.METRICS.items() if owner == "fidelity"}


@pytest.fixture(scope="module")
def folder(tiny_runs):
    run_study("fidelity", tiny_runs.layout, tiny_runs.profile, tiny_runs.dataset)
    return tiny_runs.layout.study("fidelity", tiny_runs.dataset)


@pytest.fixture(scope="module")
def table(folder):
    return results.read(folder / "results.csv")


def test_every_finished_run_and_the_floor_have_every_headline_number(table):
    headline = table[table.condition == ""]
    for key, rows in headline.groupby(["model", "seed"], dropna=False):
        assert set(rows.metric) == HEADLINES, key
    assert len(headline) == len(HEADLINES) * (1 + 4 * 2 - 1)
    assert not ((headline.model == "dcgan") & (headline.seed == 1)).any(), "it diverged"
    assert headline.value.notna().all()


def test_rows_of_one_metric_share_their_n_and_name_their_judge(table, tiny_runs):
    for metric, rows in table[table.condition == ""].groupby("metric"):
        assert set(rows.n) == {100 if metric in fidelity.MANIFOLD else 200}, metric
    judged = table[table.condition == ""].run
    receipt = json.loads(tiny_runs.layout.judge_receipt(tiny_runs.dataset).read_text())
    assert judged.str.endswith(f"judge={receipt['sha256'][:8]}").all()


def test_noisier_models_are_further_from_real_images(table):
    medians = results.summarise(table[table.condition == ""])
    frechet = medians[medians.metric == "frechet"].set_index("model")["median"]
    assert frechet["real"] < frechet["cgan"] < frechet["cvae"]


def test_the_interval_of_a_difference_holds_the_difference(table):
    for metric in ("frechet", "coverage"):
        rows = table[(table.metric == metric) & (table.model == "vae")].set_index("condition")
        low, high = (rows.value[f"bound={bound};minus=cgan"] for bound in ("low", "high"))
        of_cgan = table[(table.metric == metric) & (table.model == "cgan")]
        medians = [rows.loc[[""]].value.median(), of_cgan[of_cgan.condition == ""].value.median()]
        assert low <= medians[0] - medians[1] <= high
        assert low < high
    rows = table[table.condition.str.contains("minus=")]
    assert len(rows) == 6 * 2 * (1 + len(fidelity.MANIFOLD)), "each pair of models once"


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


def test_two_runs_that_change_places_change_their_rows(tiny_runs, tmp_path, table):
    study = tiny_runs.study("fidelity", tmp_path)
    cgan, vae = (
        next(r for r in study.runs if (r.model, r.seed) == (m, 0)) for m in ("cgan", "vae")
    )
    cgan.__dict__["samples"], vae.__dict__["samples"] = vae.samples, cgan.samples
    reference = fidelity.Reference.of(study, 200, 100)
    for made, other in ((cgan, vae), (vae, cgan)):
        swapped = fidelity.score(study, reference, made).values
        was = table[(table.model == other.model) & (table.seed == 0) & (table.condition == "")]
        for row in was.itertuples():
            assert swapped[row.metric] == pytest.approx(row.value, abs=1e-6), row.metric


def test_the_reference_is_the_test_split_and_the_floor_the_training_split(tiny_runs, tmp_path):
    study = tiny_runs.study("fidelity", tmp_path)
    data, (generated, _) = study.data, study.finished[0].samples
    reference = fidelity.Reference.of(study, 200, 100)
    assert all((image == data.x_test).all((1, 2, 3)).any() for image in reference.images)
    first = fidelity.drawn(data.x_train, 200, fidelity.FLOOR)
    assert np.isin(first.reshape(200, -1).sum(1), data.x_train.reshape(400, -1).sum(1)).all()
    assert len(fidelity.drawn(generated, 50, 2)) == 50
