"""Random changes of training images that keep their meaning; whole batches at a time.

No flips: a mirrored 2 is no digit, and a flipped 6 is a 9.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


def warp(
    images: Tensor, rng: np.random.Generator, shift: float, turn: float, zoom: float
) -> Tensor:
    """Shift (pixels), turn (degrees) and zoom (fraction, each side apart) at random.

    One affine map per image, ``images`` float [N, C, H, W]; edges repeat.
    """
    n = len(images)
    angle = np.radians(rng.uniform(-turn, turn, n))
    wide, high = rng.uniform(1 - zoom, 1 + zoom, (2, n))
    move = rng.uniform(-shift, shift, (2, n)) * 2 / images.shape[-1]
    maps = np.stack(
        [
            np.stack([np.cos(angle) * wide, -np.sin(angle) * high, move[0]], 1),
            np.stack([np.sin(angle) * wide, np.cos(angle) * high, move[1]], 1),
        ],
        1,
    )
    grid = F.affine_grid(torch.from_numpy(maps).float(), list(images.shape), align_corners=False)
    return F.grid_sample(images, grid, padding_mode="border", align_corners=False)


def recolour(images: Tensor, rng: np.random.Generator, strength: float, invert: float) -> Tensor:
    """Change contrast and offset of each channel; swap light and dark in a share ``invert``.

    A house number keeps its meaning as a negative: plates are painted both ways.
    """
    n, channels = images.shape[:2]
    sign = np.where(rng.random((n, 1)) < invert, -1.0, 1.0)
    gain = sign * (1 + rng.uniform(-strength, strength, (n, 1)))
    gain = gain * (1 + rng.uniform(-strength, strength, (n, channels)) / 2)
    offset = rng.uniform(-strength, strength, (n, channels)) / 2

    def spread(values: np.ndarray) -> Tensor:
        return torch.from_numpy(values).float()[:, :, None, None]

    return (images * spread(gain) + spread(offset)).clamp(-1, 1)


def cut_out(images: Tensor, rng: np.random.Generator, side: int) -> Tensor:
    """Cover one square of ``side`` pixels per image with its mean (DeVries and Taylor, 2017)."""
    n, _, height, width = images.shape
    top = torch.from_numpy(rng.integers(-side // 2, height - side // 2, (n, 1)))
    left = torch.from_numpy(rng.integers(-side // 2, width - side // 2, (n, 1)))
    row, column = torch.arange(height), torch.arange(width)
    rows = (row >= top) & (row < top + side)
    columns = (column >= left) & (column < left + side)
    hole = (rows[:, None, :, None] & columns[:, None, None, :]).to(images.dtype)
    return images * (1 - hole) + images.mean((2, 3), keepdim=True) * hole
