"""The study `inpainting`: the same holes for all, filled by what each model offers."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from experiments.runs.weights import build
from experiments.studies import inpainting


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


def finished(model, seed, loaded, conditional=True):
    return SimpleNamespace(
        model=model, seed=seed, name=f"toy/{model}/default/seed-{seed}", conditional=conditional,
        load=lambda: loaded,
    )  # fmt: skip


def study_of(tiny_runs, folder, runs):
    study = tiny_runs.study("inpainting", folder)
    names = dict.fromkeys(made.model for made in runs)
    study.profile = study.profile.model_copy(update={"models": {name: {} for name in names}})
    study.__dict__["finished"] = runs
    return study


@pytest.fixture(scope="module")
def done(tiny_runs, tmp_path_factory):
    """An oracle in ccgan's place and an untrained cvae, beside a model that cannot fill."""
    from experiments.data.pixels import to_float

    folder = tmp_path_factory.mktemp("inpainting")
    task = inpainting.Task.of(tiny_runs.study("inpainting", folder))
    oracle = Oracle(to_float(task.images))
    cvae = build("cvae", 1, 10, {"width": 4}).eval()
    cgan = build("cgan", 1, 10, {"width": 4}).eval()
    runs = [
        finished("cvae", 0, cvae), finished("cgan", 0, cgan), finished("ccgan", 0, oracle),
        finished("ccgan", 1, oracle), finished("vae", 0, None, conditional=False),
    ]  # fmt: skip
    study = study_of(tiny_runs, folder, runs)
    inpainting.run(study)
    return SimpleNamespace(folder=folder, table=study.table.frame(), task=task, oracle=oracle)


def value(table, model, metric, way, share=0.5):
    rows = table[
        (table.model == model) & (table.metric == metric)
        & (table.condition == f"share={share};way={way}")
    ]  # fmt: skip
    return rows.value.median()


def test_each_way_has_both_numbers_for_each_share(done):
    counts = done.table.groupby(["model", "metric"]).size()
    assert counts["ccgan", "accuracy"] == 3 * 2 == counts["ccgan", "pixel_error"]
    assert counts["cvae", "accuracy"] == 3
    assert counts["real", "accuracy"] == 3 * 3 and counts["real", "pixel_error"] == 3 * 2
    assert set(done.table.model) == {"ccgan", "cvae", "real"}, "the cgan and the vae cannot fill"
    assert (done.table.n == 200).all() and done.table.value.between(0, 1).all()


def test_who_fills_in_what_was_there_is_read_like_the_original(done):
    for share in inpainting.SHARES:
        assert value(done.table, "ccgan", "pixel_error", "fill", share) == 0
        accuracy = value(done.table, "ccgan", "accuracy", "fill", share)
        assert accuracy == value(done.table, "real", "accuracy", "original", share)
    empty = [value(done.table, "real", "accuracy", "empty", s) for s in inpainting.SHARES]
    assert empty[0] > empty[2], "the more is hidden the less can be read"
    assert value(done.table, "real", "accuracy", "neighbour") > empty[1]


def test_all_get_the_same_holes_and_each_seed_its_noise(done):
    masks = [torch.cat([m for m, _ in done.oracle.calls[i::6]]) for i in range(6)]
    for share, mask in zip(inpainting.SHARES * 2, masks, strict=True):
        assert np.array_equal(mask.numpy(), done.task.holes[share])
    noise = [z for _, z in done.oracle.calls]
    assert torch.equal(noise[0], noise[1]) and not torch.equal(noise[0], noise[3])


def test_a_posterior_copies_until_the_picture_rests_and_keeps_what_is_visible(tiny_runs, tmp_path):
    """A posterior that sees the mean of the picture: the hole fills with a grey that agrees."""

    class Grey:
        def encode(self, images, labels):
            return images.mean((1, 2, 3))[:, None], None

        def sample(self, noise, labels):
            return noise[:, :, None, None].expand(-1, 1, 32, 32)

    study = tiny_runs.study("inpainting", tmp_path)
    task = inpainting.Task.of(study)
    way, fill = inpainting.way_of(Grey(), study)
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


def test_without_a_model_that_fills_the_result_is_empty_and_valid(tiny_runs, tmp_path):
    runs = [finished("vae", 0, None, conditional=False)]
    study = study_of(tiny_runs, tmp_path, runs)
    inpainting.run(study)
    assert study.table.frame().empty and not list(tmp_path.iterdir())


def test_the_real_ccgan_and_vaegan_fill(tiny_runs, tmp_path):
    study = replace(tiny_runs.study("inpainting", tmp_path))
    task = inpainting.Task.of(study)
    for name, kind in (("ccgan", "fill"), ("vaegan", "posterior"), ("cvae-plain", "posterior")):
        way, fill = inpainting.way_of(build(name, 1, 10, {"width": 4}).eval(), study)
        filled = inpainting.filled(task, 0.75, fill, seed=0)
        hidden = task.holes[0.75] > 0
        assert way == kind and np.array_equal(filled[~hidden], task.images[~hidden]), name
