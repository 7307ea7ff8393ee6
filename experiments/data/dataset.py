"""A dataset in its canonical form: two splits of uint8 images with labels, and provenance."""

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from experiments.support.errors import UserError
from experiments.support.files import (
    read_arrays,
    read_json,
    read_record,
    write_atomically,
    write_json_if_changed,
)
from experiments.support.layout import Layout
from experiments.support.records import Fields, wrong_field

FACTS: Fields = {"source": str, "title": str, "licence": str, "classes": int}
"""What is read in the provenance of data, with the hash of its arrays."""
ARRAYS = ("x_train", "y_train", "x_test", "y_test")


@dataclass(frozen=True)
class Dataset:
    """Images uint8 [N, C, 32, 32] and labels int64 [N] from 0 to ``classes`` - 1."""

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    provenance: dict[str, Any]

    @property
    def channels(self) -> int:
        return self.x_train.shape[1]

    @property
    def classes(self) -> int:
        return self.provenance["classes"]

    def counts(self) -> dict[str, list[int]]:
        """Images of each class in each split."""
        return {
            split: np.bincount(labels, minlength=self.classes).tolist()
            for split, labels in (("train", self.y_train), ("test", self.y_test))
        }


def load(layout: Layout, dataset: str) -> Dataset:
    """Read what the data step wrote; raise `UserError` when it is missing or damaged."""
    receipt, path = layout.data_receipt(dataset), layout.data(dataset)
    provenance, again = read_json(receipt), "delete it and run the data step again"
    if wrong := wrong_field(provenance, FACTS):
        raise UserError(f"{receipt} is damaged ({wrong}): {again}.")
    arrays = read_arrays(path, ARRAYS, again)
    if sha256_of(arrays) != provenance["sha256"]:
        raise UserError(f"{path} is not what its data.json describes: {again}.")
    if provenance["classes"] != arrays["y_train"].max() + 1:
        raise UserError(f"{path} has other classes than its data.json tells: {again}.")
    return Dataset(dataset, **arrays, provenance=provenance)


def load_labels(layout: Layout, dataset: str, split: str = "train") -> np.ndarray:
    """The labels int64 [N] of a split alone, without reading an image: cheap, but unproven.

    Raises `UserError` when the data are missing or damaged.
    """
    path = layout.data(dataset)
    try:
        with np.load(path, allow_pickle=False) as file:
            return file[f"y_{split}"]
    except FileNotFoundError:
        raise UserError(f"{path} is missing: run the data step first.") from None
    except Exception:
        raise UserError(f"{path} is damaged: delete it and run the data step again.") from None


def save(layout: Layout, dataset: str, arrays: dict[str, Any], facts: dict[str, Any]) -> None:
    """Write the arrays, then the receipt; unchanged arrays keep their file and its time."""
    receipt = layout.data_receipt(dataset)
    facts = {**facts, "sha256": sha256_of(arrays)}
    same = read_record(receipt).get("sha256") == facts["sha256"]
    if not (same and layout.data(dataset).is_file()):
        # Without its receipt the dataset counts as unfinished, however this write ends.
        receipt.unlink(missing_ok=True)
        write_atomically(layout.data(dataset), lambda temporary: np.savez(temporary, **arrays))
    write_json_if_changed(receipt, facts)


def sha256_of(arrays: dict[str, np.ndarray]) -> str:
    """One hash of the names, shapes, types and bytes of all arrays."""
    digest = hashlib.sha256()
    for name in ARRAYS:
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.data)
    return digest.hexdigest()
