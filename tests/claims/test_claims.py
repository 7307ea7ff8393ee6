"""Claims follow the numbers: they turn when these turn, and are silent on what is not there."""

import json
from pathlib import Path

import pandas as pd
import pytest

from experiments import results
from experiments.claims.decide import decide, ledger
from experiments.evaluation.registry import metric as declaration
from experiments.support.errors import UserError

PUBLISHED = Path(__file__).parents[2] / "docs/assets/results.csv"
SPREAD = (0.99, 1.0, 1.01)


def table(*rows: tuple, study: str = "fidelity") -> pd.DataFrame:
    """Rows (model, metric, value, condition): a value about which three seeds scatter by one
    per cent, without a condition unless one is given; real images have no seed."""
    made = results.Table("made_up", "mnist")
    for model, metric, value, *condition in rows:
        told = declaration(metric)
        for seed, factor in enumerate(SPREAD) if model != "real" else [(None, 1.0)]:
            made.rows.append(dict(zip(results.COLUMNS, (
                study, "mnist", model, seed, "".join(condition), metric, value * factor,
                told.unit, 1000, told.direction, "",
            ), strict=True)))  # fmt: skip
    return made.frame()


def claim(frame: pd.DataFrame, name: str) -> dict:
    told = decide(frame, {"cgan": "Conditional GAN"}, {"mnist": "MNIST"})
    return {each["id"]: each for each in told["claims"]}[name]


@pytest.fixture(scope="module")
def published() -> dict:
    return decide(results.read(PUBLISHED), {}, {"mnist": "MNIST", "svhn": "SVHN-10k"})


def test_every_claim_is_decided_on_the_published_numbers(published):
    assert [each["id"] for each in published["claims"]] == [each.id for each in ledger()]
    verdicts = {"holds", "holds on one dataset", "depends on the judge", "does not hold",
                "undecided"}  # fmt: skip
    for each in published["claims"]:
        assert each["verdict"] in verdicts and set(each["datasets"]) == {"mnist", "svhn"}
        assert each["because"].endswith(".") or each["id"] == "lost-again"
        assert "  " not in each["because"] and "{" not in each["because"]
    assert len(json.dumps(published)) < 400_000


def test_all_pairs_of_all_headline_metrics_are_told(published):
    for metrics in published["pairs"].values():
        for name in ("frechet", "class_accuracy", "sharpness", "memorisation", "images_per_second"):
            told = metrics[name]
            n = len(told["order"])
            assert len(told["pairs"]) == told["of"] == n * (n - 1) / 2
            assert told["apart"] == sum(bool(pair["better"]) for pair in told["pairs"])
            assert set(told["best"]) < set(told["order"])
        assert "failed" not in metrics


def test_a_claim_turns_with_its_numbers():
    rows = [("cgan", "manifold_recall", 0.5), ("cvae", "manifold_recall", 0.8)]
    holds = claim(table(*rows), "covers-recall")
    assert holds["verdict"] == "holds"
    said = "For recall, between the CVAE and the Conditional GAN, it holds on MNIST."
    assert holds["because"] == said
    found = holds["datasets"]["mnist"]
    assert (found["a"], found["b"], found["value_a"]) == ("cvae", "cgan", 0.8)
    assert 0 < found["low"] < 0.3 < found["high"] and found["p"] <= found["p_holm"] < 0.05
    swapped = [("cgan", "manifold_recall", 0.8), ("cvae", "manifold_recall", 0.5)]
    assert claim(table(*swapped), "covers-recall")["verdict"] == "does not hold"
    alike = [("cgan", "manifold_recall", 0.5), ("cvae", "manifold_recall", 0.501)]
    assert claim(table(*alike), "covers-recall")["verdict"] == "undecided"


def test_the_second_pair_stands_in_for_the_first():
    rows = [("dcgan", "sharpness", 0.9), ("vae", "sharpness", 0.3)]
    assert claim(table(*rows), "sharper")["because"] == (
        "Between the DCGAN and the VAE, it holds on MNIST."
    )


