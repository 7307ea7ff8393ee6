"""The study `training`: moments scored, thresholds found, films that run by one clock."""

import json

import numpy as np
import pandas as pd
import pytest

from experiments import results
from experiments.figures import films
from experiments.studies import run_study, training
from experiments.studies.training import Scored, first_at


@pytest.fixture(scope="module")
def study_folder(trained_runs):
    run_study("training", trained_runs.layout, trained_runs.profile, "toy")
    return trained_runs.layout.study("training", "toy")


@pytest.fixture(scope="module")
def table(study_folder):
    return results.read(study_folder / "results.csv")


def test_every_run_has_its_headline_rows(table, trained_runs):
    headline = table[table.condition == ""]
    for model in trained_runs.profile.models:
        rows = headline[headline.model == model].set_index("metric")["value"]
        receipt = json.loads(trained_runs.layout.run_receipt("toy", model, 0).read_text())
        assert rows["training_seconds"] == pytest.approx(receipt["seconds"])
        assert rows["training_images"] == 1600
        assert rows["images_per_second"] == pytest.approx(1600 / receipt["seconds"])
        assert "failed" not in rows


def test_a_diverged_run_has_the_one_row_failed(tiny_runs, tmp_path):
    study = tiny_runs.study("training", tmp_path)
    training.headline_rows(study)
    rows = study.table.frame().query("model == 'dcgan' and seed == 1")
    assert rows[["metric", "value"]].values.tolist() == [["failed", 1.0]]
    assert not study.table.frame().query("model != 'dcgan'")["metric"].eq("failed").any()


def test_moments_carry_images_and_seconds(table):
    rows = table[(table.model == "cvae") & (table.condition != "")]
    assert rows["condition"].str.fullmatch(r"images=\d+;seconds=[\d.]+").all()
    assert rows["metric"].value_counts().nunique() == 1 and len(rows) >= 10
    unconditional = table[(table.model == "vae") & (table.condition != "")]
    assert set(unconditional["metric"]) == {"frechet"}


def test_scores_follow_the_quality_of_the_images(trained_runs, tmp_path, monkeypatch):
    """Images that get better from moment to moment, in place of what the model draws."""
    study = trained_runs.study("training", tmp_path)
    (made,) = [run for run in study.finished if run.model == "cgan"]
    study.__dict__["finished"] = [made]
    moments = len(made.trajectory())
    calls = []

    def improving(model, labels, seed):
        calls.append(seed)
        rng = np.random.default_rng(0)
        chosen = [rng.choice(np.flatnonzero(study.data.y_test == k)) for k in labels]
        right = study.data.x_test[chosen]
        noise = rng.integers(0, 256, right.shape, dtype=np.uint8)
        share = len(calls) / moments
        return (share * right + (1 - share) * noise).astype(np.uint8)

    monkeypatch.setattr(training, "sample_images", improving)
    scored = training.score_moments(study)
    assert len(scored) == moments and set(calls) == {0}, "one noise for all moments of a run"
    assert scored[-1].class_accuracy > 0.9 > 0.6 > scored[0].class_accuracy
    assert scored[-1].frechet < scored[0].frechet / 4
    rows = study.table.frame()
    held = rows[rows.metric == "seconds_to_class_accuracy_0.93"]
    if len(held):
        assert held["value"].item() in [pytest.approx(moment.seconds) for moment in scored]


def moments(*accuracies):
    return [
        Scored("cgan", 0, i, 100 * i, float(i), 1.0, value) for i, value in enumerate(accuracies)
    ]


def test_a_threshold_counts_once_it_is_held_for_two_moments():
    assert first_at(moments(0.5, 0.94, 0.92, 0.93, 0.95), 0.93).seconds == 3
    assert first_at(moments(0.5, 0.9, 0.99), 0.93) is None, "the last moment has no successor"
    assert first_at(moments(float("nan"), float("nan")), 0.1) is None


def test_charts_and_films_are_there_with_words(study_folder):
    names = ["speed", "class-accuracy-seconds", "frechet-images", "losses-cgan", "losses-vae"]
    for name in names:
        assert (study_folder / f"{name}.light.svg").is_file()
        data = pd.read_csv(study_folder / f"{name}.csv")
        assert len(data) and {"seed", "seconds", "training_seconds"} & set(data)
    for name in ("race", "race-unconditional", "learning-cgan", "learning-vae"):
        limits = (400_000, 400_000) if name.startswith("race") else films.LEARNING_BYTES
        for ending, limit in zip(("gif", "mp4"), limits, strict=True):
            assert (study_folder / f"{name}.{ending}").stat().st_size <= limit
        record = json.loads((study_folder / f"{name}.json").read_text())
        assert record["kind"] == "movie" and record["seeds"] == [0]
    alt = json.loads((study_folder / "race.json").read_text())["alt"]
    assert "CVAE" in alt and "CGAN" in alt and "%" in alt


