"""The one place where stored pixels and model numbers meet."""

import numpy as np
import torch

from experiments.data.pixels import to_float, to_uint8


def test_all_grey_levels_survive_the_way_there_and_back():
    images = np.arange(256, dtype=np.uint8).reshape(1, 1, 16, 16)
    numbers = to_float(images)
    assert numbers.dtype == torch.float32
    assert numbers.min() == -1 and numbers.max() == 1
    assert np.array_equal(to_uint8(numbers), images)
    assert torch.equal(to_float(torch.from_numpy(images)), numbers)


def test_numbers_are_rounded_and_clamped():
    given = torch.tensor([-1.7, -1.0, 0.0, 0.999, 1.0, 30.0])
    assert to_uint8(given).tolist() == [0, 0, 128, 255, 255, 255]
    assert to_uint8(given.bfloat16()).dtype == np.uint8
