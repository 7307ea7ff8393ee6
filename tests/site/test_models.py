"""Any number of models: every one has its section and its row, which can be put in order."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.site import made_up
from tests.site.conftest import results, visit
from tests.site.pages import ROOT

Build = Callable[..., Path]


def section(page: Path, model: str) -> str:
    """What the page of the models says of one."""
    found = re.search(rf'<h3 id="{model}">(.*?)(?=<h[23] id=)', page.read_text(), re.S)
    assert found, model
    return found[1]


def row(page: Path, name: str) -> str:
    found = re.search(rf'<tr><th scope="row"[^>]*>{name}(?: <span.*?)?</th>(.*?)</tr>',
                      page.read_text())  # fmt: skip
    assert found, name
    return found[1]


@pytest.mark.parametrize(
    "page", ["index", "models", "training", "fidelity", "recognition", "table"]
)
def test_pages_hold_many_models(browser: Any, made_up_address: str, page: str) -> None:
    told = visit(browser, f"{made_up_address}/{page}.html")
    assert told.messages == []
    assert told.failed == []
    assert told.width <= 360
    assert told.structure["unreachable"] == []
    assert told.structure["notDrawn"] == 0
    assert told.structure["twice"] == []


def test_every_model_has_its_section(build_made_up: Build) -> None:
    page = build_made_up() / "models.html"
    for model in made_up.MODELS:
        own = section(page, model)
        assert "<math" in own and "$$" not in own, model
        assert f"architecture-{model}." in own
        assert f"experiments/models/{model.replace('-', '_')}.py" in own
        assert ("failed" in own) == (model == made_up.FAILED), model
        assert (f"strip-{model}." in own) == (model != made_up.FAILED), model


def test_a_model_of_ones_own_is_shown_like_the_others(build_made_up: Build) -> None:
    site = build_made_up()
    own = section(site / "models.html", made_up.STRANGER)
    assert f"strip-{made_up.STRANGER}." in own and f"architecture-{made_up.STRANGER}." in own
    assert own.count('data-key="mnist|my-flow|class_accuracy|"') == 1
    assert 'data-key="mnist|my-flow|frechet|"' in row(site / "table.html", "MY-FLOW")


def test_home_stays_with_the_pairs(build_made_up: Build) -> None:
    home = (build_made_up() / "index.html").read_text()
    verdict = re.search(r'<table class="comparison">.*?</table>', home)
    assert verdict
    heads = re.findall(r'<th scope="col" class="[^"]*">(.*?)</th>', verdict[0])
    assert heads == ["VAE", "CVAE", "DCGAN", "CGAN", "Real"]
    assert "14 small models" in home and 'href="table.html"' in home


def test_floor_and_baseline_are_set_apart(build_made_up: Build) -> None:
    page = (build_made_up() / "table.html").read_text()
    for apart, others in re.findall(
        r'<tbody class="apart">(.*?)</tbody><tbody>(.*?)</tbody></table>', page
    ):
        assert apart.count("<tr>") == 2 and "the floor" in apart and "the baseline" in apart
        assert others.count("<tr>") == len(made_up.MODELS)  # without the baseline, one's own with


def test_best_marks_turn_with_the_numbers(build_made_up: Build) -> None:
    def best(site: Path, name: str) -> bool:
        cell = re.search(r'<td[^>]*><data[^>]*data-key="mnist\|\w+\|class_accuracy\|"',
                         row(site / "table.html", name))  # fmt: skip
        assert cell
        return 'class="best"' in cell[0]

    published, turned = build_made_up(), build_made_up(swapped=("cvae", "cgan"))
    assert best(published, "CGAN") and not best(published, "CVAE")
    assert best(turned, "CVAE") and not best(turned, "CGAN")


def test_rows_are_sorted_by_keyboard(browser: Any, made_up_address: str) -> None:
    page = browser.new_page()
    page.goto(f"{made_up_address}/table.html")
    table = page.locator("table[data-sortable]").first

    def names() -> list[str]:
        return table.locator("tbody").last.locator("th").all_inner_texts()

    def press(heading: str, key: str) -> str | None:
        button = table.get_by_role("button", name=heading)
        button.focus()
        page.keyboard.press(key)
        return button.locator("xpath=..").get_attribute("aria-sort")

    families = names()
    assert families[:3] == ["VAE", "CVAE-plain", "CVAE"]
    assert press("Read as asked", "Enter") == "descending"  # the best first
    first = names()
    assert first[0] == "CGAN" and sorted(first) == sorted(families)
    assert press("Read as asked", "Enter") == "ascending"
    turned = names()
    assert turned[0] == made_up.STRANGER.upper()
    unasked = {"VAE", "GAN", "GAN minimax", "DCGAN", "WGAN-GP"}  # without a number: always last
    assert set(first[-5:]) == set(turned[-5:]) == unasked
    assert press("Fréchet", "Space") == "ascending"  # less is better
    assert table.locator("[aria-sort]").count() == 1
    assert names()[0] in ("DCGAN", "CGAN")
    assert press("Sharpness", "Enter") == "ascending"  # the nearest to real, not the least sharp
    assert set(names()[:2]) == {"DCGAN", "CGAN"} and "VAE" not in names()[:4]
    assert table.locator("tbody").first.locator("th").all_inner_texts()[0].startswith("Real")
    press("Model", "Enter")
    assert names() == families
    page.close()


def test_table_needs_no_script(browser: Any, made_up_address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{made_up_address}/table.html")
    assert page.locator("table[data-sortable] button").count() == 0
    assert page.locator("table[data-sortable] thead th").first.inner_text() == "Model"
    context.close()


def test_the_page_knows_the_models_that_ship(macros: Any) -> None:
    from macros import roster, settings, vocabulary

    from experiments import models

    files = {path.stem for path in (ROOT / "experiments/models").glob("*.py")}
    shipped = {name.replace("_", "-") for name in files - {"__init__", "backbone"}}
    assert set(vocabulary.FULL_NAMES) == set(roster.ROSTER) <= shipped  # a new one needs neither
    for name in roster.ROSTER:
        model, facts = models.load(name), roster.ROSTER[name]
        assert vocabulary.family(name) == model.family, name
        assert facts.conditional == model.conditional, name
        assert facts.encoder == hasattr(model, "encode"), name
        for key in model.settings_type.model_fields:
            assert key in settings.REASONS, (name, key)


def test_settings_shown_are_those_that_differ(macros: Any, tmp_path: Path) -> None:
    from macros import settings

    made = results(macros, tmp_path)
    assert settings.usual(made) == {
        "images": 1000,
        "batch_size": 64,
        "width": 32,
        "discriminator_rate": 0.0004,
    }
    made.provenance["settings"]["cgan"]["svhn"]["batch_size"] = 32
    shown = settings.own_settings(made, "cgan")
    assert "<code>batch_size</code></th><td>64</td><td>32</td>" in shown
    assert "<code>width</code>" not in shown
    assert "beta" in settings.own_settings(made, "cvae")


def test_references_say_what_is_not_measured(macros: Any, tmp_path: Path) -> None:
    from macros import references

    made = results(macros, tmp_path)
    table = references.references(made)
    assert 'data-key="mnist|cgan|class_accuracy|"' in table and "93.0\u202f%" in table
    assert "<td>not measured</td>" in table  # no likelihood of binarised digits
    assert "not measured" not in references.references(made, "class_accuracy")
    assert references.references(results(macros, tmp_path, datasets=("svhn",))) == ""
