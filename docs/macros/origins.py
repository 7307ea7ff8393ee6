"""Where the page's numbers come from: the banner, the footer, sources, machine and time."""

from typing import Any

from .safe import Safe, escape
from .table import Results
from .tables import framed, mark
from .vocabulary import join

PUBLISHED = "paper"


def banner(results: Results) -> str:
    """What every page says first unless it shows the published profile on real data."""
    profile = str(results.provenance.get("profile", "unknown"))
    stand_ins = [d for d in results.datasets if d.stand_in]
    if profile == PUBLISHED and not stand_ins:
        return ""
    data = join([escape(d.title) for d in results.datasets])
    told = [f"These results are of the profile <b>{escape(profile)}</b>, on {data}."]
    if stand_ins:
        names = join([escape(d.short) for d in stand_ins])
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


def seeds_told(results: Results) -> str:
    """``Every number is measured for 3 seeds (0, 1, 2).``"""
    seeds = results.seeds
    if len(seeds) == 1:
        return f"These results have one seed ({seeds[0]}), so no spread is known."
    listed = ", ".join(map(str, seeds))
    return f"Every model is trained {len(seeds)} times, with the seeds {listed}."


def year(results: Results) -> str:
    """The year in which the results were made."""
    return str(results.provenance.get("made", ""))[:4]


def uses(results: Results, name: str, short: str = "") -> bool:
    """Whether a dataset is in these results, and under that short title if one is given."""
    return any(d.name == name and short in ("", d.short) for d in results.datasets)


def sources(results: Results) -> str:
    """Source, counts, licence and hash of every dataset."""
    head = "".join(
        f'<th scope="col">{text}</th>'
        for text in ("Data", "Training", "Test", "From", "Licence", "SHA-256 of the arrays")
    )
    rows = []
    for dataset in results.datasets:
        facts = dataset.facts
        cells = [
            plain_count(facts.get("train")), plain_count(facts.get("test")),
            escape(str(facts.get("source", "–"))), escape(str(facts.get("licence", "–"))),
            f"<code>{escape(str(facts.get('sha256', ''))[:12])}</code>",
        ]  # fmt: skip
        rows.append(
            f'<tr><th scope="row">{escape(dataset.title)}</th>'
            + "".join(f"<td>{cell}</td>" for cell in cells)
            + "</tr>"
        )
    return framed(
        f'<table class="settings"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>",
        "The hash names the pixels and labels that were used, whatever file they came from.",
        "table-sources",
    )


def plain_count(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else "–"


def renderer(results: Results) -> str:
    """The two numbers by which the renderer of house numbers is judged."""
    asked = {
        "tested_on=svhn;trained_on=svhn-rendered": "of real {} test crops",
        "tested_on=svhn-rendered;trained_on=svhn-rendered": "of rendered test crops",
    }
    table = results.table
    parts = []
    for condition, what in asked.items():
        found = table[(table["metric"] == "accuracy") & (table["condition"] == condition)]
        if len(found):
            row = found.iloc[0]
            number = results.number(row["dataset"], row["model"], "accuracy", condition)
            if number is not None:
                short = {d.name: d.short for d in results.datasets}.get("svhn", "SVHN")
                parts.append(f"{mark(number)} {what.format(short)}")
    if not parts:
        return ""
    return (
        f"How good are they? A reader trained on rendered crops alone reads {join(parts)}: "
        "the first number tells how much of reading house numbers they teach, the second how "
        "hard they are in themselves."
        if len(parts) == 2
        else f"A reader trained on rendered crops alone reads {parts[0]}."
    )
