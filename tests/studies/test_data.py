"""The study `data`: counts, a contact sheet, and the two numbers of the renderer."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from experiments import results
from experiments.studies import data, run_study


def test_counts_and_pictures_of_any_dataset(tiny_runs):
    run_study("data", tiny_runs.layout, tiny_runs.profile, "toy")
    folder = tiny_runs.layout.study("data", "toy")
    table = results.read(folder / "results.csv")
    assert set(table["metric"]) == {"images"} and len(table) == 20
    train = table[table.condition.str.endswith("split=train")]
    assert train["value"].tolist() == [40.0] * 10
    assert table.iloc[3]["condition"] == "digit=3;split=train"
    for name, kind in (("counts", "chart"), ("sheet", "picture")):
        record = json.loads((folder / f"{name}.json").read_text())
        assert record["kind"] == kind and record["alt"].endswith(".")
    assert not (folder / "rendered.json").exists(), "only SVHN has a stand-in"


def test_a_sheet_shows_each_class_in_its_row_at_random():
    labels = np.repeat(np.arange(3), 20)
    images = np.arange(60, dtype=np.uint8).reshape(60, 1, 1, 1)
    cells = data.by_class(images, labels, 3, 5, np.random.default_rng(0))
    assert cells.shape == (3, 5, 1, 1, 1)
    assert (labels[cells.reshape(3, 5)] == np.arange(3)[:, None]).all()
    assert len(np.unique(cells)) == 15 and cells[0].ravel().tolist() != list(range(5))
    assert data.by_class(images[:2], labels[:2], 1, 5, np.random.default_rng(0)).shape[1] == 5


@pytest.fixture
def svhn_study(tiny_runs, tmp_path):
    """A study whose dataset claims to be SVHN: 40 crops of noise."""
    study = replace(tiny_runs.study("data", tmp_path), dataset="svhn")
    small = study.profile.data.model_copy(update={"rendered_train": 100, "rendered_test": 60})
    study.profile = study.profile.model_copy(
        update={"data": small, "judge": {"batch_size": 50, "width": 4}}
    )
    study.table.dataset = "svhn"
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (40, 3, 32, 32), dtype=np.uint8)
    labels = np.arange(40) % 10
    facts = {"title": "SVHN: 40 crops", "classes": 10}
    study.__dict__["data"] = data_of(noise, labels, facts)
    return study


def data_of(images, labels, facts):
    from experiments.data import Dataset

    return Dataset("svhn", images, labels, images, labels, facts)


def test_real_and_rendered_crops_stand_side_by_side(svhn_study):
    data.beside_real_ones(svhn_study)
    picture = Image.open(svhn_study.folder / "rendered.png")
    left, right = picture.crop((0, 0, 330, picture.height)), picture.crop((360, 0, *picture.size))
    assert np.asarray(left).std() > 0 and np.asarray(right).std() > 0
    pixels = np.asarray(picture)[..., :3].astype(float)
    noisy = np.abs(np.diff(pixels[40:, :330:2], axis=1)).mean()
    smooth = np.abs(np.diff(pixels[40:, 370::2], axis=1)).mean()
    assert noisy > 3 * smooth, "noise stands on the left, drawn crops on the right"


def test_the_reader_learns_from_rendered_crops_and_is_tested_on_both(svhn_study):
    data.transfer(svhn_study)
    table = svhn_study.table.frame()
    assert table["condition"].tolist() == [
        "tested_on=svhn;trained_on=svhn-rendered",
        "tested_on=svhn-rendered;trained_on=svhn-rendered",
    ]
    assert table["n"].tolist() == [40, 60] and table["value"].between(0, 1).all()
    assert svhn_study.bar.done == pytest.approx(1, abs=0.2)


def test_of_the_stand_in_itself_only_its_own_number_is_reported(svhn_study, tmp_path):
    svhn_study.dataset = "svhn-rendered"
    judges = type("Judges", (), {"accuracy": {"labels": 0.96, "features": 0.95}})()
    svhn_study.__dict__["judges"] = judges
    data.run(svhn_study)
    table = svhn_study.table.frame()
    rows = table[table.metric == "accuracy"]
    assert rows["value"].tolist() == [0.96]
    assert rows["condition"].tolist() == ["tested_on=svhn-rendered;trained_on=svhn-rendered"]
    assert not (tmp_path / "rendered.png").exists()
