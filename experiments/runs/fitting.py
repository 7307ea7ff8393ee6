"""Fit one run whose model is a closed form: there are no steps, and so nothing to resume.

What there is lies in the same files as that of a trained run (`training.train`), so that
whatever reads one reads the other; history, snapshots and trajectory are not written.
"""

import time
from typing import Any

import numpy as np
import torch
from threadpoolctl import threadpool_limits
from torch import Tensor

from experiments.data import Dataset
from experiments.data.pixels import to_float
from experiments.runs import training, weights
from experiments.support import progress
from experiments.support.errors import UserError
from experiments.support.files import lock
from experiments.support.layout import Layout
from experiments.support.machine import made_by
from experiments.support.receipts import write_receipt


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
        training.seed_torch(seed, training.WEIGHTS)
        fitted = weights.build(model, data.channels, data.classes, settings)
        images, digits = training_part(data, fitted.settings.train_size, seed)
        with progress.track(f"train {name}", total=len(images)) as bar:
            seconds = timed_fit(fitted, to_float(images), torch.from_numpy(digits))
            bar.advance(len(images))
            labels = training.training_labels(data, training.CHECKED, seed)
            drawn = training.sample_images(fitted, labels, seed)
        reason = training.collapsed(drawn, data.x_train)
        header = {"channels": data.channels, "classes": data.classes}
        # Unfinished from here on; what could be refused has been, and the old run was whole.
        (folder / "run.json").unlink(missing_ok=True)
        weights.write_weights(folder / "weights.safetensors", fitted.state_dict(), header)
        receipt = {
            "dataset": data.name, "model": model, "variant": variant, "seed": seed,
            "family": fitted.family, "conditional": fitted.conditional,
            "settings": fitted.settings.model_dump(mode="json"),
            "data_sha256": data.provenance["sha256"],
            "status": "diverged" if reason else "finished", "reason": reason,
            "seconds": seconds, "images": len(images), "steps": 0,
            "images_per_second": len(images) / max(seconds, 1e-9),
            "parameters": {
                "sampling": sum(p.numel() for p in fitted.decoder.parameters()),
                "total": sum(p.numel() for p in fitted.parameters()),
            },
            "device": "cpu", "precision": "fp32", "threads": 1,
            **made_by(),
        }  # fmt: skip
        write_receipt(folder / "run.json", key or {}, training.made_files(folder), receipt)


def training_part(data: Dataset, size: int | None, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The training images and labels, or the random ``size`` of them that `training.Training`
    would take. Raises `UserError` when there are fewer."""
    images, labels = data.x_train, data.y_train
    if size is None:
        return images, labels
    if size > len(images):
        raise UserError(
            f"train_size = {size} is more than the {len(images)} training images there are: "
            "choose a smaller one."
        )
    order = np.random.default_rng([seed, training.SUBSET]).permutation(len(images))[:size]
    return images[order], labels[order]


def timed_fit(model: Any, images: Tensor, labels: Tensor) -> float:
    """Fit a model that has ``fit``; the seconds of one thread that it took."""
    model.eval()
    with threadpool_limits(limits=1), torch.no_grad():
        began = time.process_time()
        model.fit(images, labels)
        return time.process_time() - began
