"""One long table of every number: `assets/results.csv`.

A row says which study measured what on which dataset, for which model, seed and
condition, over how many images. Tables, figures and prose all read this table.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import get_args

import pandas as pd

from experiments.evaluation import registry
from experiments.evaluation.metric import Direction
from experiments.support.errors import UserError
from experiments.support.files import write_atomically

COLUMNS = [
    "study", "dataset", "model", "seed", "condition", "metric",
    "value", "unit", "n", "direction", "run",
]  # fmt: skip
KEY = ["study", "dataset", "model", "seed", "condition", "metric"]

REAL = "real"
"""The model name of the floor: real training images against real test images."""


def condition(**parts: object) -> str:
    """``components=64;digit=7``: sorted by name, so that equal conditions are equal text."""
    return ";".join(f"{name}={value}" for name, value in sorted(parts.items()))


@dataclass
class Table:
    """The rows of one study on one dataset, in the making."""

    study: str
    dataset: str
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(
        self,
        model: str,
        metric: str,
        value: float,
        *,
        n: int,
        seed: int | None = None,
        run: str = "",
        **parts: object,
    ) -> None:
        """Add one number; ``parts`` become its condition.

        A headline number (no condition) has to belong to this study by the metric's
        declaration, so that no number can be published twice. Raises `UserError` for a metric
        that is declared nowhere.
        """
        told = registry.metric(metric)
        where = condition(**parts)
        if not where and told.study != self.study:
            raise ValueError(f"the headline metric {metric} belongs to the study {told.study!r}")
        # Nine digits: no measurement has more, and a page loads ten thousand rows as one file.
        values = [
            self.study, self.dataset, model, seed, where, metric,
            float(f"{float(value):.9g}"), told.unit, int(n), told.direction, run,
        ]  # fmt: skip
        self.rows.append(dict(zip(COLUMNS, values, strict=True)))

    def take(self, frame: pd.DataFrame) -> None:
        """Add the rows of another table."""
        self.rows += frame[COLUMNS].to_dict("records")

    def frame(self) -> pd.DataFrame:
        frame = pd.DataFrame(self.rows, columns=COLUMNS)
        frame["seed"] = frame["seed"].astype("Int64")
        check(frame, self.study)
        return frame

    def write(self, path: Path) -> None:
        frame = self.frame()
        write_atomically(path, lambda temporary: frame.to_csv(temporary, index=False))


def check(frame: pd.DataFrame, name: str) -> None:
    """Raise `UserError` when two rows claim the same number."""
    twice = frame[frame.duplicated(KEY, keep=False)]
    if len(twice):
        first = ", ".join(str(twice.iloc[0][column]) for column in KEY)
        raise UserError(f"The results of {name} hold two rows for ({first}).")


def read(path: Path) -> pd.DataFrame:
    """A results table; empty conditions are empty text, a missing seed is ``<NA>``."""
    try:
        frame = pd.read_csv(
            path, dtype={"seed": "Int64"}, keep_default_na=False, na_values={"seed": [""]}
        )
    except FileNotFoundError:
        raise UserError(f"{path} is missing: run `make experiments` first.") from None
    except (OSError, ValueError):
        frame = pd.DataFrame()
    if list(frame.columns) != COLUMNS or not (
        (frame.empty or pd.api.types.is_numeric_dtype(frame["value"]))
        and frame["metric"].isin(registry.metrics()).all()
        and frame["direction"].isin(get_args(Direction)).all()
    ):
        raise UserError(
            f"{path} is no results table, or damaged: delete it and run `make experiments`."
        )
    return frame


def summarise(frame: pd.DataFrame) -> pd.DataFrame:
    """Median, smallest and largest value over the seeds of each number."""
    keys = ["study", "dataset", "model", "condition", "metric", "unit", "direction"]
    groups = frame.groupby(keys, sort=False, dropna=False)
    return groups.agg(
        median=("value", "median"),
        low=("value", "min"),
        high=("value", "max"),
        seeds=("value", "size"),
        n=("n", "min"),
    ).reset_index()
