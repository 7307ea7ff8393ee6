"""Words that compare: which of two numbers leads is read from `claims.json`, never found here."""

from .facts import Dataset, Results
from .numbers import goal, over_floor
from .safe import escape
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
    tied = scored[:1] + [m for m in scored[1:] if not apart(results, dataset, metric, scored[0], m)]
    return [] if len(tied) == len(scored) else tied


def apart(results: Results, dataset: str, metric: str, a: str, b: str) -> str:
    """The one of two models that is better; empty if they cannot be told apart."""
    told = results.pairs.get(dataset, {}).get(metric, {}).get("pairs", ())
    return next((p["better"] for p in told if {p["a"], p["b"]} == {a, b}), "")


def leaders(results: Results, metric: str) -> str:
    """``on MNIST the ACGAN (2.4 times the floor); on SVHN …``: the best, and all that cannot be
    told from them."""
    clauses = []
    for dataset in results.datasets:
        names = []
        for model in best(results, dataset.name, metric, results.models):
            ratio = over_floor(results, dataset, model, metric)
            floor = f" ({ratio} times the floor)" if ratio else ""
            names.append(f"the {results.model(model).name}{floor}")
        if names:
            clauses.append(f"on {dataset.short} {join(names)}")
    return "; ".join(clauses)


def outcome(results: Results, metric: str, *pair: str) -> str:
    """The comparison of two models on every dataset, those that agree in one clause; without
    names, of the first of the pairs that each dataset has.

    ``On MNIST and SVHN-10k, the CGAN’s images are sharper than the CVAE’s.``
    """
    clauses: dict[str, list[Dataset]] = {}
    for dataset in results.datasets:
        two = pair or results.pair(dataset.name)
        if two and any(measured(results, dataset.name, metric, model) for model in two):
            clauses.setdefault(sentence(results, dataset.name, metric, *two), []).append(dataset)
    if not clauses:
        return f"{results.metric(metric).short_label}: not compared here."
    if len(results.datasets) == 1:
        return capital(next(iter(clauses))) + "."
    told = (f"on {join([d.short for d in where])}, {text}" for text, where in clauses.items())
    return capital("; ".join(told)) + "."


def measured(results: Results, dataset: str, metric: str, model: str) -> bool:
    """Whether there is anything to say; a goal that was not reached has no number."""
    key = goal(metric) or metric
    return bool(results.number(dataset, model, key) or results.failed(dataset, model))


def sentence(results: Results, dataset: str, metric: str, a: str, b: str) -> str:
    """One comparison in words, without a capital or a full stop."""
    names = [results.model(model).name for model in (a, b)]
    counts = [results.count(dataset, model, metric) for model in (a, b)]
    runs = [results.count(dataset, model) for model in (a, b)]
    if goal(metric) and all(runs) and counts != runs:
        what = results.metric(metric).label.removeprefix("Time to ")
        had, missed = sorted(zip(names, counts, runs, strict=True), key=lambda own: -own[1])
        return (
            f"{had[1] or 'none'} of the {had[0]}’s {had[2]} runs reach {what}, "
            f"{missed[1] or 'none'} of the {missed[0]}’s {missed[2]}"
        )
    if not all(counts):
        gone = [f"the {n}" for n, count in zip(names, counts, strict=True) if not count]
        return f"there is nothing to compare ({join(gone)} gave no number)"
    words, first = results.metric(metric), apart(results, dataset, metric, a, b)
    second = a if first == b else b
    told = words.leads if first else words.alike
    for sign, model in (("a", first or a), ("b", second)):
        told = told.replace(escape(f"{{{sign}}}"), results.model(model).name)
    return told
