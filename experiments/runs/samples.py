"""Draw the samples of a trained run: what the judges read and every study measures."""

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from experiments.data.pixels import to_uint8
from experiments.support.files import write_arrays
from experiments.support.precision import device as chosen
from experiments.support.progress import track
from experiments.support.random import rng
from experiments.support.receipts import write_receipt

if TYPE_CHECKING:
    from experiments.data import Dataset
    from experiments.models.backbone import Generative
    from experiments.runs.run import Run
    from experiments.support.layout import Layout

FILE = "samples.npz"
BATCH = 500


def sample_images(
    model: "Generative", labels: np.ndarray, seed: int, batch: int = BATCH
) -> np.ndarray:
    """Images uint8 [N, C, 32, 32] for labels [N]: the full prior, nothing selected."""
    device = next(model.parameters()).device
    source = rng(seed, "samples/noise")
    drawn = []
    for at in range(0, len(labels), batch):
        digits = torch.from_numpy(labels[at : at + batch]).to(device)
        noise = source.standard_normal((len(digits), model.latent_dim), dtype=np.float32)
        drawn.append(to_uint8(model.sample(torch.from_numpy(noise).to(device), digits)))
    return np.concatenate(drawn)


def training_labels(data: "Dataset", n: int, seed: int) -> np.ndarray:
    """``n`` labels in the proportions of the training split."""
    return rng(seed, "samples/labels").choice(data.y_train, n).astype(np.int64)


def draw_samples(
    model: "Generative", data: "Dataset", n: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The samples of a run: ``n`` images uint8 [N, C, 32, 32] and their labels [N]."""
    labels = training_labels(data, n, seed)
    return sample_images(model, labels, seed), labels


def make_samples(
    layout: "Layout", run: "Run", data: "Dataset", n: int, key: dict[str, Any], device: str = "auto"
) -> None:
    """``samples.npz`` of a run, with labels in the proportions of the training split; the
    receipt comes last. A run that failed while it trained has none."""
    torch.set_num_threads(1)
    path, receipt = run.folder / FILE, layout.samples_receipt(run.folder)
    if run.diverged:
        path.unlink(missing_ok=True)
        return write_receipt(receipt, key, [])
    with track(f"samples {run.name}", 1.0):
        images, labels = draw_samples(run.load().to(chosen(device)), data, n, run.seed)
    write_arrays(path, {"images": images, "labels": labels})
    write_receipt(receipt, key, [path])


def redraw(run: "Run", n: int) -> np.ndarray:
    """The first ``n`` images of a run's samples once more, uint8 [n, C, 32, 32]: whole batches
    are drawn, so that the sums are the same."""
    torch.set_num_threads(1)
    labels = run.samples[1][: -(-n // BATCH) * BATCH]
    return sample_images(run.load(), labels, run.seed)[:n]
