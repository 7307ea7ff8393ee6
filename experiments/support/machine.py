"""What a result was made by and on."""

import os
import platform
import resource
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.support.errors import UserError

if TYPE_CHECKING:
    from torch import nn


def made_by() -> dict[str, Any]:
    """Commit, versions, processor and the most memory this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "commit": git("rev-parse", "HEAD"),
        "dirty": dirty(),
        "versions": {"python": platform.python_version(), "torch": version("torch")},
        "processor": processor(),
        # Linux counts in kilobytes, macOS in bytes.
        "peak_memory_mb": round(peak / (2**20 if sys.platform == "darwin" else 2**10)),
    }


def dirty() -> bool:
    """Whether the code is not what is committed."""
    return bool(git("status", "--porcelain", "--", "experiments", "requirements.txt"))


def git(*arguments: str) -> str:
    """What git says of this project, or nothing outside a repository."""
    root = Path(__file__).parents[2]
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def processor() -> str:
    """The processor's name, as Linux or the platform gives it."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def free_memory() -> int:
    """Bytes that a process may still take: what Linux calls available, elsewhere all there is."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("MemAvailable"):
                return int(line.split()[1]) * 2**10
    except OSError:
        pass
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def check_memory(what: str, needed: float, remedy: str) -> None:
    """Raise `UserError` for what would need more bytes than are free: the system would kill the
    process in mid-work, without a word."""
    free = free_memory()
    if needed > free:
        raise UserError(
            f"{what} would need {_size(needed)} of memory and {_size(free)} are free: {remedy}."
        )


def _size(count: float) -> str:
    if count < 2**30:
        return f"{count / 2**20:,.1f} MB"
    return f"{count / 2**30:,.1f} GB" if count < 2**50 else "more than a million GB"


def size_of(make: "Callable[[], nn.Module]") -> float:
    """Bytes of the weights of a network that is not made yet: its shapes take no memory.

    0 for a network of one's own that computes with its weights while it is made.
    """
    import torch

    try:
        with torch.device("meta"):
            return sum(weight.nbytes for weight in make().parameters())
    except (RuntimeError, TypeError, OverflowError) as error:
        return float("inf") if "overflow" in str(error).lower() else 0.0
