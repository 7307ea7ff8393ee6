"""Tables of numbers: which rows and columns each one shows."""

from collections import Counter
from collections.abc import Callable, Iterable

from .facts import REAL, Dataset, Number, Results
from .numbers import TIMED, arrow, cell, mark
from .safe import escape
from .table import Cell, Group, Table, texts
from .text import as_number, capital, inline, join, lower, significant
from .verdicts import best

COLUMNS = 5
"""The most models that a phone shows side by side."""
Body = Callable[[], str] | None
"""The body of a call, which is a caption."""


def comparison(
    results: Results, dataset: Dataset, metrics: list[str] | None = None,
    models: list[str] | None = None, first: Iterable[str] = (),
) -> str:  # fmt: skip
    """Models by metrics, real images among them; the best by each metric is marked.

    A few models stand in columns. More of them get a row each, which a phone can show, with real
    images and the baseline apart, on top. A table of all metrics, ``first`` these, can be put in
    another order by a small script.
    """
    everything = metrics is None
    metrics = results.headline(dataset.name, first) if metrics is None else metrics
    chosen = results.models if models is None else models
    shown = [k for k in metrics if any(results.number(dataset.name, m, k) for m in chosen)]
    if not shown:
        return ""
    leaders = {metric: best(results, dataset.name, metric, chosen) for metric in shown}
    told = caption(results, dataset, shown, chosen)
    in_columns = len(chosen) <= COLUMNS and not everything

    def numbers(models: Iterable[str], metrics: Iterable[str]) -> list[Cell]:
        every = ((model, metric) for metric in metrics for model in models)
        return [cell(results, dataset.name, m, k, m in leaders[k]) for m, k in every]

    def heading(metric: str) -> Cell:
        words, good = results.metric(metric), results.direction(dataset.name, metric)
        text = words.label if in_columns else words.brief
        return Cell(f"{text} {arrow(good)}", {} if in_columns else {"data-best": good})

    def row(model: str, order: int, role: str = "") -> list[Cell]:
        title = capital(results.model(model).name)
        title += f' <span class="role">{role}</span>' if role else ""
        first = Cell(title, {"class": results.family_class(model), "data-order": order})
        return [first, *numbers([model], shown)]

    if in_columns:
        every = [*chosen, REAL]
        names = (Cell(results.called(m), {"class": results.family_class(m)}) for m in every)
        head = [Cell(""), *names]
        groups = [Group([[heading(metric), *numbers(every, [metric])] for metric in shown])]
    else:
        baseline = [model for model in chosen if results.model(model).family == "linear"]
        head = [Cell("Model"), *map(heading, shown)]
        apart = [row(REAL, 0), *(row(model, 0, "the baseline") for model in baseline)]
        others = [row(model, i) for i, model in enumerate(chosen) if model not in baseline]
        groups = [Group(apart, "apart"), Group(others)]
        simple = join([f"the {results.model(model).name}" for model in baseline])
        told += " Set apart: real images, the floor of a distance"
        told += f", and {simple}, a linear model in closed form, the baseline." if simple else "."
    return Table(
        "comparison" if in_columns else "comparison ranks", [head], groups,
        f"table-{dataset.name}-{'all' if everything else shown[0]}", told,
        above="" if everything else dataset.short, sortable=everything,
        wide=not in_columns and len(shown) > COLUMNS,
    ).html()  # fmt: skip


def caption(results: Results, dataset: Dataset, metrics: list[str], models: list[str]) -> str:
    """Data, n, seeds, what bold means, which runs failed."""
    seeds = ", ".join(map(str, results.seeds))
    told = [
        f"<b>{dataset.title}.</b>",
        f"Median over {len(results.seeds)} seeds ({seeds}), the range below it."
        if len(results.seeds) > 1
        else f"One seed ({seeds}), so no spread is known.",
        sizes(results, (results.number(dataset.name, m, k) for k in metrics for m in models)),
        "Bold: the best, and what cannot be told from it.",
    ]
    for model in models:
        if failed := results.failed(dataset.name, model):
            runs = f"{failed} {'run' if failed == 1 else 'runs'}"
            told.append(f"{runs} of the {results.model(model).name} failed.")
    return " ".join(filter(None, told))


def sizes(results: Results, numbers: Iterable[Number | None]) -> str:
    """``n = 2,000; 10,000 for inception score.``, of what is measured on as many images."""
    of: dict[str, set[int]] = {}
    for number in filter(None, numbers):
        form = results.metric(number.key.metric).form
        if number.key.model != REAL and form not in (*TIMED, "count"):
            of.setdefault(number.key.metric, set()).add(number.n)
    if any(len(found) > 1 for found in of.values()):
        return ""
    by_size: dict[int, list[str]] = {}
    for metric, (n,) in of.items():
        by_size.setdefault(n, []).append(lower(results.metric(metric).short_label))
    first, *others = sorted(by_size, key=lambda n: -len(by_size[n])) or [0]
    parts = [f"n = {first:,}", *(f"{n:,} for {join(by_size[n])}" for n in others)]
    return f"{'; '.join(parts)}." if first else ""


