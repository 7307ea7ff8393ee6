"""Holes cut into images and filled in by a model, from the command to the file."""

from pathlib import Path

import numpy as np
import pytest
import torch
from command import run, write_profile
from conftest import draw_digits
from PIL import Image

from experiments.runs import weights
from experiments.sampling.source import FORMAT

ABOUT = {
    "format": FORMAT, "model": "ccgan", "dataset": "mnist", "family": "gan", "conditional": True,
    "channels": 1, "classes": 10, "proportions": [0.1] * 10, "settings": {"width": 4},
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained published model, forty digits in an npz, and a tiny profile with its data."""
    made = tmp_path_factory.mktemp("filling")
    torch.manual_seed(0)
    model = weights.build("ccgan", 1, 10, {"width": 4})
    path = made / "assets/models/mnist/ccgan.safetensors"
    weights.write_weights(path, weights.sampling_state(model), ABOUT)
    images, labels = draw_digits(40, seed=0)
    np.savez(made / "digits.npz", images=images, labels=labels)
    options = ["--profile", write_profile(made), "--runs", made / "runs"]
    assert run("data", "mnist", "--data", "embedded", *options).code == 0
    return made


def fill(folder: Path, *words: object):
    return run(
        "fill", "mnist", "--pretrained", "--assets", folder / "assets",
        "--profile", folder / "tiny.yaml", "--runs", folder / "runs", *words,
    )  # fmt: skip


def arrays(folder: Path, out: Path, *words: object) -> dict[str, np.ndarray]:
    outcome = fill(folder, "--out", out, *words)
    assert outcome.code == 0, outcome.err
    with np.load(out) as file:
        return {name: file[name] for name in file.files}


def test_pixels_outside_the_hole_are_those_given(folder: Path, tmp_path: Path) -> None:
    made = arrays(folder, tmp_path / "a.npz", "--share", 25, "--images", folder / "digits.npz")
    hole = made["mask"] == 1
    assert made["images"].shape == made["original"].shape == (10, 1, 32, 32)
    assert hole.sum() == 10 * 16 * 16
    assert np.array_equal(made["images"][~hole], made["original"][~hole])
    assert (made["images"][hole] != made["original"][hole]).mean() > 0.5
    assert (made["holed"][hole] == 127).all()
    assert np.array_equal(made["holed"][~hole], made["original"][~hole])
    with np.load(folder / "digits.npz") as given:
        pairs = zip(given["images"], given["labels"], strict=True)
        known = {image.tobytes(): label for image, label in pairs}
    assert [known[image.tobytes()] for image in made["original"]] == made["labels"].tolist()


def test_a_published_model_needs_no_data_step(folder: Path, tmp_path: Path) -> None:
    images, labels = draw_digits(20, seed=3)
    np.savez(tmp_path / "mnist.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
    words = ("--runs", tmp_path / "runs", "--data-root", tmp_path, "--n", 5)
    made = arrays(folder, tmp_path / "a.npz", *words)
    assert {image.tobytes() for image in made["original"]} <= {i.tobytes() for i in images}


def test_the_seed_decides_and_a_digit_can_be_asked_for(folder: Path, tmp_path: Path) -> None:
    words = ("--n", 3, "--digit", 7)
    first, again, other = (
        arrays(folder, tmp_path / f"{name}.npz", "--seed", seed, *words)
        for name, seed in (("a", 0), ("b", 0), ("c", 1))
    )
    assert first["labels"].tolist() == [7, 7, 7]
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["mask"], other["mask"])
    with np.load(folder / "runs/tiny/mnist/data.npz") as data:
        test = {image.tobytes() for image in data["x_test"]}
    assert all(image.tobytes() in test for image in first["original"])


def test_a_picture_shows_three_rows(folder: Path, tmp_path: Path) -> None:
    outcome = fill(folder, "--n", 4, "--out", tmp_path / "filled.png")
    assert outcome.code == 0, outcome.err
    picture = np.asarray(Image.open(tmp_path / "filled.png"))
    height, width = 3 * (2 * 32 + 2) - 2, 4 * (2 * 32 + 2) - 2
    assert picture.shape[0] == height and picture.shape[1] > width
    rows = [picture[at : at + 64, -width:, 0] for at in (0, 66, 132)]
    grey = rows[0] == 127
    assert grey.sum() >= 4 * (23 * 2) ** 2
    assert np.array_equal(rows[1][~grey], rows[2][~grey])


@pytest.mark.parametrize("share", [0, 100, -5, 150, "nan", 0.01, 99.9])
def test_a_hole_of_nothing_or_of_everything(folder: Path, tmp_path: Path, share: float) -> None:
    outcome = fill(folder, "--share", share, "--out", tmp_path / "a.png")
    assert outcome.code == 2 and "between 0 and 1" in outcome.sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("cgan",), "take a model that can (ccgan)"),
        (("ccgn",), "did you mean 'ccgan'?"),
        (("--n", 1000), "holds 100 images: ask for no more"),
        (("--n", 100, "--digit", 7), "of the class 7: ask for no more"),
        (("--digit", 12), "holds 0 images of the class 12"),
        (("--images", "none.npz"), "none.npz is missing"),
        (("--out", "filled.jpg"), "neither a .png nor an .npz"),
    ],
)
def test_what_cannot_be_filled_in(
    folder: Path, tmp_path: Path, words: tuple[object, ...], told: str
) -> None:
    out = () if "--out" in words else ("--out", tmp_path / "a.png")
    outcome = fill(folder, *words, *out)
    assert outcome.code == 2 and told in outcome.sentence
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"images": np.zeros((20, 1, 32, 32), np.uint8)}, "lacks the array labels"),
        ({"images": np.zeros((20, 1, 28, 28), np.uint8)}, "uint8 [N, C, 32, 32]"),
        ({"images": np.zeros((20, 1, 32, 32))}, "type float64"),
        ({"images": np.zeros((20, 3, 32, 32), np.uint8)}, "have 3"),
        ({"labels": np.full(20, 11)}, "holds the class 11"),
        ({"labels": np.zeros(7, int)}, "one whole number per image"),
        ({"labels": np.zeros(20)}, "one whole number per image"),
    ],
)
def test_images_of_ones_own_that_do_not_fit(
    folder: Path, tmp_path: Path, given: dict[str, np.ndarray], told: str
) -> None:
    good = {"images": np.zeros((20, 1, 32, 32), np.uint8), "labels": np.zeros(20, int)}
    kept = {"images": given["images"]} if "lacks" in told else {**good, **given}
    np.savez(tmp_path / "mine.npz", **kept)
    outcome = fill(folder, "--images", tmp_path / "mine.npz", "--out", tmp_path / "a.png")
    assert outcome.code == 2 and told in outcome.sentence
    (tmp_path / "mine.npz").write_bytes(b"PK half a file")
    outcome = fill(folder, "--images", tmp_path / "mine.npz", "--out", tmp_path / "a.png")
    assert outcome.code == 2 and "not a whole npz" in outcome.sentence
    assert not (tmp_path / "a.png").exists()
