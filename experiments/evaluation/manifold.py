"""How well two sets of features cover each other, by balls around nearest neighbours.

Manifold precision and recall (Kynkaanniemi et al., 2019), density and coverage (Naeem
et al., 2020). The values equal those of the library ``prdc``; computed here because standard
errors resample images and so need the value of each image, and because prdc asks for eight
jobs where a process has one thread.
"""

from dataclasses import dataclass

import numpy as np

from experiments.evaluation.metric import Metric

COVERAGE = Metric(
    "coverage",
    unit="fraction",
    direction="higher",
    study="fidelity",
    label="Coverage of real images",
    brief="Coverage",
    form="share",
    leads="the {a} covers more of the real images than the {b}",
    alike="the {a} and the {b} cover about as much of the real images",
)
DENSITY = Metric(
    "density",
    unit="ratio",
    direction="real",
    study="fidelity",
    label="Density among real images",
    brief="Density",
    form="decimals",
    leads="the {a}’s images crowd more densely round real ones than the {b}’s",
    alike="the {a}’s and the {b}’s images lie about equally densely round real ones",
)
MANIFOLD_PRECISION = Metric(
    "manifold_precision",
    unit="fraction",
    direction="real",
    study="fidelity",
    label="Precision: images that fall among real ones",
    brief="Precision",
    form="share",
    leads="more of the {a}’s images fall among real ones than of the {b}’s",
    alike="about as many of the {a}’s images as of the {b}’s fall among real ones",
)
MANIFOLD_RECALL = Metric(
    "manifold_recall",
    unit="fraction",
    direction="higher",
    study="fidelity",
    label="Recall: real images that fall among generated ones",
    brief="Recall",
    form="share",
    leads="more real images fall among the {a}’s than among the {b}’s",
    alike="about as many real images fall among the {a}’s as among the {b}’s",
)


@dataclass(frozen=True)
class Manifold:
    """What each image contributes; every metric is a mean of one of these [n]."""

    density: np.ndarray  # generated image: balls of real images it lies in, over k
    coverage: np.ndarray  # real image: a generated image lies in its ball
    manifold_precision: np.ndarray  # generated image: lies in the ball of a real image
    manifold_recall: np.ndarray  # real image: lies in the ball of a generated image

    def means(self) -> dict[str, float]:
        return {name: float(values.mean()) for name, values in vars(self).items()}


def manifold(
    real: np.ndarray, generated: np.ndarray, k: int = 5, real_radii: np.ndarray | None = None
) -> Manifold:
    """Compare features [n, d] of real and generated images.

    Both sides have to hold the same number of images: the balls shrink as a side grows,
    so that unequal sides would measure their sizes. ``real_radii`` spares computing
    ``radii(real, k)`` again for each of many generated sets.
    """
    if len(real) != len(generated):
        raise ValueError(f"both sides need the same n, not {len(real)} and {len(generated)}")
    real_radii = radii(real, k) if real_radii is None else real_radii
    squared = squared_distances(real, generated)
    inside_real = squared < real_radii[:, None]
    inside_generated = squared < radii(generated, k)[None, :]
    return Manifold(
        density=inside_real.sum(0) / k,
        coverage=inside_real.any(1).astype(float),
        manifold_precision=inside_real.any(0).astype(float),
        manifold_recall=inside_generated.any(1).astype(float),
    )


def radii(features: np.ndarray, k: int = 5) -> np.ndarray:
    """Squared distance [n] of each row to its k-th nearest neighbour, itself left out."""
    squared = squared_distances(features, features)
    np.fill_diagonal(squared, 0.0)
    return np.partition(squared, k, axis=1)[:, k]


def squared_distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """[n, m] squared Euclidean distances of rows, as one matrix product in float64."""
    norms = (a**2).sum(1)[:, None] + (b**2).sum(1)[None, :]
    return np.maximum(norms - 2 * (a @ b.T), 0.0)