def test_losses_of_a_vae_are_kept_apart(study_folder):
    data = pd.read_csv(study_folder / "losses-cvae.csv")
    assert set(data["loss"]) == {"reconstruction", "kl"}
    assert (data[data.loss == "kl"]["value"] >= 0).all()


def test_both_sides_of_a_race_run_by_one_clock():
    seconds = np.array([0.0, 1.0, 4.0])
    images = np.arange(3, dtype=np.uint8)[:, None, None, None, None] * np.ones(
        (1, 10, 1, 32, 32), np.uint8
    )
    fast = films.Side("cgan", 0, images, seconds, np.array([1.0, 4.0]), np.array([0.5, 0.9]))
    slow = films.Side("cvae", 0, images, 2 * seconds, np.array([2.0, 8.0]), np.array([0.5, 0.9]))
    assert fast.drawn_at(4.0).max() == 2 and slow.drawn_at(4.0).max() == 1
    assert fast.drawn_at(0.5).max() == 0 and fast.score_at(0.5) is None
    assert (fast.score_at(3.9), slow.score_at(3.9)) == (0.5, 0.5)
    frames = films.race(fast, slow, frames=6, measure="class accuracy", percent=True)
    assert len(frames) == 6 and len({frame.shape for frame in frames}) == 1
    assert films.clock_ticks(0.1, 10, 3).tolist() == pytest.approx([0.1, 1, 10])


class Made:
    def __init__(self, model, family, conditional):
        self.model, self.family, self.conditional = model, family, conditional


def test_a_race_is_between_the_two_named_models_whoever_else_is_there():
    everyone = [
        Made("cvae-plain", "vae", True), Made("vae", "vae", False), Made("cvae", "vae", True),
        Made("gan", "gan", False), Made("acgan", "gan", True), Made("dcgan", "gan", False),
        Made("cgan", "gan", True), Made("vaegan", "hybrid", True),
    ]  # fmt: skip
    first = {made.model: made for made in everyone}
    for _, wanted, metric in training.RACES:
        conditional = metric == "class_accuracy"
        chosen = films.racers(first, wanted, conditional)
        assert tuple(made.model for made in chosen) == wanted
    del first["cgan"], first["dcgan"]
    others = [films.racers(first, w, m == "class_accuracy")[1] for _, w, m in training.RACES]
    assert [made.model for made in others] == ["acgan", "gan"], "else the first like them"


def test_a_closed_form_has_its_row_of_time_and_no_curve(tiny_runs, tmp_path):
    study = tiny_runs.study("training", tmp_path)
    closed = next(made for made in study.runs if made.model == "vae")
    closed.receipt["steps"] = 0
    (closed.folder / "history.csv").rename(tmp_path / "history.csv")  # such a run has none
    try:
        study.__dict__["runs"] = [closed]
        training.headline_rows(study)
        training.draw_losses(study)
        training.draw_speed(study)
        assert training.learnt(study) == [] and training.score_moments(study) == []
    finally:
        (tmp_path / "history.csv").rename(closed.folder / "history.csv")
    assert {row["metric"] for row in study.table.rows} >= {"training_seconds"}
    assert not list(tmp_path.glob("*.svg"))


def test_losses_of_a_run_that_ended_in_no_number_are_drawn(tiny_runs, tmp_path):
    study = tiny_runs.study("training", tmp_path)
    (made,) = [m for m in study.runs if (m.model, m.seed) == ("cgan", 0)]
    history = made.history()
    history.loc[len(history) - 1, "generator"] = np.inf
    history.loc[len(history) - 2, "generator"] = np.nan
    made.__dict__["history"] = lambda: history
    study.__dict__["runs"] = [made]
    study.profile = study.profile.model_copy(update={"models": {"cgan": {}}})
    training.draw_losses(study)
    assert (tmp_path / "losses-cgan.dark.svg").is_file()


def test_many_models_get_two_panels(tiny_runs):
    from experiments.figures import THEMES, charts

    names = ["cvae", "cgan", "acgan", "vae", "gan", "dcgan"]
    data = pd.DataFrame(
        [
            {"model": m, "seed": 0, "moment": i, "images": 10 * i, "frechet": 9.0 / i}
            for m in names
            for i in (1, 2, 3)
        ]
    )
    several = {"heading": "Distance", "xlabel": "images", "floor": 0.1, "log": True}
    figure = charts.progress_chart(THEMES[0], data, "images", "frechet", **several)
    assert [axes.get_title() for axes in figure.axes] == [
        "Distance, conditional", "Distance, unconditional",
    ]  # fmt: skip
    few = data[data.model.isin(names[:3])]
    assert len(charts.progress_chart(THEMES[0], few, "images", "frechet", **several).axes) == 1
