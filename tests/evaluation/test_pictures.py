"""Sharp, varied, copied: measured on images made to be so."""

import numpy as np
import pytest

from experiments.evaluation import pictures
from experiments.evaluation.corruptions import CORRUPTIONS, STRENGTHS, corrupt

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (20, 3, 32, 32)).astype(np.uint8)


def test_sharpness_of_real_is_one_and_falls_with_blur():
    values = [pictures.sharpness(corrupt(IMAGES, "blur", s), IMAGES) for s in STRENGTHS]
    assert pictures.sharpness(IMAGES, IMAGES) == 1
    assert 1 > values[0] > values[1] > values[2] > values[3] > 0


def test_laplacian_of_one_bright_pixel():
    image = np.zeros((1, 1, 5, 5), np.uint8)
    image[0, 0, 2, 2] = 9
    expected = np.var([0, 9, 0, 9, -36, 9, 0, 9, 0])
    assert pictures.laplacian_variance(image) == pytest.approx([expected])


def test_images_outside_the_stored_range_are_refused():
    with pytest.raises(ValueError, match="uint8"):
        pictures.sharpness(IMAGES / 127.5 - 1, IMAGES)


def test_diversity_is_the_distance_within_a_class_only():
    features = np.array([[0.0], [2.0], [100.0], [104.0]])
    assert pictures.diversity(features, np.array([0, 0, 1, 1])) == pytest.approx(3)
    assert pictures.diversity(np.ones((6, 2)), np.arange(6) % 2) == 0


def test_memorisation_is_one_for_copies_and_a_twentieth_for_new_images():
    train, test, new = RNG.normal(size=(3, 2000, 4))
    limit = pictures.near_copy(test, train)
    assert pictures.memorisation(train[:500], train, limit) == 1
    assert pictures.memorisation(test, train, limit) == pytest.approx(0.05, abs=0.001)
    assert pictures.memorisation(new, train, limit) == pytest.approx(0.05, abs=0.02)


def test_nearest_is_the_nearest_whatever_the_chunk():
    a, b = RNG.normal(size=(2, 30, 3))
    expected = np.linalg.norm(a[:, None] - b[None], axis=2).min(1)
    assert pictures.nearest(a, b, chunk=7) == pytest.approx(expected)


@pytest.mark.parametrize("kind", CORRUPTIONS)
def test_each_corruption_moves_an_image_further_at_each_strength(kind):
    """On a smooth picture, where every step of pixelation still has something to take."""
    ramp = np.linspace(0, 255, 32)
    smooth = np.rint(np.sqrt(np.outer(ramp, ramp)))[None, None].repeat(40, 0).astype(np.uint8)
    spoiled = [corrupt(smooth, kind, s) for s in STRENGTHS]
    assert all(images.dtype == np.uint8 and images.shape == smooth.shape for images in spoiled)
    moved = [np.abs(images.astype(float) - smooth).mean() for images in spoiled]
    assert 0 < moved[0] < moved[1] < moved[2] < moved[3]
    assert (corrupt(smooth, kind, 2) == spoiled[1]).all()
