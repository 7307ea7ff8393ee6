"""Our numbers beside those of earlier works and papers (`references.yaml`)."""

from pathlib import Path
from typing import Any

import yaml

from .citations import LABELS, cite
from .safe import escape
from .table import Results
from .tables import framed, value
from .vocabulary import metric, write, write_range

FILE = Path(__file__).with_name("references.yaml")


def references(results: Results, *metrics: str) -> str:
    """One table "obtained / reference", of all metrics or some; empty without their dataset.

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
    head = "".join(
        f'<th scope="col">{text}</th>'
        for text in ("On MNIST", "Obtained here", "Reference", "By", "What differs there")
    )
    body = "".join(line(results, entry) for entry in chosen)
    table = framed(
        f'<table class="plain references"><thead><tr>{head}</tr></thead><tbody>{body}</tbody>'
        "</table>",
        "Classifiers, samples, budgets and networks differ: an order of magnitude, not a contest. "
        "Not measured: what these results hold no study of, or hold in another likelihood.",
        f"table-references-{metrics[0] if metrics else 'all'}",
        "" if metrics else "numbers--wide",
    )
    return f"{table}\n\n{works(chosen)}"


def line(results: Results, entry: dict[str, Any]) -> str:
    ours = entry["ours"]
    model, key = ours["model"], ours["metric"]
    condition = ours.get("condition", "")
    if results.number(ours["dataset"], model, key, condition) is None:
        obtained = "failed" if results.all_failed(ours["dataset"], model) else "not measured"
    else:
        obtained = value(results, ours["dataset"], model, key, condition)
    form = entry.get("form", metric(key).form)
    reference = entry["reference"]
    told = write_range(*reference, form) if isinstance(reference, list) else write(reference, form)
    who = f"<i>{escape(LABELS[entry['who']])}</i>"
    return (
        f'<tr><th scope="row">{escape(entry["what"])}</th><td>{obtained}</td>'
        f'<td class="whole">{told}</td><td>{who}</td><td>{escape(entry["differs"])}</td></tr>'
    )


def works(entries: list[dict[str, Any]]) -> str:
    """The footnotes, which cannot stand inside the table."""
    keys = dict.fromkeys(entry["who"] for entry in entries)
    told = ", ".join(f"*{LABELS[key]}*{cite(key)}" for key in keys)
    return f"References: {told}.\n{{ .sources }}"
