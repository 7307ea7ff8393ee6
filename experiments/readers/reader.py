"""Read a trained digit reader back: how well it reads, and what it read in each test image."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments.support.errors import UserError
from experiments.support.receipts import read_receipt

RECEIPT, PREDICTIONS = "reader.json", "predictions.npz"


@dataclass(frozen=True)
class Reader:
    """One digit reader on disk (``reader.json`` is written last)."""

    folder: Path
    receipt: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "Reader":
        """Raises `UserError` where there is no finished reader."""
        receipt = read_receipt(folder / RECEIPT)
        if receipt is None:
            raise UserError(f"There is no finished reader at {folder}: run its step first.")
        return cls(folder, receipt)

    @property
    def accuracy(self) -> dict[str, float]:
        """The share it read rightly, by the name of what it was tested on."""
        return self.receipt["accuracy"]

    @property
    def n(self) -> dict[str, int]:
        """The number of images it was tested on, by the same names."""
        return self.receipt["n"]

    def predictions(self, name: str) -> np.ndarray:
        """The digits int64 [N] it read in what is called ``name``, in the order of its images.

        Raises `UserError` where they are missing or damaged.
        """
        path = self.folder / PREDICTIONS
        try:
            with np.load(path, allow_pickle=False) as file:
                return file[name].astype(np.int64)
        except FileNotFoundError:
            raise UserError(f"{path} is missing: run the step of the reader again.") from None
        except (OSError, ValueError, KeyError):
            raise UserError(
                f"{path} is damaged or lacks {name}: delete it and run its step again."
            ) from None
