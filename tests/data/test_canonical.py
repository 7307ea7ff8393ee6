"""The canonical form: shapes, padding, resizing, labels, limits."""

import numpy as np
import pytest

from experiments.data.canonical import canonicalise, check_classes, subset
from experiments.support.errors import UserError


def test_mnist_is_padded_with_zeros_and_its_pixels_stay():
    images = np.random.default_rng(0).integers(1, 256, (3, 28, 28), dtype=np.uint8)
    result, labels = canonicalise(images, np.array([3, 1, 2], np.uint8))
    assert result.shape == (3, 1, 32, 32) and result.dtype == np.uint8
    assert np.array_equal(result[:, 0, 2:30, 2:30], images)
    assert result.sum() == images.sum(), "the border is black"
    assert labels.dtype == np.int64 and labels.tolist() == [3, 1, 2]


def test_every_layout_of_channels_gives_the_same_images():
    images = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
    last, _ = canonicalise(images, np.arange(4))
    first, _ = canonicalise(images.transpose(0, 3, 1, 2), np.arange(4))
    assert np.array_equal(last, first) and last.shape == (4, 3, 32, 32)
    grey = images[..., 0]
    for layout in (grey, grey[..., None], grey[:, None]):
        assert np.array_equal(canonicalise(layout, np.arange(4))[0], grey[:, None])


def test_another_size_keeps_its_aspect_and_repeats_its_edges():
    images = np.zeros((1, 64, 32), np.uint8)
    images[:, :, 16:] = 200
    result = canonicalise(images, np.array([0]))[0][0, 0]
    assert (result[:, :6] == 0).all() and (result[:, -6:] == 200).all()
    assert result.shape == (32, 32)


def test_resizing_is_antialiased():
    stripes = np.zeros((1, 256, 256), np.uint8)
    stripes[:, :, ::2] = 255
    result = canonicalise(stripes, np.array([0]))[0]
    assert abs(result.mean() - 127.5) < 2 and result.std() < 10


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((2, 32, 32), np.float32), [0, 1], "float32"),
        (np.zeros((2, 32, 32, 4), np.uint8), [0, 1], "shape"),
        (np.zeros((0, 32, 32), np.uint8), [], "shape"),
        (np.zeros((2, 32, 32), np.uint8), [0, 1, 2], "one label for each image"),
        (np.zeros((2, 32, 32), np.uint8), [0.5, 1], "number the classes"),
        (np.zeros((2, 32, 32), np.uint8), ["a", "b"], "number the classes"),
        (np.zeros((2, 32, 32), np.uint8), [0, -1], "out of range"),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_name_of_the_file(images, labels, message):
    with pytest.raises(UserError, match=rf"^letters\.npz.*{message}"):
        canonicalise(images, np.array(labels), "letters.npz")


def test_classes_are_counted_and_gaps_refused():
    assert check_classes(np.array([0, 1, 2]), np.array([2, 1, 0]), "letters.npz") == 3
    with pytest.raises(UserError, match="one class only"):
        check_classes(np.zeros(5, int), np.zeros(5, int), "letters.npz")
    with pytest.raises(UserError, match="no training image is labelled 1"):
        check_classes(np.array([0, 2]), np.array([0, 2]), "letters.npz")
    with pytest.raises(UserError, match="no test image is labelled 2"):
        check_classes(np.array([0, 1, 2]), np.array([0, 1]), "letters.npz")


def test_a_limit_keeps_the_proportions_and_chooses_the_same_images_each_time():
    labels = np.random.default_rng(0).choice(4, 1000, p=[0.5, 0.3, 0.19, 0.01])
    keep = subset(labels, 100)
    assert len(keep) == 100 == len(set(keep.tolist()))
    assert np.array_equal(keep, subset(labels, 100)) and (np.diff(keep) > 0).all()
    whole, part = np.bincount(labels) / 10, np.bincount(labels[keep], minlength=4)
    assert np.abs(whole - part).max() <= 2 and part.min() >= 1
    assert not np.array_equal(keep, np.arange(100)), "chosen at random, not the first"
    for limit in range(4, 1000, 83):
        assert len(subset(labels, limit)) == limit


def test_no_limit_keeps_everything_and_a_silly_one_is_refused():
    labels = np.arange(10).repeat(3)
    assert np.array_equal(subset(labels, None), np.arange(30))
    assert np.array_equal(subset(labels, 5000), np.arange(30))
    with pytest.raises(UserError, match="too few"):
        subset(labels, 9)
