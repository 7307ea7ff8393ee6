"""Text from data and results, made safe where it is read, so that no page prints it raw.

A title or the name of a processor comes from files of other people's. It passes through HTML,
Markdown and equations on its way to a page, and must mean nothing to any of them.
"""

import json
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

# The underscore stays: it does no harm, and names of models and datasets may hold it.
SPECIAL = str.maketrans({sign: f"&#{ord(sign)};" for sign in "&<>\"'[]{}`$*\\"})


class AssetsError(PluginError):
    """The results cannot be shown; the sentence says what to do."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path} {fault}: make the results anew, with `make experiments`.")


class Safe(str):
    """Text that may stand on a page as it is; template engines ask for `__html__`."""

    def __html__(self) -> str:
        return self

    def __str__(self) -> str:
        return self


def escape(text: object) -> Safe:
    """Text as HTML that shows it letter by letter; what is safe already stays as it is."""
    return text if isinstance(text, Safe) else Safe(str(text).translate(SPECIAL))


def safe(told: Any) -> Any:
    """Every text in what a JSON file holds; keys are names, which are checked when made."""
    if isinstance(told, dict):
        return {key: safe(value) for key, value in told.items()}
    if isinstance(told, list):
        return [safe(value) for value in told]
    return escape(told) if isinstance(told, str) else told


def read_json(path: Path) -> Any:
    """What a JSON file of the results holds, safe to print; raises `AssetsError`."""
    try:
        return safe(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise AssetsError(path, "is missing") from error
    except (ValueError, RecursionError) as error:
        raise AssetsError(path, "is damaged") from error
