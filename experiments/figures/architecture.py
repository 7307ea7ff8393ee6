"""The drawing of an architecture: a row of blocks per network, as a box each.

A box is as high as its feature map has rows of pixels, as deep as it has columns, and as
wide as the logarithm of its channels; a vector is a flat bar. What sampling needs has the
family's colour, what only training needs is grey.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.figures.theme import WIDTH, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.figures.network import Block, Network

PIXELS = 96 * WIDTH  # all lengths below are in pixels of the drawing
MOST = 5  # columns side by side, so that words fit below each
SIDE = 52  # width left for the picture that goes in, and for the one that comes out
PICTURE, EDGE = 40, 8  # the picture, and how far it stays away from the edge
TALLEST = 62  # height of the front of a box of 32 rows
SLANT = 0.26  # how much of the depth of a box is seen
HEAD, PILL, FOOT = 30, 20, 15  # heights: title of a network, mark above a box, space below
LINE = 12.5  # from one line of words to the next
WORDS = 8.0  # points: 10.7 px, still 8 px on a phone of 360
LETTERS = 15  # in a line of words

BAR = 5.0  # height of a vector


@dataclass(frozen=True)
class Shown:
    """Real pictures, uint8 [C, H, W] each: at the ends of the networks, and in place of boxes
    those of ``weights`` that are pictures, by path. ``latent`` noises enter."""

    real: np.ndarray
    drawn: np.ndarray
    latent: int
    weights: dict[str, np.ndarray]


def draw_architecture(
    theme: Theme, colour: str, networks: "Sequence[Network]", shown: Shown
) -> "Figure":
    """A vector drawing, as high as it has to be."""
    from matplotlib.figure import Figure

    rows = [(network, lines_of(network.blocks)) for network in networks]
    height = sum(HEAD + sum(line_height(line) for line in lines) for _, lines in rows) + 20
    figure = Figure(figsize=(WIDTH, height / 96))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, PIXELS), ylim=(height, 0))
    axes.axis("off")
    y = 0.0
    for network, lines in rows:
        y = draw_network(axes, theme, colour, network, lines, shown, y)
    axes.text(
        PIXELS / 2, height - 5, "height: pixels; width: channels, log scale; last line: weights",
        color=theme.muted, fontsize=WORDS, ha="center", va="baseline",
    )  # fmt: skip
    return figure


def lines_of(blocks: "list[Block]") -> "list[list[list[Block]]]":
    """Columns of blocks, wrapped where they do not fit: in front of an input, or anywhere."""
    columns = [
        [block for block in blocks if block.column == place]
        for place in range(1 + max(block.column for block in blocks))
    ]
    if len(columns) <= MOST:
        return [columns]
    lines: list[list[list[Block]]] = [[]]
    for place, column in enumerate(columns):
        enters = any(block.inputs & {"image", "noise"} for block in column)
        if place and (enters or len(lines[-1]) == MOST):
            lines.append([])
        lines[-1].append(column)
    return lines


def box_size(block: "Block") -> tuple[float, float, float]:
    """Width, height and depth of a block's box: ``shape`` is [channels, rows, columns]."""
    channels, *sides = block.shape or (1,)
    rows, columns = (sides + sides)[:2] if sides else (0, 0)
    scale = TALLEST / 32
    return 6 + 4.6 * np.log2(max(channels, 1)), max(BAR, scale * rows), max(BAR, scale * columns)


def words_of(block: "Block", head: bool) -> list[str]:
    """What is written below a box; of a head also the name that the module gives it."""
    shape = " × ".join(f"{side:,}" for side in block.shape)
    name = [block.name] if (head or block.bare) and block.name else []
    # That the digit enters a normalisation says the mark above the box.
    notes = [note.removesuffix(" by digit") for note in block.notes]
    told = [line for note in (*name, block.kind, *notes) for line in wrap(note, LETTERS)]
    return [shape, *told, f"{block.weights:,}"]


def words_of_many(block: "Block") -> list[str]:
    """Of a head beside other heads, in two lines."""
    shape = " × ".join(f"{side:,}" for side in block.shape)
    return [f"{block.name}: {shape}" if block.name else shape, f"{block.kind}, {block.weights:,}"]


