"""A house wall with a number on it, seen through a hand-held camera's lens: masks and colours.

Everything is drawn at twice the size of a finished crop, so that it can be made smaller
the way a camera does it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from experiments.data import glyphs

VIEW = 64
STRIP = (288, 128)
"""Width and height of the drawing the view is cut from; the digit stands in its middle."""

LENGTHS = np.array([0.07, 0.49, 0.35, 0.09])
"""How often a digit belongs to a number of one, two, three or four digits."""

# Where y is luminance, u runs from blue to orange and v from green to magenta.
CHROMA = np.array([[0.9, 0.1, -1.0], [0.5, -0.5, 0.5]], np.float32)


@dataclass(frozen=True)
class Scene:
    """Masks float [64, 64] in [0, 1] of what is on the wall; a plate and its rim may lack."""

    ink: np.ndarray
    plate: np.ndarray | None
    rim: np.ndarray | None


def draw(label: int, frequencies: np.ndarray, rng: np.random.Generator) -> Scene:
    """Write a number that holds ``label`` on a strip, and look at that digit from an angle."""
    ink = Image.new("L", STRIP)
    row = _row(label, frequencies, ink, rng)
    if rng.random() < 0.25:
        ink = ink.filter(ImageFilter.MaxFilter(3))
    plate, rim = _plate(row, rng) if rng.random() < 0.55 else (None, None)
    view = _view(rng)

    def seen(mask: Image.Image) -> np.ndarray:
        how = Image.Transform.PERSPECTIVE, view, Image.Resampling.BILINEAR
        return np.asarray(mask.transform((VIEW, VIEW), *how), np.float32) / 255

    return Scene(
        seen(ink), None if plate is None else seen(plate), None if rim is None else seen(rim)
    )


def _row(
    label: int, frequencies: np.ndarray, ink: Image.Image, rng: np.random.Generator
) -> tuple[int, int, int, int]:
    """Set the digit in the middle of the strip and its neighbours beside it; return their box."""
    font = int(rng.choice(len(glyphs.NAMES), p=glyphs.WEIGHTS))
    plain = glyphs.SANS[font] and rng.random() < 0.75
    length = 1 + int(rng.choice(len(LENGTHS), p=LENGTHS))
    place = int(rng.integers(length))
    others = rng.choice(10, size=length, p=frequencies)
    gap = glyphs.HEIGHT * float(np.clip(rng.normal(0.13, 0.09), -0.02, 0.5))
    top = (STRIP[1] - glyphs.HEIGHT) // 2
    middle = glyphs.digit(font, label, plain)
    left = right = STRIP[0] / 2
    left -= middle.width / 2
    right += middle.width / 2
    ink.paste(255, (round(left), top), middle)
    for index in range(place):
        glyph = glyphs.digit(font, int(others[index]), plain)
        left -= gap + glyph.width
        ink.paste(255, (round(left), top), glyph)
    for index in range(place + 1, length):
        glyph = glyphs.digit(font, int(others[index]), plain)
        ink.paste(255, (round(right + gap), top), glyph)
        right += gap + glyph.width
    return round(left), top, round(right), top + glyphs.HEIGHT


def _plate(
    box: tuple[int, ...], rng: np.random.Generator
) -> tuple[Image.Image, Image.Image | None]:
    """A rectangular, rounded or oval plate around the number, and its rim if it has one."""
    high, wide = glyphs.HEIGHT * rng.uniform(0.08, 0.7), glyphs.HEIGHT * rng.uniform(0.08, 0.8)
    kind = rng.random()
    if kind < 0.15:  # an oval has to be larger to hold its number
        high, wide = 1.5 * high, 1.5 * wide
    left, top, right, bottom = box
    frame = (left - wide, top - high, right + wide, bottom + high)
    radius = int(rng.integers(3, 20)) if kind < 0.4 else 0

    def shape(**how: Any) -> Image.Image:
        mask = Image.new("L", STRIP)
        pen = ImageDraw.Draw(mask)
        if kind < 0.15:
            pen.ellipse(frame, **how)
        else:
            pen.rounded_rectangle(frame, radius, **how)
        return mask

    rim = shape(outline=255, width=int(rng.integers(1, 5))) if rng.random() < 0.35 else None
    return shape(fill=255), rim


def _view(rng: np.random.Generator) -> tuple[float, ...]:
    """The eight numbers of a perspective map from the view to the strip (as PIL takes them).

    The digit fills 48 to 98 % of the height, and is squeezed, turned, slanted, seen from
    the side and off centre, about as much as in SVHN.
    """
    size = VIEW * float(np.clip(rng.normal(0.68, 0.1), 0.48, 0.98)) / glyphs.HEIGHT
    squeeze = float(np.clip(rng.lognormal(-0.28, 0.2), 0.45, 1.2))
    turn = np.radians(rng.normal(0, 4.5) * (3 if rng.random() < 0.08 else 1))
    slant = rng.normal(0, 0.09)
    cosine, sine = np.cos(turn), np.sin(turn)
    forward = (
        np.array([[cosine, -sine], [sine, cosine]])
        @ np.array([[1, slant], [0, 1]])
        @ np.diag([size * squeeze, size])
    )
    inner = np.eye(3)
    inner[:2, :2] = np.linalg.inv(forward)
    inner[2, :2] = rng.normal(0, 0.0012, 2)
    centre = VIEW / 2 + rng.normal(0, (3.0, 2.2), 2)
    back, out = np.eye(3), np.eye(3)
    back[:2, 2] = -centre
    out[:2, 2] = STRIP[0] / 2, STRIP[1] / 2
    whole = out @ inner @ back
    return tuple((whole / whole[2, 2]).ravel()[:8].tolist())


def paint(scene: Scene, rng: np.random.Generator) -> np.ndarray:
    """Colours float [64, 64, 3] in 0..255 (not clipped): wall, plate, shadow, ink, then light."""
    ground, ink = _colours(rng)
    wall = ground if scene.plate is None else _colour(rng.uniform(20, 220), rng)
    picture = np.broadcast_to(wall, (VIEW, VIEW, 3)) + _roughness(rng, wall=True)
    if scene.plate is not None:
        picture = _over(picture, scene.plate, ground + _roughness(rng, wall=False))
    if scene.rim is not None:
        rim = ink if rng.random() < 0.5 else _colour(rng.uniform(20, 220), rng)
        picture = _over(picture, scene.rim, rim)
    if rng.random() < 0.35:
        down, right = rng.integers(-3, 4, 2).tolist()
        shadow = np.roll(scene.ink, (down, right), axis=(0, 1)) * rng.uniform(0.2, 0.7)
        picture = picture * (1 - shadow[..., None])
    if rng.random() < 0.12:
        outline = Image.fromarray((scene.ink * 255).astype(np.uint8)).filter(
            ImageFilter.MaxFilter(int(rng.choice([3, 5])))
        )
        picture = _over(
            picture, np.asarray(outline, np.float32) / 255, _colour(rng.uniform(0, 255), rng)
        )
    picture = _over(picture, scene.ink, ink + _roughness(rng, wall=False))
    return picture * _light(rng)[..., None]


def _colours(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Ground and ink: their luminances lie apart by a log-normal contrast, often a low one."""
    ground = float(np.clip(rng.normal(118, 48), 12, 240))
    contrast = float(np.clip(rng.lognormal(np.log(96), 0.42), 46, 230))
    up = rng.random() < 0.5
    if ground + contrast > 265:
        up = False
    elif ground - contrast < -10:
        up = True
    ink = float(np.clip(ground + (contrast if up else -contrast), 0, 255))
    return _colour(ground, rng), _colour(ink, rng)


