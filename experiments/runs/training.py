"""Train one run: one model, one dataset, one seed, one process, one device.

Every random number comes from a stream that is named by what it is for and by the step, so
that a resumed run has no random state to lose: killed at any moment and started again it ends
with the same weights, bit for bit on the CPU, as a run that was never interrupted.
"""

import math
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from experiments.data import Dataset
from experiments.data.pixels import to_float, to_uint8
from experiments.models.backbone import Settings
from experiments.runs import checkpoint, weights
from experiments.runs.checkpoint import State
from experiments.runs.receipt import Status, write_receipt
from experiments.runs.run import TrajectoryPoint
from experiments.runs.samples import draw_samples
from experiments.support import precision, progress
from experiments.support.errors import UserError
from experiments.support.files import lock, write_arrays, write_atomically
from experiments.support.layout import Layout
from experiments.support.progress import Bar
from experiments.support.random import rng, seed_torch

CHECKPOINT_SECONDS = 30.0
HISTORY_ROWS = 200
SNAPSHOTS = 60
SNAPSHOT_COPIES = 4  # of each digit
FILMED = 10  # snapshots at least, where there are few classes: a film shows so many
TRAJECTORY_POINTS = 24
FIRST_POINT = 1000  # images seen
COLLAPSED = 0.05  # samples that vary less than this share of what real images do
CHECKED = 1000  # samples in which a collapse is looked for
WARM_UP = 10  # the weight average starts short, so that it forgets the untrained weights


def learning_rate_factor(step: int, steps: int, fraction: float) -> float:
    """1, then a straight line to 0 over the last ``fraction`` of the run."""
    return min(1.0, (steps - step) / (fraction * steps)) if fraction else 1.0


