"""The study `components`: every count measured, the knee told, nothing without the model."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from experiments import results
from experiments.data import load
from experiments.results import Table
from experiments.runs.fitting import fit
from experiments.studies import needs
from experiments.studies.components import COUNTS, allowed
from experiments.studies.components import measure as components
from experiments.studies.needs import Needs, RunNeed
from tests.studies.stand_in import copy, measured_runs


@pytest.fixture(scope="module")
def fitted(tiny_runs, tmp_path_factory):
    """A folder in which each run that the study needs has been fitted."""
    here = copy(tiny_runs, tmp_path_factory.mktemp("components")).with_models("ppca", "cgan")
    data = load(here.layout, "toy")
    for need in needs("components", here.layout, here.profile, "toy").runs:
        fit(here.layout, data, need.model, dict(need.settings), need.seed, need.variant)
    return here


@pytest.fixture(scope="module")
def table(fitted):
    return fitted.measure("components")


@pytest.fixture(scope="module")
def folder(fitted, table, tmp_path_factory):
    alone = copy(fitted, tmp_path_factory.mktemp("alone")).with_models("ppca", "cgan")
    alone.keep_only_what_was_measured()
    return alone.draw("components")


def of(table, metric, **parts):
    rows = table[(table.metric == metric) & (table.condition == results.condition(**parts))]
    return rows


def test_every_count_has_every_number_as_often_as_it_can_differ(table):
    for count in (2, 4, 8, 16, 32):  # 40 training images of each digit allow no 64
        for metric in ("log_likelihood", "fitting_seconds"):
            assert len(of(table, metric, components=count)) == 1, metric
        for metric in ("frechet", "class_accuracy", "sampling_seconds"):
            assert of(table, metric, components=count).seed.tolist() == [0, 1], metric
    assert len(table[table.model == "ppca"]) - len(table[table.metric == "knee"]) == 5 * (2 + 6)
    assert (table[table.metric.str.endswith("seconds")].value > 0).all()
    assert table.condition.ne("").all(), "headline numbers belong to other studies"


def test_the_likelihood_is_that_of_the_model_on_the_test_split(table, fitted):
    from experiments.data.pixels import to_float
    from experiments.models import ppca

    data = load(fitted.layout, "toy")
    model = ppca.Model(1, 10, ppca.Settings(components=8))
    model.fit(to_float(data.x_train), torch.from_numpy(data.y_train))
    expected = model.log_likelihood(to_float(data.x_test), torch.from_numpy(data.y_test)).mean()
    row = of(table, "log_likelihood", components=8).iloc[0]
    assert row.value == pytest.approx(float(expected)) and row.n == len(data.x_test)


def test_the_floor_is_of_real_images(table):
    rows = table[table.model == "real"].set_index("metric")
    assert set(rows.condition) == {"components=none"}
    assert rows.value["frechet"] < of(table, "frechet", components=2).value.min()


def test_the_knee_is_one_of_the_counts_and_found_on_the_medians():
    seeds = [{"seed": s, "components": c} for c in COUNTS for s in (0, 1, 2)]
    data = pd.DataFrame(seeds)
    bend = np.minimum(data.components, 64) + 0.01 * data.components
    data["log_likelihood"], data["frechet"] = bend, 100 - bend
    data.loc[data.seed == 2, "frechet"] = 1e6  # one seed in three cannot move a median
    study = type("Study", (), {"table": Table("components", "toy")})()
    components.knee_rows(study, data)
    rows = study.table.frame()
    assert rows.condition.tolist() == ["of=log_likelihood", "of=frechet"]
    assert (rows.value == 64).all() and (rows.unit == "components").all()


def test_counts_stop_where_the_rarest_class_or_the_image_does():
    assert allowed(np.repeat([0, 1], [600, 66]), 1024) == [2, 4, 8, 16, 32, 64]
    assert allowed(np.repeat([0, 1], [600, 65]), 1024)[-1] == 32
    assert allowed(np.repeat([0, 1], [6000, 6000]), 1024)[-1] == 512
    assert allowed(np.repeat([0, 1], [6000, 6000]), 16)[-1] == 8
    assert allowed(np.array([0, 0, 1]), 1024) == []


def test_every_count_draws_from_the_same_noise():
    few, many = components.noise(5, 4, 0, 1), components.noise(5, 64, 0, 1)
    assert torch.equal(few, many[:, :4])
    assert not torch.equal(few, components.noise(5, 4, 1, 1))


def test_figures_are_there_and_speak(folder):
    assert (folder / "quality.dark.svg").is_file() and (folder / "quality.csv").is_file()
    alt = json.loads((folder / "quality.json").read_text())["alt"]
    assert alt.startswith("PPCA by the number of components: log-likelihood ")
    assert " with 2, " in alt and " at best with " in alt
    alt = json.loads((folder / "knees.json").read_text())["alt"]
    assert " for the likelihood" in alt or " for the distance" in alt
    record = json.loads((folder / "strip.json").read_text())
    assert record["n"] == 5 * 10 and record["models"] == ["ppca"]
    assert Image.open(folder / "strip.png").height > 5 * 64


def test_seconds_to_fit_are_those_of_the_run(table, fitted):
    receipt = json.loads(fitted.layout.run_receipt("toy", "ppca", 0, "components=8").read_text())
    row = of(table, "fitting_seconds", components=8).iloc[0]
    assert row.value == pytest.approx(receipt["seconds"]) and row.n == receipt["images"] == 400
    assert row.run.startswith("toy/ppca/components=8/seed-0;judge=")


def test_it_needs_one_run_for_each_count_that_the_data_allow(tiny_runs, fitted):
    wanted = needs("components", fitted.layout, fitted.profile, "toy")
    expected = [RunNeed("ppca", 0, (("components", count),)) for count in (2, 4, 8, 16, 32)]
    assert wanted == Needs(tuple(expected), readings=False, judges=True)
    limited = fitted.profile.model_copy(update={"models": {"ppca": {"train_size": 50}}})
    first = needs("components", fitted.layout, limited, "toy").runs[0]
    assert first.variant == "components=2,train_size=400", "the whole split, in every profile"
    assert needs("components", tiny_runs.layout, tiny_runs.profile, "toy") == Needs(readings=False)


def test_one_count_more_is_measured_alone(fitted, tmp_path, monkeypatch):
    here = copy(fitted, tmp_path).with_models("ppca", "cgan")
    shutil.rmtree(here.layout.study("components", "toy"), ignore_errors=True)
    measured = measured_runs(monkeypatch, "components")
    for counts in ([2, 4, 8], [2, 4, 8, 16]):
        monkeypatch.setattr("experiments.studies.components.COUNTS", counts)
        rows = here.measure("components")
        rows = rows[rows.metric == "log_likelihood"]
        assert rows.condition.tolist() == [f"components={count}" for count in counts]
    assert measured == [f"toy/ppca/components={count}/seed-0" for count in (2, 4, 8, 16)]


def test_without_the_model_the_result_is_empty_and_valid(tiny_runs, tmp_path):
    here = copy(tiny_runs, tmp_path)
    assert here.measure("components").empty
    assert [path.name for path in here.draw("components").iterdir()] == ["draw.json"]
