"""Sentences follow the claims: they turn when rows are swapped and fall silent when alike."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.site.conftest import results
from tests.site.pages import ROOT

Build = Callable[..., Path]
GOAL = "seconds_to_class_accuracy_0.93"


def sentences(page: Path) -> list[str]:
    """The findings of the home page, as text."""
    found = re.findall(r"<h3[^>]*>(.*?)<a class=\"headerlink", page.read_text())
    return [re.sub(r"<.*?>", "", text) for text in found]


def without(made: Any, *models: str, metric: str, seed: str | None = None) -> Any:
    """The same results without some numbers."""
    made.by_key = {
        key: kept
        for key, rows in made.by_key.items()
        if (kept := [
            row for row in rows
            if not (key.metric == metric and key.model in models and seed in (None, row.seed))
        ])
    }  # fmt: skip
    return made


def test_swapped_rows_turn_every_sentence(build_made_up: Build) -> None:
    published = sentences(build_made_up() / "index.html")
    turned = sentences(build_made_up(swapped=("cvae", "cgan")) / "index.html")
    assert len(published) == 5
    exchanged = [
        text.replace("CVAE", "?").replace("CGAN", "CVAE").replace("?", "CGAN") for text in published
    ]
    assert turned == exchanged
    assert turned != published


def test_no_ranking_where_the_claims_make_none(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path, datasets=("mnist",))
    assert macros.verdicts.outcome(made, "coverage") == "The CGAN is more covering than the CVAE."
    assert macros.verdicts.outcome(made, "coverage", "cvae", "vae") == (
        "The CVAE and the VAE are about equally covering."
    )


def test_datasets_that_disagree_get_a_clause_each(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path)
    other = results(macros, tmp_path, swapped=("cvae", "cgan"))
    assert macros.verdicts.outcome(made, "sharpness") == (
        "On MNIST and SVHN, the CGAN is sharper than the CVAE."
    )
    made.pairs["svhn"] = other.pairs["svhn"]
    made.by_key |= {key: rows for key, rows in other.by_key.items() if key.dataset == "svhn"}
    assert macros.verdicts.outcome(made, "sharpness") == (
        "On MNIST, the CGAN is sharper than the CVAE; on SVHN, the CVAE is sharper than the CGAN."
    )


def test_a_metric_without_words_is_compared_under_its_own_name(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path, datasets=("mnist",))
    assert macros.verdicts.outcome(made, "diversity") == (
        "The CGAN has the larger diversity of the two, the CVAE the smaller."
    )


def test_failed_runs_are_shown_as_failed(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path, failed="dcgan")
    shown = macros.tables.comparison(made, made.datasets[0], ["frechet"])
    assert re.search(r'<td class="absent"[^>]*>failed</td>', shown)
    assert "2 runs of the DCGAN failed" in shown
    text = macros.verdicts.outcome(made, "frechet", "vae", "dcgan")
    assert "the DCGAN gave no number" in text and "nearer" not in text


def test_runs_that_never_got_there_are_not_left_out(macros: Any, tmp_path: Path) -> None:
    """A median over the runs that got there would leave out those that did not: no ranking."""

    def told(*models: str, seed: str | None = None) -> str:
        made = results(macros, tmp_path, datasets=("mnist",))
        return str(macros.verdicts.outcome(without(made, *models, metric=GOAL, seed=seed), GOAL))

    assert told() == "The CGAN is sooner than the CVAE."
    assert told("cgan", seed="0") == (
        "2 of the CVAE’s 2 runs reach 93 % class accuracy, 1 of the CGAN’s 2."
    )
    assert told("cvae") == "2 of the CGAN’s 2 runs reach 93 % class accuracy, none of the CVAE’s 2."
    assert told("cvae", "cgan").startswith("None of the CVAE’s 2 runs reach")
    made = without(results(macros, tmp_path), "cgan", metric=GOAL, seed="0")
    assert "(1 of 2 runs)" in macros.tables.comparison(made, made.datasets[0], [GOAL])


def test_one_failed_run_of_several_does_not_fail_the_model(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path, datasets=("mnist",), failed="dcgan")
    assert macros.numbers.absent(made, "mnist", "dcgan", "class_accuracy")[0] == "failed"
    saved = made.rows[0]._replace(key=made.rows[0].key._replace(model="dcgan"), value=3.0)
    made.by_key[saved.key._replace(metric="training_seconds")] = [saved]
    assert macros.numbers.absent(made, "mnist", "dcgan", "class_accuracy")[0] == "–"


def test_best_of_some_models_is_read_from_the_order_of_all(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path, datasets=("mnist",))
    best = macros.verdicts.best
    assert best(made, "mnist", "frechet", made.models) == ["dcgan", "cgan"]
    assert best(made, "mnist", "frechet", ["ppca", "vae", "cvae"]) == ["vae", "cvae"]
    assert best(made, "mnist", "frechet", ["vae", "cvae"]) == []  # everybody is nobody
    assert best(made, "mnist", "no_such_metric", made.models) == []


def test_pages_name_no_claim_that_nobody_makes(assets: Path) -> None:
    made = {claim["id"] for claim in json.loads((assets / "claims.json").read_text())["claims"]}
    pages = "".join(page.read_text() for page in (ROOT / "docs").glob("*.md"))
    asked = set(re.findall(r'verdict\("([^"]+)"\)', pages))
    assert asked and asked <= made


def test_a_verdict_is_printed_as_it_stands_and_nothing_without_it(
    macros: Any, tmp_path: Path
) -> None:
    results(macros, tmp_path)
    (tmp_path / "claims.json").write_text(
        json.dumps(
            {"claims": [{"id": "sharper", "because": "<b>It holds</b> & so on."}], "pairs": {}}
        )
    )
    made = macros.Results(tmp_path)
    assert macros.verdicts.verdict(made, "sharper") == (
        "&#60;b&#62;It holds&#60;/b&#62; &#38; so on."
    )
    assert macros.verdicts.verdict(made, "never-made") == ""


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.9931, "share", "99.3\u202f%"),
        (7.04, "seconds", "7.0\u202fs"),
        (300.0, "seconds", "5.0\u202fmin"),
        (1.4249, "figures", "1.42"),
        (0.001234, "figures", "0.00123"),
        (-0.0004, "figures", "−0.000400"),
        (1234.5, "figures", "1,234"),
        (1712.3, "rate", "1,712/s"),
    ],
)
def test_numbers_are_written_with_their_unit(
    macros: Any, value: float, form: str, text: str
) -> None:
    assert macros.text.write(value, form) == text


def test_equations_become_mathml_and_code_stays(macros: Any) -> None:
    from macros import mathml

    page = mathml.render("Cost $\\log D(x)$ and `$HOME`.\n\n```sh\necho $A $B\n```\n")
    assert page.count("<math") == 1 and "$HOME" in page and "echo $A $B" in page
    assert "<mi>log</mi><mo>&#x2061;</mo>" in page
    assert "<mo>&#x223C;</mo>" in mathml.render("$z \\sim p$")
    assert "<munder><mi>min</mi><mrow><mi>G" in mathml.render("$$\\min_{G} \\max_{D} V$$")


def test_unknown_citations_are_an_error_but_for_a_model_of_ones_own(macros: Any) -> None:
    from macros import citations

    with pytest.raises(KeyError):
        citations.cite("nobody1900")
    assert citations.cited(["kingma2014", "nobody1900"]) == "[^kingma2014] nobody1900"
