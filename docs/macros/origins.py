"""Where the page's numbers come from: the banner, the footer, sources, machine and time."""

from .facts import Results
from .safe import escape
from .table import Group, Table, texts
from .text import join

PUBLISHED = "paper"


def banner(results: Results) -> str:
    """What every page says first unless it shows the published profile on real data."""
    profile = results.provenance.get("profile", "unknown")
    stand_ins = [dataset.short for dataset in results.datasets if dataset.stand_in]
    if profile == PUBLISHED and not stand_ins:
        return ""
    data = join([dataset.title for dataset in results.datasets])
    told = [f"These results are of the profile <b>{profile}</b>, on {data}."]
    if stand_ins:
        verb = "stands" if len(stand_ins) == 1 else "stand"
        told.append(f"{join(stand_ins)} {verb} in for real data.")
    if profile != PUBLISHED:
        told.append("They are less trained than the published ones, and not to be quoted.")
    return " ".join(told)


def footer(results: Results, repository: str = "") -> str:
    """Commit, profile and machine of the results, in one line."""
    told = results.provenance
    commit, source = told.get("commit", ""), ""
    short = escape(commit[:7]) or "no commit"
    if repository:
        source = f' <a href="{escape(repository)}">Source code</a>.'
        short = f'<a href="{escape(repository)}/commit/{commit}">{short}</a>' if commit else short
    others = len(told.get("commits", ())) - 1
    changed = f" and {others} more" if others > 0 else ""
    changed += " with changes" if told.get("dirty") else ""
    return (
        f"Results of {short}{changed}, profile {told.get('profile', 'unknown')}, "
        f"{machine(results)}.{source} By the contributors; code under the MIT licence."
    )


def machine(results: Results) -> str:
    """``Intel Xeon, 2 cores, 8 GB``."""
    told = results.provenance.get("machine", {})
    cores = f", {told['cores']} cores" if told.get("cores") else ""
    memory = f", {told['memory_gb']:.0f} GB" if told.get("memory_gb") else ""
    return f"{told.get('processor') or 'unknown processor'}{cores}{memory}"


def made_by(repository: str, study: str) -> str:
    """The line that says which folder of code made a page."""
    path = f"experiments/studies/{study}/"
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
