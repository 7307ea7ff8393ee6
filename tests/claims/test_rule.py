"""The rule of difference: as Welch has it, no surer than it says, and silent on one seed."""

from math import exp, inf, log, sqrt

import numpy as np
import pytest
from scipy import stats

from experiments.claims.rule import Sample, difference, difference_to_real, holm

A, B = (3.1, 2.9, 3.4), (2.0, 2.6, 1.9, 2.2)


def test_without_noise_it_is_welchs_test():
    ours, theirs = difference(Sample(A), Sample(B)), stats.ttest_ind(A, B, equal_var=False)
    interval = theirs.confidence_interval(0.95)
    assert ours.p == pytest.approx(theirs.pvalue)
    assert (ours.low, ours.high) == pytest.approx((interval.low, interval.high))
    assert ours.sign == 1 and difference(Sample(B), Sample(A)).sign == -1


def test_against_a_fixed_number_it_is_students_test():
    ours = difference(Sample(A), Sample((3.0,), fixed=True))
    assert ours.p == pytest.approx(stats.ttest_1samp(A, 3.0).pvalue)


def test_distances_are_compared_as_ratios():
    ours = difference(Sample(A), Sample(B), log=True)
    theirs = stats.ttest_ind(np.log(A), np.log(B), equal_var=False)
    assert ours.log and ours.p == pytest.approx(theirs.pvalue)
    many = difference(Sample(tuple(7 * a for a in A)), Sample(tuple(7 * b for b in B)), log=True)
    assert (many.low, many.high) == pytest.approx((ours.low, ours.high))
    assert not difference(Sample((-0.1, 0.2)), Sample(B), log=True).log


def test_noise_of_the_images_is_added_in_quadrature():
    quiet, noisy = difference(Sample(A), Sample(B)), difference(Sample(A, 3.0), Sample(B, 4.0))
    assert noisy.sign == 0 < quiet.sign
    scatter = np.var(A, ddof=1) / 3 + np.var(B, ddof=1) / 4
    half = (noisy.high - noisy.low) / 2
    assert half == pytest.approx(1.96 * sqrt(scatter + 25), rel=0.01)
    on_a_scale = Sample((e := exp(2.0), e), 0.1 * e).logarithm
    assert on_a_scale.noise == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("a", "b"),
    [(Sample((1.0,)), Sample((9.0, 9.1))), (Sample((1.0,)), Sample((9.0,))),
     (Sample((1.0,), fixed=True), Sample((9.0,), fixed=True))],
)  # fmt: skip
def test_one_seed_decides_nothing(a, b):
    found = difference(a, b)
    assert (found.low, found.high, found.p, found.sign) == (-inf, inf, 1.0, 0)


def test_counts_that_no_seed_changes_differ_or_do_not():
    assert difference(Sample((5.0, 5.0)), Sample((4.0, 4.0))).sign == 1
    assert difference(Sample((5.0, 5.0)), Sample((5.0, 5.0))).sign == 0


@pytest.mark.parametrize(("seeds", "noise"), [(3, 0.0), (5, 0.0), (3, 0.5), (5, 1.0)])
def test_two_equal_models_are_called_different_one_time_in_twenty_at_most(seeds, noise):
    """The images' noise is one draw for all seeds of a model, as one test split is."""
    rng = np.random.default_rng(0)
    rounds = 3000
    wrong = 0
    for _ in range(rounds):
        a, b = (Sample(tuple(rng.normal(rng.normal(0, noise), 1, seeds)), noise) for _ in range(2))
        wrong += difference(a, b).sign != 0
    assert 0.02 < wrong / rounds < 0.06


def test_a_difference_that_is_there_is_found():
    rng = np.random.default_rng(0)
    found = [
        difference(Sample(tuple(rng.normal(5, 1, 5))), Sample(tuple(rng.normal(0, 1, 5)))).sign
        for _ in range(200)
    ]
    assert np.mean(np.array(found) == 1) > 0.99


def test_holm():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == [] and holm([0.9, 0.8]) == [1.0, 1.0]


def test_distance_to_real_is_signed_by_the_side():
    assert Sample((0.5, 0.7, 1.2)).beyond(1.0).values == pytest.approx((0.5, 0.3, -0.2))
    assert log(2) == Sample((2.0,)).logarithm.mean


@pytest.mark.parametrize("b", [-1.0, 1.0])
def test_chance_in_real_images_counts_between_their_two_sides(b):
    """Two models equally far from real images, whose own number is one draw for both."""
    rng, wrong, rounds = np.random.default_rng(0), 0, 2000
    for _ in range(rounds):
        real = Sample((rng.normal(0, 0.2),), 0.2, fixed=True)
        one, other = (Sample(tuple(rng.normal(at, 0.1, 5))) for at in (1.0, b))
        wrong += difference_to_real(one, other, real).sign != 0
    assert 0.02 < wrong / rounds < 0.07
