"""The works that this one stands on (`works.yaml`); a page lists those that it cites."""

import re
from pathlib import Path

import yaml

TOLD = yaml.safe_load(Path(__file__).with_name("works.yaml").read_text(encoding="utf-8"))
WORKS: dict[str, str] = TOLD["works"]
LABELS: dict[str, str] = TOLD["labels"]
"""What tables call a work, where a footnote cannot stand."""


def cite(*keys: str) -> str:
    """Footnote marks; an unknown key is an error."""
    return "".join(f"[^{key}]" for key in keys if WORKS[key])


def cited(keys: list[str]) -> str:
    """The same for a model of one's own, whose papers the list may not have."""
    return "".join(f"[^{key}]" if key in WORKS else f" {key}" for key in keys)


def list_cited(markdown: str) -> str:
    """Append the footnotes that a page refers to, in the order in which it does."""
    cited = dict.fromkeys(re.findall(r"\[\^(\w+)\](?!:)", markdown))
    notes = [f"[^{key}]: {WORKS[key]}" for key in cited if key in WORKS]
    return "\n\n".join([markdown, *notes]) + "\n"