def tallest(columns: "list[list[Block]]") -> float:
    """Height of the band of boxes, with what is seen of their tops."""
    heights = [box_size(block) for column in columns for block in column if len(column) == 1]
    return max([high + SLANT * deep for _, high, deep in heights] + [PICTURE])


def line_height(columns: "list[list[Block]]") -> float:
    words = max(len(words_of(column[0], True)) for column in columns)
    stacked = max(sum(stack_height(block) for block in column) for column in columns)
    return max(PILL + tallest(columns) + LINE * words, stacked) + FOOT


def stack_height(block: "Block") -> float:
    """What a block takes up in a column of several."""
    return PILL + LINE * (1 + len(words_of_many(block))) + 6


def draw_network(
    axes: "Axes", theme: Theme, colour: str, network: "Network",
    lines: "list[list[list[Block]]]", shown: Shown, y: float,
) -> float:  # fmt: skip
    """One network below ``y``; returns where the next one begins."""
    only = "" if network.sampling else ", not needed for sampling"
    axes.text(2, y + 17, network.title, color=theme.ink, fontsize=10.5, fontweight="bold")
    axes.text(PIXELS - 2, y + 17, f"{network.weights:,} weights{only}", color=theme.muted,
              fontsize=WORDS + 0.5, ha="right")  # fmt: skip
    axes.plot([2, PIXELS - 2], [y + 23, y + 23], color=theme.rule, linewidth=0.8)
    y += HEAD
    base = colour if network.sampling else theme.muted
    for place, columns in enumerate(lines):
        last = place == len(lines) - 1
        draw_line(axes, theme, base, network, columns, shown, y, last)
        y += line_height(columns)
    return y


def draw_line(
    axes: "Axes", theme: Theme, base: str, network: "Network", columns: "list[list[Block]]",
    shown: Shown, y: float, last: bool,
) -> None:  # fmt: skip
    """Columns of blocks from left to right, what enters in front and what leaves behind."""
    middle = y + PILL + tallest(columns) / 2
    first = columns[0][0]
    entering = next((kind for kind in ("noise", "image") if kind in first.inputs), None)
    image = shown.drawn.shape
    leaves = last and network.sampling
    left = 2 + (SIDE + 8 if entering or first.parents else 0)
    right = PIXELS - 2 - (SIDE + 8 if leaves else 0)
    pitch = (right - left) / max(len(columns), 3)
    if entering == "noise":
        draw_picture(
            axes, theme, noise_picture(shown.latent), EDGE, middle, ["z", str(shown.latent)]
        )
    elif entering == "image":
        size = " × ".join(map(str, image))
        draw_picture(axes, theme, shown.real, EDGE, middle, ["image", size])
    end = EDGE + PICTURE + 4.0 if entering else 2.0
    before: list[Block] = []
    for place, column in enumerate(columns):
        x, at = left + pitch * (place + 0.5), y
        for block in column:
            alone = len(column) == 1
            words = words_of(block, block in network.heads) if alone else words_of_many(block)
            centre = middle if alone else at + PILL + LINE / 2
            below = y + PILL + tallest(columns) if alone else centre + LINE / 2
            if block.path in shown.weights:
                wide = PICTURE / 2
                draw_picture(axes, theme, shown.weights[block.path], x - wide, centre, [])
            else:
                wide = half_width(block)
                draw_box(axes, theme, base, block, x, centre)
            if block.parents or entering:
                turn = end if alone else x - 38  # not across the words of its neighbours
                axes.plot([end, turn], [middle, centre], color=theme.muted, linewidth=0.9)
                draw_arrow(axes, theme, turn, centre, x - wide - 4, centre)
            marks = (["digit"] if "digit" in block.inputs else []) + views(network, block, before)
            _, high, deep = box_size(block)
            up = PICTURE if block.path in shown.weights else high + SLANT * deep
            draw_pills(axes, theme, marks, x, centre - up / 2 - 3)
            draw_words(axes, theme, words, x, below)
            at += stack_height(block)
        before, end = column, x + wide + 4
    if leaves:
        x = PIXELS - EDGE - PICTURE
        draw_arrow(axes, theme, end, middle, x - 4, middle)
        draw_picture(axes, theme, shown.drawn, x, middle, ["image", " × ".join(map(str, image))])


