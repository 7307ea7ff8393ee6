"""MkDocs hooks: what macros cannot reach.

With ``ASSETS=folder`` the pictures come from where the numbers come from; tables written in
Markdown scroll by keyboard like all others; a list of contents is as deep as its page wants.
"""

import logging
import os
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page


def on_startup(**_: Any) -> None:
    """Of the macros only what goes wrong is said: a list of them at every build hides it."""
    logging.getLogger("mkdocs.plugins.mkdocs_macros.util").setLevel(logging.WARNING)


@event_priority(100)  # before any plugin looks at the files
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put the files of ``$ASSETS`` in the place of those of ``docs/assets``."""
    chosen = os.environ.get("ASSETS")
    beside = Path(config.config_file_path or ".").parent
    published = Path(config.docs_dir) / "assets"
    if not chosen or (beside / chosen).resolve() == published.resolve():
        return files
    # The theme keeps files under the same name: only those that lie in docs give way.
    ours = [f for f in files if f.src_uri.startswith("assets/") and f.src_dir == config.docs_dir]
    for file in ours:
        files.remove(file)
    folder = beside / chosen
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = f"assets/{path.relative_to(folder).as_posix()}"
        files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_page_content(html: str, page: Page, **_: Any) -> str:
    """Give tables written in Markdown the frame of the others, and a list of contents its
    second level only where a page asks for it (``deep: true``)."""
    if not page.meta.get("deep"):
        for section in page.toc:
            section.children.clear()
    frame = '<div class="table" role="region" tabindex="0" aria-label="Table"><table class="plain">'
    # The n of a number stays on the number's line.
    html = re.sub(r"\bn = (?=[\d<])", "n\u00a0=\u00a0", html)
    parts = html.split("<table>")
    return frame.join(
        [parts[0], *(part.replace("</table>", "</table></div>", 1) for part in parts[1:])]
    )
