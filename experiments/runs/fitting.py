"""Fit one run whose model is a closed form: there are no steps, and so nothing to resume.

What there is lies in the same files as that of a trained run (`training.train`), so that
whatever reads one reads the other; history, snapshots and trajectory are not written.
"""

import time
from typing import Any

import torch
from threadpoolctl import threadpool_limits
from torch import Tensor

from experiments.data import Dataset
from experiments.data.pixels import to_float
from experiments.runs import training, weights
from experiments.runs.receipt import write_receipt
from experiments.runs.samples import draw_samples
from experiments.support import progress
from experiments.support.files import lock
from experiments.support.layout import Layout
from experiments.support.random import seed_torch


def fit(
    layout: Layout,
    data: Dataset,
    model: str,
    settings: dict[str, Any],
    seed: int,
    variant: str = "default",
    key: dict[str, Any] | None = None,
) -> None:
    """Fit one run into its folder, on the processor; ``run.json`` last.

    ``seconds`` is the processor time of the model's ``fit`` alone. Raises `UserError` for
    settings that the data do not allow and while another process fits this run.
    """
    torch.set_num_threads(1)
    folder = layout.run(data.name, model, seed, variant)
    name = f"{data.name} {model} seed {seed}" + ("" if variant == "default" else f" {variant}")
    with lock(folder / ".lock", f"Another process is fitting {name}: wait for it to end."):
        seed_torch(seed, "training/weights")
        fitted = weights.build(model, data.channels, data.classes, settings)
        images, digits = training.training_part(data, fitted.settings.train_size, seed)
        with progress.track(f"train {name}", total=len(images)) as bar:
            seconds = timed_fit(fitted, to_float(images), torch.from_numpy(digits))
            bar.advance(len(images))
            drawn, _ = draw_samples(fitted, data, training.CHECKED, seed)
        reason = training.collapsed(drawn, data.x_train)
        header = {"channels": data.channels, "classes": data.classes}
        # Unfinished from here on; what could be refused has been, and the old run was whole.
        (folder / "run.json").unlink(missing_ok=True)
        weights.write_weights(folder / "weights.safetensors", fitted.state_dict(), header)
        write_receipt(
            folder, fitted, data, name=model, variant=variant, seed=seed, key=key or {},
            status="collapsed" if reason else "finished", reason=reason, seconds=seconds,
            images=len(images), steps=0,
        )  # fmt: skip


def timed_fit(model: Any, images: Tensor, labels: Tensor) -> float:
    """Fit a model that has ``fit``; the seconds of one thread that it took."""
    model.eval()
    with threadpool_limits(limits=1), torch.no_grad():
        began = time.process_time()
        model.fit(images, labels)
        return time.process_time() - began
