"""A model, a study and a metric of one's own: each is found in tables, figures and pages, and
nothing is touched but what `tests/toys/` adds, a profile, and the list of pages."""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from command import ROOT, environment, write_profile

from experiments.runs.run import Run
from experiments.support.layout import Layout
from tests.site.conftest import mkdocs

pytestmark = pytest.mark.slow
TOYS = Path(__file__).parent / "toys"
OWN, OTHER = "class-averages", "ppca"
STUDIES = ("fidelity", "recognition", "ink")

STEPS = """
import json, sys
from experiments.__main__ import main
for words in json.loads(sys.stdin.read()):
    sys.argv = ["experiments", *words]
    if code := main():
        sys.exit(code)
"""
"""Commands one after another in one process, which has to load torch but once."""


@dataclass(frozen=True)
class Made:
    """A copy of the project with the toys in it, what its commands said, and its results."""

    clone: Path
    said: str

    @cached_property
    def numbers(self) -> pd.DataFrame:
        return pd.read_csv(self.clone / "assets/results.csv", keep_default_na=False)

    def told(self, path: str) -> Any:
        return json.loads((self.clone / "assets" / path).read_text())

    @cached_property
    def pages(self) -> Path:
        built = mkdocs(self.clone)
        said = built.stdout + built.stderr
        assert built.returncode == 0 and "WARNING" not in said, said
        return self.clone / "site"

    def page(self, name: str) -> str:
        return (self.pages / f"{name}.html").read_text()

    def row(self, page: str, heading: str) -> str:
        """The row of a page's tables with this heading, as HTML."""
        rows = re.findall(r"<tr.*?</tr>", self.page(page), re.DOTALL)
        return next(row for row in rows if heading in re.split(r"</t[hd]>", row)[0])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The model lies in a folder of one's own, which `EXTRA_MODELS` names; the study, its page
    and the metrics lie where those of the project do."""
    folder = tmp_path_factory.mktemp("toys")
    clone, own = folder / "clone", folder / "my models"
    for part in ("experiments", "docs"):
        leave_out = shutil.ignore_patterns("assets", "__pycache__")
        shutil.copytree(ROOT / part, clone / part, ignore=leave_out)
        shutil.copytree(TOYS / part, clone / part, dirs_exist_ok=True)
    (clone / "docs/assets").symlink_to("../assets")
    nav = (ROOT / "mkdocs.yml").read_text()
    last = "  - Data: data.md\n"
    assert last in nav
    (clone / "mkdocs.yml").write_text(nav.replace(last, f"  - Ink: ink.md\n{last}"))
    shutil.copytree(TOYS / "models", own)
    models = {OWN: {"cloud": 0.2}, OTHER: {"components": 8}}
    profile = write_profile(folder, studies=list(STUDIES), models=models)
    steps = [
        ["data", "mnist", "--data", "embedded"],
        ["judge", "mnist"],
        *(["train", "mnist", model, "--seed", seed] for model in models for seed in "01"),
        *(["study", study, "mnist"] for study in STUDIES),
        ["pipeline", "--data", "embedded"],
    ]
    done = subprocess.run(
        [sys.executable, "-c", STEPS], cwd=clone, env=environment(EXTRA_MODELS=str(own)),
        input=json.dumps([[*words, "--profile", str(profile)] for words in steps]),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return Made(clone, done.stdout)


def test_the_pipeline_knows_the_toys(made: Made) -> None:
    """It would start processes, which is slow: the same steps were done one by one before it."""
    assert "everything was there already" in made.said


def test_a_model_of_ones_own_stands_in_tables_figures_and_pages(made: Made) -> None:
    run = Run.read(Layout(made.clone / "runs", "tiny").run("mnist", OWN, 0))
    assert run.closed_form and run.receipt["key"]["code"]
    own = made.numbers[(made.numbers.model == OWN) & (made.numbers.condition == "")]
    assert set(own.metric) >= {"frechet", "coverage", "class_accuracy", "ink", "blank"}
    assert set(own.run.str.split(";").str[0]) == {f"{run.name[:-1]}{seed}" for seed in (0, 1)}
    provenance = made.told("provenance.json")
    assert provenance["models"] == [OWN, OTHER]
    assert provenance["settings"][OWN]["mnist"] == {"cloud": 0.2, "train_size": None}
    assert (made.clone / f"assets/models/mnist/{OWN}.safetensors").is_file()

    told = made.told("models.json")[OWN]
    assert (told["name"], told["family"], told["conditional"]) == ("Averages", "linear", True)
    chart = made.told("fidelity/mnist/frechet.json")
    assert OWN in chart["models"] and re.search(r"Averages \d", chart["alt"])

    for page, heading in (("models", f"#{OWN}"), ("table", "Averages")):
        row = made.row(page, heading)
        assert "Averages" in row and "family-linear" in row, page
    assert "a mean for each digit" in made.row("models", f"#{OWN}")
    assert "Without it every seven is the same" in made.page("models")
    for page in ("fidelity", "recognition", "ink"):
        assert 'class="family-linear">Averages' in made.page(page), page


def test_a_study_of_ones_own_has_its_figure_its_table_and_its_page(made: Made) -> None:
    assets = made.clone / "assets"
    files = {path.name for path in (assets / "ink/mnist").iterdir()}
    assert files >= {"results.csv", "shares.light.svg", "shares.dark.svg", "shares.json"}
    assert set(made.numbers[made.numbers.study == "ink"].model) == {OWN, OTHER, "real"}
    record = made.told("ink/mnist/shares.json")
    assert record["models"] == [OWN, OTHER] and "Averages" in record["alt"]
    assert record["command"].startswith("python -m experiments study ink mnist")

    page = made.page("ink")
    assert "assets/ink/mnist/shares.light.svg" in page and record["alt"] in page
    assert (made.pages / "assets/ink/mnist/shares.light.svg").is_file()
    assert "experiments/studies/ink/" in page
    assert 'href="ink.html"' in made.page("index"), "the menu does not name it"
    shown = re.findall(r'<data value="([^"]+)"', made.row("ink", "Ink: share of bright pixels"))
    of_models = made.numbers[made.numbers.metric == "ink"].groupby("model")
    medians = of_models.value.median()
    assert [float(text) for text in shown] == pytest.approx(list(medians[[OTHER, OWN, "real"]]))


@pytest.mark.parametrize(
    ("metric", "label", "brief"),
    [
        ("ink", "Ink: share of bright pixels", "Ink"),  # declared beside its function
        ("blank", "Images left blank", "Left blank"),  # declared by the study that reads it off
    ],
)
def test_a_metric_of_ones_own_stands_in_tables_and_pages(
    metric: str, label: str, brief: str, made: Made
) -> None:
    told = made.told("metrics.json")[metric]
    assert (told["label"], told["brief"], told["study"]) == (label, brief, "ink")
    rows = made.numbers[(made.numbers.metric == metric) & (made.numbers.condition == "")]
    assert sorted(rows.model) == [OWN, OWN, OTHER, OTHER, "real"]
    assert set(rows.direction) == {told["direction"]} and set(rows.unit) == {"fraction"}
    heads = re.findall(r"<th[^>]*>([^<]*)", made.page("table"))
    assert any(head.startswith(f"{brief} ") for head in heads), heads
    assert label in made.page("ink")


def test_what_a_metric_says_of_two_models_is_what_the_page_says(made: Made) -> None:
    """The words are the metric's own, the verdict is that of the one rule."""
    pairs = made.told("claims.json")["pairs"]["mnist"]["ink"]["pairs"]
    (pair,) = (pair for pair in pairs if {pair["a"], pair["b"]} == {OWN, OTHER})
    told = made.told("metrics.json")["ink"]["leads" if pair["apart"] else "alike"]
    orders = (("Averages", "PPCA"), ("PPCA", "Averages"))
    sentences = [told.replace("{a}", a).replace("{b}", b)[1:] for a, b in orders]
    assert any(sentence in made.page("ink") for sentence in sentences)
