"""The picture that a shared link shows: the two ways, drawing the same digits."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from experiments.figures.pictures import font, grid
from experiments.figures.theme import LIGHT, title
from experiments.sampling.number import conditional, draw_noise
from experiments.sampling.source import Sampler
from experiments.support.files import write_atomically

SIZE = (1200, 630)  # what sites that show links ask for
PAIR = ("cvae", "cgan")  # one network, two objectives
MOST_DATASETS = 2
SCALE, GAP, MARGIN, LETTER = 3, 4, 40, 124


def write_card(out: Path, *, assets: Path) -> Path:
    """Draw the digits with a VAE and a GAN of ``assets/models``, as a PNG of 1200 x 630.

    Without that pair the first two conditional models take
    its place. Raises `UserError` when no conditional model is there.
    """
    found = conditional(assets / "models", None, 0)
    canvas = Image.new("RGB", SIZE, LIGHT.ground)
    draw = ImageDraw.Draw(canvas)
    draw.text((MARGIN, 84), "Two ways to draw a digit", font=font(74, bold=True), fill=LIGHT.ink,
              anchor="lm")  # fmt: skip
    draw.text((MARGIN, 150), "VAEs and GANs, measured", font=font(38), fill=LIGHT.muted,
              anchor="lm")  # fmt: skip
    top = 198
    for samplers in list(found.values())[:MOST_DATASETS]:
        for sampler in chosen(samplers):
            row = digits(sampler)
            draw.text((MARGIN, top + row.height / 2), title(sampler.name),
                      font=font(34, bold=True), fill=LIGHT.colour(sampler.name),
                      anchor="lm")  # fmt: skip
            canvas.paste(row, (MARGIN + LETTER, top))
            top += row.height + GAP
        top += 2 * GAP
    write_atomically(out, lambda path: canvas.save(path, format="PNG", optimize=True))
    return out


def chosen(samplers: list[Sampler]) -> list[Sampler]:
    """The pair if it is there, else the first two."""
    pair = [sampler for name in PAIR for sampler in samplers if sampler.name == name]
    return pair if len(pair) == len(PAIR) else samplers[:2]


def digits(sampler: Sampler) -> Image.Image:
    """One of each class, at most ten, grey ones as ink on paper."""
    labels = np.arange(min(sampler.classes, 10))
    images = sampler.of_noise(draw_noise(sampler, len(labels), seed=0), labels)
    if images.shape[1] == 1 and np.median(images) < 128:
        images = 255 - images
    row = grid(images[None], SCALE, GAP)
    flat = Image.new("RGB", row.size, LIGHT.ground)
    flat.paste(row, mask=row)
    return flat
