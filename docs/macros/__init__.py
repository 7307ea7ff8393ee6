"""What the pages can say: every number and every comparing word comes from here.

MkDocs calls `define_env` before each build, so that ``mkdocs serve`` follows new results.
The folder of results is ``$ASSETS`` (default ``assets``, beside mkdocs.yml).
"""

import os
from functools import partial
from pathlib import Path
from typing import Any

from . import (
    citations,
    mathml,
    numbers,
    origins,
    plates,
    references,
    settings,
    tables,
    text,
    verdicts,
)
from .facts import Results

__all__ = ["Results", "define_env", "on_post_page_macros"]

MACROS = (
    numbers.value, numbers.over_floor, numbers.evidence, verdicts.outcome, verdicts.verdict,
    tables.comparison, tables.pivot, tables.headline,
    settings.overview, settings.settings,
    settings.shared_settings, settings.trials, origins.machine, origins.total_time,
    origins.sources, references.references,
)  # fmt: skip
"""Functions of the results, which the pages call without them."""


def define_env(env: Any) -> None:
    """Register the macros; called by mkdocs-macros with its plugin object."""
    extra = env.conf["extra"]
    results = Results(
        Path(env.project_dir) / (os.environ.get("ASSETS") or "assets"), extra["pairs"]
    )

    env.variables["datasets"] = results.datasets
    env.variables["models"] = results.models
    env.variables["paired"] = results.paired
    env.variables["studies"] = {row.study for row in results.rows}
    env.variables["seeds"] = results.seeds
    env.variables["provenance"] = results.provenance
    extra["banner"] = origins.banner(results)
    extra["card"] = (results.assets / "card.png").is_file()
    env.conf["copyright"] = origins.footer(results, extra.get("repository", ""))

    for function in MACROS:
        env.macro(partial(function, results), function.__name__)
    env.macro(results.model, "about")
    for method in (results.number, results.failed, results.swept):
        env.macro(method, method.__name__)
    env.macro(partial(origins.made_by, extra.get("repository", "")), "made_by")
    env.macro(citations.cite, "cite")

    @env.macro
    def figure(study: str, name: str, limit: str = "", eager: bool = False, *, caller: Any) -> str:
        """A figure of a study; the body of the call is its caption."""
        return plates.plate(results, study, name, caller(), limit, eager)

    env.filter(results.model, "about")
    env.filter(text.capital, "capital")
    env.filter(text.join, "listed")
    env.filter(text.count, "counted")
    env.filter(citations.cited, "cited")


def on_post_page_macros(env: Any) -> None:
    """Citations and equations, once all macros of a page are expanded."""
    env.markdown = mathml.render(citations.list_cited(env.markdown))
