"""How the images themselves look: sharp, varied, copied?"""

import numpy as np

from experiments.evaluation.manifold import squared_distances
from experiments.evaluation.metric import Metric

SHARPNESS = Metric(
    "sharpness",
    unit="ratio",
    direction="real",
    study="fidelity",
    label="Sharpness (test images = 1)",
    brief="Sharpness",
    form="decimals",
    leads="the {a}’s images are sharper than the {b}’s",
    alike="the {a}’s and the {b}’s images are about equally sharp",
)
DIVERSITY = Metric(
    "diversity",
    unit="feature units",
    direction="real",
    study="fidelity",
    label="Variety within a digit",
    brief="Variety",
    leads="the {a}’s images vary more within a digit than the {b}’s",
    alike="the {a}’s and the {b}’s images vary about as much within a digit",
)
MEMORISATION = Metric(
    "memorisation",
    unit="fraction",
    direction="real",
    study="samples",
    label="Nearly copied from training",
    brief="Nearly copied",
    form="share",
    leads="the {a}’s images lie close to single training images more often than the {b}’s",
    alike="the {a}’s and the {b}’s images keep about the same distance from training images",
)


def laplacian_variance(images: np.ndarray) -> np.ndarray:
    """Variance [N] of the Laplacian of the grey uint8 images [N, C, H, W]: low when blurred."""
    if images.dtype != np.uint8:
        raise ValueError(f"sharpness is measured on stored images (uint8), not {images.dtype}")
    grey = images.astype(np.float64).mean(1)
    middle = 4 * grey[:, 1:-1, 1:-1]
    sides = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    return (sides - middle).var((1, 2))


def sharpness(images: np.ndarray, real: np.ndarray) -> float:
    """Mean Laplacian variance relative to real images: 1 is as sharp as real, 0 flat."""
    return float(laplacian_variance(images).mean() / laplacian_variance(real).mean())


def clearest(images: np.ndarray) -> np.ndarray:
    """The image [C, H, W] of most contrast among uint8 [N, C, H, W]: the one to show where a
    single one has to be seen at a small size."""
    return images[images.astype(np.float64).mean(1).std((1, 2)).argmax()]


def diversity(features: np.ndarray, labels: np.ndarray, most: int = 500, seed: int = 0) -> float:
    """Mean distance of two images of one class, averaged over classes.

    Features [N, d] and labels [N]; at most ``most`` random images per class. A generator
    that draws one picture per digit has 0.
    """
    rng = np.random.default_rng([seed, 1, 0])
    means = []
    for k in np.unique(labels):
        own = features[labels == k]
        own = own[rng.permutation(len(own))[:most]]
        if len(own) > 1:
            distance = np.sqrt(squared_distances(own, own))
            np.fill_diagonal(distance, 0.0)
            means.append(distance.sum() / (len(own) * (len(own) - 1)))
    return float(np.mean(means)) if means else 0.0


def nearest(features: np.ndarray, train: np.ndarray, chunk: int = 1000) -> np.ndarray:
    """Distance [N] of each row to its nearest training row."""
    parts = [
        squared_distances(features[start : start + chunk], train).min(1)
        for start in range(0, len(features), chunk)
    ]
    return np.sqrt(np.concatenate(parts))


def near_copy(test: np.ndarray, train: np.ndarray, quantile: float = 0.05) -> float:
    """The distance to a training image that 5 % of real test images stay below; features [N, d]."""
    return float(np.quantile(nearest(test, train), quantile))


def memorisation(generated: np.ndarray, train: np.ndarray, limit: float) -> float:
    """Share of generated images nearer to a training image than ``limit``, their `near_copy`.

    In features [N, d]: about 0.05 for images as new as the test split, 1 for copies.
    """
    return float((nearest(generated, train) <= limit).mean())


def nearest_pixels(
    images: np.ndarray, train: np.ndarray, visible: np.ndarray | None = None, chunk: int = 10_000
) -> np.ndarray:
    """Index [N] of the training image nearest to each image, by the Euclidean distance of pixels.

    ``images`` [N, C, H, W] and ``train`` [M, C, H, W] uint8; of each image only the pixels count
    where ``visible`` [N, C, H, W] is 1, all if it is left out. The sum of (x - t)^2 without x^2,
    which is the same for every t, is a matrix product or two.
    """
    x = images.reshape(len(images), -1).astype(np.float32)
    mask = None if visible is None else visible.reshape(len(images), -1).astype(np.float32)
    parts = []
    for start in range(0, len(train), chunk):
        t = train[start : start + chunk].reshape(-1, x.shape[1]).astype(np.float32)
        norms = (t**2).sum(1) if mask is None else mask @ (t**2).T
        parts.append(norms - 2 * (x if mask is None else x * mask) @ t.T)
    return np.concatenate(parts, axis=1).argmin(1)
