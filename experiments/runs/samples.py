"""Draw the samples of a trained run: what the judges read and every study measures."""

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from experiments.runs.training import sample_images, training_labels
from experiments.support.files import write_arrays
from experiments.support.precision import device as chosen
from experiments.support.progress import track
from experiments.support.receipts import write_receipt

if TYPE_CHECKING:
    from experiments.data import Dataset
    from experiments.runs.run import Run
    from experiments.support.layout import Layout

FILE = "samples.npz"
BATCH = 500


def draw_samples(
    layout: "Layout", run: "Run", data: "Dataset", n: int, key: dict[str, Any], device: str = "auto"
) -> None:
    """``n`` images with labels in the proportions of the training split; the receipt comes last.

    A run that failed while it trained has none.
    """
    torch.set_num_threads(1)
    path, receipt = run.folder / FILE, layout.samples_receipt(run.folder)
    if run.diverged:
        path.unlink(missing_ok=True)
        return write_receipt(receipt, key, [])
    with track(f"samples {run.name}", 1.0):
        labels = training_labels(data, n, run.seed)
        images = sample_images(run.load().to(chosen(device)), labels, run.seed, BATCH)
    write_arrays(path, {"images": images, "labels": labels})
    write_receipt(receipt, key, [path])


def redraw(run: "Run", labels: np.ndarray, n: int) -> np.ndarray:
    """The first ``n`` images of a run's samples once more, uint8 [n, C, 32, 32]: whole batches
    are drawn, so that the sums are the same."""
    torch.set_num_threads(1)
    whole = labels[: -(-n // BATCH) * BATCH]
    return sample_images(run.load(), whole, run.seed, BATCH)[:n]
