"""The house-number renderer: repeatable, in SVHN's proportions, and readable."""

import numpy as np
import pytest

from experiments.data import glyphs, rendered


def test_a_crop_depends_on_seed_stream_and_index_alone():
    five, labels = rendered.render(5, rendered.TRAIN)
    assert five.shape == (5, 32, 32, 3) and five.dtype == np.uint8
    three, first_labels = rendered.render(3, rendered.TRAIN)
    assert np.array_equal(five[:3], three) and np.array_equal(labels[:3], first_labels)
    assert not np.array_equal(three, rendered.render(3, rendered.TEST)[0])
    assert not np.array_equal(three, rendered.render(3, rendered.TRAIN, seed=1)[0])


def test_labels_keep_the_proportions_of_svhn_in_splits_of_any_size():
    for stream in (rendered.TRAIN, rendered.TEST):
        for n in (50, 200, 8000):
            labels = rendered.labels_of(n, stream)
            assert labels.dtype == np.int64
            shares = np.bincount(labels, minlength=10) / n
            assert shares.min() > 0
            assert np.abs(shares - rendered.FREQUENCIES).max() < 2 / n**0.8 + 1e-3
    assert rendered.FREQUENCIES[1] == pytest.approx(0.189, abs=1e-3)
    assert rendered.FREQUENCIES[9] == pytest.approx(0.064, abs=1e-3)


def test_the_label_is_the_digit_in_the_middle():
    """Averaged over many crops of one label, neighbours fade and the digit stays."""

    def middle(label: int) -> np.ndarray:
        total = np.zeros((64, 64))
        for index in range(120):
            rng = np.random.default_rng([label, index])
            total += rendered.wall.draw(label, rendered.FREQUENCIES, rng).ink
        return total[12:52, 20:44] / 120

    one, zero = middle(1), middle(0)
    rows = slice(15, 25)
    assert one[rows, 10:14].mean() > 1.5 * one[rows, :4].mean(), "a stem in the middle"
    assert zero[rows, 10:14].mean() < 0.6 * zero[rows, 3:21].max(0).max(), "a hole in the middle"


def test_every_font_has_ten_digits_and_a_one_loses_its_foot():
    for font, name in enumerate(glyphs.NAMES):
        masks = [np.asarray(glyphs.digit(font, value)) for value in range(10)]
        assert all(mask.shape[0] == glyphs.HEIGHT for mask in masks), name
        assert len({mask.tobytes() for mask in masks}) == 10, name
    sans = glyphs.NAMES.index("DejaVuSans.ttf")
    whole, bare = (np.asarray(glyphs.digit(sans, 1, plain)) > 128 for plain in (False, True))
    assert bare[-3].sum() < 0.5 * whole[-3].sum()
    assert abs(int(bare[20].sum()) - int(whole[20].sum())) <= 1, "the stem stays"


def test_crops_vary_as_much_as_photographs():
    """Contrast, brightness and polarity within the ranges of real SVHN crops."""
    images, _ = rendered.render(150, rendered.TRAIN)
    grey = images.astype(float).mean(-1)
    contrast = grey.std((1, 2))
    assert 24 < np.median(contrast) < 38 and contrast.min() < 18 and contrast.max() > 55
    assert 95 < np.median(grey.mean((1, 2))) < 135
    light_on_dark = grey[:, 8:24, 10:22].mean((1, 2)) > grey.mean((1, 2))
    assert 0.3 < light_on_dark.mean() < 0.7
