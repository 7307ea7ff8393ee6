"""The numbers that are compared, out of the table of all results."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from statistics import fmean, median
from typing import NamedTuple

import pandas as pd

from experiments.claims.rule import Difference, Sample, difference, difference_to_real
from experiments.evaluation.registry import metric as declaration
from experiments.results import REAL, condition

ERROR = "standard_error"
"""The condition ``bootstrap=standard_error`` marks the noise of the row beside it."""


class Side(NamedTuple):
    """A model under a condition."""

    model: str
    where: str = ""


@dataclass(frozen=True)
class Rows:
    """The rows of one number: a value per seed; one without a seed, for real images, is fixed."""

    values: tuple[float, ...]
    n: int
    fixed: bool

    @property
    def median(self) -> float:
        return float(median(self.values))


@dataclass(frozen=True)
class Verdict:
    """A comparison in every feature space: ``first`` is that of the headline. ``sign`` is 1 if
    the first side is larger in all, 0 if undecided; ``disputed`` if the spaces do not agree."""

    first: Difference
    sign: int
    disputed: bool
    p: float


class Numbers:
    """Numbers by dataset, model, metric and condition. Runs that failed give none."""

    def __init__(self, frame: pd.DataFrame) -> None:
        frame = frame[frame["value"].notna()]
        self.studies = set(frame["study"])
        self.datasets = list(dict.fromkeys(frame["dataset"]))
        self.models = [model for model in dict.fromkeys(frame["model"]) if model != REAL]
        self.rows: dict[tuple[str, str, str, str], Rows] = {}
        failed = frame[frame["metric"].eq("failed") & frame["value"].gt(0)]
        gone = set(zip(failed["dataset"], failed["model"], failed["seed"], strict=True))
        for row in frame.itertuples(index=False):
            if (row.dataset, row.model, row.seed) in gone:
                continue
            key = (row.dataset, row.model, row.metric, row.condition)
            before = self.rows.get(key, Rows((), row.n, fixed=True))
            self.rows[key] = Rows(
                (*before.values, float(row.value)), min(before.n, row.n), fixed=pd.isna(row.seed)
            )

    def get(self, dataset: str, model: str, metric: str, where: str = "") -> Rows | None:
        return self.rows.get((dataset, model, metric, where))

    def found(self, dataset: str, metric: str, where: str = "") -> Iterator[Side]:
        """The sides that have a number; ``where``: a pattern of conditions."""
        for own, model, name, text in self.rows:
            if (own, name) == (dataset, metric) and re.fullmatch(where, text):
                yield Side(model, text)

    def complete(self, dataset: str, model: str, metric: str) -> bool:
        """Whether all runs that ended well have the number: a mean over those that got to a
        goal would leave out those that did not."""
        finished = self.get(dataset, model, "training_seconds")
        rows = self.get(dataset, model, metric)
        return rows is not None and (finished is None or len(rows.values) >= len(finished.values))

    def sample(
        self, dataset: str, model: str, metric: str, where: str = "", *, chance: bool = False
    ) -> Sample | None:
        """One side of a comparison. ``chance``: the number is a share of n images that nobody
        bootstrapped, and their noise is that of the binomial."""
        rows = self.get(dataset, model, metric, where)
        if rows is None:
            return None
        parts = dict(part.split("=", 1) for part in where.split(";") if part)
        errors = self.get(dataset, model, metric, condition(**parts, bootstrap=ERROR))
        noise = sqrt(fmean(e**2 for e in errors.values)) if errors else 0.0
        if errors is None and chance:
            share = fmean(rows.values)
            noise = sqrt(share * (1 - share) / rows.n)
        return Sample(rows.values, noise, rows.fixed)

    @cached_property
    def spaces(self) -> dict[tuple[str, str], list[str]]:
        """The conditions that name a feature space and nothing else, by dataset and metric."""
        named: dict[tuple[str, str], list[str]] = {}
        for dataset, _, metric, text in self.rows:
            known = named.setdefault((dataset, metric), [])
            if re.fullmatch("space=[^;]+", text) and text not in known:
                known.append(text)
        return named

    def compare(
        self, dataset: str, metric: str, a: Side, b: Side, *, goodness: bool, chance: bool = False
    ) -> Verdict | None:
        """Two sides; headline numbers in all feature spaces that both have been measured in.

        ``goodness``: where nearest to real is best, by the distance to real images. None where
        a side has no number.
        """
        told = declaration(metric)
        spaces = self.spaces.get((dataset, metric), []) if (a.where, b.where) == ("", "") else []
        found = []
        for space in ["", *spaces]:
            first, second = (
                self.sample(dataset, side.model, metric, side.where or space, chance=chance)
                for side in (a, b)
            )
            if first is None or second is None:
                continue
            real = self.sample(dataset, REAL, metric, space)
            if goodness and told.direction == "real" and real:
                found.append(difference_to_real(first, second, real))
            else:
                found.append(difference(first, second, told.log))
        return agreed(found) if found else None

    def badness(self, dataset: str, metric: str, side: Side) -> float:
        """Smaller is better, whatever the metric's direction."""
        rows, direction = (
            self.get(dataset, side.model, metric, side.where),
            declaration(metric).direction,
        )
        if rows is None:
            return float("inf")
        real = self.get(dataset, REAL, metric)
        if direction == "real" and real:
            return abs(rows.median - real.median)
        return -rows.median if direction == "higher" else rows.median


def agreed(found: list[Difference]) -> Verdict:
    """One verdict of several feature spaces: all have to say the same. Disputed is what they
    contradict one another in; where one says nothing, it is only open."""
    signs = {each.sign for each in found}
    sign = found[0].sign if len(signs) == 1 else 0
    return Verdict(found[0], sign, {1, -1} <= signs, max(each.p for each in found))
