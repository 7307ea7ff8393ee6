"""Closed forms: their runs read like trained ones, without what only steps leave behind."""

from pathlib import Path

import numpy as np
import pytest
import torch

from experiments import sampling
from experiments.data import Dataset
from experiments.models.ppca import Model
from experiments.runs import checkpoint, fitting, samples, training, weights
from experiments.runs.run import Run
from experiments.runs.samples import make_samples
from experiments.sampling.number import draw_noise
from experiments.sampling.source import Sampler, export_run, load_pretrained
from experiments.support.errors import UserError
from experiments.support.files import lock
from experiments.support.layout import Layout

SETTINGS = {"components": 4}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path, "test")


@pytest.fixture
def data() -> Dataset:
    """Eight noisy blobs of each digit."""
    rng = np.random.default_rng(0)
    labels = np.arange(80) % 10
    images = rng.integers(0, 60, (80, 1, 32, 32)) + 15 * labels[:, None, None, None]
    facts = {"classes": 10, "sha256": "toy", "title": "Toy", "licence": "none"}
    return Dataset("toy", images.astype(np.uint8), labels, images[:9], labels[:9], facts)


def fit(layout: Layout, data: Dataset, **settings: object) -> Run:
    fitting.fit(layout, data, "ppca", {**SETTINGS, **settings}, 0, key={"a": 1})
    run = Run.read(layout.run("toy", "ppca", 0))
    make_samples(layout, run, data, 30, {})
    return run


def test_a_run_says_and_holds_what_a_trained_one_does(
    layout: Layout, data: Dataset, trained_runs
) -> None:
    run = fit(layout, data)
    trained = Run.read(trained_runs.layout.run("toy", "cgan", 0))
    assert set(run.receipt) == set(trained.receipt)
    assert run.closed_form and not trained.closed_form
    assert not run.failed and run.conditional and run.family == "linear"
    wanted = {"steps": 0, "images": 80, "key": {"a": 1}, "precision": "fp32", "threads": 1}
    assert {name: run.receipt[name] for name in wanted} == wanted
    assert run.receipt["settings"] == {"components": 4, "train_size": None}
    assert 0 < run.receipt["seconds"] == pytest.approx(80 / run.receipt["images_per_second"])
    values = 10 * 32 * 32 * (4 + 1)
    assert run.receipt["parameters"] == {"sampling": values, "total": values + 10}
    assert {path.name for path in run.folder.iterdir()} == {
        ".lock", "run.json", "samples.json", "samples.npz", "weights.safetensors",
    }  # fmt: skip


def test_its_samples_come_from_its_weights(layout: Layout, data: Dataset) -> None:
    run = fit(layout, data)
    images, labels = run.samples
    assert images.shape == (30, 1, 32, 32) and images.dtype == np.uint8
    assert np.array_equal(samples.sample_images(run.load(), labels, 0), images)
    means = [data.x_train[data.y_train == k].mean() for k in labels]
    assert np.abs(images.mean((1, 2, 3)) - means).max() < 5, "each sample is of its digit"


def test_it_is_published_and_sampled_like_the_others(
    layout: Layout, data: Dataset, tmp_path: Path
) -> None:
    run = fit(layout, data)
    export_run(run, data, tmp_path / "ppca.safetensors")
    source = load_pretrained(tmp_path / "ppca.safetensors")
    images, labels = run.samples
    assert np.abs(source.images(labels, 0).astype(int) - images).max() <= 1
    out = sampling.sample_to_file(source, 4, tmp_path / "sevens.npz", digit=7)
    assert np.load(out)["images"].shape == (4, 1, 32, 32)


def test_noise_is_as_long_as_the_model_wants_it() -> None:
    """All models of one length share it, so that they can be compared place by place."""
    sources = [
        Sampler(weights.build(name, 1, 10, settings), {})
        for name, settings in (
            ("ppca", SETTINGS), ("ppca", {"components": 64}), ("cvae", {"width": 4}),
        )
    ]  # fmt: skip
    short, long, deep = (draw_noise(source, 3, seed=5) for source in sources)
    assert short.shape == (3, 4)
    assert np.array_equal(long, deep)
    assert sources[0].of_noise(short, np.arange(3)).shape == (3, 1, 32, 32)


def test_a_part_of_the_data_is_the_part_that_others_train_on(data: Dataset) -> None:
    state = checkpoint.start(weights.build("vae", 1, 10, {"width": 4, "train_size": 70}))
    loop = training.Training(data, state.model.settings, 3, state, bf16=False)
    images, labels = training.training_part(data, 70, seed=3)
    assert np.array_equal(images, loop.images.numpy())
    assert np.array_equal(labels, loop.labels.numpy())


def test_a_fit_sees_the_part_as_floats(
    layout: Layout, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    whole = Model.fit

    def watch(self: Model, images: torch.Tensor, labels: torch.Tensor) -> None:
        seen.append((images, labels, self.training))
        whole(self, images, labels)

    monkeypatch.setattr(Model, "fit", watch)
    run = fit(layout, data, train_size=75)
    ((images, labels, in_training),) = seen
    assert run.receipt["images"] == len(images) == len(labels) == 75
    assert images.dtype == torch.float32 and -1 <= images.min() < images.max() <= 1
    assert not in_training


@pytest.mark.parametrize(("settings", "told"), [
    ({"train_size": 81}, "train_size = 81"), ({"components": 8}, "components = 8"),
    ({"components": 0}, "components"), ({"componnets": 4}, "did you mean 'components'"),
])  # fmt: skip
def test_impossible_settings_cost_no_finished_run(
    layout: Layout, data: Dataset, settings: dict[str, int], told: str
) -> None:
    fit(layout, data)
    before = layout.run_receipt("toy", "ppca", 0).read_bytes()
    with pytest.raises(UserError, match=told):
        fit(layout, data, **settings)
    assert layout.run_receipt("toy", "ppca", 0).read_bytes() == before


def test_a_fit_that_came_to_nothing_is_told(
    layout: Layout, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Model, "fit", lambda *_: None)
    run = fit(layout, data)
    assert run.failed and run.receipt["status"] == "collapsed"
    assert "look alike" in run.receipt["reason"]
    assert not (run.folder / "samples.npz").exists()


def test_two_at_once(layout: Layout, data: Dataset) -> None:
    folder = layout.run("toy", "ppca", 0)
    with lock(folder / ".lock", "busy"), pytest.raises(UserError, match="Another process"):
        fit(layout, data)