def test_one_seed_decides_no_claim():
    frame = table(("cgan", "manifold_recall", 0.1), ("cvae", "manifold_recall", 0.9))
    found = claim(frame[frame.seed == 0], "covers-recall")
    assert found["verdict"] == "undecided" and found["datasets"]["mnist"]["low"] is None


def test_spaces_that_disagree_are_told():
    rows = [
        ("cgan", "frechet", 1.0),
        ("cvae", "frechet", 2.0),
        ("cgan", "frechet", 2.0, "space=pixels"),
        ("cvae", "frechet", 1.0, "space=pixels"),
    ]
    told = decide(table(*rows))
    assert claim(table(*rows), "nearest")["verdict"] == "depends on the judge"
    (pair,) = told["pairs"]["mnist"]["frechet"]["pairs"]
    assert pair["better"] == "" and not pair["apart"]
    open_in_one = [*rows[:3], ("cvae", "frechet", 2.0, "space=pixels")]
    assert claim(table(*open_in_one), "nearest")["verdict"] == "undecided"
    agree = decide(table(*rows[:2], *((m, k, 2 * v, "space=pixels") for m, k, v in rows[:2])))
    assert {each["id"]: each["verdict"] for each in agree["claims"]}["nearest"] == "holds"
    assert agree["pairs"]["mnist"]["frechet"]["pairs"][0]["better"] == "cgan"


def test_where_nearest_to_real_is_best_the_distance_to_real_counts():
    rows = [("real", "sharpness", 1.0), ("cgan", "sharpness", 1.5), ("cvae", "sharpness", 0.9),
            ("vae", "sharpness", 0.5)]  # fmt: skip
    told = decide(table(*rows))["pairs"]["mnist"]["sharpness"]
    assert told["order"][0] == "cvae" and told["best"] == ["cvae"]
    found = {(pair["a"], pair["b"]): pair for pair in told["pairs"]}
    last = found.get(("cgan", "vae")) or found["vae", "cgan"]
    assert last["apart"] and last["better"] == ""  # as far from real, on different sides


def test_the_noise_of_images_is_read_from_the_rows_beside():
    rows = [("cgan", "frechet", 1.0), ("cvae", "frechet", 1.1)]
    (pair,) = decide(table(*rows))["pairs"]["mnist"]["frechet"]["pairs"]
    assert pair["better"] == "cgan" and pair["scale"] == "log" and pair["high"] < 0
    noise = [(model, "frechet", 0.2, "bootstrap=standard_error") for model in ("cgan", "cvae")]
    (pair,) = decide(table(*rows, *noise))["pairs"]["mnist"]["frechet"]["pairs"]
    assert pair["better"] == "" and pair["low"] < 0 < pair["high"]


def test_a_run_that_failed_gives_no_number():
    rows = [("cgan", "frechet", 1.0), ("cvae", "frechet", 2.0)]
    frame = table(*rows, ("cgan", "failed", 1.0))
    assert decide(frame)["pairs"]["mnist"] == {}


def test_a_goal_that_some_runs_missed_ranks_nobody():
    goal = "seconds_to_class_accuracy_0.93"
    rows = [(model, metric, value) for model, value in (("cgan", 9.0), ("cvae", 3.0))
            for metric in ("training_seconds", goal)]  # fmt: skip
    frame = table(*rows, study="training")
    assert goal in decide(frame)["pairs"]["mnist"]
    missed = (frame.metric == goal) & (frame.model == "cvae") & (frame.seed == 1)
    assert goal not in decide(frame[~missed])["pairs"]["mnist"]


def test_who_is_beaten_by_the_simplest_model():
    rows = [("ppca", "frechet", 2.0), ("cgan", "frechet", 1.0), ("vae", "frechet", 5.0)]
    assert claim(table(*rows), "baseline")["because"] == (
        "The PPCA, a linear model in closed form, comes nearer than the VAE on MNIST."
    )
    assert claim(table(*rows[:2]), "baseline")["verdict"] == "does not hold"


