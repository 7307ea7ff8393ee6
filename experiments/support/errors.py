"""Errors that a person can act on: one sentence, no traceback, exit code 2."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 80  # letters of what a person gave that an error repeats


class UserError(Exception):
    """One sentence that says what is wrong and what to do about it.

    The command line prints it and exits with code 2; everything else that is
    raised is a bug of ours and keeps its traceback.
    """


def unknown(kind: str, name: str, known: Iterable[str]) -> UserError:
    """The error for a name that is not known, with the nearest one that is."""
    known = sorted(known)
    near = get_close_matches(name[:LONGEST], known, n=1, cutoff=0.4)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return UserError(f"Unknown {kind} {shorten(repr(name))}: {hint}known are {', '.join(known)}.")


def shorten(text: str, longest: int = LONGEST) -> str:
    """A sentence that quotes a megabyte is read by nobody."""
    return text if len(text) <= longest else f"{text[:longest]}…"
