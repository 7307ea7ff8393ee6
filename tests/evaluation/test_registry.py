"""Metrics are found where they are declared, and nothing has to be run for that."""

import subprocess
import sys
from pathlib import Path

import pytest

from experiments import results
from experiments.evaluation.metric import Metric
from experiments.evaluation.registry import metric, metrics
from experiments.support.errors import UserError

TOY = """
import a_module_that_is_not_there

REDNESS = Metric(
    "redness", "fraction", "lower", study="colours", label="Redness", leads="the {a} is paler",
)
def redness(images): ...
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for place in ("evaluation", "studies/colours"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "evaluation/colours.py").write_text(TOY)
    return tmp_path


def test_a_metric_is_found_beside_its_function_and_by_its_study(package):
    (package / "studies/colours/metrics.py").write_text('HUES = Metric("hues", "", "higher")\n')
    (package / "studies/colours/measure.py").write_text('NOT_READ = Metric("no", "", "lower")\n')
    found = metrics(package)
    assert list(found) == ["redness", "hues"]
    assert found["redness"] == Metric(
        "redness", "fraction", "lower", "colours", "Redness", leads="the {a} is paler"
    )
    assert found["redness"].smaller and not found["hues"].smaller


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('AGAIN = Metric("redness", "", "lower")', "already"),
        ('NAME = Metric(f"hue_{1 + 1}", "", "lower")', "line 1: .* written out"),
        ('WRONG = Metric("hue", colour="red")', "line 1: .* written out"),
    ],
)
def test_what_cannot_be_read_is_told(package, text, told):
    (package / "studies/colours/metrics.py").write_text(text)
    with pytest.raises(UserError, match=told):
        metrics(package)


def test_a_metric_that_nobody_declares_is_named_with_its_nearest():
    with pytest.raises(UserError, match="Unknown metric 'frechett': did you mean 'frechet'"):
        metric("frechett")
    with pytest.raises(UserError, match="Unknown metric"):
        results.Table("fidelity", "mnist").add("cgan", "frechett", 1.0, n=1)


def test_a_headline_belongs_to_one_study():
    with pytest.raises(ValueError, match="belongs to the study 'fidelity'"):
        results.Table("training", "mnist").add("cgan", "frechet", 1.0, n=1)
    results.Table("training", "mnist").add("cgan", "frechet", 1.0, n=1, seconds=3)


def test_finding_all_metrics_loads_no_torch():
    code = (
        "import sys; from experiments.evaluation import registry; registry.metrics();"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize("found", metrics().values(), ids=lambda found: found.name)
def test_each_metric_speaks(found):
    assert found.label
    told = (found.leads, found.alike)
    assert all(told) or not any(told)
    assert all("{a}" in text and "{b}" in text for text in told if text)
