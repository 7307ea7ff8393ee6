"""Sentences that compare: each is made from the numbers and turns when they turn."""

from dataclasses import dataclass

from .roster import is_conditional
from .table import REAL, Dataset, Results
from .vocabulary import PAIRS, capital, family, join, metric, name, write


@dataclass(frozen=True)
class Outcome:
    """How two models compare on one dataset: ``first`` leads, or nobody does (``alike``).

    ``absent`` is set instead where one of them has no number, and says why.
    """

    first: str
    second: str
    alike: bool = False
    absent: str = ""


def compare(results: Results, dataset: str, key: str, a: str, b: str) -> Outcome:
    """Order two models by the value of a metric (by its words, not by what is good)."""
    words = metric(key)
    x, y = results.number(dataset, a, key), results.number(dataset, b, key)
    if x is None or y is None:
        if key.startswith("seconds_to_") and (x is None) != (y is None):
            late = a if x is None else b
            if not results.failed(dataset, late) and results.number(
                dataset, late, "class_accuracy"
            ):
                return Outcome(b if late == a else a, late, absent="never")
        if key.startswith("seconds_to_") and all(is_conditional(results, m) for m in (a, b)):
            return Outcome(a, b, absent="neither")
        gone = join([name(m) for m, v in ((a, x), (b, y)) if v is None])
        failed = any(results.failed(dataset, m) for m, v in ((a, x), (b, y)) if v is None)
        return Outcome(a, b, absent=f"{gone} {'failed' if failed else 'has no number'}")
    if not results.apart(dataset, key, a, b):
        return Outcome(a, b, alike=True)
    a_leads = (x.median < y.median) if words.smaller else (x.median > y.median)
    return Outcome(a, b) if a_leads else Outcome(b, a)


NEVER = {
    "never": "only the {a} reaches {share} class accuracy, the {b} never does",
    "neither": "neither the {a} nor the {b} reaches {share} class accuracy",
}


def sentence(key: str, outcome: Outcome) -> str:
    """One comparison in words, without a capital or a full stop."""
    words = metric(key)
    names = {"a": name(outcome.first), "b": name(outcome.second)}
    if outcome.absent in NEVER:
        share = write(float(key.rsplit("_", 1)[1]), "share").replace(".0", "")
        return NEVER[outcome.absent].format(**names, share=share)
    if outcome.absent:
        return f"there is nothing to compare ({outcome.absent})"
    return (words.alike if outcome.alike else words.leads).format(**names)


def measured(results: Results, dataset: str, key: str, a: str, b: str) -> bool:
    """Whether there is anything to say: a number of one of them, or a failed run."""
    if key.startswith("seconds_to_"):  # no row means never, where accuracy is measured
        key = "class_accuracy"
    return any(
        results.number(dataset, m, key) is not None or results.failed(dataset, m) for m in (a, b)
    )


def as_expected(results: Results, key: str, expected: str) -> str:
    """Whether the family that is said to have the larger value has it, dataset by dataset."""
    verdicts: dict[str, list[str]] = {"it holds": [], "it does not hold": [], "it is open": []}
    for dataset in results.datasets:
        both = pair(results, dataset.name)
        if both is None or any(results.number(dataset.name, m, key) is None for m in both):
            continue
        outcome = compare(results, dataset.name, key, *both)
        verdict = (
            "it is open" if outcome.alike
            else "it holds" if family(outcome.first) == expected
            else "it does not hold"
        )  # fmt: skip
        verdicts[verdict].append(dataset.short)
    parts = [f"{verdict} on {join(where)}" for verdict, where in verdicts.items() if where]
    return f"Measured here, {'; '.join(parts)}." if parts else "It is not tested here."


def pair(results: Results, dataset: str) -> tuple[str, str] | None:
    """The VAE and the GAN that differ in their objective alone; the conditional pair first."""
    for a, b in PAIRS:
        if all(
            results.number(dataset, model, "frechet") or results.failed(dataset, model)
            for model in (a, b)
        ):
            return a, b
    return None


NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
)  # fmt: skip


def counted(results: Results, small: bool = False) -> str:
    """``four models``, ``13 small models``: of how many these results are."""
    n = len(results.models)
    number = NUMBERS[n] if n < len(NUMBERS) else str(n)
    return f"{number} {'small ' if small else ''}{'model' if n == 1 else 'models'}"


def pair_models(results: Results) -> list[str]:
    """The models of the pairs, in the order of tables: what the home page is about. Without
    any of them, the first few of what there is."""
    paired = [m for m in results.models if any(m in both for both in PAIRS)]
    return paired or results.models[:4]


def claim(results: Results, key: str, pairs: list[tuple[str, str]] | None = None) -> str:
    """The comparison of a VAE and a GAN on every dataset, those that agree in one clause.

    ``On MNIST and SVHN-10k, the CGAN’s images are sharper than the CVAE’s.``
    """
    clauses: dict[str, list[Dataset]] = {}
    compared = False
    for dataset in results.datasets:
        for a, b in pairs or [p for p in [pair(results, dataset.name)] if p]:
            compared = True
            if not measured(results, dataset.name, key, a, b):
                continue
            text = sentence(key, compare(results, dataset.name, key, a, b))
            clauses.setdefault(text, []).append(dataset)
    if not clauses:
        label = metric(key).label.split(":")[0]
        if compared:
            return f"{label}: not measured here."
        alone = join([f"the {name(model)}" for model in results.models])
        return f"{label}: this takes a VAE and a GAN, and here is {alone}."
    parts = [
        f"on {join([d.short for d in dict.fromkeys(where)])}, {text}"
        for text, where in clauses.items()
    ]
    if len(parts) == 1 and len(results.datasets) == 1:
        parts = [next(iter(clauses))]
    return capital("; ".join(parts)) + "."


def over_floor(results: Results, dataset: str, model: str, key: str = "frechet") -> float | None:
    """How many times the floor (real against real) a model's distance is."""
    number, floor = results.number(dataset, model, key), results.number(dataset, REAL, key)
    if number is None or floor is None or floor.median <= 0:
        return None
    return number.median / floor.median
