"""Filling holes without a generator, and how far what is filled in is from what was there."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from experiments.evaluation.metric import Metric
from experiments.evaluation.pictures import nearest_pixels

PIXEL_ERROR = Metric(
    "pixel_error",
    unit="fraction",
    direction="lower",
    label="Pixel error in the hole",
    brief="Pixel error",
    form="share",
)


def mean_colour(images: np.ndarray, holes: np.ndarray) -> np.ndarray:
    """Each hole in the mean colour of what is visible round it: a hole that is left empty.

    ``images`` uint8 [N, C, H, W], ``holes`` [N, 1, H, W] with 1 inside the hole.
    """
    visible = 1 - holes
    mean = (images * visible).sum((2, 3), keepdims=True) / visible.sum((2, 3), keepdims=True)
    return np.where(holes > 0, np.rint(mean), images).astype(np.uint8)


def nearest_neighbour(
    images: np.ndarray, labels: np.ndarray, holes: np.ndarray, train: np.ndarray, known: np.ndarray
) -> np.ndarray:
    """Each hole filled from the training image of the same class that is nearest in what is
    visible, by the Euclidean distance of pixels.

    ``images`` uint8 [N, C, H, W] with ``labels`` [N]; ``train`` [M, C, H, W] with ``known`` [M].
    A class that training lacks keeps its holes as they are given.
    """
    filled = images.copy()
    for k in np.unique(labels):
        asked, others = np.flatnonzero(labels == k), train[known == k]
        if not len(others):
            continue
        hole = np.broadcast_to(holes[asked], images[asked].shape)
        near = others[nearest_pixels(images[asked], others, 1 - hole)]
        filled[asked] = np.where(hole > 0, near, images[asked])
    return filled


def by_reconstruction(
    images: Tensor, holes: Tensor, start: Tensor, copy: Callable[[Tensor], Tensor], rounds: int
) -> Tensor:
    """Fill holes with an autoencoder, as Rezende et al. (2014) impute missing data: ``copy`` the
    picture as a whole, put what is visible back, and again; the holes hold ``start`` at first.

    All float [N, C, H, W] in [-1, 1], ``holes`` [N, 1, H, W] with 1 inside. Each round moves
    what is in the hole towards what the model thinks likely, given what is round it.
    """
    filled = torch.where(holes > 0, start, images)
    for _ in range(rounds):
        filled = torch.where(holes > 0, copy(filled), images)
    return filled


def pixel_error(filled: np.ndarray, images: np.ndarray, holes: np.ndarray) -> float:
    """Root mean square difference inside the holes, of pixels from 0 to 1; uint8 images."""
    hole = np.broadcast_to(holes > 0, images.shape)
    gap = (filled[hole].astype(np.float64) - images[hole]) / 255
    return float(np.sqrt(np.mean(gap**2)))
