"""Five ways to spoil images, each at four rising strengths: does a distance notice?"""

from collections.abc import Callable

import numpy as np

STRENGTHS = (1, 2, 3, 4)


def noise(images: np.ndarray, strength: int, rng: np.random.Generator) -> np.ndarray:
    """Gaussian noise of 10, 20, 40 or 80 grey levels."""
    return images + rng.normal(0, 5 * 2.0**strength, images.shape)


def blur(images: np.ndarray, strength: int, rng: np.random.Generator) -> np.ndarray:
    """A Gaussian of 0.9 to 3.6 pixels."""
    from scipy.ndimage import gaussian_filter

    sigma = 0.9 * strength
    return gaussian_filter(images.astype(np.float64), (0, 0, sigma, sigma), mode="nearest")


def occlusion(images: np.ndarray, strength: int, rng: np.random.Generator) -> np.ndarray:
    """One square of 6 to 24 pixels in the image's mean colour, anywhere."""
    side = 6 * strength
    n, _, height, width = images.shape
    top = rng.integers(0, height - side + 1, (n, 1))
    left = rng.integers(0, width - side + 1, (n, 1))
    row, column = np.arange(height), np.arange(width)
    rows = (row >= top) & (row < top + side)
    columns = (column >= left) & (column < left + side)
    hole = (rows[:, :, None] & columns[:, None, :])[:, None]
    return np.where(hole, images.mean((2, 3), keepdims=True), images)


def swirl(images: np.ndarray, strength: int, rng: np.random.Generator) -> np.ndarray:
    """A turn of 0.6 to 2.4 radians in the middle that fades towards the edge."""
    from scipy.ndimage import map_coordinates

    height, width = images.shape[2:]
    y, x = np.mgrid[:height, :width].astype(np.float64)
    y, x = y - (height - 1) / 2, x - (width - 1) / 2
    angle = 0.6 * strength * np.exp(-np.hypot(y, x) / (width / 4))
    # Where each pixel of the result comes from.
    source_y = np.cos(angle) * y - np.sin(angle) * x + (height - 1) / 2
    source_x = np.sin(angle) * y + np.cos(angle) * x + (width - 1) / 2
    planes = images.reshape(-1, height, width)
    turned = [map_coordinates(p, (source_y, source_x), np.float64, 1, "nearest") for p in planes]
    return np.stack(turned).reshape(images.shape)


def pixelation(images: np.ndarray, strength: int, rng: np.random.Generator) -> np.ndarray:
    """Squares of 2, 4, 8 or 16 pixels in their mean colour."""
    side = 2**strength
    n, channels, height, width = images.shape
    blocks = images.reshape(n, channels, height // side, side, width // side, side)
    return blocks.mean((3, 5)).repeat(side, 2).repeat(side, 3)


Corruption = Callable[[np.ndarray, int, np.random.Generator], np.ndarray]
CORRUPTIONS: dict[str, Corruption] = {
    "noise": noise, "blur": blur, "occlusion": occlusion, "swirl": swirl, "pixelation": pixelation,
}  # fmt: skip


def corrupt(images: np.ndarray, kind: str, strength: int, seed: int = 0) -> np.ndarray:
    """``images`` uint8 [N, C, H, W] spoiled in one of `CORRUPTIONS`, as uint8 again."""
    rng = np.random.default_rng([seed, 6, strength])
    spoiled = CORRUPTIONS[kind](images, strength, rng)
    return np.clip(np.rint(spoiled), 0, 255).astype(np.uint8)
