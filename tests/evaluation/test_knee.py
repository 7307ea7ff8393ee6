"""The knee: found where a curve bends, not found where it does not."""

import numpy as np
import pytest

from experiments.evaluation.knee import knee

COUNTS = [2**power for power in range(1, 10)]


@pytest.mark.parametrize("at", [8, 32, 128])
def test_the_corner_of_two_straight_lines_is_the_knee(at):
    rising = np.minimum(COUNTS, at) + 0.01 * np.array(COUNTS)
    assert knee(COUNTS, rising, higher=True) == at
    assert knee(COUNTS, -rising, higher=False) == at


def test_what_comes_after_the_best_value_does_not_move_the_knee():
    values = [0, 6, 9, 9.5, 9.7, 9.8, 9.7, 9.0, -40.0]
    assert knee(COUNTS, values, higher=True) == knee(COUNTS[:6], values[:6], higher=True) == 8


@pytest.mark.parametrize(
    "values", [COUNTS, [3.0] * 9, [9.0, *[1.0] * 8], [4.0**i for i in range(9)]]
)
def test_a_curve_that_does_not_bend_has_no_knee(values):
    """Straight, flat, at its best from the start, or bending the other way."""
    assert knee(COUNTS, list(values), higher=True) is None


def test_two_points_cannot_bend():
    assert knee(COUNTS[:2], [0.0, 1.0], higher=True) is None
