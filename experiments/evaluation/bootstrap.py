"""How far does a run's number depend on which images were drawn? They are drawn again.

The images of a run are resampled with replacement (Efron, 1979), and the number is computed of
each resample; the standard deviation of these replicates is its standard error.
"""

import numpy as np

from experiments.evaluation.distances import frechet_of_moments

RESAMPLES = 50
"""Resamples of the images of each run."""

Moments = tuple[np.ndarray, np.ndarray]


def replicate_mean(values: np.ndarray, stream: np.random.Generator) -> np.ndarray:
    """Means [RESAMPLES] of ``values`` [n] drawn with replacement."""
    n = len(values)
    return np.array([values[stream.integers(0, n, n)].mean() for _ in range(RESAMPLES)])


def resampled_moments(features: np.ndarray, stream: np.random.Generator) -> list[Moments]:
    """Mean [d] and covariance [d, d] of each of `RESAMPLES` resamples of features [n, d]."""
    n = len(features)
    drawn = (features[stream.integers(0, n, n)] for _ in range(RESAMPLES))
    return [(rows.mean(0), np.cov(rows.T)) for rows in drawn]


def replicate_frechet(
    features: np.ndarray, reference: list[Moments], stream: np.random.Generator
) -> np.ndarray:
    """Frechet distances [RESAMPLES] of resampled features [n, d] to the `resampled_moments` of
    a reference. Resampling raises a distance, alike for every model; see only their scatter."""
    pairs = zip(resampled_moments(features, stream), reference, strict=True)
    return np.array([frechet_of_moments(*own, *other) for own, other in pairs])


def standard_error(replicates: np.ndarray) -> float:
    """The standard deviation of `RESAMPLES` replicates."""
    return float(replicates.std(ddof=1))
