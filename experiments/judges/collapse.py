"""Has a run collapsed? Asked when it is read back, of what a judge sees in its samples.

Training itself fails a run whose samples hardly differ in pixels. A generator that has lost
its game may still draw one picture under changing noise: the pixels move, and nothing that
tells digits apart does.
"""

import numpy as np

from experiments.evaluation.manifold import squared_distances
from experiments.judges.judge import Judge, read

IMAGES = 200
ALIKE = 0.3  # samples that differ by less than this share of what real images do
PATIENCE = 30_000  # images seen: earlier than that all samples look alike, and no one has failed


def variety(judge: Judge, images: np.ndarray) -> float:
    """Mean distance in the judge's features of two of the first images uint8 [N, C, H, W]."""
    features = read(judge, images[:IMAGES])[0]
    n = len(features)
    distances = np.sqrt(np.maximum(squared_distances(features, features), 0.0))
    np.fill_diagonal(distances, 0.0)
    return float(distances.sum() / (n * (n - 1)))


def collapsed(judge: Judge, images: np.ndarray, real: np.ndarray, seen: int) -> bool:
    """Whether the samples of a run that has ``seen`` so many images are all alike to a judge."""
    return seen >= PATIENCE and variety(judge, images) < ALIKE * variety(judge, real)
