"""Readers of the file formats that datasets come in; each problem is one sentence."""

import gzip
import hashlib
import math
import zlib
from pathlib import Path

import numpy as np

from experiments.data.dataset import ARRAYS
from experiments.support.errors import UserError
from experiments.support.files import read_arrays

AGAIN = "copy or download it again"
LARGEST = 2**26  # bytes of an IDX file, more than any of MNIST's: a gzip file can hide a thousand


def read_idx(path: Path, md5: str | None = None) -> np.ndarray:
    """An array of unsigned bytes in the IDX format of MNIST, gzipped or not.

    Two zero bytes, the type 0x08, the number of dimensions, each dimension as a
    big-endian 32-bit integer, then the data. ``md5`` is that of the plain file.
    """
    content = _bytes(path)
    dimensions = content[3] if len(content) >= 4 else 0
    start = 4 + 4 * dimensions
    if content[:3] != b"\x00\x00\x08" or dimensions not in (1, 3):
        raise UserError(f"{path} is not an IDX file of bytes: {AGAIN}.")
    shape = tuple(int.from_bytes(content[i : i + 4], "big") for i in range(4, start, 4))
    expected = start + math.prod(shape)
    if len(content) < expected:
        raise UserError(
            f"{path} is truncated: {len(content):,} bytes where its header asks for "
            f"{expected:,}; {AGAIN}."
        )
    if dimensions == 3 and shape[1:] != (28, 28):
        raise UserError(
            f"{path} holds images of {shape[1]}x{shape[2]} where MNIST has 28x28: {AGAIN}, "
            "or bring your own images as an npz."
        )
    if md5 is not None:
        _check_md5(path, hashlib.md5(content, usedforsecurity=False).hexdigest(), md5)
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def read_mat(path: Path, md5: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 [N, 32, 32, 3] and labels 0..9 of an SVHN ``*_32x32.mat`` file.

    SVHN stores the digit 0 as the label 10.
    """
    if md5 is not None:
        with open(path, "rb") as file:
            _check_md5(path, hashlib.file_digest(file, "md5").hexdigest(), md5)
    from scipy.io import loadmat

    try:
        content = loadmat(path)
        images, labels = content["X"], content["y"].reshape(-1).astype(np.int64)
    except Exception:
        raise UserError(f"{path} is not a whole SVHN file: {AGAIN}.") from None
    if images.ndim != 4 or images.shape[:3] != (32, 32, 3) or images.shape[3] != len(labels):
        raise UserError(
            f"{path} holds images of shape {images.shape} for {len(labels):,} labels "
            f"where SVHN has (32, 32, 3, N): {AGAIN}."
        )
    if labels.min() < 1 or labels.max() > 10:
        raise UserError(f"{path}: labels out of range, SVHN has 1 to 10: {AGAIN}.")
    return images.transpose(3, 0, 1, 2), labels % 10


def read_npz(path: Path) -> dict[str, np.ndarray]:
    """The arrays x_train, y_train, x_test and y_test of an npz file."""
    return read_arrays(path, ARRAYS, AGAIN)


def _bytes(path: Path) -> bytes:
    if path.suffix != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as file:
            return file.read(LARGEST)
    except (EOFError, OSError, zlib.error):
        raise UserError(f"{path} is truncated or no gzip file: {AGAIN}.") from None


def _check_md5(path: Path, found: str, expected: str) -> None:
    if found != expected:
        raise UserError(
            f"{path} has the wrong checksum (md5 {found}, the original has {expected}): {AGAIN}."
        )
