"""Standard errors of what is measured on images: as wide as drawing other images would make."""

import numpy as np
import pytest

from experiments.evaluation import bootstrap
from experiments.evaluation.distances import frechet
from experiments.support.random import rng


def test_replicates_of_a_mean_scatter_by_its_standard_error():
    values = np.random.default_rng(0).normal(size=900)
    drawn = bootstrap.replicate_mean(values, rng(0, "test"))
    assert bootstrap.standard_error(drawn) == pytest.approx(1 / 30, rel=0.35)
    assert (drawn == bootstrap.replicate_mean(values, rng(0, "test"))).all()
    assert (drawn != bootstrap.replicate_mean(values, rng(1, "test"))).any()


def test_frechet_replicates_scatter_like_distances_of_new_images():
    """Both sides drawn anew, many times: the bootstrap of one draw tells the same width."""
    stream = np.random.default_rng(0)
    apart = np.array([[[0.0]], [[0.5]]])
    drawn = [stream.normal(size=(2, 400, 5)) + apart for _ in range(60)]
    true = np.std([frechet(a, b) for a, b in drawn])
    a, b = drawn[0]
    reference = bootstrap.resampled_moments(b, rng(0, "reference"))
    replicates = bootstrap.replicate_frechet(a, reference, rng(0, "generated"))
    assert bootstrap.standard_error(replicates) == pytest.approx(true, rel=0.4)
