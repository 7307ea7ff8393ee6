"""A receipt: the file that a step writes last, and what it vouches for.

It holds the step's key (what the result was made from) and lists every file of the result
with its size and hash. So whether a step is done is read from the receipt and from the files
themselves, never from a clock; whatever is missing or damaged is made again.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from experiments.support.files import sha256, write_json

Files = dict[str, dict[str, Any]]


def write_receipt(
    receipt: Path, key: dict[str, Any], files: Iterable[Path], about: dict[str, Any] | None = None
) -> None:
    """Vouch for ``files``, which lie below the receipt's folder and are complete."""
    content = {**(about or {}), "key": key, "files": listing(receipt.parent, files)}
    write_json(receipt, content)


def renew(receipt: Path, content: dict[str, Any], key: dict[str, Any]) -> None:
    """Give a receipt another key: its files are true under that one too."""
    write_json(receipt, {**content, "key": key})


def listing(folder: Path, files: Iterable[Path]) -> Files:
    """Size and sha256 of each file, by its path below ``folder``."""
    return {
        str(path.relative_to(folder)): {"size": path.stat().st_size, "sha256": sha256(path)}
        for path in sorted(files)
    }


def read_receipt(receipt: Path) -> dict[str, Any] | None:
    """The content of a receipt; None where there is none, or none that can be read."""
    try:
        content = json.loads(receipt.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    whole = isinstance(content, dict) and isinstance(content.get("files"), dict)
    return content if whole and isinstance(content.get("key"), dict) else None


def faults(receipt: Path, content: dict[str, Any]) -> list[str]:
    """What is missing or damaged of the files that a receipt lists, a few words each."""
    found = []
    for name, wanted in content["files"].items():
        path = receipt.parent / name
        try:
            size = path.stat().st_size
            if size != wanted["size"] or hash_of(path) != wanted["sha256"]:
                found.append(f"{path} is damaged")
        except FileNotFoundError:
            found.append(f"{path} is missing")
        except (OSError, KeyError, TypeError):
            found.append(f"{path} cannot be read")
    return found


_hashes: dict[tuple[str, int, int], str] = {}


def hash_of(path: Path) -> str:
    """The sha256 of a file, computed once in a process for each time the file was written."""
    stat = path.stat()
    key = (str(path), stat.st_size, stat.st_mtime_ns)
    if key not in _hashes:
        _hashes[key] = sha256(path)
    return _hashes[key]


def digest(content: dict[str, Any], *names: str) -> dict[str, str]:
    """The hashes of some of a receipt's files, or of all: what a step that reads them is
    made from."""
    files = content["files"]
    return {name: files[name]["sha256"] for name in (names or sorted(files)) if name in files}
