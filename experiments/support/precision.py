"""Which device a run takes and in which precision it computes, found out without torch.

Both belong to a run's key, and the key has to be known before torch is loaded.
"""

import platform
import sys
from functools import cache
from pathlib import Path
from typing import Literal

from experiments.support.errors import UserError, unknown

Device = Literal["cpu", "cuda", "mps"]
Precision = Literal["bf16", "fp32"]
DEVICES = ("auto", "cpu", "cuda", "mps")


def device(asked: str = "auto") -> Device:
    """The device to train on; ``auto`` takes a GPU where there is one.

    Raises `UserError` for a device that this machine does not have.
    """
    if asked not in DEVICES:
        raise unknown("device", asked, DEVICES)
    here = present()
    if asked == "auto":
        return here[0]
    if asked not in here:
        raise UserError(
            f"This machine has no device {asked!r}: choose {' or '.join(here)}, "
            "or leave DEVICE out."
        )
    return asked


def present() -> tuple[Device, ...]:
    """The devices of this machine, the fastest first."""
    if any(Path("/dev").glob("nvidia[0-9]*")):
        return "cuda", "cpu"
    if (sys.platform, platform.machine()) == ("darwin", "arm64"):
        return "mps", "cpu"
    return ("cpu",)


@cache
def precision(device: Device) -> Precision:
    """bf16 on CUDA, and on processors that multiply matrices in it; elsewhere fp32.

    A processor without such instructions emulates bf16, many times slower than fp32.
    """
    if device == "cuda":
        return "bf16"
    return "bf16" if device == "cpu" and processor_flags() & {"avx512_bf16", "amx_bf16"} else "fp32"


def processor_flags() -> frozenset[str]:
    """The features that Linux lists for the processor; empty elsewhere."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return frozenset()
    lines = (line for line in text.splitlines() if line.startswith(("flags", "Features")))
    return frozenset(next(lines, ":").partition(":")[2].split())
