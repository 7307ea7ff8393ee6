"""Sentences that compare: each is made from the numbers and turns when they turn."""

from dataclasses import dataclass

from .roster import is_conditional
from .table import REAL, Dataset, Results
from .vocabulary import PAIRS, capital, family, join, metric, name, write


@dataclass(frozen=True)
class Outcome:
    """How two models compare on one dataset: ``first`` leads, or nobody does (``alike``).

    ``absent`` is set instead where one of them has no number, and says why; ``told`` is the
    sentence where only some of their runs got to a goal.
    """

    first: str
    second: str
    alike: bool = False
    absent: str = ""
    told: str = ""


def compare(results: Results, dataset: str, key: str, a: str, b: str) -> Outcome:
    """Order two models by the value of a metric (by its words, not by what is good)."""
    words = metric(key)
    x, y = results.number(dataset, a, key), results.number(dataset, b, key)
    if any(results.reached_by_some(dataset, model, key) for model in (a, b)):
        return Outcome(a, b, told=reached(results, dataset, key, a, b))
    if x is None or y is None:
        if key.startswith("seconds_to_") and (x is None) != (y is None):
            late = a if x is None else b
            if results.number(dataset, late, "class_accuracy"):
                return Outcome(b if late == a else a, late, absent="never")
        gone = [m for m, v in ((a, x), (b, y)) if v is None]
        failed = any(results.all_failed(dataset, m) for m in gone)
        asked = all(is_conditional(results, m) for m in (a, b))
        if key.startswith("seconds_to_") and asked and not failed and len(gone) == 2:
            return Outcome(a, b, absent="neither")
        verb = "failed" if failed else "has no number" if len(gone) == 1 else "have no number"
        return Outcome(a, b, absent=f"{join([name(m) for m in gone])} {verb}")
    if not results.apart(dataset, key, a, b):
        return Outcome(a, b, alike=True)
    a_leads = (x.median < y.median) if words.smaller else (x.median > y.median)
    return Outcome(a, b) if a_leads else Outcome(b, a)


NEVER = {
    "never": "only the {a} reaches {goal}, the {b} never does",
    "neither": "neither the {a} nor the {b} reaches {goal}",
}


def reached(results: Results, dataset: str, key: str, a: str, b: str) -> str:
    """``1 of the CGAN’s 3 runs reaches 97.6 % class accuracy, none of the CVAE’s 3 does``: no
    ranking, since a median over the runs that got there would leave out those that did not."""
    parts: list[str] = []
    for model in sorted((a, b), key=lambda m: -len(results.values(dataset, m, key))):
        count, runs = len(results.values(dataset, model, key)), results.finished(dataset, model)
        many = str(count) if count else "none"
        if not parts:
            verb = "reaches" if count == 1 else "reach"
            parts.append(f"{many} of the {name(model)}’s {runs} runs {verb} {goal(key)}")
        else:
            verb = "does" if count < 2 else "do"
            parts.append(f"{many} of the {name(model)}’s {runs} {verb}")
    return ", ".join(parts)


GOALS = ("seconds_to_class_accuracy_0.93", "seconds_to_class_accuracy_0.976")


def lost_again(results: Results) -> str:
    """Who reached an accuracy on the way and ended below it: ``Some fall back: …``."""
    told = [
        f"on {dataset.short} {join([f'the {name(m)}' for m in lost])} "
        f"{'ends' if len(lost) == 1 else 'end'} below {goal(key)}"
        for dataset in results.datasets
        for key in GOALS
        if (lost := [m for m in results.models if results.lost_again(dataset.name, m, key)])
    ]
    return f"To arrive is not to stay: {'; '.join(told)}, once reached." if told else ""


def goal(key: str) -> str:
    """``93 % class accuracy``, of ``seconds_to_class_accuracy_0.93``."""
    share = write(float(key.rsplit("_", 1)[1]), "share").replace(".0", "")
    return f"{share} class accuracy"


def sentence(key: str, outcome: Outcome) -> str:
    """One comparison in words, without a capital or a full stop."""
    words = metric(key)
    names = {"a": name(outcome.first), "b": name(outcome.second)}
    if outcome.told:
        return outcome.told
    if outcome.absent in NEVER:
        return NEVER[outcome.absent].format(**names, goal=goal(key))
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
    """Whether the family that is said to have the larger value has it, dataset by dataset,
    between the two models of a pair."""
    between: dict[tuple[str, str], None] = {}
    verdicts: dict[str, list[str]] = {"it holds": [], "it does not hold": [], "it is open": []}
    for dataset in results.datasets:
        both = pair(results, dataset.name)
        if both is None or any(results.number(dataset.name, m, key) is None for m in both):
            continue
        between[both] = None
        outcome = compare(results, dataset.name, key, *both)
        verdict = (
            "it is open" if outcome.alike
            else "it holds" if family(outcome.first) == expected
            else "it does not hold"
        )  # fmt: skip
        verdicts[verdict].append(dataset.short)
    parts = [f"{verdict} on {join(where)}" for verdict, where in verdicts.items() if where]
    if not parts:
        return "It is not tested here."
    who = join([f"the {name(a)} and the {name(b)}" for a, b in between], "or")
    return f"Between {who}, {'; '.join(parts)}."


def pair(results: Results, dataset: str) -> tuple[str, str] | None:
    """The VAE and the GAN of each pair that is here; the conditional pair first."""
    for a, b in PAIRS:
        if all(
            results.number(dataset, model, "frechet") or results.failed(dataset, model)
            for model in (a, b)
        ):
            return a, b
    return None


NUMBERS = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen",
)  # fmt: skip


def counted(results: Results, small: bool = False) -> str:
    """``four models``, ``13 small models``: of how many these results are."""
    n = len(results.models)
    return f"{in_words(n)} {'small ' if small else ''}{'model' if n == 1 else 'models'}"


def in_words(n: int) -> str:
    return NUMBERS[n] if n < len(NUMBERS) else str(n)


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
