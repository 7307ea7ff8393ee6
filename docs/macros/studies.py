"""Tables and lines that belong to one page each."""

from html import escape

from .table import REAL, Dataset, Results
from .tables import framed, mark, value
from .vocabulary import family, join, lower, metric, name, significant, write
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


def floors(results: Results) -> str:
    """``On MNIST the CGAN is at 2.4 times the floor …``: Frechet distances over real ones."""
    clauses = []
    for dataset in results.datasets:
        parts = []
        for model in results.models:
            ratio = over_floor(results, dataset.name, model)
            if ratio is not None:
                parts.append(
                    f'the {name(model)} at <data value="{ratio!r}" '
                    f'data-over-floor="{dataset.name}|{model}|frechet">{times_floor(ratio)}</data>'
                )
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
                f'<td class="whole">{escape(dataset.short)}</td>{cells}</tr>'
            )
    head = "".join(f'<th scope="col">{metric(key).label}</th>' for key in keys)
    processor = results.provenance.get("machine", {}).get("processor", "unknown")
    return framed(
        '<table class="plain"><thead><tr><th scope="col">Model</th><th scope="col">Data</th>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>",
        f"Time of one run: median over the seeds, one thread. Processor: {escape(processor)}.",
        "table-run-times",
    )


REPORT = ("precision", "recall", "f1")


def report(results: Results, dataset: Dataset) -> str:
    """Precision, recall and F1 of every digit: real images and conditional models side by side."""
    models = [m for m in [REAL, *results.models] if digits(results, dataset, m)]
    if not models:
        return ""
    every = sorted({digit for m in models for digit in digits(results, dataset, m)})
    top = "".join(
        f'<th scope="colgroup" colspan="3" class="family-{family(m)}">'
        f"{'Real' if m == REAL else name(m)}</th>"
        for m in models
    )
    under = "".join(f'<th scope="col">{metric(key).label}</th>' for _ in models for key in REPORT)
    body = "".join(
        f'<tr><th scope="row">{digit}</th>'
        + "".join(
            f"<td>{value(results, dataset.name, m, key, f'digit={digit}', spread=False)}</td>"
            for m in models
            for key in REPORT
        )
        + "</tr>"
        for digit in every
    )
    return framed(
        f'<table class="report"><thead><tr><td></td>{top}</tr><tr><td></td>{under}</tr></thead>'
        f"<tbody>{body}</tbody></table>",
        f"<b>{escape(dataset.title)}.</b> By digit, median over the seeds; real: test images.",
        f"table-{dataset.name}-report",
    )


def digits(results: Results, dataset: Dataset, model: str) -> list[int]:
    """The classes for which a model has a report."""
    table = results.table
    found = table[
        (table["dataset"] == dataset.name) & (table["model"] == model)
        & (table["metric"] == "f1") & table["condition"].str.fullmatch(r"digit=\d+")
    ]  # fmt: skip
    return sorted({int(text.split("=")[1]) for text in found["condition"]})


def judges(results: Results) -> str:
    """What each judge reads right of the real test images."""
    lines = []
    for dataset in results.datasets:
        cells = [
            f"<span><b>{role} judge</b> {mark(number)}</span>"
            for role in ("label", "feature")
            if (number := results.number(dataset.name, REAL, "judge_accuracy", f"judge={role}s"))
        ]
        if cells:
            what = f'<span class="evidence__what">{escape(dataset.short)}</span>'
            lines.append(f"<li>{what} {' '.join(cells)}</li>")
    return f'<ul class="evidence">{"".join(lines)}</ul>' if lines else ""


EARLIER = (
    # What, who, their number, and ours: (dataset, model, metric).
    ("Class accuracy of conditional GAN digits", "<i>CVAE vs CGAN</i>", 0.93, "20 epochs", "cgan"),
    ("Class accuracy of conditional VAE digits", "<i>CVAE vs CGAN</i>", 0.30, "40 epochs", "cvae"),
    (
        "Class accuracy of conditional GAN digits",
        "Ferianc and Manocha",
        0.976,
        "best architecture",
        "cgan",
    ),
)


def earlier(results: Results) -> str:
    """Numbers of earlier works beside ours on MNIST; empty where MNIST is not in the table."""
    if "mnist" not in [d.name for d in results.datasets]:
        return ""
    rows = "".join(
        f"<tr><td>{what}, {who}</td><td>{write(number, 'share')}</td><td>{how}</td>"
        f"<td>{value(results, 'mnist', model, 'class_accuracy')}</td></tr>"
        for what, who, number, how, model in EARLIER
    )
    return framed(
        '<table class="plain"><thead><tr><th>What, on MNIST</th><th>Earlier</th><th>After</th>'
        f"<th>Here</th></tr></thead><tbody>{rows}</tbody></table>",
        "Their classifiers, samples and budgets differ from ours: an order of magnitude, "
        "not a contest.",
        "table-earlier",
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
