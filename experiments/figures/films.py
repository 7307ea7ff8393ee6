"""The frames of two kinds of film: one model learning, and two models racing.

Films have a dark ground of their own, on light pages too: one file serves both modes, and
grey digits, which are white on black, sit on it without a frame.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from experiments.figures.pictures import font, grid
from experiments.figures.save import Canvas, save_movie
from experiments.figures.theme import DARK, title

GROUND = "#12151a"
SCALE, GAP, MARGIN = 2, 4, 20
CELL = 32 * SCALE + GAP
RACE_FPS, LEARNING_FPS = 10, 5  # frames per second
RACE_COLUMNS = 5  # a side is five digits wide: two of them are readable on a phone
FIRST_SECOND = 0.3  # when the clock starts: until then there is nothing but noise
LEARNING_BYTES = (90_000, 48_000)  # GIF and MP4: there is a film of every model
PLOT = 96  # height of the curves under the race


@dataclass(frozen=True)
class Growth:
    """What one model draws of the same noise while it learns: ``images`` uint8
    [T, M, C, 32, 32], after ``seconds`` [T] of training and ``seen`` [T] images."""

    model: str
    seed: int
    images: np.ndarray
    seconds: np.ndarray
    seen: np.ndarray

    @property
    def colour(self) -> str:
        return DARK.colour(self.model)

    @property
    def end(self) -> float:
        return float(self.seconds[-1])


@dataclass(frozen=True)
class Side(Growth):
    """One model's part of a race, and how well it did when: ``scores`` [K] at ``points`` [K]
    seconds of training."""

    points: np.ndarray
    scores: np.ndarray

    def drawn_at(self, clock: float) -> np.ndarray:
        """The newest images that were there after ``clock`` seconds."""
        return self.images[max(0, int(np.searchsorted(self.seconds, clock, side="right")) - 1)]

    def score_at(self, clock: float) -> float | None:
        """The newest score; None before the first."""
        known = int(np.searchsorted(self.points, clock, side="right"))
        return float(self.scores[known - 1]) if known else None


def clock_ticks(first: float, last: float, frames: int) -> np.ndarray:
    """The seconds that each frame shows, evenly spaced in their logarithm, so that the first
    second of learning is seen as well as the last minute."""
    return np.geomspace(first, last, frames)


def show_seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 9.95 else f"{seconds:.0f} s"


def race(
    left: Side, right: Side, *, frames: int = 60, measure: str, percent: bool
) -> list[np.ndarray]:
    """Two models at equal training seconds, one clock: frames uint8 [H, W, 3].

    ``measure`` names the score, which is a share if ``percent`` and else a distance drawn on
    a logarithmic scale.
    """
    sides = (left, right)
    last = max(side.end for side in sides)
    ticks = clock_ticks(min(FIRST_SECOND, last / 10), last, frames)
    return [race_frame(sides, clock, ticks, measure, percent) for clock in ticks]


def race_frame(
    sides: tuple[Side, Side], clock: float, ticks: np.ndarray, measure: str, percent: bool
) -> np.ndarray:
    rows = -(-sides[0].images.shape[1] // RACE_COLUMNS)
    wide = RACE_COLUMNS * CELL - GAP
    between, top, head, foot = 36, MARGIN + 46, 44, 66
    high = rows * CELL - GAP
    width = 2 * wide + between + 2 * MARGIN
    plot_top = top + head + high + foot
    canvas = Image.new("RGB", (width, plot_top + PLOT + 44), GROUND)
    draw = ImageDraw.Draw(canvas)
    draw.text(
        (width / 2, MARGIN + 30), show_seconds(clock), font=font(46, True), fill=DARK.ink,
        anchor="ms",
    )  # fmt: skip
    for place, side in enumerate(sides):
        x = MARGIN + place * (wide + between)
        draw.text(
            (x, top + head - 14), title(side.model), font=font(32, True), fill=side.colour,
            anchor="ls",
        )  # fmt: skip
        if clock >= side.end:
            draw.text(
                (x + wide, top + head - 14), f"done, {show_seconds(side.end)}", font=font(24),
                fill=DARK.muted, anchor="rs",
            )  # fmt: skip
        images = side.drawn_at(clock)
        shown = images.reshape(rows, RACE_COLUMNS, *images.shape[1:])
        picture = grid(shown, SCALE, GAP)
        canvas.paste(picture, (x, top + head), picture)
        score = side.score_at(clock)
        draw.text((x, top + head + high + 38), measure, font=font(24), fill=DARK.muted, anchor="ls")
        draw.text(
            (x + wide, top + head + high + 38), show_score(score, percent), font=font(34, True),
            fill=side.colour, anchor="rs",
        )  # fmt: skip
    draw_curves(draw, sides, clock, ticks, (MARGIN, plot_top, width - MARGIN), percent)
    return np.asarray(canvas)


def show_score(score: float | None, percent: bool) -> str:
    if score is None:
        return "–"
    return f"{score:.1%}".replace("%", " %") if percent else f"{score:.1f}"


def draw_curves(
    draw: ImageDraw.ImageDraw,
    sides: tuple[Side, Side],
    clock: float,
    ticks: np.ndarray,
    box: tuple[int, int, int],
    percent: bool,
) -> None:
    """Both scores so far, over the logarithm of the seconds, with the clock as a hand."""
    left, top, right = box
    bottom = top + PLOT
    low, high = np.log(ticks[0]), np.log(ticks[-1])

    def across(seconds: float) -> float:
        return left + (np.log(seconds) - low) / (high - low) * (right - left)

    every = np.concatenate([side.scores for side in sides])
    least, most = (0.0, 1.0) if percent else (np.log(every.min()), np.log(every.max()))

    def up(score: float) -> float:
        value = score if percent else np.log(score)
        return bottom - 4 - (value - least) / max(most - least, 1e-9) * (PLOT - 8)

    draw.line([(left, bottom), (right, bottom)], fill=DARK.rule, width=2)
    for power in range(-3, 6):
        if ticks[0] <= 10.0**power <= ticks[-1] and across(10.0**power) < right - 20:
            x = across(10.0**power)
            draw.line([(x, bottom), (x, bottom + 6)], fill=DARK.rule, width=2)
            draw.text((x, bottom + 32), f"{10.0**power:g} s", font=font(22), fill=DARK.muted,
                      anchor="ms")  # fmt: skip
    for side in sides:
        points = [
            (across(max(s, ticks[0])), up(v))
            for s, v in zip(side.points, side.scores, strict=True)
            if s <= clock
        ]
        if len(points) > 1:
            draw.line(points, fill=side.colour, width=4, joint="curve")
    draw.line([(across(clock), top), (across(clock), bottom)], fill=DARK.ink, width=2)


def learning(growth: Growth) -> list[np.ndarray]:
    """One model from its untrained weights on, its images side by side -> frames uint8
    [H, W, 3]."""
    width = max(growth.images.shape[1] * CELL - GAP, 460) + 2 * MARGIN
    top = MARGIN + 50
    frames = []
    # Neighbours look alike: every third snapshot is enough, the first and the last included.
    count = len(growth.seconds)
    for step in [0, *range(1 + (count + 1) % 3, count, 3)]:
        canvas = Image.new("RGB", (width, top + CELL - GAP + MARGIN), GROUND)
        draw = ImageDraw.Draw(canvas)
        base = MARGIN + 26
        draw.text((MARGIN, base), title(growth.model), font=font(32, True), fill=growth.colour,
                  anchor="ls")  # fmt: skip
        draw.text((width - MARGIN, base), show_seconds(growth.seconds[step]),
                  font=font(32, True), fill=DARK.ink, anchor="rs")  # fmt: skip
        draw.text((width - MARGIN - 120, base), f"{growth.seen[step]:,} images", font=font(24),
                  fill=DARK.muted, anchor="rs")  # fmt: skip
        picture = grid(growth.images[step][None], SCALE, GAP)
        canvas.paste(picture, ((width - picture.width) // 2, top), picture)
        frames.append(np.asarray(canvas))
    return frames


def save_learning(canvas: Canvas, growth: Growth) -> None:
    """``learning-<model>``: what one run made of the same noise, from untrained to trained."""
    shows = growth.images.shape[1]
    alt = (
        f"What the {title(growth.model)} makes of the same {shows} noise vectors, from untrained "
        f"to {growth.seen[-1]:,} images seen in {growth.end:.0f} s."
    )
    save_movie(
        canvas, f"learning-{growth.model}", learning(growth), LEARNING_FPS, alt=alt, n=shows,
        seeds=[growth.seed], models=[growth.model], limits=LEARNING_BYTES,
    )  # fmt: skip


def save_race(
    canvas: Canvas, name: str, left: Side, right: Side, *, measure: str, percent: bool, n: int
) -> None:
    """Two runs by one clock; the words tell the score after ten seconds and at the end.

    ``n`` counts the images behind each score; see `race` for ``measure`` and ``percent``.
    """
    sides = (left, right)
    clocks = [max(side.end for side in sides)]
    if min(side.end for side in sides) > 10:
        clocks.insert(0, 10.0)
    told = [
        f"after {show_seconds(clock)} "
        + " and ".join(
            f"the {title(side.model)} has {show_score(side.score_at(clock), percent)}"
            for side in sides
        )
        for clock in clocks
    ]
    alt = (
        f"{title(left.model)} and {title(right.model)} learn side by side at equal training "
        f"seconds. {measure.capitalize()}: {'; '.join(told)}."
    )
    save_movie(
        canvas, name, race(left, right, measure=measure, percent=percent), RACE_FPS, alt=alt,
        n=n, models=[left.model, right.model], seeds=sorted({left.seed, right.seed}),
    )  # fmt: skip
