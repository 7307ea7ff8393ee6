"""Train the two judges of a dataset and record what they reach on real test images."""

import math
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from experiments.data.pixels import to_float
from experiments.evaluation import augment
from experiments.evaluation.labels import confusion, report
from experiments.judges.judge import ROLES, Judge, read, save_judges
from experiments.judges.settings import JudgeSettings
from experiments.profile import validate
from experiments.support.layout import Layout
from experiments.support.machine import check_memory, size_of
from experiments.support.progress import Bar, track
from experiments.support.random import rng, seed_torch

if TYPE_CHECKING:
    from experiments.data import Dataset

REPLAYED = 50  # steps whose losses are kept, to prove later that the code still does the same
SEEDS = {"features": 1000, "labels": 2000}


def make_judges(
    layout: Layout, dataset: "Dataset", settings: dict[str, Any], key: dict[str, Any]
) -> None:
    """The judge step: train both judges on the training split, score them on the test split.

    Writes their weights and, last, ``judge.json`` with accuracy, the report of every digit
    and the confusion matrix [real, read] of each judge.
    """
    checked = validate(JudgeSettings, settings, "Section judge of the profile")
    torch.set_num_threads(1)
    widths = {"features": checked.width, "labels": checked.label_width}
    check_size(checked, max(widths.values()))
    judges: dict[str, Judge] = {}
    about: dict[str, Any] = {
        "dataset": dataset.name, "data_sha256": dataset.provenance["sha256"],
        "settings": checked.model_dump(), "n": len(dataset.y_test),
        "accuracy": {}, "report": {}, "confusion": {}, "seconds": {}, "first_losses": {},
    }  # fmt: skip
    with track(f"judge {dataset.name}", 2 * checked.images) as bar:
        for role in ROLES:
            start = time.perf_counter()
            judges[role] = train_judge(
                dataset.x_train,
                dataset.y_train,
                checked,
                widths[role],
                SEEDS[role],
                bar,
                losses=about["first_losses"].setdefault(role, []),
            )
            about["seconds"][role] = round(time.perf_counter() - start, 1)
            digits = read(judges[role], dataset.x_test)[1].argmax(1)
            about["accuracy"][role] = float((digits == dataset.y_test).mean())
            about["report"][role] = report(digits, dataset.y_test, dataset.classes)
            cells = confusion(digits, dataset.y_test, dataset.classes)
            about["confusion"][role] = cells.tolist()
            bar.advance(0, f"{role} judge {about['accuracy'][role]:.2%}")
    save_judges(layout.judge(dataset.name), judges, about, key)


def check_size(settings: JudgeSettings, width: int) -> None:
    """Raise `UserError` for a judge, or a batch, that the memory cannot hold."""
    weights = size_of(lambda: Judge(3, 10, width))
    # Weights, gradients and two moments of Adam; of a batch a few maps of the first layer.
    needed = 4 * weights + 4 * settings.batch_size * width * 32 * 32 * 4
    check_memory("A judge of this size", needed, "choose a smaller width or batch_size")


def train_judge(
    x_train: np.ndarray,
    y_train: np.ndarray,
    settings: JudgeSettings,
    width: int,
    seed: int,
    bar: Bar,
    stop: int | None = None,
    losses: list[float] | None = None,
) -> Judge:
    """Train one judge on uint8 [N, C, 32, 32] and labels [N] for ``settings.images`` images.

    The learning rate rises for a tenth of the steps and falls to zero in a straight line.
    The same seed gives the same weights on the CPU. ``losses`` takes the loss of each of the
    first `REPLAYED` steps; ``stop`` ends after so many steps, to compare them.
    """
    seed_torch(seed, "judge/weights")
    judge = Judge(x_train.shape[1], int(y_train.max()) + 1, width)
    optimiser = torch.optim.AdamW(
        judge.parameters(), settings.learning_rate, weight_decay=settings.weight_decay, fused=True
    )
    images, labels = torch.from_numpy(x_train), torch.from_numpy(y_train)
    steps = math.ceil(settings.images / settings.batch_size)
    order = _endless_order(len(images), settings.batch_size, seed)
    judge.train()
    for step in range(steps if stop is None else min(stop, steps)):
        rate = min((step + 1) / (0.1 * steps), (steps - step) / (0.9 * steps))
        optimiser.param_groups[0]["lr"] = settings.learning_rate * min(rate, 1.0)
        chosen = next(order)
        batch = _augmented(to_float(images[chosen]), settings, seed, step)
        loss = F.cross_entropy(
            judge(batch), labels[chosen], label_smoothing=settings.label_smoothing
        )
        optimiser.zero_grad()
        if losses is not None and step < REPLAYED:
            losses.append(float(loss.detach()))
        loss.backward()
        optimiser.step()
        bar.advance(len(chosen))
    return judge.eval()


def first_losses(dataset: "Dataset", settings: dict[str, Any]) -> dict[str, list[float]]:
    """The first steps of both judges once more: their losses, by role."""
    checked = validate(JudgeSettings, settings, "Section judge of the profile")
    torch.set_num_threads(1)
    found: dict[str, list[float]] = {role: [] for role in ROLES}
    for role, width in zip(ROLES, (checked.width, checked.label_width), strict=True):
        train_judge(
            dataset.x_train, dataset.y_train, checked, width, SEEDS[role], Bar("", 1.0), REPLAYED,
            found[role],
        )  # fmt: skip
    return found


def _endless_order(n: int, batch: int, seed: int) -> Iterator[Tensor]:
    """Index batches, each epoch in a new order."""
    rest, epoch = np.empty(0, np.int64), 0
    while True:
        while len(rest) < batch:
            rest = np.concatenate([rest, rng(seed, "judge/order", epoch).permutation(n)])
            epoch += 1
        yield torch.from_numpy(rest[:batch])
        rest = rest[batch:]


def _augmented(images: Tensor, settings: JudgeSettings, seed: int, step: int) -> Tensor:
    source = rng(seed, "judge/augment", step)
    images = augment.warp(images, source, settings.shift, settings.turn, settings.zoom)
    if settings.colour or settings.invert:
        images = augment.recolour(images, source, settings.colour, settings.invert)
    if settings.cutout:
        images = augment.cut_out(images, source, settings.cutout)
    return images
