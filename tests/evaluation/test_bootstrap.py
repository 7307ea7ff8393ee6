"""Intervals of differences: wide where seeds scatter, without 0 where models differ."""

import numpy as np
import pytest

from experiments.evaluation import bootstrap
from experiments.evaluation.distances import frechet


def replicates(centres, spread, seed):
    noise = np.random.default_rng(seed).normal(0, spread, (len(centres), bootstrap.RESAMPLES))
    return np.array(centres)[:, None] + noise


def test_two_models_alike_differ_by_nothing_and_two_apart_by_their_distance():
    a, b = replicates([1.0, 1.1, 0.9], 0.05, 0), replicates([1.05, 0.95, 1.0], 0.05, 1)
    low, high = bootstrap.interval_of_difference(a, b)
    assert low < 0 < high
    low, high = bootstrap.interval_of_difference(a + 3, b)
    assert 2.5 < low < 3 < high < 3.5


def test_the_order_of_a_pair_turns_the_sign():
    a, b = replicates([1, 2, 3], 0.1, 0), replicates([5, 6, 7], 0.1, 1)
    low, high = bootstrap.interval_of_difference(a, b)
    assert bootstrap.interval_of_difference(b, a) == pytest.approx((-high, -low), abs=0.3)
    assert high < 0


def test_both_seeds_and_images_widen_the_interval():
    def width(seeds, spread):
        low, high = bootstrap.interval_of_difference(
            replicates(seeds, spread, 0), replicates([0, 0, 0], 0.01, 1)
        )
        return high - low

    calm = width([0, 0, 0], 0.01)
    assert width([-1, 0, 1], 0.01) > 10 * calm
    assert width([0, 0, 0], 0.5) > 10 * calm


def test_replicates_of_a_mean_scatter_by_its_standard_error():
    values = np.random.default_rng(0).normal(size=900)
    drawn = bootstrap.replicate_mean(values)
    assert drawn.std() == pytest.approx(1 / 30, rel=0.35)
    assert (drawn == bootstrap.replicate_mean(values)).all()


def test_frechet_replicates_are_biased_until_centred():
    a, b = np.random.default_rng(0).normal(size=(2, 200, 5))
    measured = frechet(a, b)
    reference = bootstrap.resampled_moments(b, bootstrap.REFERENCE)
    drawn = bootstrap.replicate_frechet(a, reference)
    assert drawn.mean() > measured
    assert bootstrap.centred(drawn, measured).mean() == pytest.approx(measured)
