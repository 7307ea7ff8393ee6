"""Sampling to files, publishing weights, writing numbers."""

import errno
import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from experiments import sampling
from experiments.runs import weights
from experiments.runs.run import Run
from experiments.sampling import source
from experiments.sampling.number import Line, compose
from experiments.sampling.source import header, median_run
from experiments.support.errors import UserError


@pytest.fixture(scope="module")
def assets(trained_runs, tmp_path_factory):
    """All four models published, as `collect` does it, before any study was made."""
    folder = tmp_path_factory.mktemp("published")
    profile = trained_runs.profile.model_copy(update={"studies": []})
    written = sampling.export_pretrained(trained_runs.layout, profile, ["toy"], folder / "models")
    assert [path.stem for path in written] == list(profile.models)
    return folder


@pytest.fixture
def cgan(assets):
    return sampling.open_pretrained(assets, "toy", "cgan")


def test_npz_holds_images_and_labels_and_the_seed_decides(cgan, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        sampling.sample_to_file(cgan, 25, tmp_path / f"{name}.npz", seed=seed)
    a, b, c = (np.load(tmp_path / f"{name}.npz") for name in "abc")
    assert a["images"].shape == (25, 1, 32, 32) and a["images"].dtype == np.uint8
    assert a["labels"].dtype == np.int64 and np.bincount(a["labels"]).tolist() == [3] * 5 + [2] * 5
    assert np.array_equal(a["images"], b["images"])
    assert not np.array_equal(a["images"], c["images"])


def test_labels_like_the_data_and_one_digit(cgan, tmp_path):
    cgan.about["proportions"] = [0.7, 0.3] + [0.0] * 8
    labels = np.load(sampling.sample_to_file(cgan, 400, tmp_path / "like.npz", labels="like-data"))[
        "labels"
    ]
    assert set(labels) == {0, 1} and 0.6 < (labels == 0).mean() < 0.8
    sevens = np.load(sampling.sample_to_file(cgan, 9, tmp_path / "7.npz", digit=7))["labels"]
    assert sevens.tolist() == [7] * 9


def test_an_unconditional_model_leaves_labels_out_and_refuses_a_digit(assets, tmp_path):
    dcgan = sampling.open_pretrained(assets, "toy", "dcgan")
    with np.load(sampling.sample_to_file(dcgan, 5, tmp_path / "d.npz")) as file:
        assert file.files == ["images"]
    with pytest.raises(UserError, match="dcgan is unconditional"):
        sampling.sample_to_file(dcgan, 5, tmp_path / "no.npz", digit=7)
    assert not (tmp_path / "no.npz").exists()


def test_a_folder_of_pngs_holds_the_same_images(cgan, tmp_path):
    folder = sampling.sample_to_file(cgan, 12, tmp_path / "digits", format="png", seed=4)
    same = np.load(sampling.sample_to_file(cgan, 12, tmp_path / "digits.npz", seed=4))
    rows = (folder / "labels.csv").read_text().splitlines()
    assert rows[0] == "file,label" and rows[1:3] == ["00000.png,0", "00001.png,1"]
    assert len(rows) == 13 and len(list(folder.glob("*.png"))) == 12
    image = np.asarray(Image.open(folder / "00011.png"))
    assert np.array_equal(image, same["images"][11, 0])
    with pytest.raises(UserError, match="not empty"):
        sampling.sample_to_file(cgan, 12, folder, format="png")


@pytest.mark.parametrize("digit, n", [(10, 5), (-1, 5), (None, 0)])
def test_impossible_wishes_get_one_sentence(cgan, tmp_path, digit, n):
    with pytest.raises(UserError, match="ask for"):
        sampling.sample_to_file(cgan, n, tmp_path / "no.npz", digit=digit)


def test_a_full_disk_leaves_no_half_a_folder(cgan, tmp_path, monkeypatch):
    saved = []

    def fail_at_third(self, path, *args, **kwargs):
        saved.append(path)
        if len(saved) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", fail_at_third)
    with pytest.raises(UserError, match="disk is full"):
        sampling.sample_to_file(cgan, 5, tmp_path / "digits", format="png")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("model", ["vae", "cvae", "dcgan", "cgan"])
def test_half_precision_draws_the_same_images(trained_runs, assets, model):
    """Rounding the weights may move a pixel by two grey levels and no more."""
    full = sampling.from_run(trained_runs.layout, "toy", model)
    half = sampling.open_pretrained(assets, "toy", model)
    labels = np.arange(40) % 10
    a, b = full.images(labels, seed=3), half.images(labels, seed=3)
    assert np.abs(a.astype(int) - b).max() <= 2
    assert a.std() > 5, "the images are not flat"


def test_large_matrices_take_eight_bits_and_come_back():
    torch.manual_seed(0)
    rows = torch.randn(2, 512, 512) * torch.logspace(-3, 1, 512)[:, None]
    state = {"large": rows.half(), "small": torch.randn(8, 8).half(), "count": torch.tensor(3)}
    packed = source.pack(state)
    assert packed["large"].dtype == torch.int8 and packed["small"] is state["small"]
    back = source.unpack(packed)
    assert set(back) == set(state) and back["count"] == 3
    error = (back["large"] - rows).abs().amax(-1) / rows.abs().amax(-1)
    assert 0 < error.max() < 1 / 200, "half a step of 127, whatever the size of the row"


def test_a_published_file_holds_sampling_weights_alone_and_says_what_it_is(trained_runs, assets):
    path = assets / "models" / "toy" / "cgan.safetensors"
    state, about = weights.read_weights(path)
    assert all(name.startswith("decoder.") for name in state)
    assert {v.dtype for v in state.values() if v.is_floating_point()} == {torch.float16}
    whole = trained_runs.layout.run("toy", "cgan", 0) / "weights.safetensors"
    assert path.stat().st_size < whole.stat().st_size / 2
    assert about["title"] == "Toy digits" and about["run"] == "toy/cgan/default/seed-0"
    assert about["settings"]["width"] == 4 and about["proportions"] == [0.1] * 10
    assert about["chosen"] == "the first seed", "no study had been made"


def test_a_missing_or_damaged_file_gets_one_sentence(assets, tmp_path):
    with pytest.raises(UserError, match=r"no pretrained models in .*`make experiments`"):
        sampling.open_pretrained(tmp_path, "toy", "cgan")
    with pytest.raises(UserError, match="did you mean 'toy'"):
        sampling.open_pretrained(assets, "toyy", "cgan")
    with pytest.raises(UserError, match="did you mean 'cgan'"):
        sampling.open_pretrained(assets, "toy", "cgn")
    source = assets / "models" / "toy" / "cgan.safetensors"
    short = tmp_path / "models" / "toy" / "cgan.safetensors"
    short.parent.mkdir(parents=True)
    short.write_bytes(source.read_bytes()[:2000])
    with pytest.raises(UserError, match="damaged or cut short"):
        sampling.open_pretrained(tmp_path, "toy", "cgan")


def test_a_setting_that_the_code_no_longer_has_is_no_reason_to_refuse(assets, tmp_path):
    state, about = weights.read_weights(assets / "models" / "toy" / "vae.safetensors")
    about["settings"]["of_an_earlier_version"] = 3
    weights.write_weights(tmp_path / "vae.safetensors", state, about)
    assert sampling.load_pretrained(tmp_path / "vae.safetensors").name == "vae"


def test_weights_of_another_model_are_refused(trained_runs, assets, tmp_path):
    folder = tmp_path / "models" / "toy"
    folder.mkdir(parents=True)
    shutil.copy(assets / "models" / "toy" / "cvae.safetensors", folder / "cgan.safetensors")
    with pytest.raises(UserError, match="another model"):
        sampling.open_pretrained(tmp_path, "toy", "cgan")
    state, about = weights.read_weights(assets / "models" / "toy" / "vae.safetensors")
    weights.write_weights(folder / "cgan.safetensors", state, {**about, "model": "cgan"})
    with pytest.raises(UserError, match="another model"):
        sampling.open_pretrained(tmp_path, "toy", "cgan")
    run_weights = trained_runs.layout.run("toy", "cgan", 0) / "weights.safetensors"
    with pytest.raises(UserError, match="no pretrained model"):
        sampling.load_pretrained(run_weights)


def test_a_run_that_is_not_there_or_diverged_cannot_be_sampled(tiny_runs):
    with pytest.raises(UserError, match=r"no finished run toy cgan seed 9.*--pretrained"):
        sampling.from_run(tiny_runs.layout, "toy", "cgan", seed=9)
    with pytest.raises(UserError, match=r"failed .a loss became"):
        sampling.from_run(tiny_runs.layout, "toy", "dcgan", seed=1)


def test_the_median_seed_is_published(tiny_runs, tmp_path):
    def run(model, seed):
        receipt = json.loads(tiny_runs.layout.run_receipt("toy", model, 0).read_text())
        return Run(tmp_path, {**receipt, "seed": seed})

    for model, metric in (("cgan", "class_accuracy"), ("dcgan", "frechet")):
        values = {(metric, model, seed): value for seed, value in enumerate((0.3, 0.1, 0.2))}
        chosen, why = median_run([run(model, seed) for seed in range(3)], values)
        assert chosen.seed == 2 and metric.split("_")[0] in why and "0, 1, 2" in why
        # Of two, the worse one: the lower accuracy, the larger distance.
        chosen, _ = median_run([run(model, seed) for seed in range(2)], values)
        assert chosen.seed == (1 if metric == "class_accuracy" else 0)


def test_write_draws_each_conditional_model_from_the_same_noise(assets, tmp_path, monkeypatch):
    drawn = []
    original = sampling.Sampler.of_noise

    def watch(self, noise, labels):
        drawn.append((self.name, noise, labels.tolist()))
        return original(self, noise, labels)

    monkeypatch.setattr(sampling.Sampler, "of_noise", watch)
    out = sampling.write_number("2026", tmp_path / "year.png", assets=assets)
    assert [name for name, _, _ in drawn] == ["cvae", "cgan"], "VAEs first, no unconditional model"
    assert np.array_equal(drawn[0][1], drawn[1][1]) and drawn[0][2] == [2, 0, 2, 6]
    picture = np.asarray(Image.open(out).convert("RGB"))
    assert (picture[:40] == 255).all() and (picture[:, -40:] == 255).all(), "a light margin"
    assert picture.min() < 100, "something is written"
    again = sampling.write_number("2026", tmp_path / "again.png", assets=assets)
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.parametrize("text", ["", "20x6", "-1", "٣", "1" * 33])
def test_only_numbers_can_be_written(assets, tmp_path, text):
    with pytest.raises(UserError, match="cannot be written"):
        sampling.write_number(text, tmp_path / "no.png", assets=assets)


def test_write_says_what_is_missing(assets, tmp_path):
    with pytest.raises(UserError, match="no conditional pretrained model"):
        sampling.write_number("1", tmp_path / "no.png", assets=tmp_path)
    with pytest.raises(UserError, match="did you mean 'toy'"):
        sampling.write_number("1", tmp_path / "no.png", assets=assets, datasets=["tooy"])
    assert header(assets / "models" / "toy" / "cgan.safetensors")["conditional"] is True


def test_a_model_that_one_dataset_lacks_keeps_its_row_in_the_others():
    ink = np.full((3, 1, 32, 32), 10, np.uint8)
    both = {"a": [Line("cvae", ink), Line("cgan", ink)], "b": [Line("cgan", ink)]}
    picture = np.asarray(compose(both)).min(axis=2)
    assert picture.shape == np.asarray(compose({**both, "b": both["a"]})).shape[:2]
    left, right = picture[:, : picture.shape[1] // 2], picture[:, -72 - 3 * 134 : -72]
    # The lower row is written in both blocks, the upper one in the left block alone.
    rows = [(np.asarray(half[200:]) < 255).any() for half in (left, right)]
    assert rows == [True, True]
    upper = slice(72 + 72, 72 + 72 + 128)
    assert (left[upper] < 255).any() and not (right[upper] < 255).any()
