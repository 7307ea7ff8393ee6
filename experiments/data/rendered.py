"""House numbers drawn by the project: the stand-in for SVHN, never called SVHN.

Like an SVHN crop (Netzer et al., 2011), a crop shows one digit of a house number in its
middle, with the neighbours cut off at the edges: printed, cast or painted in any colour,
photographed by hand from some way off, cut out, and resized to 32x32.

A crop depends on the seed, the stream (training or test) and its index alone.
"""

import io

import numpy as np
from PIL import Image

from experiments.data import glyphs, wall
from experiments.data.canonical import SIDE
from experiments.support.progress import Bar

TRAIN, TEST = 0, 1
font_files = glyphs.font_files

FREQUENCIES = np.array([4948, 13861, 10585, 8497, 7458, 6882, 5727, 5595, 5045, 4659]) / 73257
"""Shares of the digits 0 to 9 in SVHN's training part: 19 % ones, 6 % nines."""

GOLDEN = (np.sqrt(5) - 1) / 2


def render(
    n: int, stream: int, seed: int = 0, bar: Bar | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """The first ``n`` crops of a stream: uint8 [n, 32, 32, 3] and their labels int64 [n]."""
    images, labels = np.empty((n, SIDE, SIDE, 3), np.uint8), labels_of(n, stream, seed)
    for index, label in enumerate(labels):
        rng = np.random.default_rng([seed, stream, index])
        images[index] = crop(int(label), rng)
        if bar is not None:
            bar.advance()
    return images, labels


def labels_of(n: int, stream: int, seed: int = 0) -> np.ndarray:
    """Labels int64 [n] whose proportions follow `FREQUENCIES` closely at every n.

    Multiples of the golden ratio fill [0, 1) evenly; independent draws could leave a
    small split without nines.
    """
    start = np.random.default_rng([seed, stream]).random()
    spots = (start + GOLDEN * np.arange(n)) % 1
    edges = np.cumsum(FREQUENCIES)[:-1]
    return np.searchsorted(edges, spots, side="right").astype(np.int64)


def crop(label: int, rng: np.random.Generator) -> np.ndarray:
    """One crop uint8 [32, 32, 3]."""
    scene = wall.draw(label, FREQUENCIES, rng)
    return photograph(wall.paint(scene, rng), rng)


def photograph(view: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """From colours float [64, 64, 3] to a stored crop uint8 [32, 32, 3].

    A small digit far away is resized up and looks soft, with its noise and its JPEG blocks
    grown along; a large one is resized down and looks sharp.
    """
    tint = rng.normal((0, 1, 2), (3.5, 2.5, 4.5)).astype(np.float32)
    view = view * (1 + tint / 100) + tint
    side = int(np.clip(rng.lognormal(np.log(22), 0.33), 13, 52))
    blur = rng.lognormal(np.log(0.57), 0.3) * wall.VIEW / side
    fringe = rng.normal(0, 0.7, (2, 3))
    down, across = _lens(side, blur, fringe)
    photo = (down @ view.transpose(2, 0, 1) @ across.transpose(0, 2, 1)).transpose(1, 2, 0)
    if rng.random() < 0.3:
        halo = _lens(side, 1.2, np.zeros(1), side)
        soft = (halo @ photo.transpose(2, 0, 1) @ halo.transpose(0, 2, 1)).transpose(1, 2, 0)
        photo = photo + rng.uniform(0.2, 1.2) * (photo - soft)
    noise = rng.normal(0, rng.lognormal(0.7, 0.5), (2, *photo.shape))
    # Half of the noise is common to the channels; that of the colours is coarser.
    photo = photo + noise[0, ..., :1] + noise[1]
    stored = Image.fromarray(np.clip(photo + 0.5, 0, 255).astype(np.uint8))
    stored = _jpeg(stored, int(rng.integers(55, 97)))
    return np.asarray(stored.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def _lens(side: int, blur: float, shift: np.ndarray, view: int = wall.VIEW) -> np.ndarray:
    """Matrices [..., side, view] that blur a line of ``view`` pixels and sample it.

    ``blur`` (standard deviation) and ``shift`` [...] are in pixels of the view; the area of
    a sensor pixel adds the blur of a box of its width.
    """
    scale = view / side
    centres = (np.arange(side) + 0.5) * scale + shift[..., None]
    distance = (centres[..., None] - (np.arange(view) + 0.5)).astype(np.float32)
    # The box's variance is width^2 / 12: a Gaussian of both together.
    weight = np.exp(distance**2 / np.float32(-2 * (blur**2 + scale**2 / 12)))
    return weight / weight.sum(-1, keepdims=True)


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")
