"""Files that are either whole or not there: atomic writes, hashes, locks."""

import errno
import fcntl
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np

from experiments.support.errors import UserError, shorten
from experiments.support.machine import check_memory
from experiments.support.records import SHAPES, wrong_record

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
UNWRITABLE = (
    errno.EACCES, errno.EROFS, errno.EPERM, errno.ENOTDIR, errno.EEXIST, errno.EISDIR,
    errno.ENAMETOOLONG, errno.ELOOP, errno.ENXIO, errno.ENOTEMPTY,
)  # fmt: skip
MENDABLE = (*FULL, *UNWRITABLE)
"""Errors of the operating system that a person can mend; the others are bugs of ours."""


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call ``write(temporary)``, flush it to disk, then rename it to ``path``.

    A reader sees the old file or the new one, never a part. A full disk or an
    unwritable folder raises `UserError` and leaves the old file in place.
    """
    # The suffix stays last: numpy and imageio choose a format by it.
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        if path.exists() and not path.is_file():  # a folder, a device: not ours to replace
            raise UserError(f"{path} is there and is no file: choose another name.")
        path.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise explain(error, path) from error
    except UserError:
        raise
    except Exception as error:
        # torch and safetensors hide the operating system's refusal in errors of their own.
        refusal = refused(temporary)
        if refusal:
            raise explain(refusal, path) from error
        raise
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def clear_leftovers(folder: Path) -> None:
    """Delete what `write_atomically` left in a folder when its process was killed; call it where
    no other process writes there."""
    for path in folder.glob(".*"):
        found = re.fullmatch(r"\..+\.(\d+)(\.\w+)?", path.name)
        if found and path.is_file() and not _alive(int(found[1])):
            path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def refused(path: Path, more: int = 2**20) -> OSError | None:
    """The error with which the operating system refuses to write more to a file, if it does.
    The file stays as long as it was."""
    try:
        with open(path, "ab") as file:
            length = file.tell()
            try:
                file.write(bytes(more))
                file.flush()
                os.fsync(file.fileno())
            finally:
                file.truncate(length)
    except OSError as error:
        return error
    return None


def explain(error: OSError, path: Path) -> UserError:
    """The sentence for an operating system error while ``path`` was written."""
    where = shorten(str(path), 300)
    if error.errno in FULL:
        return UserError(
            f"The disk is full or at its limit: {where} was not written; free some space (or set "
            "RUNS to another disk) and run the same command again, it goes on where it was."
        )
    if error.errno in UNWRITABLE:
        return UserError(
            f"{where} cannot be written ({error.strerror}): "
            "change its permissions or choose another folder."
        )
    return UserError(f"{where} could not be written: {error.strerror or error}.")


def write_text(path: Path, text: str) -> None:
    write_atomically(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))


def write_arrays(path: Path, arrays: dict[str, np.ndarray], *, compress: bool = False) -> None:
    """An npz file of named arrays."""
    save = np.savez_compressed if compress else np.savez
    write_atomically(path, lambda temporary: save(temporary, **arrays))  # type: ignore[arg-type]


def write_json(path: Path, content: Any) -> None:
    write_text(path, json.dumps(content, indent=2, sort_keys=True) + "\n")


def write_json_if_changed(path: Path, content: Any) -> bool:
    """Write only when the content differs, so that the modification time means change."""
    text = json.dumps(content, indent=2, sort_keys=True) + "\n"
    if path.is_file() and path.read_bytes() == text.encode():
        return False
    write_text(path, text)
    return True


def read_json(path: Path) -> Any:
    """The content of a JSON file; a record of a step has all that is read in it (`records`)."""
    step, _ = SHAPES.get(path.name, ("that makes it", {}))
    again = f"delete it and run the step {step} again"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise UserError(f"{path} is missing: run the step {step} first.") from None
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}): {again}.") from None
    except (ValueError, RecursionError):
        raise UserError(f"{path} is not valid JSON: {again}.") from None
    if wrong := wrong_record(path.name, content):
        raise UserError(f"{path} is damaged ({wrong}): {again}.")
    return content


def read_record(path: Path) -> dict[str, Any]:
    """A record for the step that makes it: empty where it is missing or damaged, since then it
    is made again."""
    try:
        return read_json(path)
    except UserError:
        return {}


def read_arrays(path: Path, names: Iterable[str] | None, again: str) -> dict[str, np.ndarray]:
    """The named arrays of an npz file (all of them, without names).

    Raises `UserError`, which ends with what to do ``again``, when the file is missing, damaged,
    larger than the memory, or lacks one of them; objects that would run code are never loaded.
    """
    try:
        with zipfile.ZipFile(path) as parts:
            size = sum(part.file_size for part in parts.infolist())
        check_memory(f"{path} holds arrays that", size, "take fewer images, or a larger machine")
        with np.load(path, allow_pickle=False) as file:
            wanted = list(file.files if names is None else names)
            missing = [name for name in wanted if name not in file.files]
            arrays = {name: file[name] for name in wanted if name not in missing}
    except UserError:
        raise
    except FileNotFoundError:
        raise UserError(f"{path} is missing: {again}.") from None
    except Exception:  # zipfile, zlib and numpy raise a dozen kinds for a damaged file
        raise UserError(f"{path} is not a whole npz file of plain arrays: {again}.") from None
    if missing:
        raise UserError(
            f"{path} lacks the array {missing[0]}; it needs {', '.join(wanted)}: {again}."
        )
    return arrays


def sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def lock(path: Path, busy: str, *, wait: bool = False) -> Iterator[int]:
    """Hold a kernel lock on ``path``; it dies with the process, however that ends.

    Yields the file's descriptor: a child that inherits it holds the lock as well.
    While another process holds it: raises `UserError` with the sentence ``busy``, or says it
    and waits. Raises `UserError` where the file system knows no locks.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = open(path, "a")  # noqa: SIM115
    except OSError as error:
        raise explain(error, path) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not wait:
                raise UserError(busy) from None
            print(busy, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError as error:
            raise UserError(
                f"{path} cannot be locked ({error.strerror}): put RUNS on a file system that has "
                "locks (a shared one may have to be mounted with them)."
            ) from error
        yield file.fileno()
