"""Imports go one way: from the commands down to the tools, and never back up."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "experiments"

ORDER = (
    "support", "profile", "evaluation", "results", "models", "data", "judges", "runs", "readers",
    "figures", "studies", "claims", "sampling", "pipeline", "cli", "__main__",
)  # fmt: skip
"""The rooms from the bottom up: each may use those before it, and itself."""


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it; not those for the type checker alone."""
    todo: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        todo += ast.iter_child_nodes(node)


def ours(path: Path) -> set[tuple[str, ...]]:
    """What a file imports of this package, as the parts after its name."""
    found = (name.split(".") for name in imports(path))
    return {tuple(parts[1:]) for parts in found if parts[0] == "experiments" and parts[1:]}


def room(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path: Path) -> None:
    below = ORDER[: ORDER.index(room(path)) + 1]
    up = {".".join(parts) for parts in ours(path) if parts[0] not in below}
    assert not up, f"{path.relative_to(ROOT)} imports from above: {up}"


def test_every_room_is_known() -> None:
    assert {room(path) for path in FILES} == set(ORDER)


def test_a_model_knows_the_networks_that_all_share_and_other_models() -> None:
    for path in (PACKAGE / "models").glob("*.py"):
        below = {"models", "support"} | ({"profile"} if path.stem == "backbone" else set())
        assert {parts[0] for parts in ours(path)} <= below, path.name


def test_metrics_know_neither_models_nor_files() -> None:
    for path in (PACKAGE / "evaluation").glob("*.py"):
        used = {".".join(parts[:2]) for parts in ours(path)}
        strange = {u for u in used if u.split(".")[0] not in ("evaluation", "support")}
        assert not strange | (used & {"support.files", "support.layout"}), path.name


def test_studies_do_not_import_each_other() -> None:
    for path in (PACKAGE / "studies").glob("*/*.py"):
        for parts in ours(path):
            if (PACKAGE / "studies" / "/".join(parts[1:2])).is_dir() and parts[0] == "studies":
                assert parts[1] == path.parent.name, f"{path.parent.name} imports {parts[1]}"


def test_the_page_needs_nothing_of_the_experiments() -> None:
    for path in (ROOT / "docs").rglob("*.py"):
        assert not any(name.split(".")[0] == "experiments" for name in imports(path)), path
