"""What comes from other people's files is shown letter by letter, on every page."""

from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.site.pages import PAGES

TEXT = '<script>alert(1)</script> & "x"'


class Words(HTMLParser):
    """What a reader sees, and what stands in attributes, as text."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts, self.shown = "", ""
        self.reads = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.reads = tag
        self.shown += " ".join(value or "" for _, value in attrs)

    def handle_data(self, data: str) -> None:
        if self.reads == "script":
            self.scripts += data
        self.shown += data


@pytest.fixture(scope="module")
def site(build_made_up: Callable[..., Path]) -> Path:
    """Text of this kind in every title, source, licence, description and processor."""
    return build_made_up(profile="quick", stand_in=True, text=TEXT)


def test_no_text_of_the_data_is_read_as_html(site: Path) -> None:
    for page in PAGES:
        html, words = (site / f"{page}.html").read_text(), Words()
        words.feed(html)
        assert "<script>alert(1)" not in html and "alert(1)" not in words.scripts, page
        assert TEXT in words.shown, f"{page} does not even name the data"
        assert "&amp;#" not in html and "&#38;#" not in html, f"{page} escapes it twice"
    assert "<script>alert" not in (site / "search/search_index.json").read_text()


def test_text_means_nothing_to_markdown_and_equations(macros: Any) -> None:
    from macros.safe import Safe, escape, safe

    hostile = "*a* [b](javascript:c) `d` $e$ { onclick=f }"
    assert not set("*[]`${}") & set(escape(hostile))
    told = safe({"a": [hostile, 1], "b": None})
    assert told == {"a": [escape(hostile), 1], "b": None}
    assert escape(told["a"][0]) == told["a"][0], "what is safe stays as it is"
    assert isinstance(escape("my_flow-2.1"), Safe) and escape("my_flow-2.1") == "my_flow-2.1"
