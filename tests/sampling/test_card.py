"""The card of a shared link: its size, the pair, and what stands in for it."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from experiments.sampling import card


def sampler(name: str, channels: int = 1):
    model = SimpleNamespace(latent_dim=4)

    def of_noise(noise, labels):
        assert noise.shape == (10, 4) and labels.tolist() == list(range(10))
        return np.zeros((10, channels, 32, 32), np.uint8)

    return SimpleNamespace(name=name, model=model, classes=10, of_noise=of_noise)


def test_the_card_shows_the_pair_on_at_most_two_datasets(tmp_path, monkeypatch):
    found = {data: [sampler("acgan"), sampler("cgan"), sampler("cvae")] for data in "abc"}
    monkeypatch.setattr(card, "conditional", lambda *_: found)
    drawn = []
    digits = card.digits
    monkeypatch.setattr(card, "digits", lambda s: (drawn.append(s.name), digits(s))[1])
    out = card.write_card(tmp_path / "card.png", assets=tmp_path)
    assert Image.open(out).size == card.SIZE
    assert drawn == ["cvae", "cgan"] * 2


def test_without_the_pair_the_first_two_take_its_place():
    there = [sampler("ppca"), sampler("acgan"), sampler("ccgan")]
    assert [s.name for s in card.chosen(there)] == ["ppca", "acgan"]


@pytest.mark.parametrize(("channels", "corner"), [(1, 255), (3, 0)])
def test_grey_digits_are_ink_on_paper(channels, corner):
    picture = np.asarray(card.digits(sampler("cgan", channels)))
    assert picture[0, 0].tolist() == [corner] * 3
