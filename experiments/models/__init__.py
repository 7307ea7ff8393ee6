"""One file per generative model. The file's name is the model's name."""

import importlib
import os
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel

from experiments.support.errors import UserError, shorten, unknown
from experiments.support.meaning import has_method
from experiments.support.names import check_name

if TYPE_CHECKING:
    from experiments.models.backbone import Generative

# A folder of one's own model files, found like the ones that ship here.
if os.environ.get("EXTRA_MODELS"):
    __path__.append(os.environ["EXTRA_MODELS"])

BESIDE = frozenset({"about", "backbone", "facts"})
"""Modules of this package that are no models."""


def check_extra() -> None:
    """Raise `UserError` for a folder of one's own that is none, or holds a file whose name is no
    name for a model: either would be left out of account without a word."""
    extra = os.environ.get("EXTRA_MODELS")
    if not extra:
        return
    if not Path(extra).is_dir():
        raise UserError(f"EXTRA_MODELS={extra} is no folder: name one with model files, or none.")
    for path in sorted(Path(extra).glob("*.py")):
        if not (path.stem.isascii() and path.stem.isidentifier() and path.stem.islower()):
            raise UserError(
                f"{str(path)!a} in EXTRA_MODELS will not do as the name of a model: use small "
                "letters, digits and _."
            )
        if (Path(__path__[0]) / path.name).is_file() and path.stem != "__init__":
            raise UserError(f"{path} has the name of a model that ships here: choose another one.")


def names() -> list[str]:
    """All models there are, without importing any (torch takes seconds)."""
    found = {module.name for module in pkgutil.iter_modules(__path__)} - BESIDE
    return sorted(name.replace("_", "-") for name in found)


def shipped() -> list[str]:
    """Those of this package: all but the models of one's own."""
    return [name for name in names() if source(name).parent == Path(__file__).parent]


def source(name: str) -> Path:
    """The file that holds a model. Raises `UserError` for a name that has none."""
    check_name("model", name)
    for folder in __path__:
        path = Path(folder) / f"{name.replace('-', '_')}.py"
        if path.stem not in BESIDE and path.is_file():
            if folder != __path__[0]:
                _check_syntax(path)
            return path
    raise unknown("model", name, names())


def _check_syntax(path: Path) -> None:
    """Of a file of one's own: whatever reads or imports it may take it for Python."""
    try:
        compile(path.read_bytes(), str(path), "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise UserError(f"{path}{line} is not valid Python ({error.args[0]}): mend it.") from None


def load(name: str) -> "type[Generative]":
    """The class of a model by its name."""
    path = source(name)
    from experiments.models.backbone import Generative

    try:
        module = importlib.import_module(f"experiments.models.{path.stem}")
    except (Exception, SystemExit) as error:
        if path.parent == Path(__path__[0]):  # a bug of ours, with its traceback
            raise
        reason = shorten(f"{type(error).__name__}: {error}".splitlines()[0])
        raise UserError(f"{path} cannot be loaded ({reason}): mend it.") from error
    kind = getattr(module, "Model", None)
    if not (isinstance(kind, type) and issubclass(kind, Generative)):
        raise UserError(
            f"{path} defines no class Model(backbone.Generative): copy one of the other files."
        )
    if missing := [name for name in ("family", "conditional") if not hasattr(kind, name)]:
        raise UserError(f"{path}: Model has no {missing[0]}: copy one of the other model files.")
    if kind.step is Generative.step and not hasattr(kind, "fit"):
        raise UserError(f"{path}: Model has neither step nor fit: nothing would train it.")
    if not (isinstance(kind.settings_type, type) and issubclass(kind.settings_type, BaseModel)):
        raise UserError(f"{path}: settings_type has to be a class of settings, as in other files.")
    return kind


def closed_form(name: str) -> bool:
    """Whether a model is fitted and not trained: its class, or one it builds on, has ``fit``."""
    return has_method(source(name), "fit")
