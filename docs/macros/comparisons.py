"""Tables that compare models: a few side by side, many below each other."""

from .safe import escape
from .table import REAL, Dataset, Results
from .tables import arrow, caption, cell, direction, framed
from .vocabulary import BASELINE, METRICS, capital, family, metric, name

COLUMNS = 5
"""The most models that a phone shows side by side."""


def comparison(
    results: Results,
    dataset: Dataset,
    keys: list[str],
    models: list[str] | None = None,
) -> str:
    """Models side by side, real images among them; the best by each metric is marked.

    A few models stand in columns; more of them get a row each, which a phone can show.
    """
    chosen = [m for m in (results.models if models is None else models) if m != REAL]
    keys = [key for key in keys if any(results.number(dataset.name, m, key) for m in chosen)]
    if not keys:
        return ""
    identity = f"table-{dataset.name}-{keys[0]}"
    if len(chosen) > COLUMNS:
        return ranks(results, dataset, keys, chosen, identity)
    columns = [*chosen, REAL]
    head = "".join(
        f'<th scope="col" class="family-{family(m)}">{"Real" if m == REAL else name(m)}</th>'
        for m in columns
    )
    body = "".join(row(results, dataset.name, key, chosen) for key in keys)
    table = (
        f'<table class="comparison"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )
    told = caption(results, dataset, keys, chosen)
    return framed(table, told, identity, above=escape(dataset.short))


def row(results: Results, dataset: str, key: str, models: list[str]) -> str:
    best = results.best(dataset, key, models)
    cells = "".join(cell(results, dataset, m, key, m in best) for m in [*models, REAL])
    return (
        f'<tr><th scope="row">{metric(key).label} {arrow(results, dataset, key, models)}</th>'
        f"{cells}</tr>"
    )


def ranks(
    results: Results,
    dataset: Dataset,
    keys: list[str],
    models: list[str],
    identity: str,
    sortable: bool = False,
) -> str:
    """Models in rows, metrics in columns; the best of each column is marked.

    ``sortable`` rows can be put in another order by a small script; without it the table
    stands in the order of the families.
    """
    best = {key: results.best(dataset.name, key, models) for key in keys}
    head = "".join(
        f'<th scope="col" data-best="{direction(results, dataset.name, key, models)}">'
        f"{metric(key).heading} {arrow(results, dataset.name, key, models)}</th>"
        for key in keys
    )

    def line(model: str, order: int = 0) -> str:
        cells = "".join(cell(results, dataset.name, model, key, model in best[key]) for key in keys)
        return (
            f'<tr><th scope="row" class="family-{family(model)}" data-order="{order}">'
            f"{title(model)}</th>{cells}</tr>"
        )

    apart = "".join(line(m) for m in (REAL, BASELINE) if m == REAL or m in models)
    others = "".join(line(m, i) for i, m in enumerate(models) if m != BASELINE)
    sort = ' data-sortable="yes"' if sortable else ""
    table = (
        f'<table class="comparison ranks"{sort}><thead><tr><th scope="col">Model</th>{head}</tr>'
        f'</thead><tbody class="apart">{apart}</tbody><tbody>{others}</tbody></table>'
    )
    told = caption(results, dataset, keys, models)
    kind = "numbers--wide" if len(keys) > COLUMNS else ""
    above = "" if sortable else escape(dataset.short)  # the page of all numbers has headings
    return framed(table, f"{told} {apart_told(models)}", identity, kind, above)


def title(model: str) -> str:
    role = {REAL: "the floor", BASELINE: "the baseline"}.get(model, "")
    told = f' <span class="role">{role}</span>' if role else ""
    return f"{escape(capital(name(model)))}{told}"


def apart_told(models: list[str]) -> str:
    """What the rows on top are."""
    floor = "Set apart: real images, the floor"
    if BASELINE not in models:
        return f"{floor}."
    return f"{floor}, and the {name(BASELINE)}, a linear model in closed form, the baseline."


def headline_keys(results: Results, dataset: str) -> list[str]:
    """Every metric that some model has a number of, those with words first."""
    table = results.table
    own = table[
        (table["dataset"] == dataset) & (table["condition"] == "") & (table["model"] != REAL)
    ]
    present = [key for key in dict.fromkeys(own["metric"]) if key != "failed"]
    return [k for k in METRICS if k in present] + [k for k in present if k not in METRICS]


def all_numbers(results: Results, dataset: Dataset) -> str:
    """Every headline metric of every model, in a table that can be sorted."""
    keys = headline_keys(results, dataset.name)
    identity = f"table-{dataset.name}-all"
    return ranks(results, dataset, keys, results.models, identity, sortable=True)
