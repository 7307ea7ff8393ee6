"""The study `models`: a drawing and a strip for each model, and its weights counted."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from experiments import results
from experiments.studies import models, run_study


@pytest.fixture(scope="module")
def folder(trained_runs):
    run_study("models", trained_runs.layout, trained_runs.profile, "toy")
    return trained_runs.layout.study("models", "toy")


def record(folder, name):
    return json.loads((folder / f"{name}.json").read_text())


def test_weights_are_those_of_the_receipt(folder, trained_runs):
    table = results.read(folder / "results.csv")
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
        alt = record(folder, f"architecture-{model}")["alt"]
        assert f"{receipt['parameters']['total']:,} weights" in alt and "conv 4×4" in alt
        for theme in ("light", "dark"):
            drawing = (folder / f"architecture-{model}.{theme}.svg").read_text()
            assert "<image" in drawing and len(drawing) < 90_000


def test_a_strip_has_a_column_for_each_digit(folder, trained_runs, tmp_path):
    study = trained_runs.study("models", tmp_path)
    (made,) = [run for run in study.finished if run.model == "cgan"]
    images, labels = made.samples
    picture = np.asarray(Image.open(folder / "strip-cgan.png"))[-3 * 66 + 2 :: 2]
    for k in (0, 7):
        column = picture[:, 66 * k : 66 * k + 64 : 2]
        assert (column[:32, :, 0] == images[labels == k][0][0]).all(), "the first, not a chosen one"
        assert (column[33:65, :, 0] == images[labels == k][1][0]).all()
    assert "of each digit" in record(folder, "strip-cgan")["alt"]
    assert "asked for none" in record(folder, "strip-vae")["alt"]
    assert record(folder, "strip-vae")["seeds"] == [0]


def test_a_model_without_a_finished_run_is_drawn_without_samples(trained_runs, tmp_path):
    study = trained_runs.study("models", tmp_path)
    (made,) = [run for run in study.runs if run.model == "vae"]
    made.receipt["status"] = "diverged"
    study.__dict__["runs"] = [made]
    study.profile = study.profile.model_copy(update={"models": {"vae": {}}})
    models.run(study)
    assert (tmp_path / "architecture-vae.light.svg").is_file()
    assert not (tmp_path / "strip-vae.png").exists() and not study.table.rows
