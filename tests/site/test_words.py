"""Sentences follow the numbers: they turn when rows are swapped and fall silent when alike."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.site import made_up
from tests.site.conftest import results

Build = Callable[..., Path]


def sentences(page: Path) -> list[str]:
    """The claims of the home page, as text."""
    found = re.findall(r"<h3[^>]*>(.*?)<a class=\"headerlink", page.read_text())
    return [re.sub(r"<.*?>", "", text) for text in found]


def test_swapped_rows_turn_every_sentence(build_made_up: Build) -> None:
    published = sentences(build_made_up() / "index.html")
    turned = sentences(build_made_up(swapped=("cvae", "cgan")) / "index.html")
    assert len(published) == 5
    exchanged = [
        text.replace("CVAE", "?").replace("CGAN", "CVAE").replace("?", "CGAN") for text in published
    ]
    assert turned == exchanged
    assert turned != published


def test_no_ranking_where_the_seeds_overlap(macros: Any, tmp_path: Path) -> None:
    same = results(macros, tmp_path)
    table = same.table
    table.loc[table["model"].isin(["cvae", "cgan"]), "value"] = 0.5
    assert "about equally" in macros.words.claim(same, "class_accuracy")
    assert same.best("mnist", "class_accuracy", ["cvae", "cgan"]) == []


def test_no_ranking_where_the_interval_of_the_difference_holds_zero(
    macros: Any, tmp_path: Path
) -> None:
    def with_interval(low: float, high: float) -> Any:
        made = results(macros, tmp_path)
        extra = made.table[
            (made.table["model"] == "cvae") & (made.table["metric"] == "frechet")
            & (made.table["dataset"] == "mnist") & (made.table["seed"] == 0)
        ]  # fmt: skip
        bounds = [
            extra.assign(condition=f"bound={name};minus=cgan", value=value, seed=None)
            for name, value in (("low", low), ("high", high))
        ]
        import pandas as pd

        made.table = pd.concat([made.table, *bounds], ignore_index=True)
        return made

    sure, unsure = with_interval(5.0, 8.0), with_interval(-1.0, 8.0)
    assert sure.apart("mnist", "frechet", "cvae", "cgan")
    assert sure.difference("mnist", "frechet", "cgan", "cvae") == (-8.0, -5.0)
    assert not unsure.apart("mnist", "frechet", "cvae", "cgan")
    assert not unsure.apart("mnist", "frechet", "cgan", "cvae")


def test_datasets_that_disagree_get_a_clause_each(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path)
    on_svhn = made.table["dataset"] == "svhn"
    made.table.loc[on_svhn, "model"] = made.table.loc[on_svhn, "model"].replace(
        {"cvae": "cgan", "cgan": "cvae"}
    )
    text = macros.words.claim(made, "sharpness")
    assert text == (
        "On MNIST, the CGAN’s images are sharper than the CVAE’s; "
        "on SVHN, the CVAE’s images are sharper than the CGAN’s."
    )
    assert macros.words.as_expected(made, "sharpness", "gan") == (
        "Between the CVAE and the CGAN, it holds on MNIST; it does not hold on SVHN."
    )


def test_failed_runs_are_shown_as_failed(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path, failed="dcgan")
    shown = macros.comparisons.comparison(made, made.datasets[0], ["frechet"])
    assert re.search(r'<td class="absent"[^>]*>failed</td>', shown)
    assert "2 runs of the DCGAN failed" in shown
    text = macros.words.claim(made, "frechet", [("vae", "dcgan")])
    assert "DCGAN failed" in text and "nearer" not in text


def test_a_goal_that_is_never_reached_is_said_so(macros: Any, tmp_path: Path) -> None:
    goal = "seconds_to_class_accuracy_0.93"
    made = results(macros, tmp_path, datasets=("mnist",))
    only = made.table["metric"].eq(goal) & made.table["model"].eq("cvae")
    made.table = made.table[~only]
    text = macros.words.claim(made, goal)
    assert text == "Only the CGAN reaches 93\u202f% class accuracy, the CVAE never does."
    made = results(macros, tmp_path, datasets=("mnist",))
    made.table = made.table[made.table["metric"] != goal]
    text = macros.words.claim(made, goal)
    assert text == "Neither the CVAE nor the CGAN reaches 93\u202f% class accuracy."


def test_runs_that_never_got_there_are_not_left_out(macros: Any, tmp_path: Path) -> None:
    goal = "seconds_to_class_accuracy_0.93"
    made = results(macros, tmp_path, datasets=("mnist",))
    late = made.table["metric"].eq(goal) & made.table["model"].eq("cgan")
    made.table = made.table[~(late & made.table["seed"].eq(0))]
    assert macros.words.claim(made, goal) == (
        "2 of the CVAE’s 2 runs reach 93\u202f% class accuracy, 1 of the CGAN’s 2 does."
    )
    assert "(1 of 2 runs)" in macros.comparisons.comparison(made, made.datasets[0], [goal])
    fewer = made.table[~(made.table["metric"].eq(goal) & made.table["model"].eq("cvae"))]
    made = results(macros, tmp_path, datasets=("mnist",))
    made.table = fewer
    assert macros.words.claim(made, goal) == (
        "1 of the CGAN’s 2 runs reaches 93\u202f% class accuracy, none of the CVAE’s 2 does."
    )


def test_one_failed_run_of_several_does_not_fail_the_model(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path, datasets=("mnist",), failed="dcgan")
    own = made.table["model"].eq("dcgan") & made.table["metric"].eq("failed")
    first = made.table[own].head(1)
    saved = first.assign(metric="training_seconds", value=3.0, seed=1)
    import pandas as pd

    assert macros.tables.absent(made, "mnist", "dcgan", "class_accuracy")[0] == "failed"
    partly = pd.concat([made.table[~own], first, saved], ignore_index=True)
    made = results(macros, tmp_path, datasets=("mnist",))
    made.table = partly
    assert macros.tables.absent(made, "mnist", "dcgan", "class_accuracy")[0] == "–"


def test_best_of_a_row_is_marked_by_its_direction(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path, models=made_up.PAIRED, swapped=("cvae", "cgan"))
    models = made.models
    assert made.best("mnist", "frechet", models) == ["cvae", "dcgan"]
    assert made.best("mnist", "sharpness", models) == ["cvae", "dcgan"]  # nearest to real: 1
    assert made.best("mnist", "training_seconds", models) == ["vae", "cgan"]


def test_nearest_to_real_is_judged_by_the_distance_of_each_seed(
    macros: Any, tmp_path: Path
) -> None:
    """One seed far away does not make a model alike to the best, and both sides of real count."""

    def best(**values: tuple[float, float]) -> list[str]:
        made = results(macros, tmp_path, datasets=("mnist",), models=made_up.PAIRED)
        own = made.table["metric"].eq("sharpness")
        for model, seeds in values.items():
            made.table.loc[own & made.table["model"].eq(model), "value"] = seeds
        return list(made.best("mnist", "sharpness", made.models))

    others = {"dcgan": (0.5, 60.0), "cgan": (0.70, 0.71)}
    assert best(vae=(0.88, 0.89), cvae=(1.08, 1.09), **others) == ["cvae"]
    assert best(vae=(0.915, 0.93), cvae=(1.08, 1.09), **others) == ["vae", "cvae"]


def test_who_loses_an_accuracy_again_is_named_and_not_best(macros: Any, tmp_path: Path) -> None:
    goal = "seconds_to_class_accuracy_0.93"
    made = results(macros, tmp_path, datasets=("mnist",), models=made_up.PAIRED)
    made.table.loc[made.table["metric"].eq(goal) & made.table["model"].eq("cvae"), "value"] = 1.0
    # Its images end at 90 %, and it got there first all the same.
    assert macros.words.lost_again(made) == (
        "To arrive is not to stay: on MNIST the CVAE ends below 93\u202f% class accuracy, "
        "once reached."
    )
    assert made.best("mnist", goal, made.models) == ["cgan"]
    ends = made.table["metric"].eq("class_accuracy") & made.table["model"].eq("cvae")
    made.table.loc[ends, "value"] = 0.95
    made.__dict__.pop("_groups", None)
    assert macros.words.lost_again(made) == ""
    assert made.best("mnist", goal, made.models) == ["cvae"]


def test_sentences_about_the_baseline_copies_and_the_ladder(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path, datasets=("mnist",), models=("ppca", *made_up.PAIRED))
    table, studies = made.table, macros.studies
    table.loc[table["metric"].eq("frechet") & table["model"].eq("ppca"), "value"] = 5.0
    assert studies.beaten_by_baseline(made) == (
        "The PPCA, a linear model in closed form, comes nearer than the VAE and the CVAE on MNIST."
    )
    assert studies.copies_told(made).startswith("No model here")
    table.loc[table["metric"].eq("memorisation") & table["model"].eq("cgan"), "value"] = 0.2
    made.__dict__.pop("_groups", None)
    assert "the CGAN (" in studies.copies_told(made) and "on MNIST" in studies.copies_told(made)

    assert studies.ladder_told(made) == ""
    first = table[table["metric"].eq("frechet") & table["model"].eq("real")]
    steps = [
        first.assign(condition=f"corruption={kind};strength=1", value=value)
        for kind, value in (("noise", 3.0), ("blur", 2.0))
    ]
    import pandas as pd

    made.table = pd.concat([table, *steps], ignore_index=True)
    assert studies.ladder_told(made) == (
        "Of the first steps it notices least blur on MNIST: to that it is lenient."
    )


def test_what_needs_no_model_can_fill_better(macros: Any, tmp_path: Path) -> None:
    made = results(macros, tmp_path, datasets=("mnist",), models=("cvae", "cgan"))
    base = made.table[made.table["metric"].eq("frechet") & made.table["seed"].eq(0)].head(1)

    def row(model: str, way: str, key: str, value: float, direction: str) -> Any:
        return base.assign(
            study="inpainting", model=model, condition=f"share=0.5;way={way}", metric=key,
            value=value, direction=direction, n=1000,
        )  # fmt: skip

    import pandas as pd

    rows = [
        row("cvae", "posterior", "accuracy", 0.80, "higher"),
        row("cvae", "posterior", "pixel_error", 0.10, "lower"),
        row("real", "neighbour", "accuracy", 0.95, "higher"),
        row("real", "empty", "pixel_error", 0.20, "lower"),
    ]
    made.table = pd.concat([made.table, *rows], ignore_index=True)
    assert macros.inpainting.simple_told(made) == (
        "What needs no model is not always worse: on MNIST the nearest training image is read "
        "right more often than what the CVAE fills in."
    )


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
    assert macros.vocabulary.write(value, form) == text


def test_equations_become_mathml_and_code_stays(macros: Any) -> None:
    from macros import mathml

    page = mathml.render("Cost $\\log D(x)$ and `$HOME`.\n\n```sh\necho $A $B\n```\n")
    assert page.count("<math") == 1 and "$HOME" in page and "echo $A $B" in page
    assert "<mi>log</mi><mo>&#x2061;</mo>" in page
    assert "<mo>&#x223C;</mo>" in mathml.render("$z \\sim p$")
    assert "<munder><mi>min</mi><mrow><mi>G" in mathml.render("$$\\min_{G} \\max_{D} V$$")


def test_unknown_citations_are_an_error(macros: Any) -> None:
    from macros import citations

    with pytest.raises(KeyError):
        citations.cite("nobody1900")