def pivot(
    results: Results, metrics: list[str], rows: list[str], columns: list[str], study: str = "",
    dataset: Dataset | None = None, model: str = "", head: str = "",
    labels: dict[str, str] | None = None, order: tuple[str, ...] = ("*",),
    notes: dict[str, str] | None = None, kind: str = "plain", title: str = "", caller: Body = None,
) -> str:  # fmt: skip
    """Numbers by the fields that name them: ``dataset``, ``model``, ``metric`` and the parts of a
    condition; of all studies, datasets and models or of one. Rows of the results with other
    parts in their condition are not shown.

    ``labels`` of values go before the usual ones; ``order`` tells which values come first and,
    after ``*``, last; ``notes`` stand beside a row's value. A ``title`` folds the table behind
    it; the body of the call adds to its caption.
    """
    parts = {*rows, *columns} - {"dataset", "model", "metric"}
    found: dict[tuple[str, ...], dict[tuple[str, ...], Number]] = {}
    for row in results.rows:
        named_by = {**row.key._asdict(), **row.parts}
        asked = study in ("", row.study) and model in ("", row.key.model)
        asked = asked and (dataset is None or dataset.name == row.key.dataset)
        number = results.number(*row.key)
        if asked and number and row.key.metric in metrics and set(row.parts) == parts:
            across, down = (
                tuple(named_by[field] for field in fields) for fields in (rows, columns)
            )
            found.setdefault(across, {})[down] = number
    if not found:
        return ""
    usual = [*(d.name for d in results.datasets), REAL, *results.models, *metrics]
    own, notes = labels or {}, notes or {}

    def place(value: str) -> tuple[float, ...]:
        first = order.index(value if value in order else "*")
        return first, usual.index(value) if value in usual else len(usual), as_number(value)

    def label(values: tuple[str, ...]) -> str:
        return " ".join(filter(None, (own.get(v, results.called(v)) for v in values)))

    lines = sorted(found, key=lambda values: [place(v) for v in reversed(values)])
    tops = {down for numbers in found.values() for down in numbers}
    across_top = sorted(tops, key=lambda values: [place(v) for v in values])
    body = []
    for line in lines:
        note = "".join(f' <span class="role">{notes[v]}</span>' for v in line if v in notes)
        colour = {"class": results.family_class(line[0])} if rows[0] == "model" else {}
        cells = (found[line].get(top) for top in across_top)
        shown = texts(mark(results, number) if number else "–" for number in cells)
        body.append([Cell(label(line) + note, dict(colour)), *shown])
    heads = [[Cell(head), *texts(label(top[-1:]) for top in across_top)]]
    if len(columns) == 2:
        spans = Counter(top[:1] for top in across_top)
        heads.insert(0, [Cell(""), *(Cell(label(top), {"colspan": n}) for top, n in spans.items())])
    told = [
        f"<b>{dataset.title}.</b>" if dataset else f"{results.called(model)}.",
        f"Median over {len(results.seeds)} seeds." if len(results.seeds) > 1 else "One seed.",
        sizes(results, (number for own in found.values() for number in own.values())),
        inline(caller() if caller else ""),
    ]
    identity = "-".join(filter(None, ("table", dataset and dataset.name, study, escape(model))))
    return Table(
        kind, heads, [Group(body)], identity, "" if title else " ".join(filter(None, told)),
        title=title, folded=bool(title),
    ).html()  # fmt: skip


def headline(results: Results) -> str:
    """The rows without a condition, as they stand in the file, one line per model and seed."""
    found: dict[tuple[str, str, str], dict[str, float]] = {}
    metrics: dict[str, None] = {}
    for row in results.rows:
        if not row.key.condition and row.value == row.value:
            run = (row.key.dataset, row.key.model, row.seed)
            found.setdefault(run, {})[row.key.metric] = row.value
            metrics[row.key.metric] = None
    body = []
    for run, own in found.items():
        numbers = (significant(own[metric], 5) if metric in own else "" for metric in metrics)
        body.append(texts([escape(" ".join(run)), *numbers]))
    head = [Cell(""), *texts(f"<code>{escape(metric)}</code>" for metric in metrics)]
    title = "Show all headline rows"
    return Table("settings", [head], [Group(body)], title=title, folded=True).html()