def test_who_copies_and_who_lost_an_accuracy_again():
    rows = [("real", "memorisation", 0.05), ("cgan", "memorisation", 0.2),
            ("vae", "memorisation", 0.06)]  # fmt: skip
    assert claim(table(*rows, study="samples"), "copies")["because"] == (
        "Clearly above real images: the Conditional GAN (20.0\u202f%) on MNIST."
    )
    rows = [("cgan", "seconds_to_class_accuracy_0.93", 5.0), ("cgan", "class_accuracy", 0.8),
            ("cvae", "class_accuracy", 0.7)]  # fmt: skip
    assert claim(table(*rows, study="training"), "lost-again")["because"] == (
        "To arrive is not to stay: on MNIST the Conditional GAN ended below 93\u202f% class "
        "accuracy, once reached."
    )


def test_a_ladder_that_falls_does_not_hold():
    rungs = [("real", "frechet", value, f"corruption={kind};strength={strength}")
             for kind, values in (("blur", (1, 2, 3)), ("noise", (0.5, 4, 5)))
             for strength, value in enumerate(values, 1)]  # fmt: skip
    told = claim(table(*rungs), "ladder")
    assert told["verdict"] == "holds" and "notices least noise on MNIST" in told["because"]
    rungs[2] = ("real", "frechet", 0.1, "corruption=blur;strength=3")
    assert claim(table(*rungs), "ladder")["verdict"] == "does not hold"


def test_the_knee_beside_an_earlier_work():
    rows = [
        ("ppca", "class_accuracy", 0.80, "components=64"),
        ("ppca", "class_accuracy", 0.90, "components=256"),
        ("ppca", "knee", 64.0, "of=log_likelihood"),
        ("ppca", "knee", 100.0, "of=frechet"),
    ]
    told = claim(table(*rows, study="components"), "knee")
    assert told["verdict"] == "holds"
    assert told["because"].startswith("On MNIST, both curves bend within a factor of two of 64.")
    assert told["because"].endswith("More than 64 gain 10.0 points of accuracy, more than the 1.5 "
                                    "reported.")  # fmt: skip


def test_who_fills_in_best_and_who_worse_than_what_needs_no_model():
    rows = [("real", "accuracy", 0.9, "share=0.5;way=neighbour"),
            ("cvae", "accuracy", 0.9, "share=0.5;way=repeat"),
            ("cgan", "accuracy", 0.3, "share=0.5;way=search")]  # fmt: skip
    frame = table(*rows, study="inpainting")
    best = claim(frame, "filled-accuracy")
    assert best["verdict"] == "undecided"
    assert {"the nearest training image", "the CVAE"} == set(
        best["because"].removesuffix(" on MNIST.").split(": ")[1].split(" and ")
    )
    assert "what the Conditional GAN filled in" in claim(frame, "simple-fills")["because"]


def test_a_claim_whose_study_is_missing_is_left_out(published):
    frame = results.read(PUBLISHED)
    told = decide(frame[~frame.study.isin(["components", "inpainting"])])
    gone = {each["id"] for each in published["claims"]} - {each["id"] for each in told["claims"]}
    assert gone == {"knee", "filled-accuracy", "filled-error", "simple-fills"}


@pytest.mark.parametrize("wrong", ["colour: red", "kind: guess", "id: ../up"])
def test_a_ledger_with_a_mistake_is_refused(tmp_path, wrong):
    entry = {"id": "a", "study": "s", "page": "p", "who": "w", "says": "s.", "kind": "ladder",
             "metric": "frechet"}  # fmt: skip
    key, value = wrong.split(": ")
    path = tmp_path / "ledger.yaml"
    path.write_text(json.dumps([{**entry, key: value}]))
    with pytest.raises(UserError, match="The ledger of claims"):
        ledger(path)


def test_ids_are_unique_and_metrics_exist():
    ids = [each.id for each in ledger()]
    assert len(set(ids)) == len(ids)
    for each in ledger():
        for part in (each, *getattr(each, "limits", [])):
            if hasattr(part, "metric"):
                assert declaration(part.metric)
