"""What a result was made by and on."""

import platform
import resource
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any


def made_by() -> dict[str, Any]:
    """Commit, versions, processor and the most memory this process has held so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "commit": git("rev-parse", "HEAD"),
        "versions": {"python": platform.python_version(), "torch": version("torch")},
        "processor": processor(),
        # Linux counts in kilobytes, macOS in bytes.
        "peak_memory_mb": round(peak / (2**20 if sys.platform == "darwin" else 2**10)),
    }


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
