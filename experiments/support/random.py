"""Named streams of random numbers: who draws from one says so, and nobody shares by chance."""

import zlib

import numpy as np


def rng(seed: int, *stream: str | int) -> np.random.Generator:
    """The generator of one stream: ``rng(0, "recognition/bootstrap", model, step)``.

    The same arguments give the same numbers, on every machine; others give independent ones.
    """
    parts = [zlib.crc32(part.encode()) if isinstance(part, str) else part for part in stream]
    return np.random.default_rng([seed, *parts])
