"""Holes filled without a generator, and the error of what is filled in."""

import numpy as np
import pytest
import torch

from experiments.evaluation import filling

RNG = np.random.default_rng(0)
TRAIN = RNG.integers(0, 256, (60, 3, 32, 32), dtype=np.uint8)
KNOWN = np.arange(60) % 3


def hole(n, side=8, at=(4, 6)):
    made = np.zeros((n, 1, 32, 32), np.float32)
    made[:, :, at[0] : at[0] + side, at[1] : at[1] + side] = 1
    return made


def test_the_neighbour_is_found_by_visible_pixels_of_its_own_class_alone():
    holes = hole(2)
    images = TRAIN[[7, 31]].copy()
    images[:, :, 4:12, 6:14] = 255 - images[:, :, 4:12, 6:14]  # hidden: must not matter
    filled = filling.nearest_neighbour(images, KNOWN[[7, 31]], holes, TRAIN, KNOWN)
    assert np.array_equal(filled, TRAIN[[7, 31]])
    other = (KNOWN[[7, 31]] + 1) % 3
    filled = filling.nearest_neighbour(images, other, holes, TRAIN, KNOWN)
    visible = np.broadcast_to(holes == 0, images.shape)
    assert np.array_equal(filled[visible], images[visible])
    for image, label in zip(filled, other, strict=True):
        same = (TRAIN[:, :, 4:12, 6:14] == image[:, 4:12, 6:14]).all((1, 2, 3))
        assert KNOWN[same].tolist() == [label]


def test_a_class_without_training_images_keeps_its_hole():
    filled = filling.nearest_neighbour(TRAIN[:1], np.array([9]), hole(1), TRAIN, KNOWN)
    assert np.array_equal(filled, TRAIN[:1])


def test_an_empty_hole_has_the_mean_colour_of_the_rest():
    images = np.full((1, 3, 32, 32), 10, np.uint8)
    images[:, 1] = 200
    images[:, :, 4:12, 6:14] = 99
    filled = filling.mean_colour(images, hole(1))
    assert np.unique(filled[:, 0]).tolist() == [10] and np.unique(filled[:, 1]).tolist() == [200]


def test_copying_again_and_again_comes_to_rest_and_leaves_the_rest_alone():
    holes = torch.from_numpy(hole(2))
    images, start = torch.zeros(2, 1, 32, 32), torch.ones(2, 1, 32, 32)
    filled = filling.by_reconstruction(images, holes, start, lambda x: x / 2 + 0.1, rounds=20)
    assert filled[holes > 0] == pytest.approx(0.2, abs=1e-5), "the fixed point of x / 2 + 0.1"
    assert (filled[holes == 0] == 0).all()
    untouched = filling.by_reconstruction(images, holes, start, lambda x: x, rounds=0)
    assert torch.equal(untouched, holes)


def test_pixel_error_by_hand():
    images = np.zeros((2, 1, 32, 32), np.uint8)
    filled = images.copy()
    filled[0, 0, 4:12, 6:14] = 255  # one of two holes wrong by the whole range
    filled[1, 0, 0, 0] = 255  # outside: does not count
    assert filling.pixel_error(filled, images, hole(2)) == pytest.approx(np.sqrt(0.5))
    assert filling.pixel_error(images, images, hole(2)) == 0
