"""GIF and MP4 within a limit of bytes: quality gives way first, then frames."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from experiments.support.errors import UserError

LADDER = (
    # colours, grey levels that a pixel may be off before it is drawn again, every nth frame
    (96, 6, 1), (64, 14, 1), (48, 24, 1), (48, 24, 2), (32, 32, 3), (16, 40, 5),
)  # fmt: skip
QUALITIES = (24, 30, 36, 42, 51)  # H.264's constant rate factor, best first


def write_gif(path: Path, frames: list[np.ndarray], fps: float, hold: float, limit: int) -> None:
    """``frames`` uint8 [H, W, 3] -> a GIF that loops for ever, at most ``limit`` bytes.

    At half the size, which suits images whose pixels were doubled: GIF packs noise badly,
    and who wants it sharper has the MP4.
    """
    small = [np.asarray(Image.fromarray(frame).reduce(2)) for frame in frames]
    for colours, tolerance, stride in LADDER:
        # Counted from the end: the last frame is the result and is always shown.
        kept = steady(small[::-1][::stride][::-1], tolerance)
        palette = shared_palette(kept, colours)
        images = [
            Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE)
            for frame in kept
        ]
        # GIF counts hundredths of a second, and browsers slow anything below two down.
        step = max(20, round(100 * stride / fps) * 10)
        durations = [step] * (len(images) - 1) + [step + round(hold * 1000)]
        images[0].save(
            path, format="GIF", save_all=True, append_images=images[1:], duration=durations,
            loop=0, optimize=False, disposal=1,
        )  # fmt: skip
        if path.stat().st_size <= limit:
            return
    raise UserError(f"A film cannot be made smaller than {limit} bytes: draw fewer images in it.")


def steady(frames: list[np.ndarray], tolerance: int) -> list[np.ndarray]:
    """Leave a pixel as it was shown until it differs by more than ``tolerance`` grey levels.

    What does not change costs a GIF almost nothing. The last frame is exact.
    """
    shown = [frames[0]]
    for frame in frames[1:-1]:
        change = np.abs(frame.astype(np.int16) - shown[-1]).max(2, keepdims=True)
        shown.append(np.where(change > tolerance, frame, shown[-1]))
    return shown + frames[len(shown) :]


def shared_palette(frames: list[np.ndarray], colours: int) -> Image.Image:
    """One palette for the whole film, from a few frames side by side: no flicker."""
    chosen = [*frames[:: max(1, len(frames) // 8)][-10:], frames[-1]]
    return Image.fromarray(np.concatenate(chosen)).quantize(colours, Image.Quantize.MEDIANCUT)


def write_mp4(path: Path, frames: list[np.ndarray], fps: float, hold: float, limit: int) -> None:
    """``frames`` uint8 [H, W, 3], even sides -> H.264 that every browser can play."""
    import imageio.v2 as imageio

    film = frames + [frames[-1]] * round(hold * fps)
    for quality in QUALITIES:
        writer: Any = imageio.get_writer(
            path, format="FFMPEG", mode="I", fps=fps, codec="libx264", pixelformat="yuv420p",
            macro_block_size=2, quality=None, ffmpeg_log_level="error",
            output_params=["-crf", str(quality), "-preset", "medium", "-tune", "animation",
                           "-movflags", "+faststart", "-threads", "1", "-map_metadata", "-1",
                           "-fflags", "+bitexact", "-flags:v", "+bitexact"],
        )  # fmt: skip
        with writer:
            for frame in film:
                writer.append_data(frame)
        if path.stat().st_size <= limit:
            return
    raise UserError(f"A film cannot be made smaller than {limit} bytes: draw fewer images in it.")
