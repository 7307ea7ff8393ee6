"""Tables and lines that belong to one page each."""

from html import escape

from .table import REAL, Dataset, Results
from .tables import mark, value
from .vocabulary import family, join, metric, name, significant, write
from .words import over_floor, pair


def evidence(results: Results, *keys: str, models: list[str] | None = None) -> str:
    """The numbers behind a claim: for each dataset a line, each model in its colour."""
    lines = []
    for dataset in results.datasets:
        usual = list(pair(results, dataset.name) or results.models)
        chosen = usual if models is None else models
        for key in keys:
            if not any(results.number(dataset.name, m, key) for m in [*chosen, REAL]):
                continue
            cells = [
                f'<span class="family-{family(m)}"><b>{name(m)}</b> '
                f"{value(results, dataset.name, m, key)}</span>"
                for m in [*chosen, REAL]
                if m != REAL or results.number(dataset.name, REAL, key)
            ]
            lines.append(
                f'<li><span class="evidence__what">{escape(dataset.short)}, '
                f"{lower(metric(key).label)}</span> {' '.join(cells)}</li>"
            )
    return f'<ul class="evidence">{"".join(lines)}</ul>' if lines else ""


def lower(label: str) -> str:
    return label[:1].lower() + label[1:]


def floors(results: Results) -> str:
    """``On MNIST the CGAN is at 2.4 times the floor …``: Frechet distances over real ones."""
    clauses = []
    for dataset in results.datasets:
        parts = []
        for model in results.models:
            ratio = over_floor(results, dataset.name, model)
            if ratio is not None:
                parts.append(f"the {name(model)} at {times_floor(ratio)}")
        if parts:
            clauses.append(f"on {escape(dataset.short)} {join(parts)}")
    if not clauses:
        return ""
    return f"In units of the floor, {'; '.join(clauses)}."


def times_floor(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 20 else f"{ratio:,.0f}"


def run_times(results: Results) -> str:
    """Training time, images and speed of each model on each dataset."""
    rows = []
    keys = ("training_seconds", "training_images", "images_per_second")
    for dataset in results.datasets:
        for model in results.models:
            if results.number(dataset.name, model, keys[0]) is None:
                continue
            cells = "".join(
                f"<td>{value(results, dataset.name, model, key, spread=False)}</td>" for key in keys
            )
            rows.append(
                f'<tr><th scope="row" class="family-{family(model)}">{name(model)}</th>'
                f"<td>{escape(dataset.short)}</td>{cells}</tr>"
            )
    head = "".join(f'<th scope="col">{metric(key).label}</th>' for key in keys)
    return (
        '<div class="table" role="region" tabindex="0" aria-label="Time of one run">'
        "<table><caption>Median over the seeds; one thread per run. "
        f"Machine: {escape(str(results.provenance.get('machine', {}).get('processor', '')))}."
        f'</caption><thead><tr><th scope="col">Model</th><th scope="col">Data</th>{head}</tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def per_digit(results: Results, dataset: Dataset, key: str) -> str:
    """One metric by digit: models in columns, digits in rows; empty if nobody measured it."""
    models = [m for m in [*results.models, REAL] if digits(results, dataset, m, key)]
    if not models:
        return ""
    every = sorted({d for m in models for d in digits(results, dataset, m, key)})
    head = "".join(
        f'<th scope="col" class="family-{family(m)}">{"Real" if m == REAL else name(m)}</th>'
        for m in models
    )
    body = "".join(
        f'<tr><th scope="row">{digit}</th>'
        + "".join(
            f"<td>{value(results, dataset.name, m, key, f'digit={digit}', spread=False)}</td>"
            for m in models
        )
        + "</tr>"
        for digit in every
    )
    label = f"{metric(key).label} by digit, {escape(dataset.short)}"
    return (
        f'<div class="table" role="region" tabindex="0" aria-label="{label}"><table>'
        f"<caption><b>{label}.</b> Median over the seeds.</caption>"
        f'<thead><tr><th scope="col">Digit</th>{head}</tr></thead><tbody>{body}</tbody>'
        "</table></div>"
    )


def digits(results: Results, dataset: Dataset, model: str, key: str) -> list[int]:
    table = results.table
    found = table[
        (table["dataset"] == dataset.name) & (table["model"] == model)
        & (table["metric"] == key) & table["condition"].str.fullmatch(r"digit=\d+")
    ]  # fmt: skip
    return sorted({int(text.split("=")[1]) for text in found["condition"]})


EARLIER = (
    # What, who (footnote), their number, and ours: (dataset, model, metric).
    ("Class accuracy of conditional GAN digits", "anixdrone", 0.93, "20 epochs", "cgan"),
    ("Class accuracy of conditional VAE digits", "anixdrone", 0.30, "40 epochs", "cvae"),
    ("Class accuracy of conditional GAN digits", "ferianc", 0.976, "best architecture", "cgan"),
)


def earlier(results: Results) -> str:
    """Numbers of earlier works beside ours on MNIST; empty where MNIST is not in the table."""
    if "mnist" not in [d.name for d in results.datasets]:
        return ""
    rows = "".join(
        f"<tr><td>{what}[^{who}]</td><td>{write(number, 'share')}</td><td>{how}</td>"
        f"<td>{value(results, 'mnist', model, 'class_accuracy')}</td></tr>"
        for what, who, number, how, model in EARLIER
    )
    return (
        '<div class="table" role="region" tabindex="0" aria-label="Earlier numbers beside ours">'
        '<table markdown="1"><caption>Their classifiers and samples differ from ours: an order '
        "of magnitude, not a contest.</caption><thead><tr><th>What, on MNIST</th><th>Earlier</th>"
        f"<th>After</th><th>Here</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )


def headline(results: Results) -> str:
    """The rows without a condition, as they stand in the file, one line per model and seed."""
    table = results.table[results.table["condition"] == ""]
    keys = list(dict.fromkeys(table["metric"]))
    head = "".join(f'<th scope="col"><code>{key}</code></th>' for key in keys)
    rows = []
    groups = table.groupby(["dataset", "model", "seed"], sort=False, dropna=False)
    for (dataset, model, seed), own in groups:
        found = dict(zip(own["metric"], own["value"], strict=True))
        cells = "".join(
            f"<td>{significant(found[key], 5)}</td>" if key in found else "<td></td>"
            for key in keys
        )
        which = "" if seed is None or str(seed) in ("<NA>", "nan") else str(seed)
        rows.append(f'<tr><th scope="row">{dataset} {model} {which}</th>{cells}</tr>')
    return (
        "<details><summary>Show all headline rows</summary>"
        '<div class="table" role="region" tabindex="0" aria-label="Headline rows">'
        f'<table class="settings"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></details>"
    )
