"""MkDocs hook: what the pages show of the results. A figure that no page places fails the
build; folders that no page names, as another run may have left them, stay out of the site."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files


def on_env(env: Any, config: MkDocsConfig, files: Files) -> Any:
    """Once every page is made, and before any file is copied."""
    pages = "".join(f.page.content or "" for f in files.documentation_pages() if f.page)
    assets = Path(config.config_file_path).parent / (os.environ.get("ASSETS") or "assets")
    missing = [figure for figure in figures(assets) if f"assets/{figure}." not in pages]
    if missing:
        study = missing[0].split("/")[0]
        raise PluginError(
            f"No page shows the figure {' and '.join(missing)}: place it in docs/{study}.md."
        )
    for file in list(files):
        folder, _, _ = file.src_uri.rpartition("/")
        ours = folder.startswith("assets/") and not file.is_documentation_page()
        if ours and from_results(file.abs_src_path, config) and f"{folder}/" not in pages:
            files.remove(file)
    return env


def from_results(path: str | None, config: MkDocsConfig) -> bool:
    """Whether a file below ``assets/`` is one of the results, not of the theme's."""
    return path is not None and not any(Path(path).is_relative_to(d) for d in config.theme.dirs)


def figures(assets: Path) -> Iterator[str]:
    """``study/dataset/name`` of every figure of these results."""
    told = json.loads((assets / "provenance.json").read_text(encoding="utf-8"))
    for record in sorted(assets.glob("*/*/*.json")):
        study, dataset = record.parts[-3:-1]
        known = study in told.get("studies", [study]) and dataset in told["datasets"]
        if known and '"kind"' in record.read_text(encoding="utf-8"):
            yield f"{study}/{dataset}/{record.stem}"
