"""How much ink is on an image?"""

import numpy as np

from experiments.evaluation.metric import Metric

INK = Metric(
    "ink",
    unit="fraction",
    direction="real",
    study="ink",
    label="Ink: share of bright pixels",
    brief="Ink",
    form="share",
    leads="the {a} spends more ink than the {b}",
    alike="the {a} and the {b} spend about as much ink",
)


def ink(images: np.ndarray) -> np.ndarray:
    """The share [N] of pixels of uint8 images [N, C, H, W] in their brighter half."""
    return (images > 127).mean((1, 2, 3))
