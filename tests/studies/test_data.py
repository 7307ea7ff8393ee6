"""The study `data`: counts, a contact sheet, and the two numbers of the renderer."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from experiments.data.dataset import save
from experiments.studies import needs
from experiments.studies.data import READER
from experiments.studies.data.measure import by_class
from experiments.studies.needs import Needs
from experiments.support.files import write_arrays
from experiments.support.receipts import write_receipt
from tests.studies.stand_in import StandIn, copy


def test_counts_and_pictures_of_any_dataset(tiny_runs, tmp_path):
    here = copy(tiny_runs, tmp_path)
    table = here.measure("data")
    assert set(table["metric"]) == {"images"} and len(table) == 20
    train = table[table.condition.str.endswith("split=train")]
    assert train["value"].tolist() == [40.0] * 10
    assert table.iloc[3]["condition"] == "digit=3;split=train"
    here.keep_only_what_was_measured()
    folder = here.draw("data")
    for name, kind in (("counts", "chart"), ("sheet", "picture")):
        record = json.loads((folder / f"{name}.json").read_text())
        assert record["kind"] == kind and record["alt"].endswith(".")
    assert not (folder / "rendered.json").exists(), "only SVHN has a stand-in"


def test_a_sheet_shows_each_class_in_its_row_at_random():
    labels = np.repeat(np.arange(3), 20)
    images = np.arange(60, dtype=np.uint8).reshape(60, 1, 1, 1)
    cells = by_class(images, labels, 3, 5, np.random.default_rng(0))
    assert cells.shape == (3, 5, 1, 1, 1)
    assert (labels[cells.reshape(3, 5)] == np.arange(3)[:, None]).all()
    assert len(np.unique(cells)) == 15 and cells[0].ravel().tolist() != list(range(5))
    assert by_class(images[:2], labels[:2], 1, 5, np.random.default_rng(0)).shape[1] == 5


FACTS = {"title": "40 crops", "classes": 10, "source": "data root", "licence": "none"}


def of_noise(tiny_runs, home, dataset: str) -> StandIn:
    """A dataset of 40 crops of noise, in a folder without a run."""
    layout = replace(tiny_runs.layout, runs=home)
    noise = np.random.default_rng(0).integers(0, 256, (40, 3, 32, 32), dtype=np.uint8)
    labels = np.arange(40) % 10
    arrays = {"x_train": noise, "y_train": labels, "x_test": noise, "y_test": labels}
    save(layout, dataset, arrays, FACTS)
    return StandIn(layout, tiny_runs.profile, dataset)


@pytest.fixture
def svhn(tiny_runs, tmp_path):
    """40 crops that claim to be SVHN, and a reader that has been tested on them."""
    here = of_noise(tiny_runs, tmp_path, "svhn")
    about = {
        "accuracy": {"svhn": 0.125, "svhn-rendered": 0.75}, "n": {"svhn": 40, "svhn-rendered": 60}
    }  # fmt: skip
    folder = here.layout.reader("svhn", READER.name)
    folder.mkdir(parents=True)
    write_receipt(folder / "reader.json", {}, [], about)
    return here


def test_real_and_rendered_crops_stand_side_by_side(svhn):
    svhn.measure("data")
    picture = Image.open(svhn.draw("data") / "rendered.png")
    left, right = picture.crop((0, 0, 330, picture.height)), picture.crop((360, 0, *picture.size))
    assert np.asarray(left).std() > 0 and np.asarray(right).std() > 0
    pixels = np.asarray(picture)[..., :3].astype(float)
    noisy = np.abs(np.diff(pixels[40:, :330:2], axis=1)).mean()
    smooth = np.abs(np.diff(pixels[40:, 370::2], axis=1)).mean()
    assert noisy > 3 * smooth, "noise stands on the left, drawn crops on the right"


def test_the_numbers_of_the_renderer_are_those_of_its_reader(svhn):
    table = svhn.measure("data")
    rows = table[table.metric == "accuracy"]
    assert rows["condition"].tolist() == [
        "tested_on=svhn;trained_on=svhn-rendered",
        "tested_on=svhn-rendered;trained_on=svhn-rendered",
    ]
    assert rows["value"].tolist() == [0.125, 0.75] and rows["n"].tolist() == [40, 60]


def test_of_the_stand_in_itself_only_its_own_number_is_reported(tiny_runs, tmp_path):
    here = of_noise(tiny_runs, tmp_path, "svhn-rendered")
    read = np.arange(40) % 10
    read[:10] = 0  # nine mistakes
    parts = {"features": np.zeros((40, 128)), "probabilities": np.eye(10)[read]}
    parts["others"] = parts["probabilities"]
    splits = ("test", "train")
    real = {f"{split}_{name}": part for split in splits for name, part in parts.items()}
    write_arrays(here.layout.real_readings("svhn-rendered"), real)
    table = here.measure("data")
    rows = table[table.metric == "accuracy"]
    assert rows["value"].tolist() == [31 / 40] and rows["n"].tolist() == [40]
    assert rows["condition"].tolist() == ["tested_on=svhn-rendered;trained_on=svhn-rendered"]
    assert not (here.draw("data") / "rendered.png").exists()


def test_it_reads_no_run_and_one_reader(tiny_runs):
    wanted = {
        "svhn": Needs(readers=(READER,), readings=False),
        "svhn-rendered": Needs(readings=False, judges=True),
        "mnist": Needs(readings=False),
    }  # fmt: skip
    for dataset, expected in wanted.items():
        assert needs("data", tiny_runs.layout, tiny_runs.profile, dataset) == expected
