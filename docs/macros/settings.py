"""Tables of what models are: what each one has, and the settings that it was trained with."""

import re
from typing import Any

from .citations import LABELS
from .facts import Results
from .safe import escape
from .table import Cell, Group, Table, texts
from .text import capital, join, plain


def overview(results: Results, kinds: dict[str, str]) -> str:
    """Which model has what: a row each, family by family. ``kinds`` titles the families, in
    order; one without a title comes last, under its own name."""
    head = ("Model", "Told the digit", "Encoder", "Opponent", "Trained by", "Likelihood",
            "Networks", "Earlier work")  # fmt: skip
    groups = []
    for family in dict.fromkeys([*kinds, *(results.model(m).family for m in results.models)]):
        members = [model for model in results.models if results.model(model).family == family]
        if members:
            rows = [overview_row(results, model) for model in members]
            groups.append(Group(rows, title=kinds.get(family, capital(family))))
    return Table("plain roster", [texts(head)], groups, title="Which model has what").html()


def overview_row(results: Results, model: str) -> list[Cell]:
    told = results.model(model)
    earlier = ", ".join(f"<i>{LABELS.get(key, key)}</i>" for key in told.prior) or "none"
    link = f'<a href="#{escape(model)}">{told.name}</a>'
    nothing = "none" if told.objective else "–"  # of a model that tells nothing of itself
    said = (told.opponent or nothing, told.objective or "–", told.likelihood or nothing,
            told.networks or "–")  # fmt: skip
    cells = [plain(told.conditional), plain(told.encoder), *said, earlier]
    return [Cell(link, {"class": results.family_class(model)}), *texts(cells)]


def usual(results: Results) -> dict[str, Any]:
    """The values that most runs share, of settings that most models have."""
    found: dict[str, list[Any]] = {}
    holders: dict[str, set[str]] = {}
    for model in results.models:
        for own in results.settings(model).values():
            for key, value in own.items():
                found.setdefault(key, []).append(value)
                holders.setdefault(key, set()).add(model)
    shared = {}
    for key, values in found.items():
        value = max(values, key=values.count)
        common = len(holders[key]) >= 3 and 2 * len(holders[key]) > len(results.models)
        if common and 2 * values.count(value) > len(values):
            shared[key] = value
    return shared


def shared_settings(results: Results) -> str:
    """``batch_size 64, width 32 …``: what nearly all models are trained with."""
    told = {key: value for key, value in usual(results).items() if value not in (None, [])}
    return join([f"`{key}` {plain(value)}" for key, value in told.items()]) or "none"


def settings(results: Results, model: str, own: bool = False) -> str:
    """Every setting of a model, one column per dataset, as the runs resolved them; or its
    ``own``, those that set its training apart from the others', with the reason for each."""
    told, facts, shared = results.settings(model), results.model(model), usual(results)
    rows = []
    for key in dict.fromkeys(key for values in told.values() for key in values):
        usually = shared.get(key, object())
        if own and all(values.get(key, usually) == usually for values in told.values()):
            continue
        values = (plain(values.get(key)) for values in told.values())
        rows.append(texts([f"<code>{escape(key)}</code>", *values]))
        if own:
            said = facts.settings.get(key, {})
            what = said.get("description") or "The model’s file tells"
            # The letter of an equation keeps its case: "r: weight of the penalty".
            what = what if re.match(r"\w+: ", what) else capital(what)
            why = f"{what}. {said.get('reason') or ''}".strip()
            rows[-1].append(Cell(why, {"class": "why"}))
    if not rows:
        return ""
    names = [dataset.short for dataset in results.datasets if dataset.name in told]
    head = texts(["", *names, *(["Why"] if own else [])])
    title = f"Settings of the {facts.name}{' and why' if own else ''}"
    return Table("settings", [head], [Group(rows)], title=title, folded=True).html()


def trials(results: Results) -> str:
    """How many settings were tried for each model: ``34 for the CGAN; none for the PPCA``."""
    told = results.provenance.get("trials", {})
    tried: dict[Any, list[str]] = {}
    for model in sorted((m for m in results.models if m in told), key=lambda m: -int(told[m])):
        tried.setdefault(told[model] or "none", []).append(f"the {results.model(model).name}")
    return "; ".join(f"{number} for {join(models)}" for number, models in tried.items())
