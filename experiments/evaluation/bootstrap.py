"""How sure is the difference between two models? Seeds and images are drawn again.

A model's number is the median over its seeds. Each draw of the bootstrap takes as many
seeds with replacement and, for each, a resample of its images (Efron, 1979), so that
neither the luck of a training nor the luck of a draw of images passes for a difference.
"""

import numpy as np

from experiments.evaluation.distances import frechet_of_moments

RESAMPLES = 50
"""Resamples of the images of each run; with three seeds far more draws come of them."""

DRAWS = 2000

Moments = tuple[np.ndarray, np.ndarray]
REFERENCE = 4  # stream of random numbers of a reference's resamples


def replicate_mean(values: np.ndarray, seed: int = 0) -> np.ndarray:
    """Means [RESAMPLES] of ``values`` [n] drawn with replacement.

    The same n and seed draw the same rows: images that two models share are paired.
    """
    n = len(values)
    draws = [np.random.default_rng([seed, 2, r]).integers(0, n, n) for r in range(RESAMPLES)]
    return np.array([values[rows].mean() for rows in draws])


def resampled_moments(features: np.ndarray, stream: int, seed: int = 0) -> list[Moments]:
    """Mean [d] and covariance [d, d] of each of `RESAMPLES` resamples of features [n, d]."""
    found = []
    for step in range(RESAMPLES):
        rows = np.random.default_rng([seed, stream, step]).integers(0, len(features), len(features))
        drawn = features[rows]
        found.append((drawn.mean(0), np.cov(drawn.T)))
    return found


def replicate_frechet(features: np.ndarray, reference: list[Moments], seed: int = 0) -> np.ndarray:
    """Frechet distances [RESAMPLES] of resampled features [n, d] to the `resampled_moments` of
    a reference; resample r of the reference is the same for every model."""
    pairs = zip(resampled_moments(features, 3, seed), reference, strict=True)
    return np.array([frechet_of_moments(*own, *other) for own, other in pairs])


def centred(replicates: np.ndarray, measured: float) -> np.ndarray:
    """Replicates moved to the measured value: resampling with repetition raises a distance,
    alike for every model, which is no part of its uncertainty."""
    return replicates - replicates.mean() + measured


def interval_of_difference(
    a: np.ndarray, b: np.ndarray, share: float = 0.95, seed: int = 0
) -> tuple[float, float]:
    """The central interval of ``median(a) - median(b)`` over redrawn seeds and images.

    ``a`` [seeds, RESAMPLES] and ``b`` likewise, of `centred` replicates. Column r of both
    is measured on the same resample of the reference.
    """
    rng = np.random.default_rng([seed, 5, 0])
    resample = rng.integers(0, a.shape[1], DRAWS)

    def medians(values: np.ndarray) -> np.ndarray:
        seeds = rng.integers(0, len(values), (len(values), DRAWS))
        return np.median(values[seeds, resample], axis=0)

    difference = medians(a) - medians(b)
    low, high = np.quantile(difference, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)
