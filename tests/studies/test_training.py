"""The study `training`: points scored, thresholds found, films that run by one clock."""

import json

import numpy as np
import pandas as pd
import pytest
import torch

from experiments.figures import THEMES, charts, films
from experiments.studies.training import draw, measure
from experiments.studies.training.measure import Scored, first_at
from tests.studies import stand_in


@pytest.fixture(scope="module")
def done(trained_runs, tmp_path_factory):
    """Measured without a step of training, and drawn after everything else was deleted."""
    runs = stand_in.copy(trained_runs, tmp_path_factory.mktemp("training"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.Tensor, "backward", lambda *_: pytest.fail("a study trains nothing"))
        table = runs.measure("training")
    runs.keep_only_what_was_measured()
    return table, runs.draw("training")


@pytest.fixture(scope="module")
def table(done):
    return done[0]


@pytest.fixture(scope="module")
def study_folder(done):
    return done[1]


@pytest.fixture
def made_up(tiny_runs, tmp_path, monkeypatch):
    """Runs that were never trained: they have no weights to score and no snapshots to show."""
    monkeypatch.setattr(measure, "score_run", lambda study, run: [])
    snapshots = {"images": np.zeros((2, 1, 1, 32, 32)), "seconds": np.ones(2), "seen": np.ones(2)}
    monkeypatch.setattr("experiments.runs.run.Run.snapshots", lambda run: snapshots)
    return stand_in.copy(tiny_runs, tmp_path)


def test_every_run_has_its_headline_rows(table, trained_runs):
    headline = table[table.condition == ""]
    for model in trained_runs.profile.models:
        rows = headline[headline.model == model].set_index("metric")["value"]
        receipt = json.loads(trained_runs.layout.run_receipt("toy", model, 0).read_text())
        assert rows["training_seconds"] == pytest.approx(receipt["seconds"])
        assert rows["training_images"] == 1600
        assert rows["images_per_second"] == pytest.approx(1600 / receipt["seconds"])
        assert "failed" not in rows


def test_a_diverged_run_has_the_one_row_failed(made_up):
    table = made_up.measure("training")
    rows = table.query("model == 'dcgan' and seed == 1")
    assert rows[["metric", "value"]].values.tolist() == [["failed", 1.0]]
    assert not table.query("model != 'dcgan'")["metric"].eq("failed").any()


def test_a_new_run_is_measured_alone(made_up, monkeypatch):
    names = stand_in.measured_runs(monkeypatch, "training")
    made_up.measure("training")
    assert len(names) == 7
    images, labels = np.zeros((9, 1, 32, 32), np.uint8), np.arange(9)
    made_up.put_run("acgan", 0, images, labels)
    made_up.put_run("acgan", 1, images, labels)
    table = made_up.with_models(*made_up.profile.models, "acgan").measure("training")
    assert names[7:] == ["toy/acgan/default/seed-0", "toy/acgan/default/seed-1"]
    assert table[table.metric == "training_seconds"].model.nunique() == 5


def test_moments_carry_images_and_seconds(table):
    rows = table[(table.model == "cvae") & (table.condition != "")]
    assert rows["condition"].str.fullmatch(r"images=\d+;seconds=[\d.]+").all()
    assert rows["metric"].value_counts().nunique() == 1 and len(rows) >= 10
    unconditional = table[(table.model == "vae") & (table.condition != "")]
    assert set(unconditional["metric"]) == {"frechet"}


def test_scores_follow_the_quality_of_the_images(trained_runs, monkeypatch):
    """Images that get better from point to point, in place of what the model draws."""
    study = stand_in.StandIn(trained_runs.layout, trained_runs.profile).measuring("training")
    (made,) = [run for run in study.finished if run.model == "cgan"]
    points = len(made.trajectory())
    calls = []

    def improving(model, labels, seed):
        calls.append(seed)
        rng = np.random.default_rng(0)
        chosen = [rng.choice(np.flatnonzero(study.data.y_test == k)) for k in labels]
        right = study.data.x_test[chosen]
        noise = rng.integers(0, 256, right.shape, dtype=np.uint8)
        share = len(calls) / points
        return (share * right + (1 - share) * noise).astype(np.uint8)

    monkeypatch.setattr(measure, "sample_images", improving)
    measure.measure_run(study, made)
    scored = [Scored(**row) for row in study.kept["scored"].to_dict("records")]
    assert len(scored) == points and set(calls) == {0}, "one noise for all points of a run"
    assert scored[-1].class_accuracy > 0.9 > 0.6 > scored[0].class_accuracy
    assert scored[-1].frechet < scored[0].frechet / 4
    rows = study.table.frame()
    held = rows[rows.metric == "seconds_to_class_accuracy_0.93"]
    if len(held):
        assert held["value"].item() in [pytest.approx(point.seconds) for point in scored]


def points(*accuracies):
    return [
        Scored("cgan", 0, i, 100 * i, float(i), 1.0, value) for i, value in enumerate(accuracies)
    ]


def test_a_threshold_counts_once_it_is_held_for_two_moments():
    assert first_at(points(0.5, 0.94, 0.92, 0.93, 0.95), 0.93).seconds == 3
    assert first_at(points(0.5, 0.9, 0.99), 0.93) is None, "the last point has no successor"
    assert first_at(points(float("nan"), float("nan")), 0.1) is None


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
    seen, scores = np.arange(3), np.array([0.5, 0.9])
    fast = films.Side("cgan", 0, images, seconds, seen, np.array([1.0, 4.0]), scores)
    slow = films.Side("cvae", 0, images, 2 * seconds, seen, np.array([2.0, 8.0]), scores)
    assert fast.drawn_at(4.0).max() == 2 and slow.drawn_at(4.0).max() == 1
    assert fast.drawn_at(0.5).max() == 0 and fast.score_at(0.5) is None
    assert (fast.score_at(3.9), slow.score_at(3.9)) == (0.5, 0.5)
    frames = films.race(fast, slow, frames=6, measure="class accuracy", percent=True)
    assert len(frames) == 6 and len({frame.shape for frame in frames}) == 1
    assert films.clock_ticks(0.1, 10, 3).tolist() == pytest.approx([0.1, 1, 10])


def test_a_race_is_between_the_two_named_models_whoever_else_is_there():
    everyone = [
        ("cvae-plain", "vae", True), ("vae", "vae", False), ("cvae", "vae", True),
        ("gan", "gan", False), ("acgan", "gan", True), ("dcgan", "gan", False),
        ("cgan", "gan", True), ("vaegan", "hybrid", True),
    ]  # fmt: skip
    first = pd.DataFrame(everyone, columns=["model", "family", "conditional"])
    for _, wanted, metric in draw.RACES:
        assert tuple(draw.racers(first, wanted, metric == "class_accuracy")) == wanted
    first = first[~first.model.isin(["cgan", "dcgan"])]
    others = [draw.racers(first, w, m == "class_accuracy")[1] for _, w, m in draw.RACES]
    assert others == ["acgan", "gan"], "else the first like them"


def test_a_closed_form_has_its_row_of_time_and_no_curve(made_up, monkeypatch):
    monkeypatch.undo()
    runs = made_up.with_models("ppca", seeds=[0])
    images, labels = np.zeros((9, 1, 32, 32), np.uint8), np.arange(9)
    runs.put_run("ppca", 0, images, labels, family="linear", steps=0)
    table = runs.measure("training")
    assert set(table[table.model == "ppca"].metric) == {
        "training_seconds", "training_images", "images_per_second",
    }  # fmt: skip
    assert not list(runs.draw("training").glob("*.svg"))


def test_losses_of_a_run_that_ended_in_no_number_are_drawn(made_up):
    runs = made_up.with_models("cgan", seeds=[0])
    path = runs.layout.run("toy", "cgan", 0) / "history.csv"
    history = pd.read_csv(path)
    history.loc[len(history) - 1, "generator"] = np.inf
    history.loc[len(history) - 2, "generator"] = np.nan
    history.to_csv(path, index=False)
    runs.measure("training")
    assert (runs.draw("training") / "losses-cgan.dark.svg").is_file()


def test_many_models_get_two_panels():
    names = ["cvae", "cgan", "acgan", "vae", "gan", "dcgan"]
    data = pd.DataFrame(
        [
            {"model": m, "seed": 0, "point": i, "images": 10 * i, "frechet": 9.0 / i}
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
