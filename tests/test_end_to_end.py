"""The two commands, as a stranger types them in a fresh clone."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from command import ROOT, make, run

from experiments import profile, results
from experiments.support.files import read_json
from experiments.support.layout import Layout

DATA_ROOT = os.environ.get("TEST_DATA_ROOT")


@pytest.mark.slow
def test_smoke_in_a_fresh_clone(tmp_path: Path) -> None:
    """No data root: real digits from an installed package, and rendered house numbers."""
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--no-local", "--depth", "1",
                    f"file://{ROOT}", clone], check=True)  # fmt: skip
    made = make("experiments", "PROFILE=smoke", "DATA=embedded", cwd=clone)
    assert made.returncode == 0, made.stderr
    assert "make serve" in made.stdout
    assert "git restore" in made.stdout

    chosen = profile.load("smoke")
    provenance = json.loads((clone / "assets/provenance.json").read_text())
    assert provenance["profile"] == "smoke"
    assert set(provenance["datasets"]) == {"mnist", "svhn-rendered"}
    table = results.read(clone / "assets/results.csv")
    assert set(table["study"]) == set(chosen.studies)
    for dataset in provenance["datasets"]:
        rows = table[(table["dataset"] == dataset) & (table["condition"] == "")]
        assert set(rows["model"]) == {*chosen.models, results.REAL}

    built = make("site", cwd=clone)
    assert built.returncode == 0, built.stdout + built.stderr
    home = (clone / "site/index.html").read_text(encoding="utf-8")
    assert "svhn-rendered" in home, "the stand-in is not named"

    changed = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True,
                             text=True, check=True).stdout.splitlines()  # fmt: skip
    assert {line[3:].split("/")[0] for line in changed} <= {"assets"}


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.skipif(not DATA_ROOT, reason="TEST_DATA_ROOT names no folder with MNIST and SVHN")
@pytest.mark.parametrize("dataset", ["mnist", "svhn"])
def test_real_data_from_a_data_root(dataset: str, tmp_path: Path) -> None:
    options = ["--profile", "smoke", "--runs", tmp_path]
    data_root = ["--data-root", DATA_ROOT, "--data", "real"]
    assert run("data", dataset, *data_root, *options).code == 0
    assert run("judge", dataset, *options).code == 0
    assert run("train", dataset, "cgan", *options).code == 0
    layout = Layout(tmp_path, "smoke")
    facts = read_json(layout.data_receipt(dataset))
    assert (facts["source"], facts["stand_in"], facts["classes"]) == ("data root", False, 10)
    assert read_json(layout.judge_receipt(dataset))["accuracy"]["labels"] > 0.2
    assert read_json(layout.run_receipt(dataset, "cgan", 0))["status"] == "finished"
