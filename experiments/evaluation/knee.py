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
    from kneed import KneeLocator

    best = int(np.argmax(values) if higher else np.argmin(values)) + 1
    if best < FEWEST:
        return None
    shape = ("concave", "increasing") if higher else ("convex", "decreasing")
    found = KneeLocator(counts[:best], values[:best], curve=shape[0], direction=shape[1]).knee
    # Of a curve that bends the other way the library returns an end, which is no bend.
    return None if found is None or found == counts[0] else int(found)
