"""Single numbers: in a sentence, in a cell, in the lines below a finding."""

from .facts import REAL, Dataset, Number, Results
from .safe import escape
from .table import Cell
from .text import bare_range, lower, write, write_range

BETTER = {"higher": ("↑", "higher is better"), "lower": ("↓", "lower is better"),
          "real": ("≈", "nearest to real is best")}  # fmt: skip
TIMED = ("seconds", "rate")


def mark(results: Results, number: Number, spread: bool = False) -> str:
    """A number that says which one it is: the page's numbers can be checked by machine."""
    form, key = results.metric(number.key.metric).form, escape("|".join(number.key))
    text = write(number.median, form)
    text = f'<data value="{number.median!r}" data-key="{key}">{text}</data>'
    if spread and len(number.values) > 1:
        ends = write_range(min(number.values), max(number.values), form)
        text += f' <span class="range">({ends})</span>'
    return text


def value(results: Results, dataset: str, model: str, metric: str, condition: str = "") -> str:
    """Median with its range, or what is there instead of it."""
    number = results.number(dataset, model, metric, condition)
    if number is None:
        return absent(results, dataset, model, metric)[0]
    return mark(results, number, spread=True) + reached(results, number)


def reached(results: Results, number: Number) -> str:
    """How many of the runs a headline number is of, where not all of them have one."""
    runs = results.count(number.key.dataset, number.key.model)
    if number.key.condition or len(number.values) >= runs:
        return ""
    return f' <span class="range">({len(number.values)} of {runs} runs)</span>'


def absent(results: Results, dataset: str, model: str, metric: str) -> tuple[str, str]:
    """What stands where a number is missing, and the reason in words."""
    if model == REAL:
        return "–", ""
    if results.failed(dataset, model) and not results.count(dataset, model):
        return "failed", "every run of this model diverged or collapsed"
    if results.model(model).family == "linear" and results.metric(metric).form in TIMED:
        return "–", "a closed form has no steps to time"
    if goal(metric) and results.number(dataset, model, goal(metric)):
        return "not reached", "the model never got there"
    return "–", "this is not measured for this model"


def goal(metric: str) -> str:
    """``class_accuracy`` of ``seconds_to_class_accuracy_0.93``; empty for all other metrics."""
    rest = metric.removeprefix("seconds_to_")
    return rest.rsplit("_", 1)[0] if rest != metric else ""


def cell(results: Results, dataset: str, model: str, metric: str, best: bool) -> Cell:
    """One number with its range below it, or what is there in its place."""
    number = results.number(dataset, model, metric)
    if number is None:
        text, reason = absent(results, dataset, model, metric)
        return Cell(text, {"class": "absent", "title": reason})
    text = mark(results, number)
    told: dict[str, object] = {"class": "best"} if best else {}
    text += '<span class="hidden"> (best)</span>' if best else ""
    if min(number.values) < max(number.values):
        ends = bare_range(number.values, number.median, results.metric(metric).form)
        text += f'<span class="range">{ends}</span>'
    floor = results.number(dataset, REAL, metric)
    if number.direction == "real" and floor:  # in order of how far from real, not of how large
        told["data-order"] = f"{abs(number.median - floor.median):.6g}"
    return Cell(text + reached(results, number), told)


def arrow(good: str) -> str:
    """The sign that tells which values of a metric are good."""
    sign, meaning = BETTER.get(good, ("", ""))
    return (
        f'<span class="better" title="{meaning}"><span aria-hidden="true">{sign}</span>'
        f'<span class="hidden">{meaning}</span></span>'
    )


def over_floor(results: Results, dataset: Dataset, model: str, metric: str) -> str:
    """How many times the floor, real images against real ones, a distance is: ``2.4``."""
    number = results.number(dataset.name, model, metric)
    floor = results.number(dataset.name, REAL, metric)
    if number is None or floor is None or floor.median <= 0:
        return ""
    ratio = number.median / floor.median
    key = escape(f"{dataset.name}|{model}|{metric}")
    text = f"{ratio:.1f}" if ratio < 20 else f"{ratio:,.0f}"
    return f'<data value="{ratio!r}" data-over-floor="{key}">{text}</data>'


def evidence(results: Results, *metrics: str) -> str:
    """The numbers behind a finding: for each dataset a line, each model of its pair in its
    colour."""
    lines = []
    for dataset in results.datasets:
        models = results.pair(dataset.name) or results.paired
        for metric in metrics:
            floor = [REAL] if results.number(dataset.name, REAL, metric) else []
            if not floor and not any(results.number(dataset.name, m, metric) for m in models):
                continue
            cells = [
                f'<span class="{results.family_class(m)}"><b>{results.model(m).name}</b> '
                f"{value(results, dataset.name, m, metric)}</span>"
                for m in [*models, *floor]
            ]
            what = f"{dataset.short}, {lower(results.metric(metric).label)}"
            lines.append(f'<li><span class="evidence__what">{what}</span> {" ".join(cells)}</li>')
    return f'<ul class="evidence">{"".join(lines)}</ul>' if lines else ""
