"""The study `samples`: random by class, neighbours found, copies caught."""

import json

import numpy as np
import pytest

from experiments.studies.samples import measure
from tests.studies import stand_in


@pytest.fixture(scope="module")
def done(tiny_runs, tmp_path_factory):
    """Measured, and drawn after everything else was deleted."""
    runs = stand_in.copy(tiny_runs, tmp_path_factory.mktemp("samples"))
    table = runs.measure("samples")
    runs.keep_only_what_was_measured()
    return table, runs.draw("samples")


def test_every_model_has_its_pictures_and_each_says_what_it_shows(done):
    folder = done[1]
    for model in ("real", "vae", "cvae", "dcgan", "cgan"):
        for kind in ("by-class", "neighbours"):
            assert (folder / f"{kind}-{model}.png").is_file()
            record = json.loads((folder / f"{kind}-{model}.json").read_text())
            assert record["models"] == [model] and record["alt"].endswith(".")
    assert (folder / "comparison.png").is_file()
    asked = json.loads((folder / "by-class-cvae.json").read_text())["alt"]
    share = int(asked.split("reads ")[1].split("%")[0])
    assert share < 95, "a fifth of the labels of this model are wrong by construction"


def test_a_diverged_run_has_no_row_and_real_images_have_one(done):
    table = done[0]
    assert set(table["metric"]) == {"memorisation"}
    assert len(table) == 1 + 4 * 2 - 1
    assert table[table.model == "real"]["value"].item() == pytest.approx(0.05, abs=0.03)
    assert not ((table.model == "dcgan") & (table.seed == 1)).any()


def test_rows_hold_random_images_of_their_class_and_lost_classes_stay_grey():
    labels = np.repeat(np.arange(3), 20)
    images = np.broadcast_to(labels[:, None, None, None], (60, 1, 4, 4)).astype(np.uint8)
    cells = measure.draw_by_class(labels, classes=4, each=5, step=0)
    drawn = measure.take(images, cells)
    for k in range(3):
        assert (drawn[k] == k).all() and (cells[k] >= 0).all()
    assert (drawn[3] == 127).all() and (cells[3] == -1).all()
    a = measure.draw_by_class(labels, 3, 5, step=0)
    assert np.array_equal(a, measure.draw_by_class(labels, 3, 5, step=0))
    assert not np.array_equal(a, measure.draw_by_class(labels, 3, 5, step=1))
    assert len(np.unique(a)) == 15, "no image twice"
    assert not np.array_equal(np.sort(a[0]), np.arange(5)), "not simply the first ones"


def test_nearest_by_pixels_finds_a_copy():
    rng = np.random.default_rng(0)
    train = rng.integers(0, 256, (50, 1, 8, 8), dtype=np.uint8)
    found = measure.nearest_pixels(train[[7, 43]], train, chunk=20)
    assert found.tolist() == [7, 43]


def test_copies_are_memorised_and_a_new_run_measures_itself_alone(tiny_runs, tmp_path, monkeypatch):
    runs = stand_in.copy(tiny_runs, tmp_path)
    names = stand_in.measured_runs(monkeypatch, "samples")
    before = runs.measure("samples")
    assert len(names) == 7
    data = runs.measuring("samples").data
    runs.put_run("cwgan-gp", 0, data.x_train[:200], data.y_train[:200])
    runs = runs.with_models(*runs.profile.models, "cwgan-gp", seeds=[0])
    after = runs.measure("samples")
    assert names[7:] == ["toy/cwgan-gp/default/seed-0"]
    assert after[after.model == "cwgan-gp"]["value"].tolist() == [1.0]
    shared = before[before.model.isin(["vae", "cvae"]) & (before.seed == 0)]
    assert after.merge(shared).shape[0] == 2, "the others' rows stay"
    folder = runs.draw("samples")
    alt = json.loads((folder / "neighbours-cwgan-gp.json").read_text())["alt"]
    assert "8 of 8 are equal to a training image" in alt
    assert "0 of 8 are equal" in json.loads((folder / "neighbours-real.json").read_text())["alt"]
