"""Small files in the formats that datasets come in."""

import gzip
import struct
from pathlib import Path

import numpy as np


def idx_bytes(array: np.ndarray) -> bytes:
    head = struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return head + array.astype(np.uint8).tobytes()


def write_mnist(root: Path, n: int = 40, zipped: bool = False) -> dict[str, str]:
    """A tiny MNIST in torchvision's layout; returns the md5 of each plain file."""
    import hashlib

    raw = root / "MNIST" / "raw"
    raw.mkdir(parents=True)
    rng = np.random.default_rng(0)
    md5 = {}
    for part in ("train", "t10k"):
        contents = {
            f"{part}-images-idx3-ubyte": idx_bytes(rng.integers(0, 256, (n, 28, 28))),
            f"{part}-labels-idx1-ubyte": idx_bytes(np.arange(n) % 10),
        }
        for name, content in contents.items():
            md5[name] = hashlib.md5(content).hexdigest()
            if zipped:
                (raw / f"{name}.gz").write_bytes(gzip.compress(content))
            else:
                (raw / name).write_bytes(content)
    return md5


def write_svhn(root: Path, n: int = 30) -> dict[str, str]:
    """A tiny SVHN in torchvision's layout, where the digit 0 is labelled 10."""
    import hashlib

    from scipy.io import savemat

    rng = np.random.default_rng(0)
    md5 = {}
    for name in ("train_32x32.mat", "test_32x32.mat"):
        labels = (np.arange(n) % 10 + 1).astype(np.uint8)[:, None]
        images = rng.integers(0, 256, (32, 32, 3, n), dtype=np.uint8)
        savemat(root / name, {"X": images, "y": labels})
        md5[name] = hashlib.md5((root / name).read_bytes()).hexdigest()
    return md5


def write_npz(path: Path, n: int = 40, classes: int = 4, **replace: np.ndarray) -> None:
    """A tiny labelled npz of RGB images 20x24; ``replace`` overrides arrays, None drops one."""
    rng = np.random.default_rng(0)
    arrays: dict[str, np.ndarray | None] = {}
    for split in ("train", "test"):
        arrays[f"x_{split}"] = rng.integers(0, 256, (n, 20, 24, 3), dtype=np.uint8)
        arrays[f"y_{split}"] = np.arange(n) % classes
    arrays |= replace
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
