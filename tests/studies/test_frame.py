"""The frame of all studies: results appear whole or not at all, and each part knows its place."""

import subprocess
import sys
import types

import numpy as np
import pytest

from experiments import studies
from experiments.evaluation import registry
from experiments.evaluation.metric import Metric
from experiments.studies import work
from experiments.studies.needs import every_run
from experiments.support.errors import UserError
from experiments.support.files import write_text
from tests.studies import stand_in


@pytest.fixture
def made_up(monkeypatch):
    """A study made up for the test; the test gives it its functions."""
    package = types.ModuleType("experiments.studies.made_up")
    package.needs = lambda profile, dataset, layout: every_run(profile)
    measure, draw = (types.ModuleType(f"{package.__name__}.{part}") for part in ("measure", "draw"))
    for module in (package, measure, draw):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(studies, "names", lambda: ["made_up", "samples"])
    accuracy = Metric("accuracy", "fraction", "higher", study="made_up")
    monkeypatch.setitem(registry.metrics(), "accuracy", accuracy)
    measure.measure_run = brightness_of
    measure.measure = brightness_of_all
    draw.draw = lambda study: write_text(study.folder / "told.txt", str(study.array("brightness")))
    return types.SimpleNamespace(measure=measure, draw=draw)


def brightness_of(study, run):
    study.table.add(run.model, "accuracy", run.samples[0].mean(), n=1, seed=run.seed)
    study.keep("brightness", np.array([run.samples[0].mean()]))


def brightness_of_all(study):
    every = [study.of(run)["brightness"] for run in study.finished]
    study.keep("brightness", np.concatenate(every))


def test_what_single_runs_gave_comes_together_and_is_kept(tiny_runs, tmp_path, made_up):
    runs = stand_in.copy(tiny_runs, tmp_path)
    table = runs.measure("made_up")
    assert len(table) == 7 and not ((table.model == "dcgan") & (table.seed == 1)).any()
    runs.keep_only_what_was_measured()
    told = (runs.draw("made_up") / "told.txt").read_text()
    assert told.count(".") == 7 and f"{table.value.iloc[0]:.3f}" in told


def test_a_changed_run_is_measured_again_and_no_other(tiny_runs, tmp_path, made_up, monkeypatch):
    runs = stand_in.copy(tiny_runs, tmp_path)
    before = runs.measure("made_up")
    names = stand_in.measured_runs(monkeypatch, "made_up")
    assert runs.measure("made_up").equals(before) and names == []
    white = np.full((9, 1, 32, 32), 255, np.uint8)
    runs.put_run("cgan", 1, white, np.arange(9))
    after = runs.measure("made_up")
    assert names == ["toy/cgan/default/seed-1"]
    changed = (after.value != before.value).to_numpy()
    assert after[changed][["model", "seed", "value"]].values.tolist() == [["cgan", 1, 255]]
    folder = runs.layout.study("made_up", "toy") / "runs" / "vae" / "default" / "seed-0"
    (folder / "arrays.npz").unlink()
    runs.measure("made_up")
    assert names[1:] == ["toy/vae/default/seed-0"], "whose arrays were missing"


@pytest.mark.parametrize("part", ["measure", "draw"])
def test_a_part_that_fails_leaves_the_earlier_result(tiny_runs, tmp_path, made_up, part):
    runs = stand_in.copy(tiny_runs, tmp_path)
    runs.measure("made_up")
    runs.draw("made_up")
    folder = runs.layout.study("made_up", "toy")

    def everything():
        return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}

    earlier = everything()

    def bad(study):
        if part == "draw":
            write_text(study.folder / "half.txt", "half")
        raise UserError("The disk is full.")

    setattr(getattr(made_up, part), part, bad)
    with pytest.raises(UserError):
        getattr(runs, part)("made_up")
    assert everything() == earlier


def test_an_unknown_study_names_the_nearest(tiny_runs):
    with pytest.raises(UserError, match="did you mean 'samples'"):
        work.measure_study("sample", tiny_runs.layout, tiny_runs.profile, "toy")


def test_what_measures_does_not_draw():
    """Or an edited chart would be measured again."""
    parts = ", ".join(f"experiments.studies.{name}.measure" for name in studies.names())
    code = f"import sys, {parts}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert not loaded & {f"experiments.studies.{name}.draw" for name in studies.names()}
    assert not loaded & {"experiments.figures.charts", "experiments.figures.films"}
