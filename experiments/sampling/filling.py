"""Fill in: cut a hole into images and let a model draw what was there, into one file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from experiments import models
from experiments.data.pixels import to_float, to_uint8
from experiments.evaluation.holes import holes
from experiments.figures.pictures import sheet
from experiments.sampling.source import Sampler
from experiments.support.errors import UserError
from experiments.support.files import read_arrays, write_arrays, write_atomically

CHOICE, NOISE = 9, 10  # streams of random numbers: (seed, stream)
HOLE = 127  # grey level in which a hole is shown
ENDINGS = (".png", ".npz")


@dataclass(frozen=True)
class Images:
    """What is filled in: uint8 [N, C, 32, 32], labels int64 [N], and where they come from."""

    images: np.ndarray
    labels: np.ndarray
    origin: str


def check_fill(model: str) -> None:
    """Raise `UserError` for a model that cannot fill in."""
    if not hasattr(models.load(model), "fill"):
        able = ", ".join(name for name in models.names() if hasattr(models.load(name), "fill"))
        raise UserError(f"{model} cannot fill in images: take a model that can ({able}).")


def read_images(path: Path) -> Images:
    """An npz of ``images`` uint8 [N, C, 32, 32] and ``labels`` [N], as `sample` writes it.

    Raises `UserError` for anything else.
    """
    arrays = read_arrays(path, ("images", "labels"), "write it again, as `sample` does")
    images, labels = arrays["images"], arrays["labels"]
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[2:] != (32, 32):
        raise UserError(
            f"{path} holds images of shape {images.shape} and type {images.dtype}: "
            "bring them as uint8 [N, C, 32, 32]."
        )
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu":
        raise UserError(f"{path} needs one whole number per image as its labels.")
    return Images(images, labels.astype(np.int64), str(path))


def fill_to_file(
    source: Sampler,
    given: Images,
    n: int,
    share: float,
    out: Path,
    *,
    digit: int | None = None,
    seed: int = 0,
) -> Path:
    """Fill holes of ``share`` of the image in ``n`` random images, and write them to ``out``.

    png: three rows, with the hole, filled in, and as it was. npz: the same as ``holed``,
    ``images`` and ``original``, uint8 [n, C, 32, 32], with ``labels`` [n] and ``mask``
    [n, 1, 32, 32], 1 inside the hole. ``digit`` takes images of that class alone. Raises
    `UserError` for images or shares that do not fit.
    """
    if out.suffix not in ENDINGS:
        raise UserError(f"{out} is neither a .png nor an .npz file: name one of those.")
    chosen = choose(source, given, n, digit, seed)
    mask = holes(n, share, seed)
    filled = fill(source, chosen, mask, seed)
    holed = np.where(mask == 1, HOLE, chosen.images).astype(np.uint8)
    if out.suffix == ".npz":
        arrays = {"images": filled, "holed": holed, "original": chosen.images,
                  "labels": chosen.labels, "mask": mask.astype(np.uint8)}  # fmt: skip
        write_arrays(out, arrays, compress=True)
    else:
        rows = {"given": holed, "filled in": filled, "original": chosen.images}
        picture = sheet(np.stack(list(rows.values())), list(rows))
        write_atomically(out, lambda path: picture.save(path, format="PNG", optimize=True))
    return out


def choose(source: Sampler, given: Images, n: int, digit: int | None, seed: int) -> Images:
    """``n`` random images, of the class ``digit`` if one is asked for."""
    channels = source.about["channels"]
    if given.images.shape[1] != channels:
        raise UserError(
            f"{source.name} draws images of {channels} channel(s), those of {given.origin} "
            f"have {given.images.shape[1]}: take a model of the same kind."
        )
    known = (given.labels >= 0) & (given.labels < source.classes)
    if not known.all():
        raise UserError(
            f"{source.name} knows the classes 0 to {source.classes - 1}, {given.origin} holds "
            f"the class {given.labels[~known][0]}: leave it out."
        )
    there = np.arange(len(given.labels)) if digit is None else np.flatnonzero(given.labels == digit)
    if n > len(there):
        of = "" if digit is None else f" of the class {digit}"
        raise UserError(f"{given.origin} holds {len(there)} images{of}: ask for no more than that.")
    order = np.random.default_rng([seed, CHOICE]).permutation(there)[:n]
    return Images(given.images[order], given.labels[order], given.origin)


def fill(source: Sampler, given: Images, mask: np.ndarray, seed: int) -> np.ndarray:
    """uint8 [N, C, 32, 32]: the images with what the model draws inside the hole."""
    model: Any = source.model  # which has ``fill``
    rng = np.random.default_rng([seed, NOISE])
    noise = rng.standard_normal((len(mask), model.latent_dim), np.float32)
    parts = (to_float(given.images), mask, given.labels, noise)
    return to_uint8(model.fill(*(torch.as_tensor(part) for part in parts)))
