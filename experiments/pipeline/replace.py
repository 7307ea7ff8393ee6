"""Which folder `collect` may replace: one that it made, and no other.

A folder is replaced as a whole, so that whatever else lies in it would be lost. What this
project made carries a marker, its provenance; everything else belongs to somebody.
"""

import json
from pathlib import Path

from experiments.support.errors import UserError

MARKER = "provenance.json"
"""Every result of ours holds one, and it says which profile made it."""

OTHER = "choose another folder with ASSETS"


def check_replaceable(assets: Path, runs: Path) -> Path:
    """The resolved path of a folder that may be replaced by a new result.

    Allowed are a missing folder, an empty one and one that holds a result of ours. Raises
    `UserError`, with nothing touched, for anything else: files, devices, links, mount points,
    repositories, folders of the user's, and one that holds ``runs`` or lies in it.
    """
    try:
        target = assets.resolve(strict=False)
        if assets.is_symlink():
            raise UserError(f"{assets} is a link to {target}: name the folder itself, or {OTHER}.")
        if _overlap(target, runs.resolve()):
            raise UserError(
                f"{assets} and the folder of runs, {runs}, lie in one another: the result would "
                f"take the runs with it; {OTHER}."
            )
        if target in (Path.home(), Path(target.anchor)):
            raise UserError(f"{assets} is not a folder for results: {OTHER}.")
        if target.is_mount():
            raise UserError(f"{assets} is a mount point and cannot be replaced: {OTHER}.")
        if not target.exists():
            return _below_a_folder(target)
        if not target.is_dir():
            raise UserError(f"{assets} is not a folder: {OTHER}.")
        if any(target.iterdir()) and not made_here(target):
            raise UserError(
                f"{assets} holds files that this project did not make and is left as it is: "
                f"{OTHER}, one that is new or empty."
            )
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name too long, a NUL
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"{str(assets)[:200]!r} cannot be used ({reason}): {OTHER}.") from None
    return target


def _overlap(a: Path, b: Path) -> bool:
    return a == b or a in b.parents or b in a.parents


def _below_a_folder(target: Path) -> Path:
    """A missing folder can be made if the nearest thing above it is a folder."""
    above = next(parent for parent in target.parents if parent.exists())
    if not above.is_dir():
        raise UserError(f"{above} is not a folder, so that {target} cannot be made: {OTHER}.")
    return target


def made_here(folder: Path) -> bool:
    """Whether a folder holds a result of this project and nothing that hints at another's."""
    if (folder / ".git").exists() or (folder / MARKER).is_symlink():
        return False
    try:
        told = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    studies = told.get("studies") if isinstance(told, dict) else None
    return isinstance(studies, list) and {"profile", "commit", "datasets"} <= told.keys()
