"""Do a small part of a run again and compare: the proof that changed code still makes it.

Training is exactly repeatable on the processor, so that its first steps tell: they pass
through the data, the model, its losses, its optimisers and the weight average. On other
devices sums come in another order, hence the tolerances.
"""

from typing import TYPE_CHECKING

import numpy as np
import torch

from experiments.runs import checkpoint, weights
from experiments.runs.samples import redraw
from experiments.runs.training import Training, batches, training_part
from experiments.support import precision
from experiments.support.random import seed_torch

if TYPE_CHECKING:
    from experiments.data import Dataset
    from experiments.runs.run import Run

STEPS = 50
LOSSES, LEVELS = 1e-4, 1.0
"""How much a loss may differ, relatively, and an image in the mean, in grey levels."""


def trains_alike(run: "Run", data: "Dataset") -> bool:
    """Whether the first steps give the history and the snapshots that the run has stored."""
    torch.set_num_threads(1)
    kind = precision.device(run.receipt["device"])
    seed_torch(run.seed, "training/weights")
    model = weights.build(run.model, data.channels, data.classes, run.receipt["settings"])
    state = checkpoint.start(model.to(torch.device(kind)))
    loop = Training(data, model.settings, run.seed, state, precision.precision(kind) == "bf16")
    losses: list[dict[str, torch.Tensor]] = []
    loop.observe()
    for indices in batches(len(loop.images), model.settings.batch_size, run.seed, 0):
        if state.step >= min(STEPS, loop.steps):
            break
        losses.append(loop.step(indices))
        if state.step in loop.history_steps:
            loop.record(losses)
            losses = []
        loop.observe()
    return same_history(run, state.history) and same_snapshots(run, state.snapshots)


def same_history(run: "Run", rows: list[dict[str, float]]) -> bool:
    stored = run.history()
    names = [name for name in stored if name not in ("seconds", "images")]
    return bool(rows) and all(set(row) - {"seconds", "images"} == set(names) for row in rows) and (
        np.allclose(
            [[row[name] for name in names] for row in rows], stored[names].to_numpy()[: len(rows)],
            rtol=LOSSES, atol=LOSSES,
        )
    )  # fmt: skip


def same_snapshots(run: "Run", made: list[tuple[int, float, torch.Tensor]]) -> bool:
    stored = run.snapshots()
    steps = [step for step, _, _ in made]
    return steps == stored["steps"][: len(steps)].tolist() and alike(
        np.stack([images.numpy() for _, _, images in made]), stored["images"][: len(steps)]
    )


def fits_alike(run: "Run", data: "Dataset") -> bool:
    """Whether fitting a closed form again gives the same weights."""
    from experiments.data.pixels import to_float
    from experiments.runs.fitting import timed_fit

    torch.set_num_threads(1)
    seed_torch(run.seed, "training/weights")
    model = weights.build(run.model, data.channels, data.classes, run.receipt["settings"])
    images, digits = training_part(data, model.settings.train_size, run.seed)
    timed_fit(model, to_float(images), torch.from_numpy(digits))
    stored = run.load().state_dict()
    return all(
        torch.allclose(value.float(), stored[name].float(), rtol=LOSSES, atol=LOSSES)
        for name, value in model.state_dict().items()
    )


def draws_alike(run: "Run", n: int) -> bool:
    """Whether the first images of the samples come out of the weights again."""
    return alike(redraw(run, n), run.samples[0][:n])


def alike(one: np.ndarray, other: np.ndarray) -> bool:
    """Two stacks of uint8 images that do not differ to the eye."""
    return one.shape == other.shape and (
        np.abs(one.astype(float) - other.astype(float)).mean() <= LEVELS
    )
