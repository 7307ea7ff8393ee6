"""What a step depends on, as one JSON object: its key.

A step is stale when its key changes: its settings, its data, its seed, the precision, or
the code that makes its result. Code counts by its syntax tree, so that comments,
docstrings and layout never make anything stale; and a run counts only the files that make
its weights, so that no figure, metric or study ever costs a training.
"""

import ast
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from experiments import models
from experiments.profile import Profile
from experiments.support.files import read_json
from experiments.support.layout import Layout
from experiments.support.precision import device, precision

PACKAGE = Path(__file__).parents[1]

WEIGHTS = ("runs/training.py", "models/backbone.py", "data/pixels.py", "support/random.py")
"""With the model's own file and what it imports, the code that makes weights. What decides the
stored pixels is in the data's sha256 already."""

FITTED = "runs/fitting.py"
"""Takes part where the model is a closed form."""

PLUMBING = frozenset(
    f"{name}.py"
    for name in (
        "__init__", "data/__init__", "models/__init__", "studies/__init__", "data/dataset",
        "data/sources", "profile", "runs/__init__", "runs/checkpoint", "runs/run", "runs/weights",
        "models/about", "runs/receipt",
        "support/__init__", "support/errors", "support/files", "support/layout", "support/machine",
        "support/names", "support/precision", "support/progress", "judges/__init__",
    )
)  # fmt: skip
"""Files that carry data without changing it: they make nothing stale."""

Key = dict[str, Any]


def train_key(
    layout: Layout, profile: Profile, dataset: str, model: str, seed: int,
    settings: dict[str, Any], asked_device: str,
) -> Key:  # fmt: skip
    """The key of one run; the defaults of its settings lie in the code that is hashed."""
    where = device(asked_device)
    listed = (*WEIGHTS, FITTED) if closed_form(model) else WEIGHTS
    makers = {*(PACKAGE / name for name in listed), *closure(models.source(model))}
    return _plain({
        "model": model, "seed": seed, "settings": settings,
        "samples": profile.evaluation.samples, "data": _data(layout, dataset),
        "device": where, "precision": precision(where),
        "code": _hashes(sorted(makers)),
    })  # fmt: skip


def judge_key(layout: Layout, profile: Profile, dataset: str) -> Key:
    """The key of both judges of a dataset; they are trained on the processor."""
    return _plain({
        "settings": profile.judge_settings(dataset), "data": _data(layout, dataset),
        "precision": precision("cpu"),
        "code": _hashes(closure(PACKAGE / "judges" / "training.py")),
    })  # fmt: skip


def study_key(
    layout: Layout, profile: Profile, study: str, dataset: str, judge: Key, runs: dict[str, Key]
) -> Key:
    """The key of a study: its own code and all it imports, the judges and every run it reads."""
    return _plain({
        "profile": profile.name, "models": list(profile.models), "seeds": profile.seeds,
        "evaluation": profile.evaluation.model_dump(), "data": _data(layout, dataset),
        "judge": _digest(judge), "runs": {name: _digest(key) for name, key in runs.items()},
        # Every study writes its table through results.py, whether it says so or not,
        # and reads only the runs that have not collapsed.
        "code": _hashes(closure(
            PACKAGE / "studies" / f"{study}.py", PACKAGE / "results.py",
            PACKAGE / "judges" / "collapse.py",
        )),
    })  # fmt: skip


def closed_form(model: str) -> bool:
    """Whether a model is fitted and not trained: its code defines a method ``fit``.

    Read from the files, since to import a model is to load torch.
    """
    return any(map(_fits, closure(models.source(model))))


def closure(*paths: Path) -> list[Path]:
    """Files and all files of ours that they import, plumbing left out."""
    found: set[Path] = set()
    todo = list(paths)
    while todo:
        here = todo.pop()
        if here in found or (here.is_relative_to(PACKAGE) and _name(here) in PLUMBING):
            continue
        found.add(here)
        todo += imported(here)
    return sorted(found)


@cache
def imported(path: Path) -> set[Path]:
    """The files of ours that a file names in its import statements, wherever they stand."""
    names: set[str] = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from package import name`: the name may be a module or something inside one.
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    files = set()
    for name in names:
        package, *parts = name.split(".")
        if package == PACKAGE.name:
            base = PACKAGE.joinpath(*parts)
            files |= {base.with_suffix(".py"), base / "__init__.py"}
        if package == PACKAGE.name and parts[:1] == ["models"]:  # it may lie in EXTRA_MODELS
            files |= {Path(folder, *parts[1:]).with_suffix(".py") for folder in models.__path__}
    return {file for file in files if file.is_file()}


@cache
def code_hash(path: Path) -> str:
    """A hash of what a Python file does: comments, docstrings and layout do not count."""
    tree = _tree(path)
    for node in ast.walk(tree):
        kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        if isinstance(node, kinds) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    # Unparsed, since the dump of a tree differs between versions of Python.
    return hashlib.sha256(ast.unparse(tree).encode()).hexdigest()[:16]


@cache
def _fits(path: Path) -> bool:
    return any(
        isinstance(method, ast.FunctionDef) and method.name == "fit"
        for kind in _tree(path).body
        if isinstance(kind, ast.ClassDef)
        for method in kind.body
    )


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _hashes(paths: Iterable[Path]) -> dict[str, str]:
    return {_name(path): code_hash(path) for path in paths}


def _name(path: Path) -> str:
    """As keys name a file: a model file of one's own lies outside the package."""
    return str(path.relative_to(PACKAGE)) if path.is_relative_to(PACKAGE) else path.name


def _data(layout: Layout, dataset: str) -> str:
    return read_json(layout.data_receipt(dataset))["sha256"]


def _digest(key: Key) -> str:
    return hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:16]


def _plain(key: Key) -> Key:
    """As JSON gives it back, so that a key compares equal to a stored one."""
    return json.loads(json.dumps(key))
