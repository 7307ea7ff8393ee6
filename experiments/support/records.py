"""What the records of the steps hold at least: a file is checked against it when it is read.

Any of them may have been cut short, edited by hand or copied from elsewhere.
"""

from typing import Any

from experiments.support.names import SAFE

Fields = dict[str, type]

SHAPES: dict[str, tuple[str, Fields]] = {
    "sources.json": ("data", {}),
    "data.json": ("data", {"sha256": str}),
    "judge.json": ("judge", {"sha256": str, "judges": dict, "accuracy": dict}),
    "run.json": (
        "train",
        {
            "dataset": str, "model": str, "variant": str, "seed": int, "family": str,
            "conditional": bool, "settings": dict, "status": str, "reason": str,
            "images": int, "steps": int, "seconds": float,
        },
    ),
}  # fmt: skip
"""File name: the step that makes it, and the fields that other steps read."""


def wrong_field(content: Any, fields: Fields) -> str:
    """What is wrong with the first field that is missing or of another type, in a few words;
    empty where all are as they should be."""
    if not isinstance(content, dict):
        return "it is no object"
    wrong = (name for name, kind in fields.items() if not _is(content.get(name), kind))
    return next((f"{name!r} is missing or wrong" for name in wrong), "")


def wrong_record(name: str, content: Any) -> str:
    """As `wrong_field`, for a record by its file name; empty for any other file."""
    if name not in SHAPES:
        return ""
    if name == "sources.json" and isinstance(content, dict):
        # Its values become parts of paths.
        named = all(_is(value, str) and SAFE.fullmatch(value) for value in content.values())
        return "" if named else "it names no datasets"
    return wrong_field(content, SHAPES[name][1])


def _is(value: Any, kind: type) -> bool:
    """`True` is no number here, and a whole number is a number."""
    if kind is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
