"""Digits as ink: masks of single digits from the fonts that ship with matplotlib."""

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from experiments.support.errors import UserError

HEIGHT = 48
"""Height of every digit mask in pixels: about twice its height in a finished crop."""

# Weighted by how often such a face is seen on house walls: sans and heavy faces first.
FONTS = {
    "DejaVuSans.ttf": 3.0,
    "DejaVuSans-Bold.ttf": 4.0,
    "DejaVuSans-Oblique.ttf": 1.0,
    "DejaVuSans-BoldOblique.ttf": 1.5,
    "DejaVuSerif.ttf": 1.0,
    "DejaVuSerif-Bold.ttf": 1.5,
    "DejaVuSerif-BoldItalic.ttf": 0.5,
    "STIXGeneral.ttf": 2.0,
    "STIXGeneralBol.ttf": 2.5,
    "STIXGeneralBolIta.ttf": 1.0,
    "STIXGeneralItalic.ttf": 0.5,
    "cmss10.ttf": 3.0,
    "cmr10.ttf": 1.0,
    "cmb10.ttf": 1.5,
    "cmtt10.ttf": 0.5,
}
NAMES = tuple(FONTS)
SANS = tuple(name.startswith(("DejaVuSans", "cmss")) for name in NAMES)
WEIGHTS = np.array(list(FONTS.values())) / sum(FONTS.values())


@cache
def font_files() -> tuple[Path, ...]:
    """The font files, found without importing matplotlib, which would take half a second."""
    package = importlib.util.find_spec("matplotlib")
    folders = package.submodule_search_locations if package else None
    folder = Path(folders[0]) / "mpl-data" / "fonts" / "ttf" if folders else Path()
    paths = tuple(folder / name for name in NAMES)
    for path in paths:
        if not path.is_file():
            raise UserError(f"The font {path.name} is missing: install matplotlib again.")
    return paths


@cache
def digit(font: int, value: int, plain: bool = False) -> Image.Image:
    """The mask ("L", `HEIGHT` high, cut to its ink) of one digit.

    ``plain`` takes the foot off a 1: on walls it is mostly a bare stroke with a flag.
    """
    face = ImageFont.truetype(str(font_files()[font]), 2 * HEIGHT)
    left, top, right, bottom = face.getbbox(str(value))
    whole = Image.new("L", (int(right - left) + 8, int(bottom - top) + 8))
    ImageDraw.Draw(whole).text((4 - left, 4 - top), str(value), fill=255, font=face)
    if plain and value == 1:
        whole = _without_foot(whole)
    ink = whole.crop(whole.getbbox())
    width = max(4, round(ink.width * HEIGHT / ink.height))
    return ink.resize((width, HEIGHT), Image.Resampling.BICUBIC)


def _without_foot(mask: Image.Image) -> Image.Image:
    """Clear whatever lies beside the stem in the lower part of a 1, row by row.

    The stem is followed downwards from the middle, so that a slanted one stays whole.
    """
    pixels = np.array(mask)
    rows = np.flatnonzero(pixels.max(1) > 0)
    start, end = rows[0] + int(0.55 * len(rows)), rows[-1]
    stem = [np.flatnonzero(pixels[row] > 64)[[0, -1]] for row in (start - 12, start)]
    slope = (stem[1] - stem[0]).mean() / 12
    for row in range(start, end + 1):
        low, high = np.round(stem[1] + slope * (row - start)).astype(int)
        pixels[row, : max(low, 0)] = 0
        pixels[row, high + 1 :] = 0
    return Image.fromarray(pixels)
