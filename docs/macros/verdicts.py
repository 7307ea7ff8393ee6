"""Words that compare: which of two numbers leads is read from `claims.json`, never found here."""

from typing import Any

from .facts import Dataset, Results
from .numbers import goal
from .text import capital, join


def verdict(results: Results, claim: str) -> str:
    """What became of a claim, dataset by dataset; empty if these results do not test it."""
    told = results.claims.get(claim)
    return "" if told is None else told["because"]


def best(results: Results, dataset: str, metric: str, models: list[str]) -> list[str]:
    """The first of these models and all that cannot be told from it; nobody, if that is
    everybody."""
    order = results.pairs.get(dataset, {}).get(metric, {}).get("order", ())
    scored = [model for model in order if model in models]
    told = [pair_of(results, dataset, metric, scored[0], model) for model in scored[1:]]
    tied = scored[:1] + [m for m, pair in zip(scored[1:], told, strict=True) if not pair["better"]]
    return [] if len(tied) == len(scored) else tied


def pair_of(results: Results, dataset: str, metric: str, a: str, b: str) -> dict[str, Any]:
    """What is told of two models: whether their values differ (``apart``), and which is
    ``better``. Of a pair that was not compared, neither."""
    told = results.pairs.get(dataset, {}).get(metric, {}).get("pairs", ())
    found = (pair for pair in told if {pair["a"], pair["b"]} == {a, b})
    return next(found, {"apart": False, "better": ""})


def outcome(results: Results, metric: str, *pair: str) -> str:
    """The comparison of two models on every dataset, those that agree in one clause; without
    names, of the first of the pairs that each dataset has.

    ``On MNIST and SVHN-10k, the CGAN’s images are sharper than the CVAE’s.``
    """
    clauses: dict[str, list[Dataset]] = {}
    key = goal(metric) or metric  # a goal that was not reached has no number
    for dataset in results.datasets:
        name, two = dataset.name, pair or results.pair(dataset.name)
        if any(results.number(name, model, key) or results.failed(name, model) for model in two):
            clauses.setdefault(sentence(results, name, metric, *two), []).append(dataset)
    if not clauses:
        return f"{results.metric(metric).short_label}: not compared here."
    if len(results.datasets) == 1:
        return capital(next(iter(clauses))) + "."
    told = (f"on {join([d.short for d in where])}, {text}" for text, where in clauses.items())
    return capital("; ".join(told)) + "."


def sentence(results: Results, dataset: str, metric: str, a: str, b: str) -> str:
    """One comparison in words, without a capital or a full stop."""
    words, names = results.metric(metric), {m: results.model(m).name for m in (a, b)}
    counts = {model: results.count(dataset, model, metric) for model in (a, b)}
    runs = {model: results.count(dataset, model) for model in (a, b)}
    if goal(metric) and all(runs.values()) and counts != runs:
        goal_told = words.label.removeprefix("Time to ")
        first, second = sorted((a, b), key=lambda model: -counts[model])
        return (
            f"{counts[first] or 'none'} of the {names[first]}’s {runs[first]} runs reach "
            f"{goal_told}, {counts[second] or 'none'} of the {names[second]}’s {runs[second]}"
        )
    if not all(counts.values()):
        gone = join([f"the {names[model]}" for model in (a, b) if not counts[model]])
        return f"there is nothing to compare ({gone} gave no number)"
    if not pair_of(results, dataset, metric, a, b)["apart"]:
        return words.compared(words.alike, names[a], names[b])
    medians = {m: number.median for m in (a, b) if (number := results.number(dataset, m, metric))}
    first, second = sorted((a, b), key=medians.__getitem__, reverse=not words.smaller)
    return words.compared(words.leads, names[first], names[second])
