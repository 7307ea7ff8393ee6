"""Has a run collapsed? Asked of what a judge sees in its samples.

Training itself fails a run whose samples hardly differ in pixels. A generator that has lost
its game may still draw one picture under changing noise: the pixels move, and nothing that
tells digits apart does.
"""

import numpy as np

from experiments.evaluation.pictures import diversity

IMAGES = 200
ALIKE = 0.3  # samples that differ by less than this share of what real images do
PATIENCE = 30_000  # images seen: earlier than that all samples look alike, and no one has failed


def collapsed(features: np.ndarray, real: np.ndarray) -> bool:
    """Whether samples are all alike to a judge, by its features [N, d] of both."""
    return variety(features) < ALIKE * variety(real)


def variety(features: np.ndarray) -> float:
    """Mean distance of two of the first images, whatever they show."""
    first = features[:IMAGES].astype(float)
    return diversity(first, np.zeros(len(first), int))
