"""Where the page's numbers come from: the banner, the footer, sources, machine and time."""

from typing import Any

from .facts import Results
from .safe import Safe, escape
from .table import Group, Table, texts
from .text import join

PUBLISHED = "paper"


def banner(results: Results) -> str:
    """What every page says first unless it shows the published profile on real data."""
    profile = str(results.provenance.get("profile", "unknown"))
    stand_ins = [d for d in results.datasets if d.stand_in]
    if profile == PUBLISHED and not stand_ins:
        return ""
    data = join([d.title for d in results.datasets])
    told = [f"These results are of the profile <b>{escape(profile)}</b>, on {data}."]
    if stand_ins:
        names = join([d.short for d in stand_ins])
        told.append(f"{names} {'stands' if len(stand_ins) == 1 else 'stand'} in for real data.")
    if profile != PUBLISHED:
        told.append("They are less trained than the published ones, and not to be quoted.")
    return " ".join(told)


def footer(results: Results, repository: str = "") -> str:
    """Commit, profile and machine of the results, in one line."""
    told = results.provenance
    commit = str(told.get("commit", "")).strip()
    short = escape(commit[:7]) if commit else "no commit"
    if repository and commit:
        short = f'<a href="{escape(repository)}/commit/{escape(commit)}">{short}</a>'
    if told.get("dirty"):
        short += " with changes"
    parts = [
        f"Results of {short}",
        f"profile {escape(str(told.get('profile', 'unknown')))}",
        machine(results),
    ]
    source = f' <a href="{escape(repository)}">Source code</a>.' if repository else ""
    return f"{', '.join(parts)}.{source} By the contributors; code under the MIT licence."


def machine(results: Results) -> Safe:
    """``Intel Xeon, 2 cores, 8 GB``."""
    told: dict[str, Any] = results.provenance.get("machine", {})
    parts = [escape(told.get("processor") or "unknown processor")]
    if told.get("cores"):
        parts.append(f"{told['cores']} cores")
    if told.get("memory_gb"):
        parts.append(f"{told['memory_gb']:.0f} GB")
    return Safe(", ".join(parts))


def made_by(repository: str, study: str) -> str:
    """The line that says which file made a page."""
    path = f"experiments/studies/{study}.py"
    code = f"<code>{path}</code>"
    if repository:
        code = f'<a href="{escape(repository)}/blob/main/{path}">{code}</a>'
    return (
        f'<p class="made-by">Numbers and figures of this page are made by {code} '
        f"(<code>python -m experiments study {study} DATASET</code>) and lie in "
        f"<code>assets/{study}/</code>.</p>"
    )


def total_time(results: Results) -> str:
    """How long all training took together, one thread each."""
    seconds = results.provenance.get("run_seconds")
    if not seconds:
        return "an unknown time"
    return f"{seconds / 3600:.1f} hours" if seconds >= 5400 else f"{seconds / 60:.0f} minutes"


def sources(results: Results, caption: str) -> str:
    """Source, counts, licence and hash of every dataset."""
    rows = []
    for dataset in results.datasets:
        told = dataset.facts
        counts = (f"{told[part]:,}" if part in told else "–" for part in ("train", "test"))
        texts_of = (told.get(part) or "–" for part in ("source", "licence"))
        seal = f"<code>{told.get('sha256', '')[:12]}</code>"
        rows.append(texts([dataset.title, *counts, *texts_of, seal]))
    head = texts(("Data", "Training", "Test", "From", "Licence", "SHA-256 of the arrays"))
    return Table("settings", [head], [Group(rows)], "table-sources", caption).html()
