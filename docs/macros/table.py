"""The published numbers: `assets/results.csv` and `assets/provenance.json`, read only."""

from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

import pandas as pd

from .safe import AssetsError, Safe, escape, read_json
from .vocabulary import FULL_NAMES

REAL = "real"
COLUMNS = [
    "study", "dataset", "model", "seed", "condition", "metric", "value", "unit", "n",
    "direction", "run",
]  # fmt: skip
ALIKE = 0.05
"""With one seed and no interval there is no spread to judge by: two numbers less than this
share apart are called about equal."""


@dataclass(frozen=True)
class Number:
    """One number of a model: the median over its seeds, with the range."""

    dataset: str
    model: str
    metric: str
    condition: str
    values: tuple[float, ...]
    n: int
    direction: str

    @cached_property
    def median(self) -> float:
        return float(pd.Series(self.values).median())

    @property
    def low(self) -> float:
        return min(self.values)

    @property
    def high(self) -> float:
        return max(self.values)


@dataclass(frozen=True, eq=False)
class Dataset:
    """A dataset as the page names it. ``title`` tells the source and the counts."""

    name: str
    title: Safe
    stand_in: bool
    facts: dict[str, Any]

    @property
    def short(self) -> Safe:
        """The part of the title before its colon: ``SVHN-10k``."""
        short = self.title.split(":")[0].strip()
        return Safe(short) if 0 < len(unescape(short)) <= 32 else escape(self.name)


