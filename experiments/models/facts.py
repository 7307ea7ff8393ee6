"""The facts that models tell of themselves, for figures and for the page.

`look` reads what a picture needs from the syntax tree of a model's file, since to import a model
is to load torch, which takes seconds; `facts` loads the models and tells everything.
"""

import ast
from dataclasses import dataclass
from functools import cache
from typing import Any
from zlib import crc32

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from experiments import models
from experiments.models.about import About


@dataclass(frozen=True)
class Look:
    """What tells a model apart in pictures."""

    name: str
    family: str
    conditional: bool
    shade: int


@cache
def look(model: str) -> Look:
    """Raises `UserError` for a model that has no file."""
    told = declared(model)
    if not {"family", "conditional"} <= told.keys():  # said in some other way
        kind = models.load(model)
        told |= {"family": kind.family, "conditional": kind.conditional}
    about = told.get("about", {})
    return Look(
        about.get("name") or model.upper(), told["family"], told["conditional"],
        about.get("shade", shade_of(model)),
    )  # fmt: skip


def shade_of(model: str) -> int:
    """The shade of a model that names none: never the first, which is that of the pairs."""
    return 1 + crc32(model.encode()) % 3


def declared(model: str) -> dict[str, Any]:
    """The constants in the class ``Model`` of a file, and as ``about`` those of `About`.

    What a variant does not say is said by the model that it is a subclass of: ``cvae.Model``.
    """
    tree = ast.parse(models.source(model).read_text(encoding="utf-8"))
    found: dict[str, Any] = {}
    for kind in tree.body:
        if not (isinstance(kind, ast.ClassDef) and kind.name == "Model"):
            continue
        for base in kind.bases:
            match base:
                case ast.Attribute(ast.Name(module), "Model"):
                    found |= declared(module.replace("_", "-"))
        found.pop("about", None)  # a variant has a name of its own
        for line in kind.body:
            match line:
                case ast.Assign([ast.Name("about")], ast.Call(keywords=words)):
                    found["about"] = {
                        word.arg: word.value.value
                        for word in words if isinstance(word.value, ast.Constant)
                    }  # fmt: skip
                case ast.Assign([ast.Name(name)], ast.Constant(value)):
                    found[name] = value
    return found


def facts(wanted: list[str]) -> dict[str, dict[str, Any]]:
    """What the page tells of each model, in the order of tables: `assets/models.json`."""
    order = sorted(wanted, key=lambda model: (about_of(models.load(model)).order, model))
    return {model: facts_of(model) for model in order}


def about_of(kind: type) -> About:
    """A variant does not share the facts of the model that it is a subclass of."""
    return vars(kind).get("about", About())


def facts_of(model: str) -> dict[str, Any]:
    kind = models.load(model)
    about = about_of(kind)
    return {
        "name": about.name or model.upper(), "full_name": about.full_name,
        "family": kind.family, "conditional": kind.conditional,
        "encoder": hasattr(kind, "encode"), "opponent": about.opponent,
        "objective": about.objective, "likelihood": about.likelihood,
        "networks": about.networks, "papers": list(about.papers), "prior": list(about.prior),
        "shade": shade_of(model) if about.shade is None else about.shade,
        "losses": about.losses, "settings": settings_of(kind.settings_type),
    }  # fmt: skip


def settings_of(kind: type[BaseModel]) -> dict[str, dict[str, Any]]:
    """Default, description and reason of each setting.

    A description's first sentence says what the setting is, what follows it why it is as it is.
    """
    told = {}
    for name, info in kind.model_fields.items():
        description, _, reason = (info.description or "").partition(". ")
        default = None if info.is_required() else to_jsonable_python(info.get_default())
        told[name] = {"default": default, "description": description.rstrip("."), "reason": reason}
    return told
