"""Two claims about the shape of a curve, where nothing is compared but neighbours on it."""

import re
from typing import Literal

from experiments.claims import words
from experiments.claims.claim import (
    HOLDS,
    NOT,
    OPEN,
    Claim,
    Names,
    Outcome,
    Outcomes,
    Test,
    compare,
)  # fmt: skip
from experiments.claims.numbers import Numbers, Side

STEP = re.compile(r"corruption=(\w+);strength=(\d+)")


class Ladder(Claim):
    """A distance rises with every step by which real images are spoiled.

    Each step is measured once, on all images: there are no seeds, and so no p. What is told is
    the kind of spoiling that it notices least.
    """

    kind: Literal["ladder"]
    metric: str

    def steps(self, numbers: Numbers, dataset: str) -> dict[str, list[float]]:
        """Kind -> the distances of its steps, the mildest first."""
        found: dict[str, list[tuple[int, float]]] = {}
        for model, text in numbers.found(dataset, self.metric, STEP.pattern):
            match = STEP.fullmatch(text)
            if match and match[1] != "none":
                value = numbers.rows[dataset, model, self.metric, text].median
                found.setdefault(match[1], []).append((int(match[2]), value))
        return {kind: [value for _, value in sorted(rungs)] for kind, rungs in found.items()}

    def tested(self, numbers: Numbers, dataset: str) -> bool:
        return len(self.steps(numbers, dataset)) > 1

    def judged(self, numbers: Numbers, names: Names, dataset: str, tests: list[Test]) -> Outcome:
        steps = self.steps(numbers, dataset)
        rises = all(rungs == sorted(rungs) for rungs in steps.values())
        return Outcome(HOLDS if rises else NOT, min(steps, key=lambda kind: steps[kind][0]))

    def told(self, numbers: Numbers, names: Names, outcomes: Outcomes) -> str:
        least: dict[str, list[str]] = {}
        for dataset, outcome in outcomes.items():
            least.setdefault(outcome.because, []).append(names.dataset(dataset))
        parts = [f"{kind} on {words.join(where)}" for kind, where in least.items()]
        falls = [names.dataset(d) for d, outcome in outcomes.items() if outcome.verdict == NOT]
        told = f"On {words.join(falls)} it does not rise along every line. " if falls else ""
        return (
            f"{told}Of the first steps it notices least {words.join(parts)}: to that it is lenient."
        )


class Knee(Claim):
    """Beside what an earlier work says: both curves of ``model`` bend near ``at``, and more
    ``of`` it gains no more than ``gain`` points of class accuracy."""

    kind: Literal["knee"]
    model: str
    of: str
    at: int
    gain: float

    def most(self, numbers: Numbers, dataset: str) -> int:
        """The largest count that was measured; 0 unless ``at`` was measured, and more."""
        pattern = rf"{self.of}=\d+"
        found = numbers.found(dataset, "class_accuracy", pattern)
        counts = {int(side.where.split("=")[1]) for side in found if side.model == self.model}
        return max(counts) if self.at in counts and max(counts) > self.at else 0

    def tested(self, numbers: Numbers, dataset: str) -> bool:
        return self.most(numbers, dataset) > 0

    def tests(self, numbers: Numbers, dataset: str) -> list[Test]:
        """More against as many as theirs."""
        sides = [
            Side(self.model, f"{self.of}={count}")
            for count in (self.most(numbers, dataset), self.at)
        ]
        test = compare(numbers, dataset, "class_accuracy", *sides)
        return [test] if test else []

    def judged(self, numbers: Numbers, names: Names, dataset: str, tests: list[Test]) -> Outcome:
        near: dict[bool, list[str]] = {True: [], False: []}
        for metric, what in CURVES.items():
            knee = numbers.get(dataset, self.model, "knee", f"of={metric}")
            near[knee is not None and self.at / 2 <= knee.median <= 2 * self.at].append(what)
        verdict, told = {
            0: (NOT, "neither curve bends near there"),
            1: (OPEN, f"{words.join(near[True])} bends within a factor of two of {self.at}, "
                f"{words.join(near[False])} does not"),
            2: (HOLDS, f"both curves bend within a factor of two of {self.at}"),
        }[len(near[True])]  # fmt: skip
        most, (test,) = self.most(numbers, dataset), tests
        because = (
            f"On {names.dataset(dataset)}, {told}. With {self.at} {self.of} against {most}: "
            f"{self._cost(numbers, dataset, most)}. {self._gain(test)}"
        )
        return Outcome(verdict, because, test)

    def _cost(self, numbers: Numbers, dataset: str, most: int) -> str:
        cells = []
        for metric, write, what in (
            ("class_accuracy", words.share, "of the digits read as asked"),
            ("sampling_seconds", words.seconds, "to sample 1,000 images"),
            ("fitting_seconds", words.seconds, "to fit"),
        ):
            few, many = (
                numbers.get(dataset, self.model, metric, f"{self.of}={count}")
                for count in (self.at, most)
            )
            if few and many:
                cells.append(f"{write(few.median)} against {write(many.median)} {what}")
        return "; ".join(cells)

    def _gain(self, test: Test) -> str:
        """Whether more changes the accuracy, and by how much."""
        if not test.decided:
            return f"More than {self.at} do not change the accuracy by more than the seeds do."
        # As the reader sees them.
        gain = round(100 * test.values[0], 1) - round(100 * test.values[1], 1)
        if gain <= 0:
            return f"More than {self.at} cost {-gain:.1f} points of accuracy."
        beside = "more" if gain > self.gain else "less"
        return (
            f"More than {self.at} gain {gain:.1f} points of accuracy, {beside} than the "
            f"{self.gain:g} reported."
        )


CURVES = {"log_likelihood": "the likelihood", "frechet": "the Fréchet distance"}
