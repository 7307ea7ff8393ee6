"""Labelled images to one npz file, or to a folder of PNGs with labels.csv."""

import shutil
import tempfile
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image

from experiments.sampling.source import Sampler
from experiments.support.errors import UserError
from experiments.support.files import explain, write_atomically, write_text
from experiments.support.machine import check_memory

LABELS = 7  # stream of random numbers: (seed, stream)

Format = Literal["npz", "png"]
Labels = Literal["equal", "like-data"]


def sample_to_file(
    source: Sampler,
    n: int,
    out: Path,
    *,
    digit: int | None = None,
    format: Format = "npz",
    seed: int = 0,
    labels: Labels = "equal",
) -> Path:
    """Sample ``n`` images and write them to ``out``; the same seed gives the same file.

    npz: ``images`` uint8 [n, C, 32, 32] and ``labels`` int64 [n]. png: a folder of
    ``00000.png`` ... and ``labels.csv`` (file,label). Labels come in turn (``equal``), in
    the training split's proportions (``like-data``) or are all ``digit``; unconditional
    models have none.

    Raises `UserError` for a digit the model does not know, any digit asked of an
    unconditional model, and a folder that is there already.
    """
    asked = choose_labels(source, n, digit, seed, labels)
    if format == "png" and out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} is there already and not empty: name another folder.")
    images = source.images(asked, seed)
    kept = asked if source.conditional else None
    if format == "png":
        write_folder(out, images, kept)
    else:
        write_npz(out, images, kept)
    return out


def choose_labels(
    source: Sampler, n: int, digit: int | None, seed: int, labels: Labels
) -> np.ndarray:
    """int64 [n]; zeros for an unconditional model, which does not look at them."""
    if n < 1:
        raise UserError(f"--n {n} asks for no image: ask for 1 or more.")
    # The pixels twice, since they are put together from batches, and the labels.
    size = n * (2 * 32 * 32 * source.about["channels"] + 8)
    check_memory(f"{n:,} images", size, "ask for fewer with --n, in several files")
    if not source.conditional:
        if digit is not None:
            raise UserError(
                f"{source.name} is unconditional and cannot be asked for a digit: "
                "leave --digit out, or take a conditional model (cvae, cgan)."
            )
        return np.zeros(n, np.int64)
    if digit is not None:
        if not 0 <= digit < source.classes:
            raise UserError(
                f"{source.name} knows the classes 0 to {source.classes - 1}, not {digit}: "
                "ask for one of those."
            )
        return np.full(n, digit, np.int64)
    if labels == "like-data":
        rng = np.random.default_rng([seed, LABELS])
        return rng.choice(source.classes, n, p=source.proportions).astype(np.int64)
    return np.arange(n, dtype=np.int64) % source.classes


def write_npz(out: Path, images: np.ndarray, labels: np.ndarray | None) -> None:
    arrays: dict[str, Any] = {"images": images}
    if labels is not None:
        arrays["labels"] = labels

    def write(path: Path) -> None:
        with open(path, "wb") as file:  # a name would get ".npz" appended to other endings
            np.savez_compressed(file, **arrays)

    write_atomically(out, write)


def write_folder(out: Path, images: np.ndarray, labels: np.ndarray | None) -> None:
    """Into a folder beside ``out`` first, which then takes its place: all images or none."""
    stage = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        # A new name each time: what lies there under any other name is somebody else's.
        stage = Path(tempfile.mkdtemp(prefix=".images-", dir=out.parent))
        part = stage / "images"
        part.mkdir()
        names = [f"{i:05d}.png" for i in range(len(images))]
        for name, image in zip(names, images, strict=True):
            pixels = image[0] if len(image) == 1 else image.transpose(1, 2, 0)
            Image.fromarray(pixels).save(part / name)
        if labels is not None:
            rows = [f"{name},{label}" for name, label in zip(names, labels, strict=True)]
            write_text(part / "labels.csv", "\n".join(["file,label", *rows]) + "\n")
        part.replace(out)
    except OSError as error:
        raise explain(error, out) from error
    finally:
        if stage:
            shutil.rmtree(stage, ignore_errors=True)
