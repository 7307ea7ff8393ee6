"""The study `inpainting`: the same holes for all, filled by what each model offers."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from experiments.data.pixels import to_float
from experiments.runs.run import Run
from experiments.runs.weights import build
from experiments.studies.inpainting import SHARES
from experiments.studies.inpainting import measure as inpainting
from tests.conftest import draw_digits
from tests.studies.stand_in import copy, measured_runs


class Oracle:
    """A stand-in that fills every hole with what was there."""

    latent_dim = 64

    def __init__(self, originals):
        self.originals, self.calls, self.at = originals, [], 0

    def fill(self, images, mask, labels, noise):
        self.calls.append((mask, noise))
        part = self.originals[self.at : self.at + len(images)]
        self.at = (self.at + len(images)) % len(self.originals)
        assert torch.equal(torch.where(mask > 0, 0, images), torch.where(mask > 0, 0, part))
        return part


def loading(patch, models):
    """Runs load these models, by their names."""
    patch.setattr(Run, "load", lambda run, point=None: models[run.model])


@pytest.fixture(scope="module")
def task(tiny_runs):
    from experiments.data import load

    return inpainting.Task.of(load(tiny_runs.layout, "toy"))


@pytest.fixture(scope="module")
def done(tiny_runs, task, tmp_path_factory):
    """An oracle in ccgan's place and an untrained cvae, beside models that cannot fill; drawn
    when nothing is left but what was measured."""
    here = copy(tiny_runs, tmp_path_factory.mktemp("inpainting"))
    here = here.with_models("cvae", "cgan", "ccgan", "vae")
    for seed in (0, 1):
        here.put_run("ccgan", seed, *draw_digits(60, seed=seed))
    oracle = Oracle(to_float(task.images))
    small = {name: build(name, 1, 10, {"width": 4}).eval() for name in ("cvae", "cgan")}
    with pytest.MonkeyPatch.context() as patch:
        loading(patch, {**small, "ccgan": oracle})
        table = here.measure("inpainting")
    here.keep_only_what_was_measured()
    return SimpleNamespace(
        here=here, folder=here.draw("inpainting"), table=table, task=task, oracle=oracle
    )


def value(table, model, metric, way, share=0.5):
    rows = table[
        (table.model == model) & (table.metric == metric)
        & (table.condition == f"share={share};way={way}")
    ]  # fmt: skip
    return rows.value.median()


def test_each_way_has_both_numbers_for_each_share(done):
    counts = done.table.groupby(["model", "metric"]).size()
    assert counts["ccgan", "accuracy"] == 3 * 2 == counts["ccgan", "pixel_error"]
    assert counts["cvae", "accuracy"] == 3 * 2
    assert counts["real", "accuracy"] == 3 * 3 and counts["real", "pixel_error"] == 3 * 2
    assert set(done.table.model) == {"ccgan", "cvae", "real"}, "the cgan and the vae cannot fill"
    assert (done.table.n == 200).all() and done.table.value.between(0, 1).all()


def test_who_fills_in_what_was_there_is_read_like_the_original(done):
    for share in SHARES:
        assert value(done.table, "ccgan", "pixel_error", "fill", share) == 0
        accuracy = value(done.table, "ccgan", "accuracy", "fill", share)
        assert accuracy == value(done.table, "real", "accuracy", "original", share)
    empty = [value(done.table, "real", "accuracy", "empty", s) for s in SHARES]
    assert empty[0] > empty[2], "the more is hidden the less can be read"
    assert value(done.table, "real", "accuracy", "neighbour") > empty[1]


def test_all_get_the_same_holes_and_each_seed_its_noise(done):
    masks = [torch.cat([m for m, _ in done.oracle.calls[i::6]]) for i in range(6)]
    for share, mask in zip(SHARES * 2, masks, strict=True):
        assert np.array_equal(mask.numpy(), done.task.holes[share])
    noise = [z for _, z in done.oracle.calls]
    assert torch.equal(noise[0], noise[1]) and not torch.equal(noise[0], noise[3])


def test_a_posterior_copies_until_the_picture_rests_and_keeps_what_is_visible(task):
    """A posterior that sees the mean of the picture: the hole fills with a grey that agrees."""

    class Grey:
        def encode(self, images, labels):
            return images.mean((1, 2, 3))[:, None], None

        def sample(self, noise, labels):
            return noise[:, :, None, None].expand(-1, 1, 32, 32)

    way, fill = inpainting.way_of(Grey(), task.means)
    filled = inpainting.filled(task, 0.5, fill, seed=0)
    hidden = task.holes[0.5] > 0
    assert way == "posterior" and np.array_equal(filled[~hidden], task.images[~hidden])
    for image, full, hole in zip(filled, task.images, hidden, strict=True):
        assert np.ptp(image[hole].astype(int)) == 0
        assert image[hole].mean() == pytest.approx(full[~hole].mean(), abs=1)


def test_random_images_are_shown_one_of_each_class(done):
    assert done.task.labels[done.task.shown].tolist() == list(range(10))
    assert done.task.shown.tolist() != [int(np.argmax(done.task.labels == k)) for k in range(10)]
    for share in (25, 50, 75):
        record = json.loads((done.folder / f"filled-{share}.json").read_text())
        assert record["models"] == ["cvae", "ccgan"] and record["seeds"] == [0]
        assert record["alt"].endswith("filled by CVAE, CCGAN, Neighbour, one row each, above "
                                      "the original.")  # fmt: skip
        assert Image.open(done.folder / f"filled-{share}.png").height > 5 * 64
    chart = json.loads((done.folder / "accuracy.json").read_text())
    assert chart["data"] == "accuracy.csv" and "CCGAN" in chart["alt"]


def test_the_pictures_hold_the_images_of_the_first_seed(done, tmp_path):
    kept = done.here.drawing("inpainting", tmp_path)
    assert kept.frame("shown").to_dict("list") == {"model": ["cvae", "ccgan"], "seed": [0, 0]}
    original = kept.array("original")
    assert original.dtype == np.uint8 and original.shape == (10, 1, 32, 32)
    for place in range(3):
        assert np.array_equal(kept.array("ccgan-filled")[place], original)
        outside = ~kept.array("holes")[place]
        assert np.array_equal(kept.array("cvae-filled")[place][outside], original[outside])


def test_one_more_model_is_measured_alone(tiny_runs, tmp_path, monkeypatch):
    here = copy(tiny_runs, tmp_path)
    cvae = build("cvae", 1, 10, {"width": 4}).eval()
    loading(monkeypatch, {"cvae": cvae, "cgan": build("cgan", 1, 10, {"width": 4})})
    measured = measured_runs(monkeypatch, "inpainting")
    before = here.with_models("cvae", seeds=[0]).measure("inpainting")
    after = here.with_models("cvae", "cgan", "vae", seeds=[0]).measure("inpainting")
    assert measured == [f"toy/{model}/default/seed-0" for model in ("cvae", "cgan", "vae")]
    assert after.equals(before), "those that cannot fill change nothing"


def test_without_a_model_that_fills_the_result_is_empty_and_valid(tiny_runs, tmp_path):
    here = copy(tiny_runs, tmp_path).with_models("vae")
    assert here.measure("inpainting").empty
    assert [path.name for path in here.draw("inpainting").iterdir()] == ["draw.json"]


def test_the_real_ccgan_and_vaegan_fill(task):
    for name, kind in (("ccgan", "fill"), ("vaegan", "posterior"), ("cvae-plain", "posterior")):
        way, fill = inpainting.way_of(build(name, 1, 10, {"width": 4}).eval(), task.means)
        filled = inpainting.filled(task, 0.75, fill, seed=0)
        hidden = task.holes[0.75] > 0
        assert way == kind and np.array_equal(filled[~hidden], task.images[~hidden]), name
