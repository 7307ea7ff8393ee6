"""What the judges say of images, computed once and read by every study.

Readings of a run's samples lie beside them; those of the real images, both splits, once for
each dataset. Whether a run has collapsed is a reading too: it is written here and known to
everything that uses the run.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.support.files import read_arrays, read_json

if TYPE_CHECKING:
    from experiments.judges.judge import Judges

FILE = "readings.npz"
PARTS = ("features", "probabilities", "others")


@dataclass(frozen=True)
class Readings:
    """Of N images, in the order in which they are stored.

    ``features`` float32 [N, 128] of the judge of features; ``probabilities`` float32 [N, K] of
    the judge of labels, and ``others`` those of the judge of features.
    """

    features: np.ndarray
    probabilities: np.ndarray
    others: np.ndarray

    @cached_property
    def digits(self) -> np.ndarray:
        """What the judge of labels reads, int64 [N]."""
        return self.probabilities.argmax(1)

    def __len__(self) -> int:
        return len(self.features)

    def take(self, chosen: np.ndarray) -> "Readings":
        """Those of some images, by their indices."""
        return Readings(self.features[chosen], self.probabilities[chosen], self.others[chosen])


def read_images(judges: "Judges", images: np.ndarray) -> Readings:
    """Let both judges read images uint8 [N, C, 32, 32]."""
    from experiments.judges.judge import read

    features, others = read(judges.features, images)
    probabilities = read(judges.labels, images)[1]
    return Readings(*(part.astype(np.float32) for part in (features, probabilities, others)))


def as_arrays(readings: Readings, prefix: str = "") -> dict[str, np.ndarray]:
    return {f"{prefix}{name}": getattr(readings, name) for name in PARTS}


def load_readings(path: Path, prefix: str = "") -> Readings:
    """Raises `UserError` where the readings are missing or damaged."""
    names = [f"{prefix}{name}" for name in PARTS]
    arrays = read_arrays(path, names, "run the step `readings` again")
    return Readings(*(arrays[name] for name in names))


def judge_name(folder: Path) -> str:
    """``judge=1a2b3c4d``, of the folder of a dataset's judges: numbers of different judges must
    not be compared."""
    return f"judge={read_json(folder / 'judge.json')['sha256'][:8]}"
