"""Write one figure: its files and the JSON that tells where it comes from."""

from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from PIL import Image

from experiments.figures.svg import slim
from experiments.figures.theme import THEMES, Theme, register_fonts
from experiments.support.files import write_atomically, write_json, write_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from experiments.profile import Profile

NEARLY_GREY = 20  # the ink of words is a little blue
MOVIE_BYTES = 400_000
"""The most that one moving file may weigh, so that the page opens on a slow line."""


class Canvas(Protocol):
    """What figures are drawn on: a folder for the files, and what each says of its origin.

    ``source`` is the dataset's title, ``command`` what draws the figure again; ``models`` and
    ``seeds`` are those of a figure that names no others.
    """

    folder: Path
    command: str
    dataset: str
    source: str
    profile: "Profile"

    @property
    def models(self) -> list[str]: ...

    @property
    def seeds(self) -> list[int]: ...


def save_chart(
    canvas: Canvas,
    name: str,
    draw: "Callable[[Theme], Figure]",
    *,
    alt: str,
    n: int,
    data: "pd.DataFrame | None" = None,
    seeds: Sequence[int] | None = None,
    models: Sequence[str] | None = None,
) -> None:
    """Draw once per theme: ``<name>.light.svg``, ``<name>.dark.svg``; ``data`` as csv.

    ``alt`` states the finding in words, made from the numbers; ``n`` counts the images
    behind each value. ``seeds`` and ``models`` default to those of the canvas.
    """
    import matplotlib as mpl

    register_fonts()
    width = height = 0.0
    for theme in THEMES:
        # A fixed salt and no date: the same numbers give the same bytes.
        with mpl.rc_context({**theme.rc(), "svg.hashsalt": name}):
            figure = draw(theme)
            width, height = figure.get_size_inches() * 96
            drawn = StringIO()
            figure.savefig(drawn, format="svg", metadata={"Date": None})
            write_text(canvas.folder / f"{name}.{theme.name}.svg", slim(drawn.getvalue()))
    if data is not None:
        rounded = data.round(6)
        write_atomically(
            canvas.folder / f"{name}.csv", lambda path: rounded.to_csv(path, index=False)
        )
    record = describe(canvas, "chart", alt, n, (round(width), round(height)), seeds, models)
    write_json(
        canvas.folder / f"{name}.json",
        {**record, "data": None if data is None else f"{name}.csv"},
    )


def save_picture(
    canvas: Canvas,
    name: str,
    image: "np.ndarray | Image.Image",
    *,
    alt: str,
    n: int,
    seeds: Sequence[int] | None = None,
    models: Sequence[str] | None = None,
) -> None:
    """One PNG that serves both modes: opaque images on a transparent ground.

    ``image``: uint8 [H, W] or [H, W, 3 or 4], or a Pillow image; see `lighter`.
    """
    picture = lighter(image if isinstance(image, Image.Image) else Image.fromarray(image))
    write_png(canvas.folder / f"{name}.png", picture)
    record = describe(canvas, "picture", alt, n, picture.size, seeds, models)
    write_json(canvas.folder / f"{name}.json", record)


def save_movie(
    canvas: Canvas,
    name: str,
    frames: Iterable[np.ndarray],
    fps: float,
    *,
    alt: str,
    n: int,
    seeds: Sequence[int] | None = None,
    models: Sequence[str] | None = None,
    poster: int = -1,
    hold: float = 2.0,
    limits: tuple[int, int] = (MOVIE_BYTES, MOVIE_BYTES),
) -> None:
    """``frames`` uint8 [H, W, 3], opaque -> ``<name>.gif``, ``<name>.mp4`` and, for readers
    who asked for no motion, frame ``poster`` as ``<name>.png``. The last frame stays for
    ``hold`` seconds. ``limits``: the most bytes of the GIF and of the MP4.
    """
    from experiments.figures.movies import write_gif, write_mp4

    film = [even(frame) for frame in frames]
    write_atomically(
        canvas.folder / f"{name}.gif", lambda path: write_gif(path, film, fps, hold, limits[0])
    )
    write_atomically(
        canvas.folder / f"{name}.mp4", lambda path: write_mp4(path, film, fps, hold, limits[1])
    )
    write_png(canvas.folder / f"{name}.png", Image.fromarray(film[poster]))
    height, width = film[0].shape[:2]
    record = describe(canvas, "movie", alt, n, (width, height), seeds, models)
    write_json(canvas.folder / f"{name}.json", record)


def even(frame: np.ndarray) -> np.ndarray:
    """Repeat the last row or column where a side is odd: H.264 with yuv420p needs even sides."""
    height, width = frame.shape[:2]
    return np.pad(frame, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")


def lighter(picture: Image.Image) -> Image.Image:
    """Grey pictures with one channel in place of three, coloured ones with six bits of eight:
    at most two levels from what was drawn, and a quarter less to load."""
    if picture.mode != "RGBA":
        return picture
    pixels = np.asarray(picture)
    colours = pixels[..., :3].astype(np.int16)
    if np.ptp(colours, axis=2).max() <= NEARLY_GREY:
        return picture.convert("LA")
    rounded = np.minimum((colours + 2) // 4 * 4, 255).astype(np.uint8)
    return Image.fromarray(np.concatenate([rounded, pixels[..., 3:]], axis=2), "RGBA")


def write_png(path: Path, picture: Image.Image) -> None:
    write_atomically(path, lambda temporary: picture.save(temporary, optimize=True))


def describe(
    canvas: Canvas,
    kind: str,
    alt: str,
    n: int,
    size: tuple[int, int],
    seeds: Sequence[int] | None,
    models: Sequence[str] | None,
) -> dict[str, Any]:
    """What every figure says of itself."""
    return {
        "kind": kind,
        "alt": alt,
        "command": canvas.command,
        "dataset": canvas.dataset,
        "source": canvas.source,
        "profile": canvas.profile.name,
        "models": list(canvas.models if models is None else models),
        "seeds": list(canvas.seeds if seeds is None else seeds),
        "n": int(n),
        "data": None,
        "width": int(size[0]),
        "height": int(size[1]),
    }
