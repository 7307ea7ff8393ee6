"""The study `models`: a drawing and a strip for each model, and its weights counted."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from experiments import results
from experiments.data import load
from experiments.runs.fitting import fit
from experiments.runs.run import Run
from experiments.runs.samples import make_samples
from experiments.support.files import read_json, write_json
from tests.studies.stand_in import copy, measured_runs


@pytest.fixture(scope="module")
def here(trained_runs, tmp_path_factory):
    here = copy(trained_runs, tmp_path_factory.mktemp("models"))
    here.measure("models")
    return here


@pytest.fixture(scope="module")
def folder(here):
    return here.draw("models")


@pytest.fixture(scope="module")
def table(here):
    return results.read(here.layout.results("models", "toy"))


def record(folder, name):
    return json.loads((folder / f"{name}.json").read_text())


def test_weights_are_those_of_the_receipt(table, trained_runs):
    for model in trained_runs.profile.models:
        receipt = json.loads(trained_runs.layout.run_receipt("toy", model, 0).read_text())
        rows = table[table.model == model].set_index("condition")["value"]
        assert rows[""] == receipt["parameters"]["total"]
        assert rows["part=sampling"] == receipt["parameters"]["sampling"]


def test_the_drawing_counts_the_same_weights_and_says_so(folder, trained_runs):
    for model in trained_runs.profile.models:
        receipt = json.loads(trained_runs.layout.run_receipt("toy", model, 0).read_text())
        blocks = pd.read_csv(folder / f"architecture-{model}.csv")
        assert blocks["weights"].sum() == receipt["parameters"]["total"]
        assert list(blocks)[:2] == ["network", "for_sampling"] and list(blocks)[-1] == "enters"
        alt = record(folder, f"architecture-{model}")["alt"]
        assert f"{receipt['parameters']['total']:,} weights" in alt and "conv 4×4" in alt
        for theme in ("light", "dark"):
            drawing = (folder / f"architecture-{model}.{theme}.svg").read_text()
            assert "<image" in drawing and len(drawing) < 90_000


def test_a_strip_has_a_column_for_each_digit(folder, trained_runs):
    images, labels = Run.read(trained_runs.layout.run("toy", "cgan", 0)).samples
    picture = np.asarray(Image.open(folder / "strip-cgan.png"))[-3 * 66 + 2 :: 2]
    for k in (0, 7):
        column = picture[:, 66 * k : 66 * k + 64 : 2]
        assert (column[:32, :, 0] == images[labels == k][0][0]).all(), "the first, not a chosen one"
        assert (column[33:65, :, 0] == images[labels == k][1][0]).all()
    assert "of each digit" in record(folder, "strip-cgan")["alt"]
    assert "asked for none" in record(folder, "strip-vae")["alt"]
    assert record(folder, "strip-vae")["seeds"] == [0]


def test_the_digits_of_who_cannot_be_asked_are_those_of_the_readings(here, tmp_path):
    study = here.measuring("models")
    (run,) = [run for run in study.runs if run.model == "vae"]
    digits = study.readings(run).digits
    k = int(np.bincount(digits).argmax())
    kept = here.drawing("models", tmp_path).array("vae-strip")
    assert np.array_equal(kept[:, k], run.samples[0][digits == k][:3])


def test_drawings_need_no_more_than_what_was_measured(here, folder, trained_runs, tmp_path):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    alone = copy(here, tmp_path)
    alone.keep_only_what_was_measured()
    after = {path.name: path.read_bytes() for path in alone.draw("models").iterdir()}
    assert after == before


def test_one_more_model_is_measured_alone(trained_runs, tmp_path, monkeypatch):
    here = copy(trained_runs, tmp_path)
    measured = measured_runs(monkeypatch, "models")
    here.with_models("vae", "cgan").measure("models")
    table = here.with_models("vae", "cgan", "cvae").measure("models")
    assert measured == [f"toy/{model}/default/seed-0" for model in ("vae", "cgan", "cvae")]
    assert set(table.model) == {"vae", "cgan", "cvae"}


def test_a_model_without_a_finished_run_is_drawn_without_samples(trained_runs, tmp_path):
    here = copy(trained_runs, tmp_path).with_models("vae")
    path = here.layout.run_receipt("toy", "vae", 0)
    write_json(path, {**read_json(path), "status": "diverged"})
    assert here.measure("models").empty
    folder = here.draw("models")
    assert (folder / "architecture-vae.light.svg").is_file()
    assert not (folder / "strip-vae.png").exists()


def test_bare_weights_that_hold_images_stand_in_the_drawing(tiny_runs, tmp_path):
    """The mean digit of a closed form is a picture; its variances are none."""
    here = copy(tiny_runs, tmp_path).with_models("ppca", seeds=[0])
    data = load(here.layout, "toy")
    fit(here.layout, data, "ppca", {"components": 4}, 0)
    make_samples(here.layout, Run.read(here.layout.run("toy", "ppca", 0)), data, 50, {})
    here.measure("models")
    kept = here.drawing("models", tmp_path).kept
    assert {name for name in kept if "weight" in name} == {
        "ppca-weight-decoder.mean", "ppca-weight-decoder.loadings"
    }  # fmt: skip
    mean = data.x_train[data.y_train == 0].mean(0)
    shown = kept["ppca-weight-decoder.mean"].astype(float)
    assert shown.shape == (1, 32, 32) and np.corrcoef(mean.ravel(), shown.ravel())[0, 1] > 0.999
    assert kept["ppca-latent"] == 4
