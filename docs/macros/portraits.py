"""The page of the models: each one's drawing, samples, numbers, settings and sources."""

from collections.abc import Callable

from .citations import cite
from .roster import ROSTER
from .safe import escape
from .settings import own_settings, told_settings
from .table import Number, Results
from .tables import absent, framed, mark
from .vocabulary import full_name, metric, name
from .words import is_conditional

NUMBERS = (
    "class_accuracy", "coverage", "frechet", "sharpness", "diversity", "log_likelihood",
    "parameters", "training_seconds",
)  # fmt: skip
Figure = Callable[..., str]
"""Study, name and caption to a figure, or to nothing if the results hold none."""


def portrait(results: Results, figure: Figure, model: str, text: str) -> str:
    """A section about a model; ``text`` is its idea and its objective."""
    title = name(model) + (f", the {full_name(model)}" if full_name(model) != name(model) else "")
    drawing = (
        f"The networks of the {name(model)}, drawn from the module itself: what each layer gives, "
        "channels × height × width, and how many parameters it has."
    )
    strip = (
        f"Random samples of the {name(model)}, a column for each digit asked for."
        if is_conditional(results, model)
        else f"Random samples of the {name(model)}, which cannot be asked for a digit: a column "
        "for each that the judge reads."
    )
    parts = [
        f'### {title} {{#{model} data-toc-label="{name(model)}"}}',
        text.strip(),
        figure("models", f"strip-{model}", strip),
        numbers(results, model),
        figure("models", f"architecture-{model}", drawing),
        own_settings(results, model),
        sources(model),
    ]
    return "\n\n".join(part for part in parts if part)


def strangers(results: Results, figure: Figure) -> str:
    """Models of one's own: what is measured of them is shown like that of the others."""
    return "\n\n".join(
        portrait(
            results, figure, model,
            f"A model of one’s own: `experiments/models/{model.replace('-', '_')}.py`, or a file "
            "of the folder that `EXTRA_MODELS` names, tells what it is.",
        )
        for model in results.models
        if model not in ROSTER
    )  # fmt: skip


def numbers(results: Results, model: str) -> str:
    """A model's headline numbers, a row per dataset."""
    keys = [k for k in NUMBERS if any(found(results, d.name, model, k) for d in results.datasets)]
    rows = []
    for dataset in results.datasets:
        if not (keys or results.failed(dataset.name, model)):
            continue
        cells = []
        for key in keys:
            number = found(results, dataset.name, model, key)
            text = absent(results, dataset.name, model, key)[0] if number is None else mark(number)
            cells.append(f"<td>{text}</td>")
        rows.append(
            f'<tr><th scope="row">{escape(dataset.short)}</th>'
            f"{''.join(cells) or '<td>failed</td>'}</tr>"
        )
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{metric(key).heading}</th>' for key in keys)
    seeds = f"median over {len(results.seeds)} seeds" if len(results.seeds) > 1 else "one seed"
    for dataset in results.datasets:
        if failed := results.failed(dataset.name, model):
            seeds += f", without {failed} failed on {escape(dataset.short)}"
    return framed(
        '<table class="plain portrait"><thead><tr><td></td>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>",
        f'{name(model)}, {seeds}. All numbers, with ranges: <a href="table.html">one table</a>.',
        f"table-numbers-{model}",
    )


def found(results: Results, dataset: str, model: str, key: str) -> Number | None:
    """A headline number; the likelihood stands in the study of components, where it is that of
    the model's own number of them."""
    if key != "log_likelihood":
        return results.number(dataset, model, key)
    own = told_settings(results, model).get(dataset, {}).get("components")
    return results.number(dataset, model, key, f"components={own}")


def sources(model: str) -> str:
    """The papers, the earlier works that had the model, and its file."""
    facts = ROSTER.get(model)
    if facts is None:
        return ""
    papers = "Papers" if len(facts.papers) > 1 else "Paper"
    told = [f"{papers}.{cite(*facts.papers)}"]
    if facts.prior:
        told.append(f"Earlier work that had it.{cite(*facts.prior)}")
    else:
        told.append("None of the earlier works that this one stands on has it.")
    told.append(f"Code: `experiments/models/{model.replace('-', '_')}.py`.")
    return " ".join(told) + "\n{ .sources }"
