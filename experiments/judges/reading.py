"""Let the judges read: the samples of a run, and the real images of a dataset."""

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from experiments.judges.collapse import PATIENCE, collapsed
from experiments.judges.judge import load_judges
from experiments.judges.readings import FILE, as_arrays, load_readings, read_images
from experiments.support.files import write_arrays
from experiments.support.progress import track
from experiments.support.receipts import write_receipt

if TYPE_CHECKING:
    from experiments.data import Dataset
    from experiments.runs.run import Run
    from experiments.support.layout import Layout

SPLITS = ("test", "train")


def read_run(layout: "Layout", run: "Run", key: dict[str, Any]) -> None:
    """The readings of a run's samples, and whether it has collapsed; the receipt comes last.

    A run that diverged has no samples: its readings are empty.
    """
    torch.set_num_threads(1)
    receipt = layout.readings_receipt(run.folder)
    if run.diverged:
        return write_receipt(receipt, key, [], {"collapsed": False})
    judges = load_judges(layout.judge(run.dataset))
    with track(f"readings {run.name}", 1.0):
        readings = read_images(judges, run.samples[0])
    write_arrays(run.folder / FILE, as_arrays(readings))
    # Early on all samples look alike, and no run has failed for it.
    alike = run.receipt["images"] >= PATIENCE and collapsed(
        readings.features, load_readings(layout.real_readings(run.dataset), "test_").features
    )
    write_receipt(receipt, key, [run.folder / FILE], {"collapsed": alike})


def read_real(layout: "Layout", data: "Dataset", key: dict[str, Any]) -> None:
    """The readings of both splits of real images."""
    torch.set_num_threads(1)
    judges = load_judges(layout.judge(data.name))
    arrays: dict[str, np.ndarray] = {}
    with track(f"readings {data.name}", len(data.x_test) + len(data.x_train)) as bar:
        for split, images in zip(SPLITS, (data.x_test, data.x_train), strict=True):
            arrays |= as_arrays(read_images(judges, images), f"{split}_")
            bar.advance(len(images))
    path = layout.real_readings(data.name)
    write_arrays(path, arrays)
    write_receipt(layout.readings_receipt(path.parent), key, [path])
