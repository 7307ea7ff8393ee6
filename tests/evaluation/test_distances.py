"""Distances with known answers."""

import numpy as np
import pytest
import torch

from experiments.evaluation.distances import frechet, frechet_of_moments, kid
from experiments.evaluation.labels import inception_score


def test_frechet_of_gaussians_in_closed_form():
    """Diagonal covariances commute: the distance is that of means plus that of deviations."""
    mean_a, mean_b = np.array([0.0, 1.0, 2.0]), np.array([3.0, 1.0, -2.0])
    dev_a, dev_b = np.array([1.0, 2.0, 0.5]), np.array([2.0, 0.1, 0.5])
    expected = ((mean_a - mean_b) ** 2).sum() + ((dev_a - dev_b) ** 2).sum()
    found = frechet_of_moments(mean_a, np.diag(dev_a**2), mean_b, np.diag(dev_b**2))
    assert found == pytest.approx(expected, rel=1e-12)


def test_frechet_of_a_rotated_gaussian():
    """Covariances that do not commute, against the matrix root of scipy."""
    from scipy.linalg import sqrtm

    rng = np.random.default_rng(0)
    a, b = (m @ m.T for m in rng.normal(size=(2, 5, 5)))
    expected = np.trace(a + b - 2 * sqrtm(a @ b).real)
    assert frechet_of_moments(np.zeros(5), a, np.zeros(5), b) == pytest.approx(expected, rel=1e-6)


class Given(torch.nn.Module):
    """Features that pass for images: what torchmetrics takes for a network."""

    num_features = 8

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1)


def test_equal_to_torchmetrics():
    from torchmetrics.image.fid import FrechetInceptionDistance
    from torchmetrics.image.inception import InceptionScore
    from torchmetrics.image.kid import KernelInceptionDistance

    rng = np.random.default_rng(5)
    a, b = rng.normal(0, 1, (400, 8)), rng.normal(0.5, 1.5, (400, 8))
    given = [torch.from_numpy(x) for x in (a, b)]
    distance = FrechetInceptionDistance(feature=Given(), input_img_size=(8,)).set_dtype(
        torch.float64
    )
    kernel = KernelInceptionDistance(feature=Given(), subsets=1, subset_size=400)
    for metric in (distance, kernel):
        metric.update(given[0], real=True)
        metric.update(given[1], real=False)
    assert frechet(a, b) == pytest.approx(float(distance.compute()), rel=1e-6)
    assert kid(a, b, subsets=1, size=400) == pytest.approx(float(kernel.compute()[0]), rel=1e-5)

    score = InceptionScore(feature=Given(), splits=1)
    score.update(given[0])
    probabilities = given[0].softmax(1).numpy()
    assert inception_score(probabilities) == pytest.approx(float(score.compute()[0]), rel=1e-5)


def test_frechet_of_samples_finds_the_distance_of_their_gaussians():
    rng = np.random.default_rng(1)
    a, b = rng.normal(0, 1, (50_000, 4)), rng.normal(1, 2, (50_000, 4))
    assert frechet(a, b) == pytest.approx(4 * (1 + 1), rel=0.03)


def test_frechet_of_a_set_with_itself_is_zero_also_with_dead_features():
    features = np.random.default_rng(2).normal(size=(300, 16))
    features[:, 3] = 0.0  # a unit that never fires: a singular covariance
    assert frechet(features, features) == pytest.approx(0, abs=1e-9)
    assert frechet(features, features + 2) == pytest.approx(16 * 4, rel=1e-9)


def test_frechet_keeps_its_digits_far_from_the_origin():
    """In float32 the covariance of features around 10,000 would be noise."""
    features = np.random.default_rng(3).normal(size=(1000, 8))
    assert frechet(features + 1e4, features * 2 + 1e4) == pytest.approx(
        frechet(features, features * 2), rel=1e-6
    )


def test_kid_is_unbiased_around_zero():
    """Twenty pairs of samples of one distribution: both signs, and a mean within its error."""
    rng = np.random.default_rng(4)
    values = [kid(*rng.normal(size=(2, 200, 8)), subsets=1) for _ in range(20)]
    assert min(values) < 0 < max(values)
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(20)


def test_kid_equals_the_unbiased_estimate_written_as_sums():
    a, b = np.random.default_rng(5).normal(size=(2, 12, 3))
    b = b + 1

    def k(x, y):
        return (x @ y / 3 + 1) ** 3

    pairs = [(i, j) for i in range(12) for j in range(12)]
    within = [np.mean([k(s[i], s[j]) for i, j in pairs if i != j]) for s in (a, b)]
    across = np.mean([k(a[i], b[j]) for i, j in pairs])
    expected = sum(within) - 2 * across
    assert kid(a, b, subsets=1, size=12) == pytest.approx(expected, rel=1e-9)
    assert kid(a, b, subsets=3) > 0.1
