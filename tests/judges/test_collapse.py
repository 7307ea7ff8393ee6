"""A run that draws one picture under changing noise has failed, though its pixels move."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from experiments.judges.collapse import PATIENCE, collapsed, variety
from experiments.judges.judge import load_judges, read
from experiments.judges.reading import read_run
from experiments.runs.run import Run
from experiments.support.files import read_json, write_arrays, write_json
from experiments.support.layout import Layout
from tests.conftest import DATASET, draw_digits


def one_picture(n: int) -> np.ndarray:
    """``n`` times the same digit under noise that no two share."""
    digit = draw_digits(1, seed=3)[0].astype(float)
    noise = np.random.default_rng(0).normal(0, 20, (n, *digit.shape[1:]))
    return np.clip(digit + noise, 0, 255).astype(np.uint8)


def features(tiny_runs, images: np.ndarray) -> np.ndarray:
    return read(load_judges(tiny_runs.layout.judge(DATASET)).features, images)[0]


def test_one_picture_under_noise_has_collapsed_and_digits_have_not(tiny_runs) -> None:
    real, alike = draw_digits(200, seed=2)[0], one_picture(200)
    assert alike.astype(float).std(0).mean() > 0.1 * real.astype(float).std(0).mean()  # in pixels
    seen = features(tiny_runs, real)
    assert collapsed(features(tiny_runs, alike), seen)
    assert not collapsed(features(tiny_runs, draw_digits(200, seed=4)[0]), seen)


@pytest.mark.parametrize(("images", "lost"), [(PATIENCE, True), (PATIENCE - 1, False)])
def test_it_is_written_with_the_readings_and_known_to_the_run(
    tiny_runs, tmp_path: Path, images: int, lost: bool
) -> None:
    layout = Layout(tmp_path, "tiny")
    shutil.copytree(tiny_runs.layout.home, layout.home)
    folder = layout.run(DATASET, "cgan", 0)
    write_json(folder / "run.json", {**read_json(folder / "run.json"), "images": images})
    alike = {"images": one_picture(200), "labels": np.zeros(200, np.int64)}
    write_arrays(folder / "samples.npz", alike)
    assert not Run.read(folder).failed
    read_run(layout, Run.read(folder), {})
    run = Run.read(folder)
    assert run.failed == lost  # when it has hardly begun all samples are alike
    assert not run.diverged
    if lost:
        assert run.reason == "its samples are all alike to the judge"


def test_variety_is_the_mean_distance_of_two_images(tiny_runs) -> None:
    a, b, c = rows = features(tiny_runs, draw_digits(3, seed=1)[0])
    pairs = [np.linalg.norm(x - y) for x, y in ((a, b), (a, c), (b, c))]
    assert np.isclose(variety(rows), np.mean(pairs), rtol=1e-4)
