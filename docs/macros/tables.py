"""Numbers in the text, and what tables of numbers are made of."""

from .safe import escape
from .table import REAL, Dataset, Number, Results
from .vocabulary import family, join, lower, metric, name, write, write_range

BETTER = {"higher": ("↑", "higher is better"), "lower": ("↓", "lower is better"),
          "real": ("≈", "nearest to real is best")}  # fmt: skip


def mark(number: Number, spread: bool = False) -> str:
    """A number that says which one it is: the page's numbers can be checked by machine."""
    form = metric(number.metric).form
    key = "|".join((number.dataset, number.model, number.metric, number.condition))
    text = (
        f'<data value="{number.median!r}" data-key="{escape(key)}">'
        f"{write(number.median, form)}</data>"
    )
    if spread and len(number.values) > 1:
        text += f' <span class="range">({write_range(number.low, number.high, form)})</span>'
    return text


def value(
    results: Results, dataset: str, model: str, key: str, condition: str = "", spread: bool = True
) -> str:
    """Median with its range, or what is there instead of it."""
    number = results.number(dataset, model, key, condition)
    if number is None:
        return absent(results, dataset, model, key)[0]
    return mark(number, spread) + some(results, number)


def some(results: Results, number: Number) -> str:
    """How many of the runs a number is of, where not all of them got there."""
    if not results.reached_by_some(number.dataset, number.model, number.metric):
        return ""
    runs = results.finished(number.dataset, number.model)
    return f' <span class="range">({len(number.values)} of {runs} runs)</span>'


def absent(results: Results, dataset: str, model: str, key: str) -> tuple[str, str]:
    """What stands where a number is missing, and the reason in words."""
    if results.all_failed(dataset, model):
        return "failed", "every run of this model diverged or collapsed"
    if family(model) == "linear" and metric(key).form in ("seconds", "rate"):
        return "–", "a closed form has no steps to time"
    if key.startswith("seconds_to_") and results.number(dataset, model, "class_accuracy"):
        return "not reached", "the model never got there"
    return "–", "this is not measured for this model"


def framed(table: str, caption: str, identity: str, kind: str = "", above: str = "") -> str:
    """A table that scrolls by itself where it is too wide, by keyboard as well; its caption and
    what stands ``above`` it stay in place."""
    head = f'<p class="panel__name">{above}</p>' if above else ""
    return (
        f'<figure class="numbers {kind}">{head}<div class="table" role="region" tabindex="0" '
        f'aria-labelledby="{identity}">{table}</div>'
        f'<figcaption id="{identity}">{caption}</figcaption></figure>'
    )


def arrow(results: Results, dataset: str, key: str, models: list[str]) -> str:
    """The sign that tells which values of a metric are good."""
    sign, meaning = BETTER.get(direction(results, dataset, key, models), ("", ""))
    return (
        f'<span class="better" title="{meaning}"><span aria-hidden="true">{sign}</span>'
        f'<span class="hidden">{meaning}</span></span>'
    )


def direction(results: Results, dataset: str, key: str, models: list[str]) -> str:
    """``higher``, ``lower`` or ``real``: which values of a metric are good."""
    numbers = (results.number(dataset, m, key) for m in [*models, REAL])
    return next((n.direction for n in numbers if n is not None), "")


def cell(results: Results, dataset: str, model: str, key: str, best: bool) -> str:
    """One number with its range below it, or what is there in its place."""
    number = results.number(dataset, model, key)
    if number is None:
        text, reason = ("–", "") if model == REAL else absent(results, dataset, model, key)
        return f'<td class="absent" title="{escape(reason)}">{text}</td>'
    form = metric(key).form
    spread = f'<span class="range">{bare(number, form)}</span>' if number.low < number.high else ""
    crown = '<span class="hidden"> (best)</span>' if best else ""
    kind = ' class="best"' if best else ""
    if number.direction == "real":  # in order of how far from real, not of how large
        kind += f' data-order="{results.badness(dataset, model, key):.6g}"'
    return f"<td{kind}>{mark(number)}{crown}{spread}{some(results, number)}</td>"


def caption(results: Results, dataset: Dataset, keys: list[str], models: list[str]) -> str:
    """Data, n, seeds, what bold means, which runs failed."""
    sizes: dict[int, list[str]] = {}
    for key in keys:
        for model in models:
            number = results.number(dataset.name, model, key)
            if number is not None and metric(key).form not in ("seconds", "rate", "count"):
                sizes.setdefault(number.n, []).append(key)
                break
    ordered = sorted(sizes, key=lambda n: -len(sizes[n]))
    counts = [
        f"{n:,} for {join([short_label(key) for key in sizes[n]])}" if i else f"n = {n:,}"
        for i, n in enumerate(ordered)
    ]
    seeds = results.seeds
    told = [f"<b>{escape(dataset.title)}.</b>"]
    if len(seeds) > 1:
        told.append(
            f"Median over {len(seeds)} seeds ({', '.join(map(str, seeds))}), the range below it."
        )
    elif seeds:
        told.append(f"One seed ({seeds[0]}), so no spread is known.")
    if counts:
        told.append(f"{'; '.join(counts)}.")
    told.append("Bold: the best, and what cannot be told from it.")
    for model in models:
        failed = results.failed(dataset.name, model)
        if failed:
            told.append(f"{failed} {'run' if failed == 1 else 'runs'} of the {name(model)} failed.")
    return " ".join(told)


def short_label(key: str) -> str:
    """A metric inside a sentence, without what explains it."""
    return lower(metric(key).label.split(":")[0].split(" (")[0])


def bare(number: Number, form: str) -> str:
    """The range without its unit, where the number above it shows the unit."""
    text = write_range(number.low, number.high, form)
    unit = write(number.median, form).lstrip("0123456789.,−")
    return text.removesuffix(unit) if unit and unit in text and text.count(unit) == 1 else text
