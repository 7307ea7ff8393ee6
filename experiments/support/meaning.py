"""What code means: a hash that changes when results may change, and not when words do.

A step's meaning is that of the definitions (functions, classes, top-level names) that can be
reached from where it enters the code. Of each, only what acts counts: no comment, docstring,
annotation, description or message, and neither the name of a file nor the place in it. So a
new metric in a module touches those alone who call it, a file can be moved, and a sentence
mended, without anything becoming stale.

What is found by name at run time (a model by `models.load`) is no reference in the code: the
step names it as one more entry.
"""

import ast
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from experiments.support.wordless import without_words

PACKAGE = Path(__file__).parents[1]

PLUMBING = (
    "cli", "pipeline", "profile", "results", "claims", "evaluation/metric", "evaluation/registry",
    "models/__init__", "studies/__init__",
    "studies/measuring", "studies/drawing", "studies/work", "studies/kept", "studies/needs",
    "data/__init__", "data/dataset", "data/sources", "runs/run", "runs/checkpoint", "runs/receipt",
    "readers/reader", "support/errors", "support/files", "support/layout",
    "support/machine", "support/meaning", "support/names", "support/progress",
    "support/receipts", "support/records", "support/wordless", "support/yaml",
)  # fmt: skip
"""Modules and rooms that carry data without changing it: nothing they say makes anything stale."""


@dataclass(frozen=True)
class Definition:
    """One top-level name of a file."""

    path: Path
    name: str


@dataclass
class Module:
    """A file of ours: what defines each of its names, and what else happens when it is loaded."""

    path: Path
    defined: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imported: dict[str, set[str]] = field(default_factory=dict)  # name here: dotted origins
    always: list[ast.stmt] = field(default_factory=list)

    @cached_property
    def modules(self) -> set[str]:
        """The names that stand for modules of ours, and for nothing else."""
        return {
            name for name, origins in self.imported.items()
            if all(o.startswith(f"{PACKAGE.name}.") and _is_module(o) for o in origins)
        }  # fmt: skip


def meaning(*entries: Definition) -> str:
    """One hash of all that the entries reach. Raises `SyntaxError` for a file that is no Python."""
    reached, todo = {}, list(entries)
    while todo:
        here = todo.pop()
        if here in reached:
            continue
        text, references = digest(here)
        reached[here] = text
        todo += references
    return hashlib.sha256("\n".join(sorted(reached.values())).encode()).hexdigest()[:16]


def entry(dotted: str) -> Definition:
    """``runs.training.train`` as a definition of ours."""
    module, _, name = dotted.rpartition(".")
    path = PACKAGE.joinpath(*module.split("."))
    return Definition(_file(path), name)


def whole(dotted: str) -> list[Definition]:
    """All definitions of the module ``data.formats``."""
    path = _file(PACKAGE.joinpath(*dotted.split(".")))
    return [Definition(path, name) for name in load(path).defined]


def has_method(path: Path, method: str) -> bool:
    """Whether the class ``Model`` of a model's file, or one that it inherits from, has a method.

    Read from the files, since to import a model is to load torch.
    """
    seen, todo = set(), [Definition(path, "Model")]
    while todo:
        here = todo.pop()
        if here in seen:
            continue
        seen.add(here)
        module = load(here.path)
        for node in module.defined.get(here.name, []):
            if isinstance(node, ast.ClassDef):
                if any(isinstance(e, ast.FunctionDef) and e.name == method for e in node.body):
                    return True
                bases = ast.Module([ast.Expr(base) for base in node.bases], [])
                todo += references(module, bases)
    return False


@cache
def digest(here: Definition) -> tuple[str, tuple[Definition, ...]]:
    """What a definition does, as text, and the definitions that it names."""
    module = load(here.path)
    nodes = [*module.defined.get(here.name, []), *module.always]
    texts, found = [], []
    for node in nodes:
        found += list(references(module, without_words(node)))
        texts.append(ast.unparse(without_words(node, module.modules)))
    return "\n".join(texts), tuple(dict.fromkeys(found))


@cache
def load(path: Path) -> Module:
    """A file's definitions and imports."""
    module = Module(path)
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in ast.walk(tree):
        for name, origin in _imports(node):
            module.imported.setdefault(name, set()).add(origin)
    for node in tree.body:
        names = list(_names(node))
        if names:
            for name in names:
                module.defined.setdefault(name, []).append(node)
        elif not _silent(node):
            module.always.append(node)
    return module


def references(module: Module, tree: ast.AST) -> Iterator[Definition]:
    """The definitions of ours that a tree names, in this file or through its imports."""
    for node in _outermost(tree):
        yield from resolve(module, _chain(node))


def resolve(module: Module, chain: list[str]) -> Iterator[Definition]:
    """``["charts", "rounded"]`` to where it is defined; a module that is used in any other way
    counts with all that it defines."""
    first, *rest = chain
    if first in module.defined:
        yield Definition(module.path, first)
    for origin in module.imported.get(first, ()):
        yield from follow(origin.split("."), rest)


def follow(origin: list[str], rest: list[str]) -> Iterator[Definition]:
    """Walk from a dotted origin through packages and modules to a definition."""
    parts, path = [*origin, *rest], PACKAGE
    if parts[:1] != [PACKAGE.name]:
        return
    steps = parts[1:]
    while steps and ((path / steps[0]).is_dir() or (path / f"{steps[0]}.py").is_file()):
        path, steps = path / steps[0], steps[1:]
        if not path.is_dir():
            break
    file = _file(path)
    own = os.environ.get("EXTRA_MODELS")
    if own and parts[1:2] == ["models"] and path == PACKAGE / "models" and steps:
        beside = Path(own, f"{steps[0]}.py")  # a model file of the user's imports another
        if beside.is_file():
            file, steps = beside, steps[1:]
    if not file.is_file() or plumbing(file):
        return
    target = load(file)
    if not steps:
        yield from (Definition(file, name) for name in target.defined)
    elif steps[0] in target.defined:
        yield Definition(file, steps[0])
    else:
        for onward in target.imported.get(steps[0], ()):
            yield from follow(onward.split("."), steps[1:])


def plumbing(file: Path) -> bool:
    if not file.is_relative_to(PACKAGE):
        return False
    name = str(file.relative_to(PACKAGE).with_suffix(""))
    return any(name == each or name.startswith(f"{each}/") for each in PLUMBING)


def _outermost(tree: ast.AST) -> Iterator[ast.expr]:
    """Names, and chains of attributes that begin with a name; of a chain only the whole."""
    if isinstance(tree, ast.Attribute | ast.Name) and _chain(tree):
        yield tree
        return
    for child in ast.iter_child_nodes(tree):
        yield from _outermost(child)


def _chain(node: ast.AST) -> list[str]:
    """``a.b.c`` to its parts; empty for anything else, such as ``f().b``."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (before := _chain(node.value)):
        return [*before, node.attr]
    return []


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _silent(node: ast.stmt) -> bool:
    """Imports, texts, and what is there for the type checker alone."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"


def _imports(node: ast.AST) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.asname or alias.name.split(".")[0]
            yield name, alias.name if alias.asname else name
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        for alias in node.names:
            yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _is_module(dotted: str) -> bool:
    path = PACKAGE.parent.joinpath(*dotted.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def _file(path: Path) -> Path:
    """The file of a module or a package."""
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
