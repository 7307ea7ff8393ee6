"""One file per generative model. The file's name is the model's name."""

import importlib
import os
import pkgutil
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.support.errors import UserError, unknown
from experiments.support.names import check_name

if TYPE_CHECKING:
    from experiments.models.backbone import Generative

# A folder of one's own model files, found like the ones that ship here.
if os.environ.get("EXTRA_MODELS"):
    __path__.append(os.environ["EXTRA_MODELS"])

BESIDE = frozenset({"about", "backbone", "facts"})
"""Modules of this package that are no models."""


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
            return path
    raise unknown("model", name, names())


def load(name: str) -> "type[Generative]":
    """The class of a model by its name."""
    path = source(name)
    module = importlib.import_module(f"experiments.models.{path.stem}")
    if not hasattr(module, "Model"):
        raise UserError(f"{path} defines no class Model: copy one of the other model files.")
    return module.Model
