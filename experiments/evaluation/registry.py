"""Every metric, found in the files that declare them; none of these is imported, for some need
torch, and a table of results must not."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from experiments.evaluation.metric import Metric
from experiments.support.errors import UserError, unknown

PACKAGE = Path(__file__).parents[1]

PLACES = ("evaluation/*.py", "studies/*/metrics.py")
"""Where metrics are declared: beside the function that computes them, or by the one study that
reads them off its runs."""


def metric(name: str) -> Metric:
    """A metric by its name. Raises `UserError` for one that is declared nowhere."""
    known = metrics()
    if name not in known:
        raise unknown("metric", name, known)
    return known[name]


@cache
def metrics(package: Path = PACKAGE) -> dict[str, Metric]:
    """All metrics of a package, in the order of files and of lines. Raises `UserError` for a
    metric that is declared twice or in a form that cannot be read."""
    found: dict[str, Metric] = {}
    for path in (path for place in PLACES for path in sorted(package.glob(place))):
        for each in declared(path):
            if each.name in found:
                raise UserError(f"{path} declares the metric {each.name!r}, which there is already")
            found[each.name] = each
    return found


def declared(path: Path) -> Iterator[Metric]:
    """The calls of ``Metric(...)`` at the top level of a file: ``KID = Metric("kid", …)``."""
    for node in ast.parse(path.read_text(encoding="utf-8"), str(path)).body:
        call = node.value if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr) else None
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Metric":
            try:
                parts = [ast.literal_eval(value) for value in call.args]
                named = {str(each.arg): ast.literal_eval(each.value) for each in call.keywords}
                yield Metric(*parts, **named)
            except (ValueError, TypeError) as error:
                raise UserError(
                    f"{path}, line {call.lineno}: a metric's arguments have to be written out "
                    f"({error})."
                ) from None
