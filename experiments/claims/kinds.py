"""The kinds of claims that compare models. Each says which numbers to compare, and puts into
words what came of it.

Every claim is judged on each dataset by itself: ``tests`` makes the comparisons; when those of
all claims have been adjusted together (`rule.holm`), ``judged`` gives the dataset's verdict with
a clause, and ``told`` makes sentences of the clauses. All words but numbers and names stand in
the ledger.
"""

from dataclasses import replace
from typing import Literal

from experiments.claims import words
from experiments.claims.claim import (
    DISPUTED,
    HOLDS,
    NOT,
    OPEN,
    Claim,
    Names,
    Outcome,
    Outcomes,
    Part,
    Test,
    compare,
)  # fmt: skip
from experiments.claims.numbers import Numbers, Side, agreed
from experiments.claims.rule import LEVEL, Sample, difference, holm
from experiments.evaluation.registry import metric as declaration
from experiments.results import REAL


class Leads(Claim):
    """The first model of a pair has the larger value of a headline metric than the second; the
    first pair of which a dataset has both is taken."""

    kind: Literal["leads"]
    metric: str
    pairs: list[tuple[str, str]]
    topic: str = ""

    def tests(self, numbers: Numbers, dataset: str) -> list[Test]:
        for a, b in self.pairs:
            test = compare(numbers, dataset, self.metric, Side(a), Side(b))
            if test:
                return [test]
        return []

    def judged(self, numbers: Numbers, names: Names, dataset: str, tests: list[Test]) -> Outcome:
        (test,) = tests
        verdict = {1: HOLDS, -1: NOT, 0: OPEN}[test.decided]
        verdict = DISPUTED if test.verdict.disputed else verdict
        return Outcome(verdict, f"{IN_WORDS[verdict]} {between(names, test)}", test)

    def told(self, numbers: Numbers, names: Names, outcomes: Outcomes) -> str:
        found: dict[str, dict[str, list[str]]] = {}
        for dataset, outcome in outcomes.items():
            assert outcome.test, "it was judged by one"
            verdicts = found.setdefault(between(names, outcome.test), {})
            verdicts.setdefault(IN_WORDS[outcome.verdict], []).append(names.dataset(dataset))
        parts = [
            f"{pair}, " + "; ".join(f"{v} on {words.join(on)}" for v, on in verdicts.items())
            for pair, verdicts in found.items()
        ]
        return words.capital(f"{self.topic}{'; '.join(parts)}.")


def between(names: Names, test: Test) -> str:
    return f"between {names.the(test.a)} and {names.the(test.b)}"


IN_WORDS = {
    HOLDS: "it holds", NOT: "it does not hold", OPEN: "it is open",
    DISPUTED: "it depends on the judge",
}  # fmt: skip


class Best(Claim):
    """One model is the best of all; or who cannot be told from the best.

    ``where`` is a pattern of conditions, ``real`` what the row without a model is called (empty:
    it does not take part), ``over_real`` whether a value is told as a multiple of that of real
    images, ``chance`` as for `Numbers.sample`.
    """

    kind: Literal["best"]
    metric: str
    where: str = ""
    lead: str
    real: str = ""
    over_real: bool = False
    chance: bool = False

    def sides(self, numbers: Numbers, dataset: str) -> list[Side]:
        """Who takes part, the best first."""
        found = numbers.found(dataset, self.metric, self.where)
        sides = [side for side in found if side.model != REAL or self.real]
        return sorted(sides, key=lambda side: numbers.badness(dataset, self.metric, side))

    def tests(self, numbers: Numbers, dataset: str) -> list[Test]:
        top, *others = self.sides(numbers, dataset) or [Side("")]
        made = (
            compare(numbers, dataset, self.metric, top, other, goodness=True, chance=self.chance)
            for other in others
        )
        return [test for test in made if test]

    def adjust(self, tests: list[Test], p: float) -> None:
        """The best of all has to beat each of the others, so that the claim's p is that of the
        closest; who is named beside it is judged pair by pair."""
        for test in tests:
            test.p_claim, test.p_holm = p, test.verdict.p

    def judged(self, numbers: Numbers, names: Names, dataset: str, tests: list[Test]) -> Outcome:
        tied = [tests[0].a, *(test.b for test in tests if not test.decided)]
        who = words.join([self._called(numbers, names, dataset, model) for model in tied])
        if len(tied) == len(tests) + 1:
            who = "nobody who can be told from the others"
        closest = max(tests, key=lambda test: test.p_holm)
        verdict = DISPUTED if any(test.verdict.disputed for test in tests) else OPEN
        alone = len(tied) == 1 and tests[0].p_claim < LEVEL
        return Outcome(HOLDS if alone else verdict, who, closest)

    def _called(self, numbers: Numbers, names: Names, dataset: str, model: str) -> str:
        if model == REAL:
            return self.real
        own, real = (numbers.get(dataset, m, self.metric) for m in (model, REAL))
        if not self.over_real or not own or not real or real.median <= 0:
            return names.the(model)
        return f"{names.the(model)} ({words.times(own.median / real.median)} times the floor)"

    def told(self, numbers: Numbers, names: Names, outcomes: Outcomes) -> str:
        clauses: dict[str, list[str]] = {}
        for dataset, outcome in outcomes.items():
            clauses.setdefault(outcome.because, []).append(names.dataset(dataset))
        told = "; ".join(f"{who} on {words.join(where)}" for who, where in clauses.items())
        many = max(len(self.sides(numbers, dataset)) for dataset in outcomes)
        return f"{self.lead.format(n=words.in_words(many))}: {told}."