class Results:
    """Every number of one profile. Nothing is computed here but medians, ranges and ranks."""

    def __init__(self, assets: Path) -> None:
        self.assets = assets
        self.table = read(assets / "results.csv")
        self.provenance: dict[str, Any] = read_json(assets / "provenance.json")

    @cached_property
    def datasets(self) -> list[Dataset]:
        """The datasets that have results, in the order in which they were asked for."""
        told = self.provenance.get("datasets", {})
        present = list(dict.fromkeys(self.table["dataset"]))
        names = [name for name in told if name in present]
        names += [name for name in present if name not in names]
        # Digits on white paper before house numbers: the simpler picture first.
        names.sort(key=lambda name: (name != "mnist",))
        return [
            Dataset(
                name,
                escape(told.get(name, {}).get("title", name)),
                bool(told.get(name, {}).get("stand_in", False)),
                told.get(name, {}),
            )
            for name in names
        ]

    @cached_property
    def models(self) -> list[str]:
        """Every model with a row, VAEs before GANs; ``real`` is not one of them."""
        present = [m for m in dict.fromkeys(self.table["model"]) if m != REAL]
        order = list(FULL_NAMES)
        return sorted(present, key=lambda m: (order.index(m) if m in order else len(order), m))

    @cached_property
    def seeds(self) -> list[int]:
        return sorted(int(seed) for seed in self.table["seed"].dropna().unique())

    @cached_property
    def _groups(self) -> dict[tuple[str, str, str, str], pd.DataFrame]:
        keys = ["dataset", "model", "metric", "condition"]
        return {key: rows for key, rows in self.table.groupby(keys, sort=False)}  # type: ignore

    def number(self, dataset: str, model: str, metric: str, condition: str = "") -> Number | None:
        rows = self._groups.get((dataset, model, metric, condition))
        if rows is None:
            return None
        values = tuple(float(v) for v in rows["value"].dropna())
        if not values:
            return None
        return Number(
            dataset, model, metric, condition, values,
            int(rows["n"].min()), str(rows["direction"].iloc[0]),
        )  # fmt: skip

    def failed(self, dataset: str, model: str) -> int:
        """How many of the model's runs diverged or collapsed."""
        number = self.number(dataset, model, "failed")
        return 0 if number is None else round(sum(number.values))

    def values(self, dataset: str, model: str, metric: str) -> tuple[float, ...]:
        number = self.number(dataset, model, metric)
        return () if number is None else number.values

    def finished(self, dataset: str, model: str) -> int:
        """How many of the model's runs ended well."""
        return len(self.values(dataset, model, "training_seconds"))

    def all_failed(self, dataset: str, model: str) -> bool:
        return self.failed(dataset, model) > 0 and not self.finished(dataset, model)

    def reached_by_some(self, dataset: str, model: str, metric: str) -> bool:
        """Whether some of the model's runs, but not all, got to a goal."""
        count = len(self.values(dataset, model, metric))
        return metric.startswith("seconds_to_") and 0 < count < self.finished(dataset, model)

    def difference(self, dataset: str, metric: str, a: str, b: str) -> tuple[float, float] | None:
        """The interval of ``a - b`` where the fidelity study gives one."""
        for first, second, sign in ((a, b, 1.0), (b, a, -1.0)):
            ends = [
                self.number(dataset, first, metric, f"bound={bound};minus={second}")
                for bound in ("low", "high")
            ]
            if ends[0] is not None and ends[1] is not None:
                low, high = sorted(sign * end.median for end in ends if end is not None)
                return low, high
        return None

    def apart(self, dataset: str, metric: str, a: str, b: str) -> bool:
        """Whether two models may be ranked: their seeds' ranges do not overlap, and the
        interval of the difference, where there is one, does not hold 0."""
        x, y = self.number(dataset, a, metric), self.number(dataset, b, metric)
        if x is None or y is None:
            return False
        if x.low <= y.high and y.low <= x.high:
            return False
        interval = self.difference(dataset, metric, a, b)
        if interval is not None:
            return not interval[0] <= 0 <= interval[1]
        if len(x.values) == len(y.values) == 1 and REAL not in (a, b):
            return abs(x.median - y.median) > ALIKE * max(abs(x.median), abs(y.median))
        return True

    def best(self, dataset: str, metric: str, models: list[str]) -> list[str]:
        """The best model and all that cannot be told from it; nobody, if that is everybody."""
        scored = [m for m in models if self.number(dataset, m, metric) is not None]
        if len(scored) < 2:
            return []
        kept = [m for m in scored if not self.lost_again(dataset, m, metric)] or scored
        top = min(kept, key=lambda m: self.badness(dataset, m, metric))
        tied = [m for m in kept if m == top or not self.better(dataset, metric, top, m)]
        return [] if len(tied) == len(scored) else tied

    def better(self, dataset: str, metric: str, a: str, b: str) -> bool:
        """Whether ``a``, which has the better median, can be told from ``b`` by how good it is:
        where nearest to real is best, by how far the seeds are from real."""
        x, y = self.number(dataset, a, metric), self.number(dataset, b, metric)
        floor = self.number(dataset, REAL, metric)
        if x is None or y is None or floor is None or x.direction != "real":
            return self.apart(dataset, metric, a, b)
        near, far = (
            [abs(value - floor.median) for value in number.values] for number in (x, y)
        )  # fmt: skip
        interval = self.difference(dataset, metric, a, b)
        if interval is not None and interval[0] <= 0 <= interval[1]:
            return False
        return max(near) < min(far)

    def lost_again(self, dataset: str, model: str, metric: str) -> bool:
        """Whether a model got to an accuracy on its way and is below it at the end."""
        if not metric.startswith("seconds_to_"):
            return False
        end = self.number(dataset, model, "class_accuracy")
        reached = self.number(dataset, model, metric)
        return None not in (end, reached) and end.median < float(metric.rsplit("_", 1)[1])

    def badness(self, dataset: str, model: str, metric: str) -> float:
        """Smaller is better, whatever the metric's direction."""
        number = self.number(dataset, model, metric)
        if number is None:
            return float("inf")
        if number.direction == "higher":
            return -number.median
        if number.direction == "lower":
            return number.median
        floor = self.number(dataset, REAL, metric)
        return abs(number.median - (1.0 if floor is None else floor.median))


def read(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(
            path, usecols=COLUMNS, dtype={"seed": "Int64"}, keep_default_na=False,
            na_values={"seed": [""], "value": ["", "nan"]},
        )  # fmt: skip
    except FileNotFoundError as error:
        raise AssetsError(path, "is missing") from error
    except ValueError as error:
        raise AssetsError(path, "is damaged") from error
