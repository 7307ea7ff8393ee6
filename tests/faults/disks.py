"""A disk that is full, or read-only, when one file or another is to be written."""

import errno
import os
import shutil
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

from faults.arena import Case, Place


def full(pattern: str, number: int = errno.ENOSPC) -> Callable[[Place], None]:
    """The system refuses the file of that name, when it is to appear."""

    def arrange(place: Place) -> None:
        replace = os.replace

        def refuse(source: str | Path, target: str | Path) -> None:
            if fnmatch(Path(target).name, pattern):
                raise OSError(number, os.strerror(number), str(target))
            replace(source, target)

        place.patch.setattr(os, "replace", refuse)

    return arrange


def no_copies(place: Place) -> None:
    def refuse(source: object, target: object, **_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    place.patch.setattr(shutil, "copyfile", refuse)


def no_folders(place: Place) -> None:
    make = os.mkdir

    def refuse(path: str, *rest: object) -> None:
        if not Path(path).is_relative_to(place.folder):
            return make(path, *rest)  # type: ignore[arg-type]
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    place.patch.setattr(os, "mkdir", refuse)


TRAIN = "train mnist vae --set images=200"
FILES = {
    "data.npz": ("data mnist", "empty"), "data.json": ("data mnist", "empty"),
    "sources.json": ("data mnist", "empty"),
    "history.csv": (TRAIN, "data"), "snapshots.npz": (TRAIN, "data"),
    "trajectory.safetensors": (TRAIN, "data"), "weights.safetensors": (TRAIN, "data"),
    "samples.npz": ("train mnist vae", "data"), "run.json": (TRAIN, "data"),
}  # fmt: skip
"""Files of steps, and the step that writes each of them. Some are whole when a later one fails."""

WHOLE = {"sources.json": ("data.json",), "samples.npz": ("run.json",)}
"""Receipts of what was finished before."""

OUT = "sample mnist cgan --pretrained --n 20"
WRITES = {
    "a.npz": f"{OUT} --out {{folder}}/a.npz",
    "labels.csv": f"{OUT} --format png --out {{folder}}/pictures",
    "filled.png": "fill mnist --pretrained --n 2 --out {folder}/filled.png",
    "filled.npz": "fill mnist --pretrained --n 2 --out {folder}/filled.npz",
    "number.png": "write 2026 --out {folder}/number.png",
    "provenance.json": "collect", "cgan.safetensors": "collect",
}  # fmt: skip

CASES = [
    *(Case(f"disk: full at {name}", words, ("The disk is full", name), full(name), start=start,
           stops=True, whole=WHOLE.get(name, ()))
      for name, (words, start) in FILES.items()),
    *(Case(f"disk: full at {name}", words, ("The disk is full",), full(name), start="done")
      for name, words in WRITES.items()),
    *(Case(f"disk: {kind} at run.json", TRAIN, ("run.json", told), full("run.json", number),
           start="data", stops=True)
      for kind, number, told in (
          ("over its quota", errno.EDQUOT, "disk is full"),
          ("read-only", errno.EROFS, "Read-only"), ("forbidden", errno.EACCES, "Permission denied"),
          ("broken", errno.EIO, "could not be written"))),
    Case("disk: full while studies are copied", "collect", ("free some space",), no_copies,
         start="done"),
    Case("disk: read-only from the start", "data mnist", ("Read-only",), no_folders),
    Case("disk: read-only for pictures", f"{OUT} --format png --out {{folder}}/new/pictures",
         ("Read-only",), no_folders, start="done"),
    Case("disk: full at results.csv", "study samples mnist", ("The disk is full", "results.csv"),
         lambda place: (full("results.csv")(place), stale(place))[0], start="done", stops=True),
    Case("disk: full at a picture", "study samples mnist", ("The disk is full",),
         lambda place: (full("*.png")(place), a_picture_is_lost(place))[0], start="done",
         stops=True),
]  # fmt: skip


def stale(place: Place) -> None:
    """Another number of samples than before makes the study again."""
    evaluation = {"samples": 200, "trajectory_samples": 50, "manifold_images": 90}
    place.change_profile(evaluation=evaluation)


def a_picture_is_lost(place: Place) -> None:
    """What is missing is drawn again."""
    next((place.home / "studies" / "samples" / "mnist").rglob("*.png")).unlink()
