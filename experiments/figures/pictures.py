"""Image grids, pixel by pixel: enlarged by whole numbers, never smoothed."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from experiments.figures.theme import FONTS

NEUTRAL = (118, 126, 135, 255)
"""Grey that reads on white and on the dark page alike (contrast at least 4 on both)."""

CLEAR = (0, 0, 0, 0)


@cache
def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The charts' typeface for use with Pillow; ``size`` in pixels."""
    return ImageFont.truetype(str(FONTS / ("sans-bold.ttf" if bold else "sans.ttf")), size)


def grid(images: np.ndarray, scale: int = 2, gap: int = 2) -> Image.Image:
    """``images`` uint8 [rows, columns, C, H, W] (C = 1 or 3) -> one RGBA picture.

    Each pixel becomes ``scale`` x ``scale``; the ``gap`` between images is transparent.
    """
    rows, columns, channels, height, width = images.shape
    if channels == 1:
        images = np.repeat(images, 3, axis=2)
    step_y, step_x = height * scale + gap, width * scale + gap
    canvas = np.zeros((rows * step_y - gap, columns * step_x - gap, 4), dtype=np.uint8)
    big = images.transpose(0, 1, 3, 4, 2).repeat(scale, axis=2).repeat(scale, axis=3)
    for row in range(rows):
        for column in range(columns):
            y, x = row * step_y, column * step_x
            canvas[y : y + height * scale, x : x + width * scale, :3] = big[row, column]
            canvas[y : y + height * scale, x : x + width * scale, 3] = 255
    return Image.fromarray(canvas, "RGBA")


def sheet(
    images: np.ndarray,
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    *,
    scale: int = 2,
    gap: int = 2,
    size: int = 26,
    ink: tuple[int, ...] = NEUTRAL,
) -> Image.Image:
    """`grid` with a name left of each row and above each column, on a transparent ground.

    ``size`` is the type's height in pixels of the picture.
    """
    picture = grid(images, scale, gap)
    face = font(size)
    left = max((int(face.getlength(text)) for text in rows), default=-size // 2) + size // 2
    top = int(size * 1.6) if columns else 0
    canvas = Image.new("RGBA", (picture.width + left, picture.height + top), CLEAR)
    canvas.paste(picture, (left, top))
    draw = ImageDraw.Draw(canvas)
    step_y = images.shape[3] * scale + gap
    step_x = images.shape[4] * scale + gap
    for i, text in enumerate(rows):
        y = top + i * step_y + (step_y - gap) / 2
        draw.text((left - size // 2, y), text, font=face, fill=ink, anchor="rm")
    for i, text in enumerate(columns):
        x = left + i * step_x + (step_x - gap) / 2
        draw.text((x, top - size * 0.5), text, font=face, fill=ink, anchor="ms")
    return canvas
