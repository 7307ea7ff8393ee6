"""A small finished runs folder that the tests of studies and figures read."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.profile import EvaluationSettings, Profile
from experiments.support.files import write_arrays
from experiments.support.layout import Layout
from experiments.support.receipts import write_receipt

# As in every training: one thread a process is the fastest here, and the same on any machine.
os.environ["OMP_NUM_THREADS"] = "1"

DATASET, CLASSES, PER_CLASS = "toy", 10, 40
MODELS = {
    # model: (family, conditional, noise in grey levels, share of wrong labels)
    "vae": ("vae", False, 60, 0.0),
    "cvae": ("vae", True, 60, 0.2),
    "dcgan": ("gan", False, 20, 0.0),
    "cgan": ("gan", True, 20, 0.0),
}
DIVERGED = ("dcgan", 1)
LONGEST = "test_end_to_end.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The fast tests first, so that a mistake shows early; of the slow ones the longest, so that
    the workers end together."""
    items.sort(key=lambda item: (bool(item.get_closest_marker("slow")), item.path.name != LONGEST))


@dataclass(frozen=True)
class TinyRuns:
    """Where the files are; `tests.studies.stand_in` measures them and draws."""

    layout: Layout
    profile: Profile
    dataset: str = DATASET


def draw_digits(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """``n`` easy digits, uint8 [n, 1, 32, 32], typed with a little shift and grain, so that no
    two are equal; labels 0, 1, ... 9, 0 ..."""
    from PIL import Image, ImageDraw

    from experiments.figures.pictures import font

    rng = np.random.default_rng([seed, 0, 0])
    images, labels = np.zeros((n, 1, 32, 32), np.uint8), np.arange(n) % CLASSES
    for image, label in zip(images, labels, strict=True):
        canvas = Image.new("L", (32, 32))
        x, y = 16 + rng.integers(-3, 4, 2)
        ImageDraw.Draw(canvas).text((x, y), str(label), font=font(24), fill=255, anchor="mm")
        image[0] = np.clip(np.asarray(canvas) + rng.normal(0, 8, (32, 32)), 0, 255)
    return images, labels.astype(np.int64)


def make_data(layout: Layout) -> None:
    from experiments.data.dataset import save

    x_train, y_train = draw_digits(CLASSES * PER_CLASS, seed=1)
    x_test, y_test = draw_digits(CLASSES * PER_CLASS // 2, seed=2)
    arrays = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}
    facts = {
        "name": DATASET, "asked": DATASET, "source": "data root", "title": "Toy digits",
        "stand_in": False, "files": {}, "train": len(x_train), "test": len(x_test),
        "channels": 1, "classes": CLASSES, "licence": "none", "subset": {},
    }  # fmt: skip
    save(layout, DATASET, arrays, facts)


def make_toy_judges(layout: Layout) -> None:
    from experiments.data import load
    from experiments.judges.training import make_judges

    settings = {"images": 4000, "batch_size": 50, "width": 8, "label_width": 8}
    make_judges(layout, load(layout, DATASET), settings, {})


def make_run(layout: Layout, model: str, seed: int, samples: int) -> None:
    """A run whose images are noisy digits: better for some models, by construction."""
    family, conditional, noise, wrong = MODELS[model]
    rng = np.random.default_rng([seed, 1, 0])
    images, labels = draw_digits(samples, seed=100 + seed)
    images = np.clip(images + rng.normal(0, noise, images.shape), 0, 255).round().astype(np.uint8)
    labels = np.where(rng.random(samples) < wrong, (labels + 1) % CLASSES, labels)
    failed = (model, seed) == DIVERGED
    write_run(layout, model, seed, family, conditional, None if failed else (images, labels))


def write_run(
    layout: Layout, model: str, seed: int, family: str, conditional: bool,
    samples: tuple[np.ndarray, np.ndarray] | None, steps: int = 11,
) -> None:  # fmt: skip
    """A run with what its model drew, images uint8 and labels; None: it diverged. A closed form
    takes 0 ``steps``."""
    folder = layout.run(DATASET, model, seed)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([seed, 1, 0])
    if samples is not None:
        images, labels = samples
        write_arrays(folder / "samples.npz", {"images": images, "labels": labels})
    seconds = np.geomspace(0.1, 10, 12)
    losses = ("loss", "reconstruction", "kl") if family == "vae" else ("discriminator", "generator")
    history = pd.DataFrame(
        {"step": np.arange(12), "images": np.arange(12) * 64, "seconds": seconds}
        | {name: 5 + rng.random(12) for name in losses}
    )
    if steps:
        history.to_csv(folder / "history.csv", index=False)
    about = {
        "dataset": DATASET, "model": model, "variant": "default", "seed": seed,
        "family": family, "conditional": conditional, "settings": {},
        "data_sha256": "0" * 64, "commit": "0" * 40, "versions": {}, "device": "cpu",
        "precision": "float32", "threads": 1, "processor": "a processor", "seconds": 10.0,
        "images": 704, "steps": steps, "images_per_second": 70.4, "peak_memory_mb": 100,
        "parameters": {"sampling": 1, "total": 2},
        "status": "finished" if samples else "diverged",
        "reason": "" if samples else "a loss became not-a-number",
    }  # fmt: skip
    files = [path for path in (folder / "samples.npz", folder / "history.csv") if path.exists()]
    write_receipt(folder / "run.json", {"seed": seed}, files, about)


def write_readings(layout: Layout, runs: Iterable[Path]) -> None:
    """What the judges say of the samples in the folders of ``runs``."""
    from experiments.judges.reading import read_run
    from experiments.runs.run import Run

    for folder in runs:
        read_run(layout, Run.read(folder), {})


@pytest.fixture(scope="session")
def tiny_runs(tmp_path_factory: pytest.TempPathFactory) -> TinyRuns:
    """Data, judges and 2 seeds of the four models, one of them diverged, with the readings of
    all; do not write to it."""
    from experiments.data import load
    from experiments.judges.reading import read_real

    layout = Layout(tmp_path_factory.mktemp("runs"), "tiny")
    profile = Profile(
        name="tiny", datasets=[DATASET], seeds=[0, 1], models={name: {} for name in MODELS},
        studies=["samples", "training", "fidelity", "recognition", "data"],
        evaluation=EvaluationSettings(samples=200, trajectory_samples=50, manifold_images=100),
    )  # fmt: skip
    make_data(layout)
    make_toy_judges(layout)
    for model in profile.models:
        for seed in profile.seeds:
            make_run(layout, model, seed, profile.evaluation.samples)
    read_real(layout, load(layout, DATASET), {})
    write_readings(layout, layout.home.glob(f"{DATASET}/*/default/seed-*"))
    return TinyRuns(layout, profile)


@pytest.fixture(scope="session")
def trained_runs(tiny_runs: TinyRuns, tmp_path_factory: pytest.TempPathFactory) -> TinyRuns:
    """The data and judges of `tiny_runs` with really trained, very small models, seed 0."""
    import shutil

    from experiments.data import load
    from experiments.runs.run import Run
    from experiments.runs.samples import make_samples
    from experiments.runs.training import train

    layout = Layout(tmp_path_factory.mktemp("trained"), "tiny")
    old = tiny_runs.layout
    shutil.copytree(old.judge(DATASET), layout.judge(DATASET))
    for path in (old.data(DATASET), old.data_receipt(DATASET)):
        shutil.copy(path, layout.data(DATASET).parent)
    profile = tiny_runs.profile.model_copy(update={"seeds": [0]})
    data = load(layout, DATASET)
    for model in profile.models:
        settings = {"images": 1600, "batch_size": 20, "width": 4, "ema_decay": 0.9}
        train(layout, data, model, settings, seed=0)
        run = Run.read(layout.run(DATASET, model, 0))
        make_samples(layout, run, data, profile.evaluation.samples, {})
    shutil.copytree(old.real_readings(DATASET).parent, layout.real_readings(DATASET).parent)
    write_readings(layout, (layout.run(DATASET, model, 0) for model in profile.models))
    return TinyRuns(layout, profile)
