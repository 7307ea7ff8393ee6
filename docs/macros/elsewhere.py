"""MkDocs hook: with ``ASSETS=folder`` the pictures come from where the numbers come from."""

import os
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files


@event_priority(100)  # before any plugin looks at the files
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put the files of ``$ASSETS`` in the place of those of ``docs/assets``."""
    chosen = os.environ.get("ASSETS")
    beside = Path(config.config_file_path or ".").parent
    published = Path(config.docs_dir) / "assets"
    if not chosen or (beside / chosen).resolve() == published.resolve():
        return files
    for file in [f for f in files if f.src_uri.startswith("assets/")]:
        files.remove(file)
    folder = beside / chosen
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = f"assets/{path.relative_to(folder).as_posix()}"
        files.append(File.generated(config, name, abs_src_path=str(path)))
    return files
