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
    comparisons,
    components,
    inpainting,
    mathml,
    origins,
    plates,
    portraits,
    references,
    roster,
    settings,
    studies,
    tables,
    vocabulary,
    words,
)
from .table import AssetsError, Dataset, Results

__all__ = ["AssetsError", "Dataset", "Results", "define_env", "on_post_page_macros"]


def define_env(env: Any) -> None:
    """Register the macros; called by mkdocs-macros with its plugin object."""
    results = Results(Path(env.project_dir) / (os.environ.get("ASSETS") or "assets"))

    env.variables["datasets"] = results.datasets
    env.variables["models"] = results.models
    env.variables["provenance"] = results.provenance
    env.conf["extra"]["banner"] = origins.banner(results)
    env.conf["extra"]["card"] = (results.assets / "card.png").is_file()
    env.conf["copyright"] = origins.footer(results, env.conf["extra"].get("repository", ""))

    def macro(function: Any, *bound: Any) -> None:
        env.macro(lambda *args, **kwargs: function(*bound, *args, **kwargs), function.__name__)

    about_results = (
        tables.value, comparisons.comparison, comparisons.all_numbers, words.claim,
        words.as_expected, words.lost_again, words.is_conditional, words.pair_models, words.counted,
        origins.machine, origins.total_time, origins.seeds_told, origins.year, origins.uses,
        origins.sources, origins.renderer, settings.settings, settings.shared_settings,
        settings.trials, studies.evidence, studies.report, studies.judges, studies.floors,
        studies.nearest, studies.beaten_by_baseline, studies.copies_told, studies.ladder_told,
        studies.run_times, studies.headline, references.references,
        roster.overview, roster.present, components.studied, components.components_table,
        components.knees_told, components.counts_told, components.knee_verdict,
        inpainting.filled_table, inpainting.filling_claim, inpainting.simple_told,
    )  # fmt: skip
    for function in about_results:
        macro(function, results)
    unbound = (
        citations.cite, vocabulary.name, vocabulary.full_name, vocabulary.family,
        roster.losses_told,
    )  # fmt: skip
    for function in unbound:
        macro(function)
    macro(origins.made_by, env.conf["extra"].get("repository", ""))

    @env.macro
    def figure(study: str, name: str, limit: str = "", eager: bool = False, caller: Any = None,
               only: list[Dataset] | None = None) -> str:  # fmt: skip
        """A figure of a study; the body of the call is its caption."""
        caption = caller() if caller else ""
        return plates.plate(results, study, name, caption, limit, eager, only)

    captioned = partial(plates.plate, results)

    @env.macro
    def portrait(model: str, caller: Any) -> str:
        """A section about one model, if there are results of it; the body of the call is its
        idea and its objective."""
        if model not in results.models:
            return ""
        return portraits.portrait(results, captioned, model, caller())

    @env.macro
    def strangers() -> str:
        """Sections about models of one's own."""
        return portraits.strangers(results, captioned)

    @env.macro
    def comparison_all(keys: list[str], models: list[str] | None = None) -> str:
        """One table per dataset."""
        return "\n\n".join(
            comparisons.comparison(results, d, keys, models) for d in results.datasets
        )

    @env.macro
    def csv(path: str) -> str:
        """Where a table of the results lies, for table-reader; empty if there is none."""
        file = results.assets.resolve() / path
        return str(file) if file.is_file() else ""

    @env.macro
    def conditional_models() -> list[str]:
        """The models that draw a digit on request."""
        return [m for m in results.models if words.is_conditional(results, m)]

    env.filter(vocabulary.lower, "lower_first")
    env.filter(vocabulary.capital, "capital")


def on_post_page_macros(env: Any) -> None:
    """Citations and equations, once all macros of a page are expanded."""
    env.markdown = mathml.render(citations.list_cited(env.markdown))