class Limit(Part):
    """What models are held against: ``times`` the number of ``model``, or ``value``.

    ``beyond`` it are the models that ``clause`` names as ``{them}``, on ``{dataset}``; ``shown``:
    with their numbers. Only models with a number of the metric ``reached`` are looked at.
    """

    metric: str
    beyond: Literal["larger", "smaller"]
    clause: str
    model: str = ""
    condition: str = ""
    times: float = 1.0
    value: float = 0.0
    where: str = ""
    reached: str = ""
    shown: bool = False
    chance: bool = False

    def tests(self, numbers: Numbers, dataset: str) -> list[Test]:
        sides = (
            side for side in numbers.found(dataset, self.metric, self.where)
            if side.model not in (REAL, self.model)
            and (not self.reached or numbers.get(dataset, side.model, self.reached))
        )  # fmt: skip
        return [test for side in sides if (test := self.test(numbers, dataset, side))]

    def test(self, numbers: Numbers, dataset: str, side: Side) -> Test | None:
        rival = Side(self.model, self.condition)
        if self.model and self.times == 1:
            return compare(numbers, dataset, self.metric, side, rival, chance=self.chance)
        limit = Sample((self.value,), fixed=True)
        if self.model:
            own = numbers.sample(
                dataset, self.model, self.metric, self.condition, chance=self.chance
            )
            if own is None:
                return None
            limit = Sample((self.times * own.mean,), self.times * own.noise, fixed=True)
        sample = numbers.sample(dataset, side.model, self.metric, side.where, chance=self.chance)
        assert sample, "it was found"
        verdict = agreed([difference(sample, limit, declaration(self.metric).log)])
        values = (numbers.rows[dataset, side.model, self.metric, side.where].median, limit.mean)
        return Test(self.metric, side.model, self.model, values, verdict)

    def is_beyond(self, test: Test) -> bool:
        return test.decided == (1 if self.beyond == "larger" else -1)


class Beyond(Claim):
    """Some model is beyond a limit; ``nobody`` is said where none clearly is."""

    kind: Literal["beyond"]
    lead: str = ""
    nobody: str
    end: str = ""
    limits: list[Limit]

    def tests(self, numbers: Numbers, dataset: str) -> list[Test]:
        return [
            replace(test, arm=arm)
            for arm, limit in enumerate(self.limits)
            for test in limit.tests(numbers, dataset)
        ]

    def p(self, tests: list[Test]) -> float:
        """That some model is beyond: the smallest p, times their number (Bonferroni)."""
        return min(1.0, len(tests) * min(test.verdict.p for test in tests))

    def adjust(self, tests: list[Test], p: float) -> None:
        """Models are named by Holm among themselves, and not unless the claim stands."""
        for test, own in zip(tests, holm([t.verdict.p for t in tests]), strict=True):
            test.p_claim, test.p_holm = p, max(own, p)

    def judged(self, numbers: Numbers, names: Names, dataset: str, tests: list[Test]) -> Outcome:
        clauses = []
        for arm, limit in enumerate(self.limits):
            them = [
                names.the(test.a) + (f" ({words.share(test.values[0])})" if limit.shown else "")
                for test in tests if test.arm == arm and limit.is_beyond(test)
            ]  # fmt: skip
            if them:
                on = names.dataset(dataset)
                clauses.append(limit.clause.format(them=words.join(them), dataset=on))
        # The comparison that says most in the claim's favour stands for all.
        first = min(
            tests, key=lambda test: (not self.limits[test.arm].is_beyond(test), test.p_holm)
        )
        refuted = all(test.decided and not self.limits[test.arm].is_beyond(test) for test in tests)
        verdict = HOLDS if clauses else NOT if refuted else OPEN
        if verdict == OPEN and any(test.verdict.disputed for test in tests):
            verdict = DISPUTED
        return Outcome(verdict, "; ".join(clauses), first)

    def told(self, numbers: Numbers, names: Names, outcomes: Outcomes) -> str:
        clauses = [outcome.because for outcome in outcomes.values() if outcome.because]
        if not clauses:
            return self.nobody
        return words.capital(f"{self.lead}{'; '.join(clauses)}{self.end}.")
