"""What every claim has: a sentence, the comparisons it hangs on, and what became of it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from experiments.claims.numbers import Numbers, Side, Verdict
from experiments.claims.rule import LEVEL

HOLDS, NOT, OPEN = "holds", "does not hold", "undecided"
DISPUTED, ONE = "depends on the judge", "holds on one dataset"


@dataclass
class Test:
    """One comparison of a claim; ``arm`` says which part of the claim it belongs to. ``p_holm``
    is its own p as far as it names models, ``p_claim`` that of the claim, after Holm."""

    metric: str
    a: str
    b: str
    values: tuple[float, float]
    verdict: Verdict
    arm: int = 0
    p_holm: float = 1.0
    p_claim: float = 1.0

    @property
    def decided(self) -> int:
        """1 if ``a`` is larger, -1 if ``b`` is, 0 where that is open."""
        if self.verdict.disputed or self.p_holm >= LEVEL:
            return 0
        return 1 if self.verdict.first.mean > 0 else -1


@dataclass(frozen=True)
class Outcome:
    """What became of a claim on one dataset; ``test`` is the comparison that it hangs on."""

    verdict: str
    because: str
    test: Test | None = None


@dataclass(frozen=True)
class Names:
    """How models and datasets are called in sentences; what is not known keeps its name."""

    models: Mapping[str, str] = field(default_factory=dict)
    datasets: Mapping[str, str] = field(default_factory=dict)

    def the(self, model: str) -> str:
        return f"the {self.models.get(model, model.upper())}"

    def dataset(self, name: str) -> str:
        return self.datasets.get(name, name)


Outcomes = dict[str, Outcome]


class Part(BaseModel):
    """A section of the ledger: no key that nobody reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Claim(Part, ABC):
    """``says`` is the claim; ``who`` makes it; ``page`` prints what became of it."""

    id: str = Field(pattern="^[a-z][a-z0-9-]*$")
    study: str
    page: str
    says: str
    who: str

    def tested(self, numbers: Numbers, dataset: str) -> bool:
        """Whether a dataset has what the claim is about."""
        return bool(self.tests(numbers, dataset))

    def tests(self, numbers: Numbers, dataset: str) -> list[Test]:
        """The comparisons to make on a dataset."""
        return []

    def p(self, tests: list[Test]) -> float:
        """The p of the claim as one test, before it is adjusted with the others."""
        return max(test.verdict.p for test in tests)

    def adjust(self, tests: list[Test], p: float) -> None:
        """Take over the claim's adjusted p; for a claim of one comparison it is that one's."""
        for test in tests:
            test.p_claim = test.p_holm = max(p, test.verdict.p)

    @abstractmethod
    def judged(self, numbers: Numbers, names: Names, dataset: str, tests: list[Test]) -> Outcome:
        """What the (adjusted) comparisons say."""

    def told(self, numbers: Numbers, names: Names, outcomes: Outcomes) -> str:
        """All datasets in one sentence or more."""
        return " ".join(outcome.because for outcome in outcomes.values())


def compare(
    numbers: Numbers, dataset: str, metric: str, a: Side, b: Side,
    *, goodness: bool = False, chance: bool = False,
) -> Test | None:  # fmt: skip
    """A comparison as `Numbers.compare` makes it; None where a side has no number."""
    verdict = numbers.compare(dataset, metric, a, b, goodness=goodness, chance=chance)
    if verdict is None:
        return None
    one, other = (numbers.rows[dataset, side.model, metric, side.where].median for side in (a, b))
    return Test(metric, a.model, b.model, (one, other), verdict)


def overall(outcomes: Outcomes) -> str:
    """The verdict over all datasets."""
    verdicts = [outcome.verdict for outcome in outcomes.values()]
    if HOLDS in verdicts:
        return HOLDS if set(verdicts) == {HOLDS} else ONE
    return next(verdict for verdict in (DISPUTED, NOT, OPEN) if verdict in verdicts)
