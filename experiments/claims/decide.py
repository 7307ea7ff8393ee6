"""What became of every claim, and which models can be told apart by which number."""

from collections.abc import Mapping
from functools import cache
from itertools import combinations
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import yaml
from pydantic import Field, TypeAdapter, ValidationError

from experiments.claims.claim import Claim, Names, Outcome, Test, overall
from experiments.claims.curves import Knee, Ladder
from experiments.claims.kinds import Best, Beyond, Leads
from experiments.claims.numbers import Numbers, Side
from experiments.claims.rule import TOLD, holm
from experiments.evaluation.registry import metric as declaration
from experiments.support.errors import UserError

LEDGER = Path(__file__).with_name("ledger.yaml")

Kind = Annotated[Leads | Best | Beyond | Ladder | Knee, Field(discriminator="kind")]


def decide(
    frame: pd.DataFrame,
    models: Mapping[str, str] | None = None,
    datasets: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The content of claims.json: the rule, the claims that these results test, and all pairs.

    ``frame`` is a table of results; ``models`` and ``datasets`` say how sentences call them,
    and the datasets' order is kept.
    """
    numbers, names = Numbers(frame), Names(models or {}, datasets or {})
    order = [name for name in names.datasets if name in numbers.datasets]
    order += [name for name in numbers.datasets if name not in order]
    return {
        "rule": TOLD,
        "claims": claims(numbers, names, order, ledger()),
        "pairs": {dataset: pairs(numbers, dataset) for dataset in order},
    }


@cache
def ledger(path: Path = LEDGER) -> list[Claim]:
    """Every claim. Raises `UserError` for an entry that no kind can read, or of no metric."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        asked: list[Claim] = list(TypeAdapter(list[Kind]).validate_python(content))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UserError(f"The ledger of claims: {where}: {first['msg'].lower()}.") from None
    for claim in asked:
        for part in (claim, *getattr(claim, "limits", ())):
            if hasattr(part, "metric"):
                declaration(part.metric)
    return asked


def claims(
    numbers: Numbers, names: Names, datasets: list[str], asked: list[Claim]
) -> list[dict[str, Any]]:
    """The claims whose study has been measured, all of them adjusted together."""
    tests = {
        (claim.id, dataset): claim.tests(numbers, dataset)
        for claim in asked
        for dataset in datasets
        if claim.study in numbers.studies and claim.tested(numbers, dataset)
    }
    by_id = {claim.id: claim for claim in asked}
    # Claims without a comparison, on the shape of a curve, have no p.
    compared = {key: own for key, own in tests.items() if own}
    ps = [by_id[name].p(own) for (name, _), own in compared.items()]
    for ((name, _), own), p in zip(compared.items(), holm(ps), strict=True):
        by_id[name].adjust(own, p)
    told = []
    for claim in asked:
        outcomes = {
            dataset: claim.judged(numbers, names, dataset, tests[claim.id, dataset])
            for dataset in datasets
            if (claim.id, dataset) in tests
        }
        if outcomes:
            told.append({
                **{key: getattr(claim, key) for key in ("id", "study", "page", "says", "who")},
                "verdict": overall(outcomes),
                "because": claim.told(numbers, names, outcomes),
                "datasets": {dataset: record(each) for dataset, each in outcomes.items()},
            })  # fmt: skip
    return told


def record(outcome: Outcome) -> dict[str, Any]:
    """A dataset's verdict and the comparison behind it; without one, its numbers are None."""
    return {"verdict": outcome.verdict, **numbers_of(outcome.test), "because": outcome.because}


def numbers_of(test: Test | None) -> dict[str, Any]:
    if test is None:
        return dict.fromkeys(
            ("metric", "a", "b", "value_a", "value_b", "low", "high", "p", "p_holm")
        )
    first = test.verdict.first
    return {
        "metric": test.metric, "a": test.a, "b": test.b,
        "value_a": short(test.values[0]), "value_b": short(test.values[1]),
        "low": short(first.low), "high": short(first.high),
        "p": short(test.verdict.p), "p_holm": short(max(test.p_holm, test.p_claim)),
    }  # fmt: skip


def pairs(numbers: Numbers, dataset: str) -> dict[str, Any]:
    """Every headline metric: the models in order, the best of them, and all pairs."""
    metrics = dict.fromkeys(
        metric for own, _, metric, text in numbers.rows if (own, text) == (dataset, "")
    )
    metrics.pop("failed", None)
    return {metric: of for metric in metrics if (of := pairs_by(numbers, dataset, metric))}


def pairs_by(numbers: Numbers, dataset: str, metric: str) -> dict[str, Any]:
    """All models by one headline metric; nothing where fewer than two have a number.

    ``better`` names the better one, if that is decided; ``apart`` tells whether the values differ,
    which is another question where nearest to real is best; ``seeds``, whether there were enough
    to ask. ``low`` and ``high`` are of the
    difference ``a - b``, of how far they are from real there.
    """
    order = sorted(
        (model for model in numbers.models if numbers.complete(dataset, model, metric)),
        key=lambda model: numbers.badness(dataset, metric, Side(model)),
    )
    if len(order) < 2:
        return {}
    found = [pair(numbers, dataset, metric, a, b) for a, b in combinations(order, 2)]
    tied = order[:1] + [each["b"] for each in found if each["a"] == order[0] and not each["better"]]
    return {
        "best": [] if len(tied) == len(order) else tied, "order": order,
        "apart": sum(bool(each["better"]) for each in found), "of": len(found), "pairs": found,
    }  # fmt: skip


def pair(numbers: Numbers, dataset: str, metric: str, a: str, b: str) -> dict[str, Any]:
    direction = declaration(metric).direction
    verdict = numbers.compare(dataset, metric, Side(a), Side(b), goodness=True)
    raw = verdict
    if direction == "real":
        raw = numbers.compare(dataset, metric, Side(a), Side(b), goodness=False)
    assert verdict and raw, "both have a number"
    good = 1 if direction == "higher" else -1
    return {
        "a": a, "b": b, "apart": raw.sign != 0, "seeds": isfinite(raw.first.low),
        "better": {0: "", good: a, -good: b}[verdict.sign],
        "low": short(verdict.first.low), "high": short(verdict.first.high),
        "scale": "log" if verdict.first.log else "to real" if direction == "real" else "value",
    }  # fmt: skip


def short(value: float) -> float | None:
    """Four digits that count; nothing for an end that is nowhere."""
    return float(f"{value:.4g}") if isfinite(value) else None