def batches(size: int, batch: int, seed: int, first: int) -> Iterator[Tensor]:
    """Indices of each step's images from step ``first`` on: one permutation an epoch, the
    rest that fills no batch left out, so that step alone tells which images it sees."""
    per_epoch = size // batch
    for epoch in count(first // per_epoch):
        order = rng(seed, "training/order", epoch).permutation(size)
        for index in range(first % per_epoch if epoch == first // per_epoch else 0, per_epoch):
            yield torch.from_numpy(order[index * batch : (index + 1) * batch])


def spaced(first: int, last: int, number: int) -> set[int]:
    """``number`` whole numbers from ``first`` to ``last``, evenly spaced in their logarithm."""
    return {round(value) for value in np.geomspace(min(first, last), last, number)}


def fixed_noise(classes: int, latent: int, copies: int) -> tuple[Tensor, Tensor]:
    """The noise and labels of the snapshots: the same for every run, each digit in turn."""
    labels = torch.arange(classes).repeat(max(copies, math.ceil(FILMED / classes)))
    noise = rng(0, "training/snapshots").standard_normal((len(labels), latent), dtype=np.float32)
    return torch.from_numpy(noise), labels


def training_part(data: Dataset, size: int | None, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The training images and labels, or a random ``size`` of them, the same for every model.

    Raises `UserError` when there are fewer.
    """
    images, labels = data.x_train, data.y_train
    if size is None:
        return images, labels
    if size > len(images):
        raise UserError(
            f"train_size = {size} is more than the {len(images)} training images there are: "
            "choose a smaller one."
        )
    chosen = rng(seed, "training/subset").permutation(len(images))[:size]
    return images[chosen], labels[chosen]


@torch.no_grad()
def follow(ema: nn.Module, model: nn.Module, decay: float) -> None:
    """Move the averaged weights, batch norm's statistics included, towards the trained ones
    (exponential moving average; Yazici et al. 2019 for GANs)."""
    mine, theirs = ema.state_dict().values(), model.state_dict().values()
    pairs = [(a, b) for a, b in zip(mine, theirs, strict=True) if a.is_floating_point()]
    torch._foreach_lerp_([a for a, _ in pairs], [b for _, b in pairs], 1 - decay)


class Training:
    """The loop, over a `State`; stops at the end of the budget or when the run diverges."""

    def __init__(
        self, data: Dataset, settings: Settings, seed: int, state: State, bf16: bool
    ) -> None:
        self.settings, self.seed, self.state, self.bf16 = settings, seed, state, bf16
        self.device = next(state.model.parameters()).device
        images, labels = training_part(data, settings.train_size, seed)
        if settings.batch_size > len(images):
            raise UserError(
                f"batch_size = {settings.batch_size} is more than the {len(images)} training "
                "images there are: choose a smaller one."
            )
        self.images = torch.from_numpy(images).to(self.device)
        self.labels = torch.from_numpy(labels).to(self.device)
        self.steps = math.ceil(settings.images / settings.batch_size)
        self.noise, self.digits = (
            t.to(self.device)
            for t in fixed_noise(data.classes, state.model.latent_dim, SNAPSHOT_COPIES)
        )
        # One thread's own time equals elapsed time on an idle core, and stays the same when
        # others use the machine; a GPU works beside the thread, so there the wall clock counts.
        self.clock = time.process_time if self.device.type == "cpu" else time.perf_counter
        batch = settings.batch_size
        self.snapshot_steps = spaced(1, self.steps, SNAPSHOTS)
        first = max(1, FIRST_POINT // batch)
        self.trajectory_steps = spaced(first, self.steps, TRAJECTORY_POINTS)
        self.history_steps = {round(x) for x in np.linspace(0, self.steps, HISTORY_ROWS + 1)}

    def run(self, path: Path, about: dict[str, Any], bar: Bar) -> None:
        """Train to the end; ``about`` names the run in its checkpoint."""
        state, batch = self.state, self.settings.batch_size
        losses: list[dict[str, Tensor]] = []
        saved = time.perf_counter()
        clock = self.clock
        if state.step == 0 and not state.snapshots:
            self.observe()
        for indices in batches(len(self.images), batch, self.seed, state.step):
            if state.step >= self.steps or state.diverged:
                break
            began = clock()
            losses.append(self.step(indices))
            state.seconds += clock() - began
            bar.advance(batch)
            if not all(torch.isfinite(value) for value in losses[-1].values()):
                state.diverged = f"a loss was not a number at step {state.step}"
            if state.step in self.history_steps or state.diverged:
                self.record(losses)
                losses = []
            self.observe()
            # Only where the history has just been written, so that no half interval is lost.
            if not losses and time.perf_counter() - saved > CHECKPOINT_SECONDS:
                checkpoint.save(path, state, about)
                saved = time.perf_counter()

    def step(self, indices: Tensor) -> dict[str, Tensor]:
        state, settings = self.state, self.settings
        seed_torch(self.seed, "training/step", state.step)
        factor = learning_rate_factor(state.step, self.steps, settings.lr_decay_fraction)
        for optimizer in state.model.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = group.setdefault("initial_lr", group["lr"]) * factor
        indices = indices.to(self.device)
        # No cache of weights in bf16: it would outlive the steps that change them.
        with torch.autocast(
            self.device.type, torch.bfloat16, enabled=self.bf16, cache_enabled=False
        ):
            losses = state.model.step(to_float(self.images[indices]), self.labels[indices])
        state.step += 1
        decay = min(settings.ema_decay, state.step / (WARM_UP + state.step))
        follow(state.ema, state.model, decay if settings.ema_decay else 0.0)
        return {name: value.detach() for name, value in losses.items()}

    def record(self, losses: list[dict[str, Tensor]]) -> None:
        """One row of history: the mean of every loss since the row before."""
        state = self.state
        row = {
            "step": float(state.step),
            "images": float(state.step * self.settings.batch_size),
            "seconds": state.seconds,
        }
        for name in losses[0]:
            row[name] = float(torch.stack([each[name] for each in losses]).double().mean())
        state.history.append(row)

    def observe(self) -> None:
        """Snapshots and trajectory points that are due; their time is not the training's."""
        state = self.state
        if state.step == 0 or state.step in self.snapshot_steps:
            images = state.ema.sample(self.noise, self.digits)
            state.snapshots.append((state.step, state.seconds, torch.from_numpy(to_uint8(images))))
        if state.step in self.trajectory_steps:
            seen = state.step * self.settings.batch_size
            sampler = {k: v.cpu() for k, v in weights.sampling_state(state.ema).items()}
            state.trajectory.append(TrajectoryPoint(seen, state.seconds, sampler))


def train(
    layout: Layout,
    data: Dataset,
    model: str,
    settings: dict[str, Any],
    seed: int,
    variant: str = "default",
    key: dict[str, Any] | None = None,
    device: str = "auto",
) -> None:
    """Train one run into its folder, from its checkpoint if there is one; ``run.json`` last.

    Raises `UserError` for impossible settings and while another process trains this run.
    """
    torch.set_num_threads(1)
    folder = layout.run(data.name, model, seed, variant)
    name = f"{data.name} {model} seed {seed}" + ("" if variant == "default" else f" {variant}")
    with lock(folder / ".lock", f"Another process is training {name}: wait for it to end."):
        kind = precision.device(device)
        place = torch.device(kind)
        computes = precision.precision(kind)
        seed_torch(seed, "training/weights")
        fresh = weights.build(model, data.channels, data.classes, settings).to(place)
        state = checkpoint.start(fresh)
        about: dict[str, Any] = {
            "run": name,
            "key": key or {},
            "settings": fresh.settings.model_dump(mode="json"),
        }
        checkpoint.resume(folder / "checkpoint.pt", state, about)
        loop = Training(data, fresh.settings, seed, state, computes == "bf16")
        # Unfinished from here on; what could be refused has been, and the old run was whole.
        (folder / "run.json").unlink(missing_ok=True)
        batch = fresh.settings.batch_size
        with progress.track(f"train {name}", total=loop.steps * batch) as bar:
            bar.advance(state.step * batch)
            loop.run(folder / "checkpoint.pt", about, bar)
        status: Status = "diverged" if state.diverged else "finished"
        reason = state.diverged
        if not state.diverged:
            reason = collapsed(draw_samples(state.ema, data, CHECKED, seed)[0], data.x_train)
            status = "collapsed" if reason else "finished"
        write_run(folder, state, data)
        write_receipt(
            folder, fresh, data, name=model, variant=variant, seed=seed, key=about["key"],
            status=status, reason=reason, seconds=state.seconds, images=state.step * batch,
            steps=state.step, device=str(place), precision=computes,
        )  # fmt: skip
        (folder / "checkpoint.pt").unlink(missing_ok=True)


def collapsed(images: np.ndarray, real: np.ndarray) -> str:
    """Why samples count as collapsed: they hardly differ from one another; else empty."""
    found, wanted = (float(x[:1000].std(0).mean()) for x in (images, real))
    return "" if found > COLLAPSED * wanted else "all samples look alike"


def write_run(folder: Path, state: State, data: Dataset) -> None:
    """What was seen on the way: history, snapshots, trajectory, weights."""
    rows = pd.DataFrame(state.history).astype({"step": int, "images": int})
    write_atomically(folder / "history.csv", lambda path: rows.to_csv(path, index=False))
    steps, seconds, images = zip(*state.snapshots, strict=True)
    shown = {
        "images": torch.stack(images).numpy(), "steps": np.array(steps),
        "seconds": np.array(seconds), "seen": np.array(steps) * state.model.settings.batch_size,
        "labels": fixed_noise(data.classes, state.model.latent_dim, SNAPSHOT_COPIES)[1].numpy(),
    }  # fmt: skip
    write_arrays(folder / "snapshots.npz", shown, compress=True)
    weights.write_trajectory(folder / "trajectory.safetensors", state.trajectory)
    header = {"channels": data.channels, "classes": data.classes}
    weights.write_weights(folder / "weights.safetensors", state.ema.state_dict(), header)
