"""Named streams of random numbers: who draws from one says so, and nobody shares by chance."""

import zlib

import numpy as np


def rng(seed: int, *stream: str | int) -> np.random.Generator:
    """The generator of one stream: ``rng(0, "recognition/bootstrap", model, step)``.

    The same arguments give the same numbers, on every machine; others give independent ones.
    """
    return np.random.default_rng(entropy(seed, stream))


def seed_torch(seed: int, *stream: str | int) -> None:
    """Seed torch's own generators from a stream; what they draw depends on the device."""
    import torch

    state = np.random.SeedSequence(entropy(seed, stream)).generate_state(1, np.uint64)
    torch.manual_seed(int(state[0]))


def entropy(seed: int, stream: tuple[str | int, ...]) -> list[int]:
    return [seed, *(zlib.crc32(p.encode()) if isinstance(p, str) else p for p in stream)]
