"""Train one digit reader on real, generated or mixed images, and test it on real ones."""

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from experiments.judges.judge import read
from experiments.judges.training import REPLAYED, JudgeSettings, train_judge
from experiments.profile import Profile, validate
from experiments.support.errors import UserError
from experiments.support.files import write_arrays
from experiments.support.progress import Bar, track
from experiments.support.random import rng
from experiments.support.receipts import write_receipt

if TYPE_CHECKING:
    from experiments.data import Dataset
    from experiments.judges.judge import Judge
    from experiments.studies.needs import ReaderNeed
    from experiments.support.layout import Layout

RENDERED = "rendered"
STAND_IN = "svhn-rendered"
SEED = 3000
EPOCHS = 6  # how often a reader sees each image
AUGMENTATION = {"colour": 0.3, "invert": 0.5}  # where the profile's judge has none

Split = tuple[np.ndarray, np.ndarray]


def make_reader(
    layout: "Layout", profile: Profile, data: "Dataset", need: "ReaderNeed", key: dict[str, Any]
) -> None:
    """Train a reader and write what it reads in each test split: ``predictions.npz``, and last
    ``reader.json`` with its accuracies.

    Raises `UserError` where there are fewer real images than asked for.
    """
    torch.set_num_threads(1)
    split = training_images(layout, profile, data, need)
    losses: list[float] = []
    with track(f"reader {data.name} {need.name}", EPOCHS * len(split[0])) as bar:
        reader = learn(profile, data.name, need, split, bar, losses=losses)
    found, accuracy, n = {}, {}, {}
    for name, (tested, truth) in tests(profile, data, need).items():
        found[name] = read(reader, tested)[1].argmax(1)
        accuracy[name], n[name] = float((found[name] == truth).mean()), len(truth)
    folder = layout.reader(data.name, need.name)
    write_arrays(folder / "predictions.npz", found)
    about = {"accuracy": accuracy, "n": n, "images": len(split[0]), "first_losses": losses}
    write_receipt(folder / "reader.json", key, [folder / "predictions.npz"], about)


def first_losses(
    layout: "Layout", profile: Profile, data: "Dataset", need: "ReaderNeed"
) -> list[float]:
    """The first steps of a reader once more: their losses."""
    torch.set_num_threads(1)
    losses: list[float] = []
    split = training_images(layout, profile, data, need)
    learn(profile, data.name, need, split, Bar("", 1.0), stop=REPLAYED, losses=losses)
    return losses


def learn(
    profile: Profile, dataset: str, need: "ReaderNeed", split: Split, bar: Bar, **options: Any
) -> "Judge":
    """A classifier of the judge's shape that has seen these images; options of `train_judge`."""
    images, labels = split
    given = {**AUGMENTATION, **profile.judge_settings(dataset), "images": EPOCHS * len(images)}
    settings = validate(JudgeSettings, given, "Section judge of the profile")
    return train_judge(images, labels, settings, settings.width, SEED + need.seed, bar, **options)


def training_images(
    layout: "Layout", profile: Profile, data: "Dataset", need: "ReaderNeed"
) -> Split:
    """What a reader learns from: some real images, and ``ratio`` generated ones for each."""
    if need.source == RENDERED:
        return rendered(profile.data.rendered_train, test=False)
    real = len(data.x_train) if need.real is None else need.real
    if real > len(data.x_train):
        raise UserError(
            f"A reader of {real} real images was asked for and there are {len(data.x_train)}: "
            "ask for fewer."
        )
    order = rng(need.seed, "reader/real").permutation(len(data.x_train))[:real]
    parts = [(data.x_train[order], data.y_train[order])]
    more = round(need.ratio * real)
    if more:
        parts.append(generated(layout, data.name, need, more))
    images, labels = zip(*parts, strict=True)
    return np.concatenate(images), np.concatenate(labels)


def generated(layout: "Layout", dataset: str, need: "ReaderNeed", n: int) -> Split:
    """The first ``n`` images that a run drew, with the digits that were asked for."""
    from experiments.runs.run import Run

    images, labels = Run.read(layout.run(dataset, need.source, need.seed)).samples
    if n > len(images):
        raise UserError(
            f"A reader of {n} generated images was asked for and the run has {len(images)}: "
            "ask for a smaller ratio, or for more samples in the profile."
        )
    return images[:n], labels[:n]


def tests(profile: Profile, data: "Dataset", need: "ReaderNeed") -> dict[str, Split]:
    """The real test split, and rendered crops for a reader that learnt from such."""
    found = {data.name: (data.x_test, data.y_test)}
    if need.source == RENDERED:
        found[STAND_IN] = rendered(profile.data.rendered_test, test=True)
    return found


def rendered(n: int, test: bool) -> Split:
    """``n`` crops of the stand-in in canonical form, from its training or its test stream."""
    from experiments.data import canonical
    from experiments.data import rendered as renderer

    stream = renderer.TEST if test else renderer.TRAIN
    return canonical.canonicalise(*renderer.render(n, stream))
