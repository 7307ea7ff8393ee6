"""When are two numbers different? One rule, for every claim and every pair of models.

Welch's interval of the difference of two means over seeds, at 95 %; distances and seconds are
compared as ratios, by their logarithms. The images leave noise of their own, which a bootstrap
measures: it is added in quadrature, and not divided by the number of seeds, because the same
test images stand behind all of them. (A part of it is in the scatter of the seeds already: the
rule errs on the careful side.) One seed decides nothing. Claims, which are many tests at once,
are judged by Holm's adjusted p, one for each claim and dataset; pairs of models in a table each
for itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, inf, log, sqrt
from statistics import fmean, variance

from scipy.stats import t as student

LEVEL = 0.05

TOLD = {
    "interval": "Welch, 95 %, over seeds",
    "scale": "distances and seconds by their logarithm, all else as it is",
    "images": "bootstrapped standard errors of both sides added in quadrature",
    "seeds": "two at least on a side that has seeds; one decides nothing",
    "real": "where nearest to real is best, by the distance to the value of real images",
    "spaces": "all feature spaces that are named have to agree, else it depends on the judge",
    "claims": "Holm's adjusted p over all claims and datasets below 0.05; a claim that one is best "
    "has the p of its closest rival, one that some model is beyond a limit that of Bonferroni",
    "pairs": "each by itself, without adjustment",
}
"""The rule as claims.json tells it."""


@dataclass(frozen=True)
class Sample:
    """One side of a comparison: a value per seed, and the standard error that images leave.

    ``fixed``: it belongs to no seed (real images, a limit), and so scatters with none.
    """

    values: tuple[float, ...]
    noise: float = 0.0
    fixed: bool = False

    @property
    def mean(self) -> float:
        return fmean(self.values)

    @property
    def logarithm(self) -> "Sample":
        """The values on a logarithmic scale; all of them have to be above 0."""
        values = tuple(log(value) for value in self.values)
        return Sample(values, self.noise / self.mean, self.fixed)

    def beyond(self, real: float) -> "Sample":
        """How far the side lies from real images: the values less ``real``, signed so that their
        mean is above 0. A single value may lie on the other side."""
        sign = 1 if self.mean >= real else -1
        return Sample(tuple(sign * (v - real) for v in self.values), self.noise, self.fixed)


@dataclass(frozen=True)
class Difference:
    """The mean of one side less that of the other, its 95 % interval, and the two-sided p."""

    mean: float
    low: float
    high: float
    p: float
    log: bool = False

    @property
    def sign(self) -> int:
        """1 if the first side is larger, -1 if the second is, 0 if that is undecided."""
        return 0 if self.p >= LEVEL else 1 if self.mean > 0 else -1


def difference_to_real(a: Sample, b: Sample, real: Sample) -> Difference:
    """How much farther ``a`` lies from real images than ``b`` does.

    What real images leave to chance moves two sides alike where they lie on one side of them,
    and cancels; between sides on both it counts twice.
    """
    opposite = (a.mean >= real.mean) != (b.mean >= real.mean)
    a, b = a.beyond(real.mean), b.beyond(real.mean)
    extra = 2 * real.noise if opposite else 0.0
    return difference(Sample(a.values, hypot(a.noise, extra), a.fixed), b)


def difference(a: Sample, b: Sample, log: bool = False) -> Difference:
    """The difference ``a - b``, of logarithms if asked for and possible.

    Undecided (an endless interval, p = 1) where a side has one seed, or neither has any.
    """
    log = log and min(*a.values, *b.values) > 0
    if log:
        a, b = a.logarithm, b.logarithm
    mean = a.mean - b.mean
    if (a.fixed and b.fixed) or any(len(s.values) < 2 for s in (a, b) if not s.fixed):
        return Difference(mean, -inf, inf, 1.0, log)
    parts = [(variance(s.values) / len(s.values), len(s.values)) for s in (a, b) if not s.fixed]
    error = sqrt(sum(part for part, _ in parts) + a.noise**2 + b.noise**2)
    if error == 0:  # counts, which are the same with every seed
        return Difference(mean, mean, mean, 1.0 if mean == 0 else 0.0, log)
    # Welch and Satterthwaite; what the images leave counts as known.
    scatter = sum(part**2 / (n - 1) for part, n in parts)
    freedom = error**4 / scatter if scatter else inf
    half = error * float(student.ppf(1 - LEVEL / 2, freedom))
    p = 2 * float(student.sf(abs(mean) / error, freedom))
    return Difference(mean, mean - half, mean + half, p, log)


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values (1979), in the order given."""
    adjusted, largest = [1.0] * len(ps), 0.0
    for rank, index in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        largest = max(largest, min(1.0, (len(ps) - rank) * ps[index]))
        adjusted[index] = largest
    return adjusted
