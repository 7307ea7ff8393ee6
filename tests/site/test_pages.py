"""The built site in a real browser: it works, it is whole, it speaks to nobody else."""

import csv
import json
import re
from pathlib import Path
from statistics import median
from types import SimpleNamespace

import pytest

from tests.site.pages import PAGES

Visits = dict[str, SimpleNamespace]


@pytest.mark.parametrize("page", PAGES)
def test_page_opens_without_errors_and_alone(visits: Visits, page: str) -> None:
    told = visits[page]
    assert told.messages == []
    assert told.failed == []
    assert told.foreign == []


@pytest.mark.parametrize("page", PAGES)
def test_every_image_is_there_and_described(visits: Visits, page: str) -> None:
    for image in visits[page].images:
        assert image["naturalWidth"] > 0, image["src"]
        assert len(image["alt"].strip()) > 10, image["src"]
    for film in visits[page].films:
        assert film["ready"] and film["controls"] and film["muted"] and film["poster"], film
        assert len(film["label"]) > 10


@pytest.mark.parametrize("page", PAGES)
def test_page_can_be_read_by_keyboard_and_by_ear(visits: Visits, page: str) -> None:
    structure = visits[page].structure
    assert structure["headings"] == 1
    assert structure["language"] == "en"
    assert structure["twice"] == []
    assert structure["unreachable"] == []
    assert structure["notDrawn"] == 0


@pytest.mark.parametrize("page", PAGES)
def test_page_is_no_wider_than_a_phone(visits: Visits, page: str) -> None:
    assert visits[page].width <= 360


def read_table(assets: Path) -> dict[str, list[float]]:
    """``dataset|model|metric|condition`` -> the values of its seeds."""
    numbers: dict[str, list[float]] = {}
    with open(assets / "results.csv", newline="") as file:
        for row in csv.DictReader(file):
            key = "|".join(row[part] for part in ("dataset", "model", "metric", "condition"))
            numbers.setdefault(key, []).append(float(row["value"]))
    return numbers


def test_numbers_on_the_pages_are_those_of_the_table(visits: Visits, assets: Path) -> None:
    table = read_table(assets)
    seen = 0
    for page, told in visits.items():
        for number in told.numbers:
            if "key" in number:
                expected = median(table[number["key"]])
            else:
                dataset, model, metric = number["overFloor"].split("|")
                expected = median(table[f"{dataset}|{model}|{metric}|"]) / median(
                    table[f"{dataset}|real|{metric}|"]
                )
            assert float(number["value"]) == pytest.approx(expected, rel=1e-9), (page, number)
            assert agrees(number["text"], expected), (page, number)
            seen += 1
    assert seen > 20


def agrees(text: str, value: float) -> bool:
    """Whether ``99.3 %`` is how 0.99312 is written, to the digits that are shown."""
    plain = text.replace(",", "").replace("−", "-")
    shown = re.match(r"-?\d+(\.\d+)?", plain)
    assert shown, text
    unit = plain[shown.end() :].strip()
    scale = {"": 1, "%": 100, "s": 1, "min": 1 / 60, "/s": 1}[unit]
    digits = len(shown[1]) - 1 if shown[1] else 0
    return abs(float(shown[0]) - value * scale) <= 0.5000001 * 10**-digits


def test_every_figure_of_the_results_is_on_a_page(site: Path, assets: Path) -> None:
    pages = "".join((site / f"{page}.html").read_text() for page in PAGES)
    for record in sorted(assets.glob("*/*/*.json")):
        if "kind" in json.loads(record.read_text()):
            path = record.relative_to(assets).with_suffix("")
            assert f"assets/{path}." in pages, f"{path} is on no page"


def test_figures_tell_their_origin(site: Path) -> None:
    from html.parser import HTMLParser

    class Panels(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.panels, self.origins, self.commands = 0, 0, 0

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            kind = dict(attrs).get("class") or ""
            self.panels += tag == "figure" and "panel" in kind.split()
            self.origins += tag == "div" and kind == "origin"

        def handle_data(self, data: str) -> None:
            self.commands += data.startswith("python -m experiments study ")

    for page in ("samples", "training", "fidelity"):
        parser = Panels()
        parser.feed((site / f"{page}.html").read_text())
        assert parser.panels == parser.origins
        assert parser.commands >= parser.panels > 0
