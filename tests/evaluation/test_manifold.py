"""Manifold metrics: known answers, and those of the library that defines them."""

import contextlib
import io

import numpy as np
import pytest

from experiments.evaluation.manifold import manifold, radii

RNG = np.random.default_rng(0)
REAL = RNG.normal(size=(120, 6))


def test_equal_to_prdc():
    from prdc import compute_prdc

    generated = RNG.normal(0.3, 0.8, (120, 6))
    with contextlib.redirect_stdout(io.StringIO()):
        theirs = compute_prdc(REAL, generated, nearest_k=5)
    ours = manifold(REAL, generated).means()
    assert ours["density"] == pytest.approx(theirs["density"], abs=1e-12)
    assert ours["coverage"] == theirs["coverage"]
    assert ours["manifold_precision"] == theirs["precision"]
    assert ours["manifold_recall"] == theirs["recall"]


def test_identical_sets_cover_each_other_whole():
    values = manifold(REAL, REAL.copy()).means()
    assert values["coverage"] == values["manifold_precision"] == values["manifold_recall"] == 1


def test_one_good_image_again_and_again_is_precise_and_covers_nothing():
    collapsed = np.repeat(REAL[:1], len(REAL), axis=0) + 1e-9
    values = manifold(REAL, collapsed).means()
    assert values["manifold_precision"] == 1
    assert values["coverage"] < 0.2 and values["manifold_recall"] == 0


def test_sets_far_apart_have_nothing_in_common():
    assert set(manifold(REAL, REAL + 100).means().values()) == {0.0}


def test_radii_given_are_used_and_unequal_sides_refused():
    assert (
        manifold(REAL, REAL[::-1], real_radii=radii(REAL)).means()
        == manifold(REAL, REAL[::-1]).means()
    )
    assert manifold(REAL, REAL, real_radii=np.zeros(120)).means()["coverage"] == 0
    with pytest.raises(ValueError, match="same n"):
        manifold(REAL, REAL[:50])
