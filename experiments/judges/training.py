"""Train the two judges of a dataset and record what they reach on real test images."""

import math
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor

from experiments.data.pixels import to_float
from experiments.evaluation import augment
from experiments.evaluation.labels import confusion, report
from experiments.judges.judge import ROLES, Judge, read, save_judges
from experiments.profile import Count, Strict, validate
from experiments.support.layout import Layout
from experiments.support.progress import Bar, track
from experiments.support.random import rng, seed_torch

if TYPE_CHECKING:
    from experiments.data import Dataset

SEEDS = {"features": 1000, "labels": 2000}


class JudgeSettings(Strict):
    """Section ``judge`` of a profile; the defaults are those of the published digits."""

    images: Count = Field(180_000, description="training images seen by each judge")
    batch_size: Count = Field(128, description="images per step")
    learning_rate: float = Field(4e-3, gt=0, description="AdamW, its highest value")
    weight_decay: float = Field(0.02, ge=0, description="AdamW, decoupled")
    width: Count = Field(24, description="channels of the first layer of the feature judge")
    label_width: Count = Field(28, description="the same of the label judge")
    label_smoothing: float = Field(0.05, ge=0, lt=1, description="share given to all classes")
    shift: float = Field(2.0, ge=0, description="augmentation: pixels")
    turn: float = Field(12.0, ge=0, description="augmentation: degrees")
    zoom: float = Field(0.12, ge=0, lt=1, description="augmentation: fraction")
    colour: float = Field(0.0, ge=0, le=1, description="augmentation: contrast and offset")
    invert: float = Field(0.0, ge=0, le=1, description="augmentation: share of negatives")
    cutout: int = Field(0, ge=0, le=32, description="augmentation: side of a hole in pixels")


def make_judges(layout: Layout, dataset: "Dataset", settings: dict[str, Any]) -> None:
    """The judge step: train both judges on the training split, score them on the test split.

    Writes their weights and, last, ``judge.json`` with accuracy, the report of every digit
    and the confusion matrix [real, read] of each judge.
    """
    checked = validate(JudgeSettings, settings, "Section judge of the profile")
    torch.set_num_threads(1)
    widths = {"features": checked.width, "labels": checked.label_width}
    judges: dict[str, Judge] = {}
    receipt: dict[str, Any] = {
        "dataset": dataset.name, "data_sha256": dataset.provenance["sha256"],
        "settings": checked.model_dump(), "n": len(dataset.y_test),
        "accuracy": {}, "report": {}, "confusion": {}, "seconds": {},
    }  # fmt: skip
    with track(f"judge {dataset.name}", 2 * checked.images) as bar:
        for role in ROLES:
            start = time.perf_counter()
            judges[role] = train_judge(
                dataset.x_train, dataset.y_train, checked, widths[role], SEEDS[role], bar
            )
            receipt["seconds"][role] = round(time.perf_counter() - start, 1)
            digits = read(judges[role], dataset.x_test)[1].argmax(1)
            receipt["accuracy"][role] = float((digits == dataset.y_test).mean())
            receipt["report"][role] = report(digits, dataset.y_test, dataset.classes)
            cells = confusion(digits, dataset.y_test, dataset.classes)
            receipt["confusion"][role] = cells.tolist()
            bar.advance(0, f"{role} judge {receipt['accuracy'][role]:.2%}")
    save_judges(layout.judge(dataset.name), judges, receipt)


def train_judge(
    x_train: np.ndarray,
    y_train: np.ndarray,
    settings: JudgeSettings,
    width: int,
    seed: int,
    bar: Bar,
) -> Judge:
    """Train one judge on uint8 [N, C, 32, 32] and labels [N] for ``settings.images`` images.

    The learning rate rises for a tenth of the steps and falls to zero in a straight line.
    The same seed gives the same weights on the CPU.
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
    for step in range(steps):
        rate = min((step + 1) / (0.1 * steps), (steps - step) / (0.9 * steps))
        optimiser.param_groups[0]["lr"] = settings.learning_rate * min(rate, 1.0)
        chosen = next(order)
        batch = _augmented(to_float(images[chosen]), settings, seed, step)
        loss = F.cross_entropy(
            judge(batch), labels[chosen], label_smoothing=settings.label_smoothing
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        bar.advance(len(chosen))
    return judge.eval()


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
