"""Distances between two sets of images, each given as a judge's features."""

import numpy as np

from experiments.evaluation.metric import Metric

FRECHET = Metric(
    "frechet",
    unit="squared feature units",
    direction="lower",
    study="fidelity",
    label="Fréchet distance to real images",
    brief="Fréchet distance",
    leads="the {a}’s images lie nearer to real ones than the {b}’s",
    alike="the {a}’s and the {b}’s images lie about equally far from real ones",
    log=True,
)
KID = Metric(
    "kid",
    unit="squared feature units",
    direction="lower",
    study="fidelity",
    label="Kernel distance (KID)",
    brief="KID",
    leads="the {a}’s images lie nearer to real ones in kernel distance than the {b}’s",
    alike="the {a}’s and the {b}’s images lie about equally far in kernel distance",
)


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """Frechet distance of the Gaussians fitted to two sets of features [N, d], [M, d].

    ``|m_a - m_b|^2 + tr(A + B - 2 (A B)^(1/2))`` (Heusel et al., 2017), in float64. It is
    called FID only with Inception's features, and it is comparable only between sets of
    one size n, measured by one judge against one reference.
    """
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    return frechet_of_moments(a.mean(0), np.cov(a.T), b.mean(0), np.cov(b.T))


def frechet_of_moments(
    mean_a: np.ndarray, cov_a: np.ndarray, mean_b: np.ndarray, cov_b: np.ndarray
) -> float:
    """The closed form for two Gaussians with means [d] and covariances [d, d].

    tr (A B)^(1/2) is the sum of the singular values of A^(1/2) B^(1/2), which needs two
    symmetric roots only and stays real when a covariance is singular (features that are
    always 0 after the nonlinearity), where a general matrix root does not.
    """
    gap = mean_a - mean_b
    cross = np.linalg.svd(_root(cov_a) @ _root(cov_b), compute_uv=False).sum()
    return float(max(gap @ gap + np.trace(cov_a) + np.trace(cov_b) - 2 * cross, 0.0))


def _root(matrix: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(np.atleast_2d(matrix))
    return (vectors * np.sqrt(np.clip(values, 0, None))) @ vectors.T


def kid(a: np.ndarray, b: np.ndarray, subsets: int = 20, size: int = 1000, seed: int = 0) -> float:
    """Kernel distance (Binkowski et al., 2018): unbiased, mean over random subsets.

    The squared maximum mean discrepancy under the cubic kernel ``(x.y / d + 1)^3``. Being
    unbiased it scatters around 0, also below it, for two samples of one distribution.
    """
    rng = np.random.default_rng([seed, 0, 0])
    size = min(size, len(a), len(b))
    draws = (
        _mmd(a[rng.choice(len(a), size, False)], b[rng.choice(len(b), size, False)])
        for _ in range(subsets)
    )
    return float(np.mean(list(draws)))


def _mmd(a: np.ndarray, b: np.ndarray) -> float:
    def kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        inner = x @ y.T / x.shape[1] + 1
        return inner * inner * inner  # ten times faster than ** 3

    def within(x: np.ndarray) -> float:
        """Mean over pairs of different images: what makes the estimate unbiased."""
        values = kernel(x, x)
        return float((values.sum() - np.trace(values)) / (len(x) * (len(x) - 1)))

    return within(a) + within(b) - 2 * float(kernel(a, b).mean())
