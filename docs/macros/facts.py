"""What the pages know, read once: the numbers and their provenance, what models, metrics and
claims say of themselves. Nothing is computed here but medians and ranges."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from .safe import AssetsError, Safe, escape, read_json
from .text import as_number, lower

REAL = "real"


class Key(NamedTuple):
    """Which number is meant."""

    dataset: str
    model: str
    metric: str
    condition: str = ""


class Row(NamedTuple):
    """One line of `results.csv`; ``seed`` is empty where a number belongs to no run, ``parts``
    are those of its condition."""

    study: str
    key: Key
    parts: dict[str, str]
    seed: str
    value: float
    n: int
    direction: str


class Number(NamedTuple):
    """One number of a model: the median over its seeds, with the range."""

    key: Key
    values: tuple[float, ...]
    n: int
    direction: str

    @property
    def median(self) -> float:
        return float(median(self.values))


@dataclass(frozen=True, eq=False)
class Dataset:
    """A dataset as the pages name it. ``title`` tells the source and the counts."""

    name: str
    title: Safe
    short: Safe
    stand_in: bool
    facts: dict[str, Any]


@dataclass(frozen=True)
class Model:
    """What `models.json` says of a model; one that it does not know keeps its own name."""

    key: str
    name: str
    full_name: str
    family: str = "other"
    conditional: bool = False
    encoder: bool | None = None
    opponent: str = ""
    objective: str = ""
    likelihood: str = ""
    networks: str = ""
    papers: list[str] = field(default_factory=list)
    prior: list[str] = field(default_factory=list)
    losses: dict[str, str] = field(default_factory=dict)
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Metric:
    """What `metrics.json` says of a metric. ``leads`` is a sentence about ``{a}``, which has
    the larger value (the ``smaller`` one, if so told), and ``{b}``; ``alike`` is one about
    two that cannot be told apart; ``brief`` heads a narrow
    column; ``form`` is a form of `text.write`."""

    label: str
    brief: str
    form: str
    smaller: bool
    leads: str
    alike: str

    @staticmethod
    def compared(sentence: str, a: str, b: str) -> str:
        return sentence.replace(escape("{a}"), a).replace(escape("{b}"), b)

    @property
    def short_label(self) -> str:
        """The label without what explains it."""
        return re.split(r"[:,]| \(", self.label)[0]


class Results:
    """Every number, and all that is said of it, of one profile."""

    def __init__(self, assets: Path, compared: Iterable[Iterable[str]] = ()) -> None:
        """``compared``: the pairs of models that the pages set beside each other."""
        self.assets = assets
        self.compared = [tuple(pair) for pair in compared]
        self.rows = read_rows(assets / "results.csv")
        self.provenance = read_json(assets / "provenance.json")
        self.told_models = read_json(assets / "models.json")
        self.told_metrics = read_json(assets / "metrics.json")
        told = read_json(assets / "claims.json")
        self.claims: dict[str, dict[str, Any]] = {claim["id"]: claim for claim in told["claims"]}
        self.pairs: dict[str, Any] = told["pairs"]
        self.by_key: dict[Key, list[Row]] = {}
        for row in self.rows:
            if row.value == row.value:
                self.by_key.setdefault(row.key, []).append(row)

    @cached_property
    def datasets(self) -> list[Dataset]:
        """The datasets that have results, in the order in which they were asked for, digits on
        white paper before house numbers: the simpler picture first."""
        told = self.provenance.get("datasets", {})
        present = dict.fromkeys(row.key.dataset for row in self.rows)
        names = [name for name in {**told, **present} if name in present]
        names.sort(key=lambda name: name != "mnist")
        return [dataset(name, told.get(name, {})) for name in names]

    @cached_property
    def models(self) -> list[str]:
        """Every model with a row, in the order of `models.json`; ``real`` is not one of them."""
        present = {row.key.model for row in self.rows} - {REAL}
        known = [model for model in self.told_models if model in present]
        return known + sorted(present - set(known))

    @cached_property
    def seeds(self) -> list[int]:
        return sorted({int(row.seed) for row in self.rows if row.seed})

    @cached_property
    def paired(self) -> list[str]:
        """The models of the pairs, in the order of tables; without any of them, the first few of
        what there is."""
        of_pairs = {model for pair in self.compared for model in pair}
        return [model for model in self.models if model in of_pairs] or self.models[:4]

    def pair(self, dataset: str) -> tuple[str, ...]:
        """The first pair of which a dataset has results; empty without any."""
        here = {row.key.model for row in self.rows if row.key.dataset == dataset}
        return next((pair for pair in self.compared if here.issuperset(pair)), ())

    def model(self, key: str) -> Model:
        """The facts of a model, or of ``real``."""
        if key == REAL:
            return Model(REAL, "real images", "real images", family=REAL)
        told = self.told_models.get(key)
        if told is None:
            asked = any(self.number(d.name, key, "class_accuracy") for d in self.datasets)
            return Model(key, escape(key.upper()), escape(key.upper()), conditional=asked)
        own = {name: told[name] for name in told if name in Model.__annotations__}
        return Model(key, **{**own, "full_name": told["full_name"] or told["name"]})

    def family_class(self, model: str) -> str:
        """What gives a model its colour."""
        return f"family-{self.model(model).family}"

    def settings(self, model: str) -> dict[str, dict[str, Any]]:
        """Dataset -> setting -> value, as the runs resolved them."""
        told = self.provenance.get("settings", {}).get(model, {})
        return {d.name: told[d.name] for d in self.datasets if d.name in told}

    def metric(self, key: str) -> Metric:
        """The words of a metric; one that `metrics.json` does not know keeps its own name."""
        told = {name: text for name, text in self.told_metrics.get(key, {}).items() if text}
        label = told.get("label", escape(key.replace("_", " ").capitalize()))
        a, b, what = escape("{a}"), escape("{b}"), lower(label)
        return Metric(
            label, told.get("brief", label), told.get("form", "figures"),
            told.get("smaller", False),
            told.get("leads", f"the {a} has the larger {what} of the two, the {b} the smaller"),
            told.get("alike", f"the {a} and the {b} are about alike in {what}"),
        )  # fmt: skip

    def called(self, value: str) -> str:
        """A dataset, a model, a metric or the value of a condition, as a heading."""
        if value == REAL:
            return "Real"
        if value in self.models:
            return self.model(value).name
        if value in self.told_metrics:
            return self.metric(value).brief
        return next((d.short for d in self.datasets if d.name == value), escape(value))

    def headline(self, dataset: str, first: Iterable[str] = ()) -> list[str]:
        """Every metric that some model has a headline number of, those with words before those
        without."""
        present = dict.fromkeys(
            key.metric for key in self.by_key
            if key.dataset == dataset and not key.condition and key.model != REAL
        )  # fmt: skip
        present.pop("failed", None)
        return [metric for metric in {**dict.fromkeys(first), **self.told_metrics, **present}
                if metric in present]  # fmt: skip

    def swept(self, study: str, dataset: Dataset, field: str) -> list[str]:
        """The numbers over which a study varied something, the smallest first."""
        rows = (row for row in self.rows if (row.study, row.key.dataset) == (study, dataset.name))
        found = {row.parts[field] for row in rows if field in row.parts}
        return sorted((text for text in found if as_number(text) < float("inf")), key=as_number)

    def direction(self, dataset: str, metric: str) -> str:
        """``higher``, ``lower`` or ``real``: which values of a headline metric are good."""
        keys = (Key(dataset, model, metric) for model in [*self.models, REAL])
        return next((self.by_key[key][0].direction for key in keys if key in self.by_key), "")

    def number(self, dataset: str, model: str, metric: str, condition: str = "") -> Number | None:
        key = Key(dataset, model, metric, condition)
        rows = self.by_key.get(key)
        if rows is None:
            return None
        values = tuple(row.value for row in rows)
        return Number(key, values, min(row.n for row in rows), rows[0].direction)

    def count(self, dataset: str, model: str, metric: str = "training_seconds") -> int:
        """How many of the model's runs have a number; by default, how many ended well."""
        return len(self.by_key.get(Key(dataset, model, metric), ()))

    def failed(self, dataset: str, model: str) -> int:
        """How many of the model's runs diverged or collapsed."""
        return round(sum(row.value for row in self.by_key.get(Key(dataset, model, "failed"), ())))


def dataset(name: str, told: dict[str, Any]) -> Dataset:
    title = escape(told.get("title") or escape(name))
    short = title.split(":")[0].strip()  # "SVHN-10k" of "SVHN-10k: 8,001 training crops"
    short = Safe(short) if 0 < len(unescape(short)) <= 32 else escape(name)
    return Dataset(name, title, short, bool(told.get("stand_in", False)), told)


def parse(line: dict[str, str]) -> Row:
    key = Key(line["dataset"], line["model"], line["metric"], line["condition"])
    parts = dict(part.split("=", 1) for part in key.condition.split(";") if "=" in part)
    value = float(line["value"] or "nan")
    return Row(line["study"], key, parts, line["seed"], value, int(line["n"]), line["direction"])


def read_rows(path: Path) -> list[Row]:
    try:
        with open(path, encoding="utf-8", newline="") as file:
            rows = [parse(line) for line in csv.DictReader(file)]
    except FileNotFoundError as error:
        raise AssetsError(path, "is missing") from error
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        raise AssetsError(path, "is damaged") from error
    if not rows:
        raise AssetsError(path, "is damaged")
    return rows
