"""The study `samples`: random by class, neighbours found, copies caught."""

import json

import numpy as np
import pytest

from experiments import results
from experiments.studies import run_study, samples


@pytest.fixture(scope="module")
def study_folder(tiny_runs):
    run_study("samples", tiny_runs.layout, tiny_runs.profile, "toy")
    return tiny_runs.layout.study("samples", "toy")


def test_every_model_has_its_pictures_and_each_says_what_it_shows(study_folder):
    for model in ("real", "vae", "cvae", "dcgan", "cgan"):
        for kind in ("by-class", "neighbours"):
            assert (study_folder / f"{kind}-{model}.png").is_file()
            record = json.loads((study_folder / f"{kind}-{model}.json").read_text())
            assert record["models"] == [model] and record["alt"].endswith(".")
    assert (study_folder / "comparison.png").is_file()


def test_a_diverged_run_has_no_row_and_the_floor_has_one(study_folder, tiny_runs):
    table = results.read(study_folder / "results.csv")
    assert set(table["metric"]) == {"memorisation"}
    assert len(table) == 1 + 4 * 2 - 1
    assert table[table.model == "real"]["value"].item() == pytest.approx(0.05, abs=0.03)
    assert not ((table.model == "dcgan") & (table.seed == 1)).any()


def test_rows_hold_random_images_of_their_class_and_lost_classes_stay_grey():
    labels = np.repeat(np.arange(3), 20)
    images = np.broadcast_to(labels[:, None, None, None], (60, 1, 4, 4)).astype(np.uint8)
    cells, filled = samples.draw_by_class(images, labels, classes=4, each=5, step=0)
    for k in range(3):
        assert (cells[k] == k).all() and filled[k].all()
    assert (cells[3] == 127).all() and not filled[3].any()
    images = np.arange(60, dtype=np.uint8).reshape(60, 1, 1, 1)
    a = samples.draw_by_class(images, labels, 3, 5, step=0)[0]
    assert np.array_equal(a, samples.draw_by_class(images, labels, 3, 5, step=0)[0])
    assert not np.array_equal(a, samples.draw_by_class(images, labels, 3, 5, step=1)[0])
    assert len(np.unique(a)) == 15, "no image twice"
    assert not np.array_equal(np.sort(a[0].ravel()), np.arange(5)), "not simply the first ones"


def test_nearest_by_pixels_finds_a_copy():
    rng = np.random.default_rng(0)
    train = rng.integers(0, 256, (50, 1, 8, 8), dtype=np.uint8)
    found = samples.nearest_pixels(train[[7, 43]], train, chunk=20)
    assert found.tolist() == [7, 43]


def test_copies_of_training_images_are_memorised(tiny_runs, tmp_path, monkeypatch):
    study = tiny_runs.study("samples", tmp_path)
    copies = study.data.x_train[:200], study.data.y_train[:200]
    for made in study.finished:
        if made.model == "cgan":
            made.__dict__["samples"] = copies
    samples.neighbours(study, samples.first_runs(study))
    table = study.table.frame()
    assert (table[table.model == "cgan"]["value"] == 1).all()
    alt = json.loads((tmp_path / "neighbours-cgan.json").read_text())["alt"]
    assert "8 of 8 are equal to a training image" in alt
    assert "0 of 8 are equal" in json.loads((tmp_path / "neighbours-real.json").read_text())["alt"]