def half_width(block: "Block") -> float:
    wide, _, deep = box_size(block)
    return (wide + SLANT * deep) / 2


def views(network: "Network", block: "Block", before: "list[Block]") -> list[str]:
    """The named parts of the network that a block takes in beside the one in front of it."""
    parents = [network.blocks[parent] for parent in sorted(block.parents)]
    beside = [parent for parent in parents if not any(parent is each for each in before)]
    return list(dict.fromkeys(parent.part or "skip" for parent in beside))


def draw_box(
    axes: "Axes", theme: Theme, base: str, block: "Block", x: float, y: float
) -> None:  # fmt: skip
    """A box seen from the front, the right and above, centred on (x, y)."""
    from matplotlib.patches import Polygon

    wide, high, deep = box_size(block)
    out = SLANT * deep
    left, right = x - (wide + out) / 2, x + (wide - out) / 2
    bottom, top = y + (high + out) / 2, y - (high - out) / 2
    faces = (
        ([(left, bottom), (right, bottom), (right, top), (left, top)], 0.0),
        ([(left, top), (right, top), (right + out, top - out), (left + out, top - out)], 0.4),
        ([(right, bottom), (right, top), (right + out, top - out), (right + out, bottom - out)],
         -0.25),
    )  # fmt: skip
    for corners, light in faces:
        axes.add_patch(
            Polygon(corners, facecolor=shade(base, light), edgecolor=theme.ground, linewidth=0.7,
                    joinstyle="round", clip_on=False)
        )  # fmt: skip


def shade(colour: str, light: float) -> Any:
    """A colour towards white (0 to 1) or towards black (0 to -1)."""
    from matplotlib.colors import to_rgb

    target = np.ones(3) if light > 0 else np.zeros(3)
    return tuple(np.array(to_rgb(colour)) * (1 - abs(light)) + target * abs(light))


def draw_words(axes: "Axes", theme: Theme, words: list[str], x: float, y: float) -> None:
    """The shape in bold, the layer below it, the number of weights last."""
    for place, text in enumerate(words):
        ends = place in (0, len(words) - 1)
        axes.text(
            x, y + LINE * (place + 1), text, color=theme.ink if ends else theme.muted,
            fontsize=WORDS, fontweight="bold" if place == 0 else "normal", ha="center",
            va="baseline",
        )  # fmt: skip


def draw_pills(axes: "Axes", theme: Theme, marks: list[str], x: float, y: float) -> None:
    """What else enters a block: a mark above it for each."""
    if marks:
        axes.text(
            x, y - 4, " + ".join(marks), color=theme.ink, fontsize=WORDS, ha="center",
            va="bottom",
            bbox={"boxstyle": "round,pad=0.12,rounding_size=0.5", "facecolor": "none",
                  "edgecolor": theme.muted, "linewidth": 0.7},
        )  # fmt: skip


def draw_arrow(axes: "Axes", theme: Theme, x: float, y: float, to_x: float, to_y: float) -> None:
    axes.annotate(
        "", (to_x, to_y), (x, y),
        arrowprops={"arrowstyle": "-|>,head_width=0.13,head_length=0.26", "color": theme.muted,
                    "linewidth": 0.9, "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip


def draw_picture(
    axes: "Axes", theme: Theme, picture: np.ndarray, x: float, middle: float, words: list[str]
) -> None:
    """A picture uint8 [C, H, W] whose pixels stay squares, with its name and size below."""
    pixels = picture.transpose(1, 2, 0)
    pixels = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    top = middle - PICTURE / 2
    axes.imshow(
        pixels, extent=(x, x + PICTURE, top + PICTURE, top), interpolation="none", aspect="auto",
        zorder=2,
    )  # fmt: skip
    draw_words(axes, theme, words, x + PICTURE / 2, middle + PICTURE / 2 + 1)


def noise_picture(latent: int) -> np.ndarray:
    """One pixel per noise, uint8 [1, rows, columns], as square as their number allows."""
    rows = next(n for n in range(int(latent**0.5), 0, -1) if latent % n == 0)
    noise = np.random.default_rng(0).standard_normal((1, rows, latent // rows))
    return np.clip(127 + 60 * noise, 0, 255).astype(np.uint8)
