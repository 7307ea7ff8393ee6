"""Tables and lines that belong to one page each."""

from .safe import escape
from .table import REAL, Dataset, Results
from .tables import framed, mark, value
from .vocabulary import BASELINE, capital, family, join, lower, metric, name, significant
from .words import in_words, over_floor, pair, pair_models


def evidence(results: Results, *keys: str, models: list[str] | None = None) -> str:
    """The numbers behind a claim: for each dataset a line, each model in its colour."""
    lines = []
    for dataset in results.datasets:
        usual = list(pair(results, dataset.name) or pair_models(results))
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
    """``On MNIST the CGAN is at 2.4 times the floor …``: the distances of the pairs that differ
    in their objective, over those of real images."""
    clauses = []
    for dataset in results.datasets:
        parts = [
            f"the {name(model)} is at {told}"
            for model in pair_models(results)
            if (told := over_floor_told(results, dataset, model))
        ]
        if parts:
            clauses.append(f"on {escape(dataset.short)} {join(parts)}")
    if not clauses:
        return ""
    return f"In units of the floor, {'; '.join(clauses)}."


def nearest(results: Results) -> str:
    """``Of the 13 models, the ACGAN comes nearest on MNIST, at 2.4 times the floor; …``."""
    scored = [
        m for m in results.models
        if any(results.number(d.name, m, "frechet") for d in results.datasets)
    ]  # fmt: skip
    if len(scored) <= len(pair_models(results)):
        return ""
    clauses = []
    for dataset in results.datasets:
        ranked = sorted(scored, key=lambda m: results.badness(dataset.name, m, "frechet"))
        best = results.best(dataset.name, "frechet", scored) or ranked[:1]
        best.sort(key=ranked.index)
        told = [
            f"the {name(m)} ({ratio} times the floor)"
            for m in best
            if (ratio := over_floor_told(results, dataset, m))
        ]
        if told:
            clauses.append(
                f"on {escape(dataset.short)} {told[0]} comes nearest"
                + (f", and {join(told[1:])} cannot be told from it" if told[1:] else "")
            )
    return f"Of all {in_words(len(scored))} models, {'; '.join(clauses)}." if clauses else ""


def beaten_by_baseline(results: Results) -> str:
    """``The PPCA, fitted in seconds, comes nearer than the VAE and … on MNIST``: networks that
    the simplest model beats."""
    clauses = []
    for dataset in results.datasets:
        lost = [
            f"the {name(m)}" for m in results.models
            if results.badness(dataset.name, m, "frechet")
            > results.badness(dataset.name, BASELINE, "frechet")
            and results.apart(dataset.name, "frechet", BASELINE, m)
        ]  # fmt: skip
        if lost and results.number(dataset.name, BASELINE, "frechet") is not None:
            clauses.append(f"than {join(lost)} on {escape(dataset.short)}")
    if not clauses:
        return ""
    return f"The {name(BASELINE)}, a linear model in closed form, comes nearer {join(clauses)}."


NEARLY = 1.5
"""Times the share of real images from which on a model is named as one that copies more."""


def copies_told(results: Results) -> str:
    """Which models lie close to training images clearly more often than real images do."""
    clauses = []
    for dataset in results.datasets:
        floor = results.number(dataset.name, REAL, "memorisation")
        if floor is None:
            continue
        close = [
            f"the {name(m)} ({mark(number)})"
            for m in results.models
            if (number := results.number(dataset.name, m, "memorisation")) is not None
            and number.low > NEARLY * floor.median
        ]
        if close:
            clauses.append(f"{join(close)} on {escape(dataset.short)}")
    if not clauses:
        return "No model here comes near to half as much again as real images do."
    return f"Clearly above real images: {'; '.join(clauses)}."


def ladder_told(results: Results) -> str:
    """Which corruption the distance notices least at its first step: what it is lenient to."""
    told: dict[str, list[str]] = {}
    for dataset in results.datasets:
        rows = results.table[
            (results.table["dataset"] == dataset.name) & (results.table["metric"] == "frechet")
            & results.table["condition"].str.fullmatch(r"corruption=\w+;strength=1")
        ]  # fmt: skip
        if len(rows) > 1:
            least = rows.loc[rows["value"].idxmin(), "condition"]
            kind = least.split(";")[0].split("=")[1]
            told.setdefault(kind, []).append(escape(dataset.short))
    if not told:
        return ""
    parts = [f"{kind} on {join(where)}" for kind, where in told.items()]
    return f"Of the first steps it notices least {join(parts)}: to that it is lenient."


def over_floor_told(results: Results, dataset: Dataset, model: str) -> str:
    ratio = over_floor(results, dataset.name, model)
    if ratio is None:
        return ""
    key = f"{dataset.name}|{model}|frechet"
    return f'<data value="{ratio!r}" data-over-floor="{key}">{times_floor(ratio)}</data>'


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
    """How well each digit is read: F1 of all conditional models, and the whole report of each."""
    models = [m for m in [REAL, *results.models] if digits(results, dataset, m)]
    if not models:
        return ""
    every = sorted({digit for m in models for digit in digits(results, dataset, m)})
    head = "".join(f'<th scope="col">{digit}</th>' for digit in every)
    body = "".join(
        f'<tr><th scope="row" class="family-{family(m)}">{"Real" if m == REAL else name(m)}</th>'
        + "".join(digit_cell(results, dataset, m, "f1", digit) for digit in every)
        + "</tr>"
        for m in models
    )
    whole = framed(
        f'<table class="report"><thead><tr><th scope="col">F1</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>",
        f"<b>{escape(dataset.title)}.</b> F1 of each digit, median over the seeds; real: test "
        "images.",
        f"table-{dataset.name}-report",
    )
    return whole + "".join(report_of(results, dataset, m, every) for m in models)


def report_of(results: Results, dataset: Dataset, model: str, every: list[int]) -> str:
    """Precision, recall and F1 of every digit, as drawn by one model."""
    title = f"{capital(name(model))} on {escape(dataset.short)}: precision, recall and F1"
    head = "".join(f'<th scope="col">{metric(key).label}</th>' for key in REPORT)
    body = "".join(
        f'<tr><th scope="row">{digit}</th>'
        + "".join(digit_cell(results, dataset, model, key, digit) for key in REPORT)
        + "</tr>"
        for digit in every
    )
    return (
        f"<details><summary>{title}</summary>"
        f'<div class="table" role="region" tabindex="0" aria-label="{title}">'
        '<table class="report"><thead><tr><th scope="col">Digit</th>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def digit_cell(results: Results, dataset: Dataset, model: str, key: str, digit: int) -> str:
    text = value(results, dataset.name, model, key, f"digit={digit}", spread=False)
    return f"<td>{text}</td>"


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
