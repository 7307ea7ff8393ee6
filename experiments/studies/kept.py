"""What ``measure`` keeps for ``draw``: arrays in one npz, tables as csv with their types."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.support.errors import UserError
from experiments.support.files import write_arrays, write_atomically, write_json

ARRAYS, TYPES = "arrays.npz", "types.json"

Kept = dict[str, "np.ndarray | pd.DataFrame"]


def write_kept(folder: Path, kept: Kept) -> list[Path]:
    """Write everything into a folder; returns the files."""
    arrays = {name: value for name, value in kept.items() if isinstance(value, np.ndarray)}
    frames = {name: value for name, value in kept.items() if isinstance(value, pd.DataFrame)}
    types = {
        name: {column: str(kind) for column, kind in frame.dtypes.items()}
        for name, frame in frames.items()
    }
    write_arrays(folder / ARRAYS, arrays, compress=True)
    write_json(folder / TYPES, types)
    for name, frame in frames.items():
        write_atomically(folder / f"{name}.csv", partial(frame.to_csv, index=False))
    return [folder / ARRAYS, folder / TYPES, *(folder / f"{name}.csv" for name in frames)]


def read_kept(folder: Path) -> Kept:
    """All that `write_kept` wrote. Raises `UserError` for a damaged or missing file."""
    try:
        types = json.loads((folder / TYPES).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS, allow_pickle=False) as file:
            kept: Kept = {name: file[name] for name in file.files}
        for name, kinds in types.items():
            kept[name] = read_frame(folder / f"{name}.csv", kinds)
    except FileNotFoundError as error:
        raise UserError(f"{error.filename} is missing: measure the study again.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UserError(
            f"What {folder} holds is damaged: delete it and measure the study again."
        ) from None
    return kept


def read_frame(path: Path, kinds: dict[str, str]) -> pd.DataFrame:
    """A table by the types of its columns: empty text and the text ``NA`` stay what they are."""
    numbers = {column: [""] for column, kind in kinds.items() if kind not in ("str", "object")}
    return pd.read_csv(path, dtype=kinds, keep_default_na=False, na_values=numbers)
