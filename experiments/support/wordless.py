"""What of a piece of code acts, and what only speaks to people."""

import ast
from collections.abc import Set

WORDS = frozenset({"description", "help", "reason"})
"""Keywords that explain."""

SPEAKERS = frozenset({"UserError", "unknown", "print", "track", "lock", "warn", "About", "Metric"})
"""Calls whose arguments are words for people, or facts that pages print."""


def without_words(node: ast.stmt, modules: Set[str] = frozenset()) -> ast.AST:
    """A copy of a statement without comments, docstrings, annotations, descriptions, messages and
    imports; ``modules`` are names of modules by which it reaches others, which go too."""
    return ast.fix_missing_locations(Wordless(modules).visit(ast.parse(ast.unparse(node))))


class Wordless(ast.NodeTransformer):
    """Take away what only speaks to people, and the paths by which names are reached."""

    def __init__(self, modules: Set[str] = frozenset()) -> None:
        """``modules``: the names that stand for modules of ours and for nothing else."""
        self.modules = modules

    def visit_Import(self, node: ast.Import) -> None:
        return None

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        return None

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if is_text else self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return _never_empty(self.generic_visit(node))

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return _never_empty(self.generic_visit(node))

    def visit_If(self, node: ast.If) -> ast.AST | None:
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return None
        return _never_empty(self.generic_visit(node))

    def visit_With(self, node: ast.With) -> ast.AST:
        return _never_empty(self.generic_visit(node))

    def visit_Try(self, node: ast.Try) -> ast.AST:
        return _never_empty(self.generic_visit(node))

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        return _never_empty(self.generic_visit(node))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """A field without a value still is a field."""
        value = node.value or ast.Constant(...)
        return self.generic_visit(ast.Assign([node.target], value, lineno=0))

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        node.msg = None
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        if isinstance(node.exc, ast.Call):
            node.exc.args, node.exc.keywords = [], []
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if _called(node) in SPEAKERS:
            node.args, node.keywords = [], []
        node.keywords = [word for word in node.keywords if word.arg not in WORDS]
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """``charts.rounded`` to ``rounded``: a file may be renamed."""
        if isinstance(node.value, ast.Name) and node.value.id in self.modules:
            return ast.Name(node.attr, node.ctx)
        return self.generic_visit(node)


def _never_empty(node: ast.AST) -> ast.AST:
    if not node.body:  # type: ignore[attr-defined]
        node.body = [ast.Pass()]  # type: ignore[attr-defined]
    return node


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
