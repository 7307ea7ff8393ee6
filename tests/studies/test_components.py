"""The study `components`: every count measured, the knee told, nothing without the model."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from experiments import results
from experiments.results import Table
from experiments.studies import components, run_study


@pytest.fixture(scope="module")
def with_ppca(tiny_runs):
    profile = tiny_runs.profile.model_copy(update={"models": {"ppca": {}, "cgan": {}}})
    return replace(tiny_runs, profile=profile)


@pytest.fixture(scope="module")
def folder(with_ppca):
    run_study("components", with_ppca.layout, with_ppca.profile, "toy")
    return with_ppca.layout.study("components", "toy")


@pytest.fixture(scope="module")
def table(folder):
    return results.read(folder / "results.csv")


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


def test_the_likelihood_is_that_of_the_model_on_the_test_split(table, with_ppca, tmp_path):
    from experiments.data.pixels import to_float
    from experiments.models import ppca

    data = with_ppca.study("components", tmp_path).data
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
    seeds = [{"seed": s, "components": c} for c in components.COUNTS for s in (0, 1, 2)]
    import pandas as pd

    data = pd.DataFrame(seeds)
    bend = np.minimum(data.components, 64) + 0.01 * data.components
    data["log_likelihood"], data["frechet"] = bend, 100 - bend
    data.loc[data.seed == 2, "frechet"] = 1e6  # one seed in three cannot move a median
    study = type("Study", (), {"table": Table("components", "toy")})()
    assert components.knee_rows(study, data) == {"log_likelihood": 64, "frechet": 64}
    rows = study.table.frame()
    assert rows.condition.tolist() == ["of=log_likelihood", "of=frechet"]
    assert (rows.value == 64).all() and (rows.unit == "components").all()


def test_counts_stop_where_the_rarest_class_or_the_image_does():
    assert components.allowed(np.repeat([0, 1], [600, 66]), 1024) == [2, 4, 8, 16, 32, 64]
    assert components.allowed(np.repeat([0, 1], [600, 65]), 1024)[-1] == 32
    assert components.allowed(np.repeat([0, 1], [6000, 6000]), 1024)[-1] == 512
    assert components.allowed(np.repeat([0, 1], [6000, 6000]), 16)[-1] == 8
    assert components.allowed(np.array([0, 0, 1]), 1024) == []


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


def test_without_the_model_the_result_is_empty_and_valid(tiny_runs, tmp_path):
    study = tiny_runs.study("components", tmp_path)
    components.run(study)
    assert study.table.frame().empty and not list(tmp_path.iterdir())
