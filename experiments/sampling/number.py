"""Write a number: every conditional model draws it, digit by digit, from the same noise."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from experiments.figures.pictures import font
from experiments.figures.theme import LIGHT, title
from experiments.sampling.source import ENDING, Sampler, header, load_pretrained
from experiments.support.errors import UserError, unknown
from experiments.support.files import write_atomically

NOISE = 8  # stream of random numbers: (seed, stream)
LONGEST = 32
SCALE = 4  # pixels of the picture per pixel of a model, which is 32 on a side
WIDE = 12  # as many digits stand side by side before the datasets go below one another
MARGIN, GAP, TYPE, LETTER = 72, 6, 38, 24
RANK = {"linear": 0, "vae": 1, "gan": 2, "hybrid": 3}  # from above; others stand below


@dataclass(frozen=True)
class Line:
    """What one model wrote: images uint8 [digits, C, 32, 32]."""

    model: str
    images: np.ndarray


def write_number(
    text: str,
    out: Path,
    *,
    assets: Path = Path("assets"),
    datasets: Sequence[str] | None = None,
    seed: int = 0,
) -> Path:
    """Draw ``text`` with every conditional pretrained model, one row per model and a block
    per dataset (all there are, or ``datasets``), as a PNG on a light ground.

    Each place of the number has one z, which all models share whose noise is as long. Raises
    `UserError` when ``text`` is no number, or no conditional model is there.
    """
    if not text.isdecimal() or not text.isascii() or len(text) > LONGEST:
        raise UserError(
            f"{text!r} cannot be written: give 1 to {LONGEST} digits, for example 2026."
        )
    digits = np.array([int(letter) for letter in text], np.int64)
    blocks = {
        name: [Line(s.name, s.of_noise(draw_noise(s, len(digits), seed), digits)) for s in samplers]
        for name, samplers in conditional(assets / "models", datasets, int(digits.max())).items()
    }
    picture = compose(blocks)
    write_atomically(out, lambda path: picture.save(path, format="PNG", optimize=True))
    return out


def draw_noise(source: Sampler, n: int, seed: int) -> np.ndarray:
    """float32 [n, latent_dim]: the same for all models of one latent_dim."""
    rng = np.random.default_rng([seed, NOISE])
    return rng.standard_normal((n, source.model.latent_dim), np.float32)


def conditional(
    folder: Path, datasets: Sequence[str] | None, largest: int
) -> dict[str, list[Sampler]]:
    """The conditional models of each dataset that know the class ``largest``, family by family."""
    there = sorted(path.name for path in folder.glob("*/") if any(path.glob("*" + ENDING)))
    for name in datasets or ():
        if name not in there:
            raise unknown("pretrained dataset", name, there)
    found: dict[str, list[Sampler]] = {}
    for name in datasets or there:
        for path in sorted((folder / name).glob("*" + ENDING)):
            about = header(path)
            if about.get("conditional") and about.get("classes", 0) > largest:
                found.setdefault(name, []).append(load_pretrained(path))
        found.get(name, []).sort(key=lambda sampler: RANK.get(sampler.about["family"], len(RANK)))
    if not found:
        raise UserError(
            f"There is no conditional pretrained model in {folder}: run `make experiments`."
        )
    return found


def compose(blocks: dict[str, list[Line]]) -> Image.Image:
    """One row per model and a block per dataset: side by side while they are short, and then
    the names of the models stand once, at the left. A model that a dataset lacks leaves a gap."""
    models = list(dict.fromkeys(line.model for lines in blocks.values() for line in lines))
    length = len(next(iter(blocks.values()))[0].images)
    beside = length * len(blocks) <= WIDE
    step, head = 32 * SCALE + GAP, round(TYPE * 1.9)
    names = round(max(font(TYPE, bold=True).getlength(title(model)) for model in models)) + LETTER
    width, height = length * step - GAP, head + len(models) * (step + GAP) - 2 * GAP
    across, down = (len(blocks), 1) if beside else (1, len(blocks))
    size = (
        2 * MARGIN + names + across * (width + MARGIN) - MARGIN,
        2 * MARGIN + down * (height + MARGIN) - MARGIN,
    )
    canvas = Image.new("RGB", size, LIGHT.ground)
    draw = ImageDraw.Draw(canvas)
    for place, (dataset, lines) in enumerate(blocks.items()):
        left = MARGIN + names + (place * (width + MARGIN) if beside else 0)
        top = MARGIN + (0 if beside else place * (height + MARGIN))
        name = display_name(dataset)
        draw.text((left, top + TYPE), name, font=font(TYPE), fill=LIGHT.muted, anchor="ls")
        written = {line.model: line.images for line in lines}
        for row, model in enumerate(models):
            y = top + head + row * (step + GAP)
            if model in written:
                write_line(canvas, written[model], left, y)
            if (beside and place == 0) or (model in written and not beside):
                colour = LIGHT.colour(model)
                at = (MARGIN, y + 16 * SCALE)
                draw.text(at, title(model), font=font(TYPE, bold=True), fill=colour, anchor="lm")
    return canvas


def write_line(canvas: Image.Image, images: np.ndarray, left: int, top: int) -> None:
    ink = bool(images.shape[1] == 1 and np.median(images) < 128)
    for column, image in enumerate(images):
        canvas.paste(enlarge(image, ink), (left + column * (32 * SCALE + GAP), top))


def display_name(dataset: str) -> str:
    """A dataset's name in print: the known ones are abbreviations."""
    head, dash, rest = dataset.partition("-")
    return (head.upper() if head in ("mnist", "svhn") else head) + dash + rest


def enlarge(image: np.ndarray, ink: bool) -> Image.Image:
    """uint8 [C, 32, 32] -> RGB, each pixel a square: nothing is smoothed.

    ``ink`` shows a grey image the other way round, dark on the ground of the picture.
    """
    if ink:
        tone = image[0].astype(np.float32)[..., None] / 255
        paper, pen = (np.array(parse(colour)) for colour in (LIGHT.ground, LIGHT.ink))
        pixels = np.round(paper + tone * (pen - paper)).astype(np.uint8)
    else:
        pixels = np.broadcast_to(image, (3, *image.shape[1:])).transpose(1, 2, 0)
    return Image.fromarray(pixels.repeat(SCALE, 0).repeat(SCALE, 1))


def parse(colour: str) -> tuple[int, int, int]:
    """``#rrggbb`` -> 0..255 each."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