def _colour(luminance: float, rng: np.random.Generator) -> np.ndarray:
    """An RGB colour of this luminance: mostly greyish, at times as vivid as enamel."""
    strength = rng.lognormal(1.9, 0.6) * (4 if rng.random() < 0.12 else 1)
    chroma = rng.normal(0, (1.0, 0.35)) @ CHROMA * strength
    colour = luminance + chroma - chroma @ np.array([0.299, 0.587, 0.114], np.float32)
    return np.clip(colour, 0, 255).astype(np.float32)


def _roughness(rng: np.random.Generator, wall: bool) -> np.ndarray:
    """Soft stains [64, 64, 1]; a wall also has joints, boards or the edge of something else."""
    cells = int(rng.choice([3, 5, 9, 17]))
    grain = rng.normal(0, min(rng.lognormal(1.1, 0.6), 7), (cells, cells)).astype(np.float32)
    field = np.asarray(Image.fromarray(grain).resize((VIEW, VIEW), Image.Resampling.BICUBIC))
    if wall and rng.random() < 0.35:
        field = field + _edges(rng)
    return field[..., None]


def _edges(rng: np.random.Generator) -> np.ndarray:
    """Parallel joints, or one step of brightness, along a nearly level or upright line."""
    angle = rng.normal(0, 0.06) + (np.pi / 2 if rng.random() < 0.5 else 0)
    along = np.arange(VIEW, dtype=np.float32) - VIEW / 2
    across = along[:, None] * np.cos(angle) + along[None, :] * np.sin(angle)
    strength = rng.normal(0, 30)
    if rng.random() < 0.5:
        return strength * (across > rng.uniform(-VIEW / 2, VIEW / 2))
    period, width = rng.uniform(10, 40), rng.uniform(1, 4)
    return strength * ((across + rng.uniform(0, period)) % period < width)


def _light(rng: np.random.Generator) -> np.ndarray:
    """A gain [64, 64]: brighter to one side, and now and then the edge of a cast shadow."""
    along = np.linspace(-1, 1, VIEW, dtype=np.float32)
    slope = rng.normal(0, 0.12, 2)
    gain = 1 + slope[0] * along[:, None] + slope[1] * along[None, :]
    if rng.random() < 0.07:
        angle = rng.uniform(0, np.pi)
        across = along[:, None] * np.sin(angle) + along[None, :] * np.cos(angle)
        gain = gain * np.where(across > rng.uniform(-0.8, 0.8), rng.uniform(0.45, 0.85), 1)
    return gain.astype(np.float32)


def _over(below: np.ndarray, mask: np.ndarray, above: np.ndarray) -> np.ndarray:
    return below + mask[..., None] * (above - below)
