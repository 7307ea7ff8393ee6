"""Holes: squares of the right size, anywhere, and a sentence for those that cannot be."""

import numpy as np
import pytest

from experiments.evaluation.holes import holes
from experiments.support.errors import UserError


@pytest.mark.parametrize(("share", "side"), [(0.25, 16), (0.5, 23), (0.75, 28), (0.001, 1)])
def test_a_hole_is_one_whole_square(share, side):
    made = holes(40, share, seed=0)
    assert made.shape == (40, 1, 32, 32) and made.dtype == np.float32
    assert set(np.unique(made)) == {0, 1} and (made.sum((1, 2, 3)) == side**2).all()
    for hole in made[:, 0]:
        rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
        assert len(rows) == len(columns) == side == np.ptp(rows) + 1 == np.ptp(columns) + 1


def test_holes_reach_every_border_and_depend_on_the_seed_alone():
    made = holes(2000, 0.25, seed=0)[:, 0]
    assert all(edge.any() for edge in (made[:, 0], made[:, -1], made[:, :, 0], made[:, :, -1]))
    middle = made[:, 15:17, 15:17].mean()
    assert middle > made[:, 0].mean(), "anywhere, hence more often over the middle"
    assert (made != made.transpose(0, 2, 1)).any(), "row and column are drawn apart"
    assert np.array_equal(made, holes(2000, 0.25, seed=0)[:, 0])
    assert not np.array_equal(made, holes(2000, 0.25, seed=1)[:, 0])


@pytest.mark.parametrize("share", [0, 1, -0.5, 1.5, float("nan"), 1e-4, 0.999])
def test_a_hole_of_nothing_or_of_everything_is_one_sentence(share):
    with pytest.raises(UserError, match=r"^A hole of .* cannot be filled in: .*\.$"):
        holes(3, share, seed=0)
