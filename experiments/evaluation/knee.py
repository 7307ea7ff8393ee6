"""Where a curve bends: up to where more of something still pays."""

from collections.abc import Sequence

import numpy as np

FEWEST = 3  # points that can bend


def knee(counts: Sequence[int], values: Sequence[float], higher: bool) -> int | None:
    """The count at which ``values`` over ``counts`` bend most; None without a bend.

    Kneedle (Satopaa et al., 2011): both axes scaled to 0..1, the point furthest from the chord
    between the ends of the curve. Counts keep their plain scale, since one more costs the same
    wherever it stands; so the knee is where the gain per count falls below the mean gain of the
    curve. The curve is taken up to its best value (the largest if ``higher``, else the
    smallest): past it more is worse, and there is nothing to weigh.
    """
    best = int(np.argmax(values) if higher else np.argmin(values)) + 1
    if best < FEWEST:
        return None
    x, y = (np.asarray(side[:best], float) for side in (counts, values))
    x, y = (x - x[0]) / (x[-1] - x[0]), (y - y[0]) / (y[-1] - y[0])
    gap = y - x  # in both directions the scaled curve rises from 0 to 1
    return int(counts[gap.argmax()]) if gap.max() > 1e-9 else None
