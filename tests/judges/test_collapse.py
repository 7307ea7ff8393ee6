"""A run that draws one picture under changing noise has failed, though its pixels move."""

import numpy as np

from experiments.judges.collapse import PATIENCE, collapsed, variety
from experiments.judges.judge import read
from experiments.runs.run import Run
from experiments.studies import training
from tests.conftest import draw_digits


def one_picture(n: int) -> np.ndarray:
    """``n`` times the same digit under noise that no two share."""
    digit = draw_digits(1, seed=3)[0].astype(float)
    noise = np.random.default_rng(0).normal(0, 20, (n, *digit.shape[1:]))
    return np.clip(digit + noise, 0, 255).astype(np.uint8)


def test_one_picture_under_noise_has_collapsed_and_digits_have_not(tiny_runs, tmp_path) -> None:
    study = tiny_runs.study("training", tmp_path)
    judge, real, alike = study.judges.features, study.data.x_test, one_picture(200)
    assert alike.astype(float).std(0).mean() > 0.1 * real.astype(float).std(0).mean()  # in pixels
    assert collapsed(judge, alike, real, seen=PATIENCE)
    assert not collapsed(judge, alike, real, seen=PATIENCE - 1)  # it has hardly begun
    assert not collapsed(judge, draw_digits(200, seed=4)[0], real, seen=PATIENCE)


def test_a_collapsed_run_gives_no_number(tiny_runs, tmp_path) -> None:
    study = tiny_runs.study("training", tmp_path)
    chosen = next(run for run in study.runs if run.model == "cgan" and not run.failed)
    lost = Run(chosen.folder, {**chosen.receipt, "images": 2 * PATIENCE})
    lost.__dict__["samples"] = (one_picture(200), np.zeros(200, np.int64))
    before = set(study.failed)
    study = tiny_runs.study("training", tmp_path)
    study.__dict__["runs"] = [lost if run.name == lost.name else run for run in study.runs]
    assert study.failed == before | {lost.name}
    assert lost.name not in {run.name for run in study.finished}
    training.headline_rows(study)
    rows = study.table.frame()
    assert set(rows[rows["run"] == lost.name]["metric"]) == {"failed"}


def test_variety_is_the_mean_distance_of_two_images(tiny_runs, tmp_path) -> None:
    judge, (real, _) = tiny_runs.study("x", tmp_path).judges.features, draw_digits(3, seed=1)
    a, b, c = read(judge, real)[0].astype(float)
    pairs = [np.linalg.norm(x - y) for x, y in ((a, b), (a, c), (b, c))]
    assert np.isclose(variety(judge, real), np.mean(pairs), rtol=1e-4)
