"""What a table is; `table.html.j2` writes all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATE = Environment(
    loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined,
    trim_blocks=True, lstrip_blocks=True,
).get_template("table.html.j2")  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """HTML, and what its element says beside it: ``{"class": "best"}``."""

    text: str
    attributes: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Rows that belong together; the first cell of each is its heading."""

    rows: list[list[Cell]]
    kind: str = ""
    title: str = ""


@dataclass(frozen=True)
class Table:
    """``kind`` are CSS classes. A ``caption`` makes it a figure with something ``above``, whose
    name for links is ``identity``; else ``title`` names it, to the ear or on what folds it."""

    kind: str
    head: list[list[Cell]]
    groups: list[Group]
    identity: str = ""
    caption: str = ""
    above: str = ""
    title: str = ""
    wide: bool = False
    folded: bool = False
    sortable: bool = False

    def html(self) -> str:
        """One line, which Markdown leaves alone."""
        return TEMPLATE.render(table=self).replace("\n", "")


def texts(cells: Iterable[str]) -> list[Cell]:
    """Cells that are nothing but their text."""
    return [Cell(text) for text in cells]
