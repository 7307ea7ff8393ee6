"""Any number of models: every one has its section and its row, which can be put in order."""

import ast
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


def test_real_images_and_baseline_are_set_apart(build_made_up: Build) -> None:
    page = (build_made_up() / "table.html").read_text()
    for apart, others in re.findall(
        r'<tbody class="apart">(.*?)</tbody><tbody>(.*?)</tbody></table>', page
    ):
        assert apart.count("<tr>") == 2 and "Real images" in apart and "the baseline" in apart
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


def test_no_model_and_no_study_is_named_in_the_macros(macros: Any) -> None:
    """What is said of one of them stands in its own file, in the claims or on the page."""
    named = {*made_up.MODELS, "fidelity", "recognition", "components", "inpainting", "samples"}
    for file in (ROOT / "docs/macros").glob("*.py"):
        constants = {
            node.value for node in ast.walk(ast.parse(file.read_text()))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }  # fmt: skip
        assert not named & constants, file.name


def test_a_model_of_which_nothing_is_told_keeps_its_own_name(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path)
    told = made.model(made_up.STRANGER)
    assert (told.name, told.family, told.conditional) == ("MY-FLOW", "other", True)
    assert made.models[-1] == made_up.STRANGER
    assert made.model("vaegan").family == "hybrid"  # as told, not as it is spelled
    shown = macros.settings.overview(made, {"gan": "Adversarial"})
    kinds = re.findall(r'scope="rowgroup"[^>]*>(.*?)<', shown)
    assert kinds == ["Adversarial", "Linear", "Vae", "Hybrid", "Other"]


def test_all_tables_are_of_one_kind(macros: Any) -> None:
    from macros.table import Cell, Group, Table, texts

    rows = [Group([[Cell("VAE", {"class": "family-vae"}), Cell("1", {"data-order": 3})]])]
    head = [texts(["", "One"])]
    grid = (
        '<table class="plain"><thead><tr><td></td><th scope="col">One</th></tr></thead>'
        '<tbody><tr><th scope="row" class="family-vae">VAE</th><td data-order="3">1</td></tr>'
        "</tbody></table></div>"
    )
    assert Table("plain", head, rows, title="Bare").html() == (
        f'<div class="table" role="region" tabindex="0" aria-label="Bare">{grid}'
    )
    folded = Table("plain", head, rows, title="Fold", folded=True).html()
    assert folded.startswith("<details><summary>Fold</summary><div") and folded.endswith(
        f"{grid}</details>"
    )
    framed = Table("plain", head, rows, "table-x", "Told.", above="MNIST").html()
    assert framed.startswith('<figure class="numbers"><p class="panel__name">MNIST</p><div class')
    assert 'aria-labelledby="table-x"' in framed
    assert framed.endswith(f'{grid}<figcaption id="table-x">Told.</figcaption></figure>')


def test_a_table_can_be_made_of_any_fields(macros: Any, tmp_path: Path) -> None:
    """Of a study that no page knows, over conditions of its own."""
    fills = (("real", "none"), ("cgan", "own"), ("vae", "own"), ("real", "copy"))
    extra = [
        made_up.row("filling", "mnist", m, "0", "error", 1.0, "lower", f"share={share};way={way}")
        for m, way in fills
        for share in ("0.25", "0.5")
    ]
    made = results(macros, tmp_path, extra=extra)
    shown = macros.tables.pivot(
        made, ["error"], ["model", "way"], ["share"], "filling", made.datasets[0],
        head="Filled by", labels={"real": "", "own": "", "copy": "Copied"},
        order=("none", "*", "copy"), notes={"vae": "a note"}, caller=lambda: "With *care*.",
    )  # fmt: skip
    heads = re.findall(r'<th scope="row"[^>]*>(.*?)</th>', shown)
    assert heads == ["none", 'VAE <span class="role">a note</span>', "CGAN", "Copied"]
    assert re.findall(r'<th scope="col">(.*?)</th>', shown) == ["Filled by", "0.25", "0.5"]
    assert shown.count('data-key="mnist|cgan|error|share=0.25;way=own"') == 1
    assert "Median over 2 seeds. n = 100. With <em>care</em>." in shown
    assert macros.tables.pivot(made, ["error"], ["way"], ["share"], "other") == ""


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
    shown = settings.settings(made, "cgan", own=True)
    assert "<code>batch_size</code></th><td>64</td><td>32</td>" in shown
    assert "<code>width</code>" not in shown
    assert "beta" in settings.settings(made, "cvae", own=True)


def test_references_say_what_is_not_measured(macros: Any, tmp_path: Path) -> None:
    from macros import references

    made = results(macros, tmp_path)
    table = references.references(made)
    assert 'data-key="mnist|cgan|class_accuracy|"' in table and "93.0\u202f%" in table
    assert "<td>not measured</td>" in table  # no likelihood of binarised digits
    assert "not measured" not in references.references(made, "class_accuracy")
    assert references.references(results(macros, tmp_path, datasets=("svhn",))) == ""
