"""What the page on components says: the knee, what more components give and what they cost."""

from .safe import escape
from .table import REAL, Dataset, Number, Results
from .tables import framed, mark, value
from .vocabulary import BASELINE, capital, join, metric

COLUMNS = (
    "log_likelihood", "frechet", "class_accuracy", "fitting_seconds", "sampling_seconds",
)  # fmt: skip
EARLIER = 64
"""Where an earlier work puts the knee, and (in points) what it says that more is worth."""
EARLIER_GAIN = 1.5
CURVES = {"log_likelihood": "the likelihood", "frechet": "the Fréchet distance"}


def studied(results: Results, study: str) -> bool:
    """Whether there are results of a study."""
    return bool((results.table["study"] == study).any())


def counts(results: Results, dataset: str) -> list[int]:
    """The numbers of components that were measured."""
    table = results.table
    rows = table[
        (table["study"] == "components") & (table["dataset"] == dataset)
        & (table["model"] == BASELINE) & table["condition"].str.fullmatch(r"components=\d+")
    ]  # fmt: skip
    return sorted({int(text.split("=")[1]) for text in rows["condition"]})


def at(results: Results, dataset: str, key: str, count: object) -> Number | None:
    """A metric with so many components; ``none`` for real images."""
    model = REAL if count == "none" else BASELINE
    return results.number(dataset, model, key, f"components={count}")


def components_table(results: Results, dataset: Dataset) -> str:
    """A row per count of components, real images last."""
    every = counts(results, dataset.name)
    if not every:
        return ""
    knees: dict[float, list[str]] = {}
    for key, what in CURVES.items():
        knee = results.number(dataset.name, BASELINE, "knee", f"of={key}")
        if knee is not None:
            knees.setdefault(knee.median, []).append(what)
    head = "".join(f'<th scope="col">{metric(key).heading}</th>' for key in COLUMNS)
    body = ""
    for count in (*every, "none"):
        title = "Real images" if count == "none" else str(count)
        if count in knees:
            title += f' <span class="role">knee of {join(knees[count])}</span>'
        cells = "".join(
            f"<td>{mark(number) if (number := at(results, dataset.name, key, count)) else '–'}</td>"
            for key in COLUMNS
        )
        body += f'<tr><th scope="row">{title}</th>{cells}</tr>'
    sizes = [at(results, dataset.name, key, every[0]) for key in ("log_likelihood", "frechet")]
    n = [f"n = {number.n:,}" for number in sizes if number is not None]
    return framed(
        f'<table class="plain"><thead><tr><th scope="col">Components</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>",
        f"<b>{escape(dataset.title)}.</b> Medians over the seeds; {n[0]} for the likelihood, "
        f"{n[-1]} for what is drawn. One thread; to fit is to fit all digits, on the whole "
        "training split.",
        f"table-{dataset.name}-components",
    )


def knees_told(results: Results) -> str:
    """``On MNIST, the likelihood bends at 64 components …``."""
    clauses = []
    for dataset in results.datasets:
        if not counts(results, dataset.name):
            continue
        parts = []
        for key, what in CURVES.items():
            number = results.number(dataset.name, BASELINE, "knee", f"of={key}")
            parts.append(f"{what} bends at {mark(number)}" if number else f"{what} has no knee")
        clauses.append(f"on {escape(dataset.short)}, {join(parts)}")
    return f"{capital('; '.join(clauses))}." if clauses else ""


def counts_told(results: Results) -> str:
    """Where the sweep ends, and why it ends early where it does."""
    ends = {d: found[-1] for d in results.datasets if (found := counts(results, d.name))}
    parts = []
    for dataset, last in ends.items():
        fewest = fewest_images(results, dataset)
        if last < 512 and fewest is not None:
            parts.append(
                f"on {escape(dataset.short)} the counts end at {last}, since the rarest digit has "
                f"{mark(fewest)} training images and a fit needs more of them than components"
            )
    return f"{capital('; '.join(parts))}." if parts else ""


def fewest_images(results: Results, dataset: Dataset) -> Number | None:
    """The training images of the rarest class."""
    table = results.table
    rows = table[
        (table["dataset"] == dataset.name) & (table["metric"] == "images")
        & table["condition"].str.endswith("split=train")
    ]  # fmt: skip
    if rows.empty:
        return None
    row = rows.loc[rows["value"].idxmin()]
    return results.number(dataset.name, row["model"], "images", row["condition"])


def knee_verdict(results: Results) -> str:
    """What an earlier work found, beside the same counts here."""
    told = []
    for dataset in results.datasets:
        every = counts(results, dataset.name)
        if EARLIER not in every or every[-1] == EARLIER:
            continue
        told.append(f"<li>{knee_line(results, dataset, every[-1])}</li>")
    return f'<ul class="plain">{"".join(told)}</ul>' if told else ""


def knee_line(results: Results, dataset: Dataset, most: int) -> str:
    """One dataset: does each curve bend near theirs, what does more give, what does it cost?"""
    name = dataset.name
    near: dict[bool, list[str]] = {True: [], False: []}
    for key, what in CURVES.items():
        number = results.number(name, BASELINE, "knee", f"of={key}")
        near[number is not None and EARLIER / 2 <= number.median <= 2 * EARLIER].append(what)
    verdict = {
        0: "neither curve bends near there",
        1: f"{join(near[True])} bends within a factor of two of {EARLIER}, {join(near[False])} "
        "does not",
        2: f"both curves bend within a factor of two of {EARLIER}",
    }[len(near[True])]
    cells = [
        f"{value(results, name, BASELINE, key, f'components={EARLIER}')} against "
        f"{value(results, name, BASELINE, key, f'components={most}')} {what}"
        for key, what in (
            ("class_accuracy", "of the digits read as asked"),
            ("sampling_seconds", "seconds to sample 1,000 images"),
            ("fitting_seconds", "to fit"),
        )
    ]
    return (
        f"On {escape(dataset.short)}, {verdict}. With {EARLIER} components against {most}: "
        f"{'; '.join(cells)}. {gain_told(results, name, most)}"
    )


def gain_told(results: Results, dataset: str, most: int) -> str:
    """Whether more components than theirs change the accuracy, and by how much."""
    few, many = (at(results, dataset, "class_accuracy", c) for c in (EARLIER, most))
    if few is None or many is None:
        return ""
    if few.low <= many.high and many.low <= few.high:
        return f"More than {EARLIER} change the accuracy by less than the seeds do."
    gain = round(100 * many.median, 1) - round(100 * few.median, 1)  # as the reader sees them
    beside = "more" if abs(gain) > EARLIER_GAIN else "less"
    return (
        f"More than {EARLIER} {'gain' if gain > 0 else 'cost'} {abs(gain):.1f} points of accuracy"
        + (f", {beside} than the {EARLIER_GAIN} reported." if gain > 0 else ".")
    )
