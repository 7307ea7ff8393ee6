"""Our numbers beside those of earlier works and papers (`references.yaml`)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from .citations import LABELS, cite
from .facts import Results
from .numbers import value
from .safe import escape
from .table import Cell, Group, Table, texts
from .text import inline, write, write_range

FILE = Path(__file__).with_name("references.yaml")


def references(results: Results, *metrics: str, caller: Callable[[], str] | None = None) -> str:
    """One table "obtained / reference", of all metrics or some; empty without their dataset. The
    body of the call is its caption.

    A number that these results do not hold says so: the row stays, since hiding what was not
    reached would flatter.
    """
    entries: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    here = {d.name for d in results.datasets}
    chosen = [
        entry for entry in entries
        if entry["ours"]["dataset"] in here and metrics in ((), (entry["ours"]["metric"],))
    ]  # fmt: skip
    if not chosen:
        return ""
    head = texts(("What", "Obtained here", "Reference", "By", "What differs there"))
    groups = [Group([line(results, entry) for entry in chosen])]
    identity, caption = f"table-references-{len(metrics)}", inline(caller() if caller else "")
    table = Table("plain references", [head], groups, identity, caption, wide=not metrics)
    # The footnotes, which cannot stand inside the table.
    keys = dict.fromkeys(entry["who"] for entry in chosen)
    told = ", ".join(f"*{LABELS[key]}*{cite(key)}" for key in keys)
    return f"{table.html()}\n\nReferences: {told}.\n{{ .sources }}"


def line(results: Results, entry: dict[str, Any]) -> list[Cell]:
    ours = entry["ours"]
    own = (ours["dataset"], ours["model"], ours["metric"], ours.get("condition", ""))
    obtained = value(results, *own)
    obtained = "not measured" if obtained == "–" else obtained
    form = entry.get("form", results.metric(ours["metric"]).form)
    reference = entry["reference"]
    told = write_range(*reference, form) if isinstance(reference, list) else write(reference, form)
    who = f"<i>{escape(LABELS[entry['who']])}</i>"
    ends = texts((who, escape(entry["differs"])))
    return [*texts((escape(entry["what"]), obtained)), Cell(told, {"class": "whole"}), *ends]
