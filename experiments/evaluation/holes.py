"""Square holes in images: what a model that fills in is asked to fill."""

import numpy as np

from experiments.support.errors import UserError

SIDE = 32  # of every image, in pixels


def holes(n: int, share: float, seed: int) -> np.ndarray:
    """One square hole per image, anywhere in it: float32 [n, 1, 32, 32], 1 inside the hole.

    ``share`` is the part of the image to hide. A square has whole pixels: the one nearest
    to the share is taken, so that 0.5 hides 23 x 23 of 1024 pixels, 51.7 %. Raises
    `UserError` for a share that leaves nothing to fill or nothing to fill it from.
    """
    side = round(SIDE * share**0.5) if 0 < share < 1 else 0
    if not 0 < side < SIDE:
        raise UserError(
            f"A hole of {share:.4g} of the image cannot be filled in: choose a share between "
            f"0 and 1 that hides at least one of its {SIDE} x {SIDE} pixels and not all of them."
        )
    corner = np.random.default_rng([seed, 8, 0]).integers(0, SIDE - side + 1, (2, n, 1))
    near = (np.arange(SIDE) >= corner) & (np.arange(SIDE) < corner + side)
    return (near[0][:, None, :, None] & near[1][:, None, None, :]).astype(np.float32)
