"""All steps at once: order, staleness, interruption, failure, the line of progress."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
from command import MODEL, Outcome, finish, run, start, write_profile

from experiments import results
from experiments.pipeline import collect, monitor
from experiments.pipeline.complain import complain
from experiments.pipeline.monitor import Job, Monitor
from experiments.pipeline.plan import Plan
from experiments.pipeline.provenance import provenance
from experiments.support.errors import UserError
from experiments.support.files import lock, write_json
from experiments.support.layout import Layout
from experiments.support.progress import duration


def made(folder: Path) -> dict[str, int]:
    """When each file of a result was written. Receipts are touched at every start, so that what
    lies beside them counts."""
    told = {"run.json", "judge.json", "samples.json", "readings.json", "measure.json", "draw.json"}
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in told and not path.name.startswith(".")
        and not {"logs", "locks", ".snakemake"} & set(path.relative_to(folder).parts)
        and path.name not in ("plan.json", "Snakefile", "config.yaml", "data.json")
    }  # fmt: skip


def changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    """The files that are new or were written again."""
    return {name for name in after if before.get(name) != after[name]}


def pipeline(folder: Path, *more: object, **env: str):
    return start(
        "pipeline", "--profile", folder / "tiny.yaml", "--runs", folder / "runs",
        "--assets", folder / "assets", "--data", "embedded", *more, **env,
    )  # fmt: skip


def test_a_disk_without_room_for_an_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then a step leaves neither a code nor a last line, and still the disk is to be named."""
    job = SimpleNamespace(title="train mnist cgan", exit=tmp_path / "exit", log=tmp_path / "log")
    job.exit.write_text("")
    with pytest.raises(SystemExit, match="killed without a word"):
        complain(SimpleNamespace(jobs=[job]), tmp_path / "snakemake.log", 1)
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr("experiments.pipeline.complain.refused", lambda path: full)
    with pytest.raises(UserError, match="The disk is full"):
        complain(SimpleNamespace(jobs=[job]), tmp_path / "snakemake.log", 1)


def test_a_job_that_a_cluster_ended_or_refused_is_told(tmp_path: Path) -> None:
    """It had no time to write its exit code, or never began."""
    log, each = tmp_path / "snakemake.log", job(tmp_path, "cgan", "train", 1.0)
    log.write_text("message: failed. The error message was 'sbatch: one\nsbatch: two'.\nlast\n")
    with pytest.raises(SystemExit, match="Snakemake ended with 1: sbatch: two"):
        complain(Monitor([each], 1), log, 1)
    each.started = 1.0
    with pytest.raises(SystemExit, match="train cgan was ended before it was done"):
        complain(Monitor([each], 1), log, 1)
    log.write_text("last\n")
    with pytest.raises(SystemExit, match="Snakemake ended with -9: last"):  # not by the cluster
        complain(Monitor([each], 1), log, -9)
    each.ended = 2.0
    complain(Monitor([each], 1), log, 0)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the pipeline was interrupted by Ctrl-C, killed, then run to its end.

    The tests below find it whole, as if nothing had happened.
    """
    folder = tmp_path_factory.mktemp("pipeline")
    write_profile(folder, studies=["samples", "recognition"])
    first = pipeline(folder)
    wait_for_log(folder, first)
    os.kill(first.pid, signal.SIGINT)
    stopped = finish(first)
    assert stopped.code == 130, stopped
    assert "goes on where it was" in stopped.sentence

    second = pipeline(folder)
    wait_for_log(folder, second)
    second.kill()
    second.communicate()

    until = time.time() + 60
    while (outcome := finish(pipeline(folder))).code == 2 and time.time() < until:
        assert "Another `make experiments`" in outcome.sentence  # its last steps are ending
        time.sleep(1)
    assert outcome.code == 0, outcome.err
    return folder


def wait_for_log(folder: Path, process) -> None:
    """Until a training has begun in this pipeline."""
    begun = time.time_ns()
    until = time.time() + 120
    logs = folder / "runs/tiny/logs"
    while not any(log.stat().st_mtime_ns > begun for log in logs.glob("train-*.log")):
        assert process.poll() is None, process.communicate()
        assert time.time() < until
        time.sleep(0.05)


def test_everything_is_there_after_interruptions(home: Path) -> None:
    layout = Layout(home / "runs", "tiny")
    for model in ("cgan", "vae"):
        for seed in (0, 1):
            assert json.loads(layout.run_receipt("mnist", model, seed).read_text())
    table = results.read(home / "assets" / "results.csv")
    assert set(table["study"]) == {"samples", "recognition"}
    assert json.loads((home / "assets/provenance.json").read_text())["seeds"] == [0, 1]
    assert not list(home.glob(".assets*"))


def test_a_second_run_makes_nothing(home: Path) -> None:
    before = made(home / "runs")
    outcome = finish(pipeline(home))
    assert outcome.code == 0, outcome.err
    assert "everything was there already" in outcome.out
    assert made(home / "runs") == before


def test_steps_by_hand_are_done_for_the_pipeline(home: Path) -> None:
    outcome = run(
        "train", "mnist", "cgan", "--seed", 1, "--profile", home / "tiny.yaml",
        "--runs", home / "runs",
    )  # fmt: skip
    assert "already there" in outcome.out


def test_a_changed_model_retrains_that_model_alone(home: Path) -> None:
    before = made(home / "runs")
    tell(home, models={"cgan": MODEL, "vae": {**MODEL, "images": 1200}})
    try:
        assert finish(pipeline(home)).code == 0
        again = changed(before, made(home / "runs"))
    finally:
        tell(home)
    runs = {name.split("/default")[0] for name in again if "/default/" in name}
    assert runs == {"tiny/mnist/vae", *(f"tiny/studies/{study}/mnist/runs/vae" for study in TOLD)}
    assert not any(name.startswith("tiny/mnist/judge") for name in again)


TOLD = ("samples", "recognition")


def tell(home: Path, **changes: object) -> None:
    write_profile(home, studies=list(TOLD), **changes)


def test_a_new_model_measures_itself_alone(home: Path) -> None:
    assert finish(pipeline(home)).code == 0
    before = made(home / "runs")
    tell(home, models={"cgan": MODEL, "vae": MODEL, "cvae": MODEL})
    try:
        assert finish(pipeline(home)).code == 0
        again = changed(before, made(home / "runs"))
    finally:
        tell(home)
    runs = {name.split("/default")[0] for name in again if "/default/" in name}
    assert runs == {"tiny/mnist/cvae", *(f"tiny/studies/{study}/mnist/runs/cvae" for study in TOLD)}
    assert "cvae" in set(results.read(home / "assets/results.csv")["model"])


@pytest.fixture
def edited(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The steps that are stale after an edit of the code, by what they are called.

    ``edit(file, old, new)`` works on a copy of the package, from which meanings are read.
    """
    from experiments import models, profile
    from experiments.pipeline import keys
    from experiments.support import meaning

    copy = tmp_path / "experiments"
    shutil.copytree(meaning.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    plan = Plan(Layout(home / "runs", "tiny"), profile.load(str(home / "tiny.yaml")))
    monkeypatch.setattr(meaning, "PACKAGE", copy)
    monkeypatch.setattr(models, "__path__", [str(copy / "models")])

    def stale() -> set[str]:
        keys.forget()
        return {" ".join(step.command) for step in plan.steps(["mnist"]) if not step.done()}

    def edit(file: str, old: str, new: str) -> set[str]:
        text = (copy / file).read_text()
        assert old in text, f"{file} no longer holds {old!r}"
        (copy / file).write_text(text.replace(old, new, 1))
        return stale()

    assert finish(pipeline(home)).code == 0
    assert stale() == set()
    yield edit
    keys.forget()


def test_words_make_no_finished_step_stale(edited) -> None:
    """A docstring, a description, a message, an annotation; everywhere at once it is held by
    the tests of meanings."""
    for file in ("models/backbone.py", "judges/judge.py", "studies/samples/measure.py"):
        assert edited(file, '"""', '"""Other words. ') == set()
    assert edited("models/backbone.py", 'description="', 'description="other words: ') == set()
    assert edited("judges/judge.py", "-> Tensor:", "-> object:") == set()
    assert edited("runs/training.py", "raise UserError(", 'raise UserError("Oh. " + ') == set()


def test_a_figures_code_is_drawn_again_and_measures_nothing(edited) -> None:
    draw = "studies/samples/draw.py"
    assert edited(draw, "\ndef draw(", "\nCOLOUR = 1\n\n\ndef draw(") == set()
    assert edited(draw, "    by_class(study, REAL, [])", "    by_class(study, REAL, [COLOUR])") == {
        "draw samples mnist"
    }
    assert edited("figures/save.py", "NEARLY_GREY = 20", "NEARLY_GREY = 21") == {
        "draw samples mnist"
    }
    assert edited("figures/theme.py", "WIDTH = 4.8", "WIDTH = 4.9") == {
        "draw samples mnist", "draw recognition mnist",
    }  # fmt: skip


def test_a_metric_more_measures_its_study_alone(edited) -> None:
    measure, new = "studies/samples/measure.py", "\ndef whiteness(images):\n    return 1\n\n"
    assert edited("evaluation/pictures.py", "\ndef nearest(", f"{new}\ndef nearest(") == set()
    old = "import memorisation, near_copy"
    assert edited(measure, old, f"{old}, whiteness") == set()
    old = "    readings = study.readings(run)"
    assert edited(measure, old, f"{old}\n    whiteness(images)") == {"measure samples mnist"}


def test_what_is_still_true_is_accepted_and_what_is_not_stays_stale(
    edited, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another spelling of the code that draws samples: some are drawn again and compared."""
    from experiments.runs import replay

    words = ("accept", "--profile", home / "tiny.yaml", "--runs", home / "runs")
    stale = edited("runs/samples.py", "    drawn = []", "    drawn = list()")
    drawn = {step for step in stale if step.startswith("samples")}
    assert drawn and {step.split()[0] for step in stale - drawn} == {"train"}
    with monkeypatch.context() as patch:
        patch.setattr(replay, "draws_alike", lambda run, n: False)
        refused = run(*words)
    assert refused.code == 2 and "samples mnist cgan --seed 0" in refused.sentence
    assert edited("runs/samples.py", "list()", "list()") == drawn, "trainings were accepted"
    accepted = run(*words)
    assert accepted.code == 0 and f"{len(drawn)} of {len(drawn)} steps" in accepted.out
    assert edited("runs/samples.py", "list()", "list()") == set()


@pytest.mark.slow
def test_what_was_lost_is_made_again(home: Path) -> None:
    """Twenty files deleted at random, receipts among them, from the runs and the assets."""
    tell(home)
    for other in (home / "runs").rglob("cvae"):  # of another plan: nobody asks for it any more
        shutil.rmtree(other)
    assert finish(pipeline(home)).code == 0
    table = (home / "assets/results.csv").read_text()
    whole = listed(home)
    rng = random.Random(0)
    for path in rng.sample(sorted(whole), 20):
        (home / path).unlink()
    outcome = finish(pipeline(home))
    assert outcome.code == 0, outcome.err
    assert listed(home) == whole
    told = [line for line in outcome.err.splitlines() if line.endswith("it is made again.")]
    assert told and len(set(told)) == len(told)
    assert without_seconds(home / "assets/results.csv") == without_seconds(table)
    assert "everything was there already" in finish(pipeline(home)).out


def listed(home: Path) -> set[str]:
    """The files of the results."""
    names = {str(Path("runs") / name) for name in made(home / "runs")}
    receipts = {str(path.relative_to(home)) for kind in ("run", "judge", "samples", "readings",
                "measure", "draw") for path in (home / "runs").rglob(f"{kind}.json")}  # fmt: skip
    assets = {str(path.relative_to(home)) for path in (home / "assets").rglob("*")
              if path.is_file()}  # fmt: skip
    return names | receipts | assets


def without_seconds(table: Path | str) -> list[str]:
    """The rows of results that no clock had a part in."""
    text = table.read_text() if isinstance(table, Path) else table
    return [line for line in text.splitlines() if "second" not in line]


def test_what_made_the_runs_is_told_by_the_runs(home: Path) -> None:
    """Not by who collects them, who may have another version on another machine."""
    from experiments import profile

    layout = Layout(home / "runs", "tiny")
    path = layout.run_receipt("mnist", "cgan", 0)
    whole = path.read_text()
    receipt = json.loads(whole)
    other = {"commit": "abc", "processor": "An abacus", "versions": {"torch": "9.9"}}
    path.write_text(json.dumps({**receipt, **other}))
    try:
        told = provenance(layout, profile.load(str(home / "tiny.yaml")), ["mnist"])
    finally:
        path.write_text(whole)
    assert told["commits"] == [receipt["commit"], "abc"] and told["commit"] == receipt["commit"]
    assert told["versions"]["torch"] == f"{receipt['versions']['torch']}, 9.9"
    assert told["processors"] == [receipt["processor"], "An abacus"]
    assert told["collected_by"]["versions"]["numpy"] == version("numpy")


def test_results_cut_in_half_are_noticed(home: Path) -> None:
    path = Layout(home / "runs", "tiny").results("samples", "mnist")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    outcome = finish(pipeline(home))
    assert outcome.code == 0 and f"{path} is damaged: it is made again." in outcome.err
    assert path.read_bytes() == whole


def test_a_failing_step_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    write_profile(
        tmp_path, seeds=[0],
        models={"vae": {**MODEL, "train_size": 5000}, "cgan": MODEL},
    )  # fmt: skip
    outcome = finish(pipeline(tmp_path))
    assert outcome.code == 2, outcome
    assert outcome.sentence.startswith("train mnist vae --seed 0 failed: train_size = 5000")
    layout = Layout(tmp_path / "runs", "tiny")
    assert layout.run_receipt("mnist", "cgan", 0).is_file()
    assert not layout.run_receipt("mnist", "vae", 0).is_file()
    assert not (tmp_path / "assets").exists()


def test_a_bug_in_a_step_is_no_complaint(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    (models / "broken.py").write_text(
        "from experiments.models import vae\n\n"
        "Settings = vae.Settings\n\n"
        "class Model(vae.Model):\n"
        "    def step(self, images, labels):\n"
        "        raise ZeroDivisionError('a bug')\n"
    )
    write_profile(tmp_path, seeds=[0], models={"broken": {"images": 64, "width": 4}})
    outcome = finish(pipeline(tmp_path, EXTRA_MODELS=str(models)))
    assert outcome.code == 1
    assert "train mnist broken --seed 0 failed: ZeroDivisionError: a bug" in outcome.sentence
    assert "train-mnist-broken-seed-0.log" in outcome.sentence


def test_two_pipelines_at_once(tmp_path: Path) -> None:
    profile = write_profile(tmp_path)
    with lock(Layout(tmp_path / "runs", "tiny").lock, "busy"):
        outcome = run("pipeline", "--profile", profile, "--runs", tmp_path / "runs")
    assert outcome.code == 2
    assert outcome.sentence.startswith("Another `make experiments` is at work on")
    assert not (tmp_path / "runs/tiny/sources.json").exists()


def test_a_child_inherits_the_lock(tmp_path: Path) -> None:
    """Snakemake may outlive a killed pipeline; until it ends, no other one starts."""
    with lock(tmp_path / "lock", "busy") as held:
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1, pass_fds=[held])
    with pytest.raises(UserError, match="busy"), lock(tmp_path / "lock", "busy"):
        pass
    child.communicate(b"\n")
    with lock(tmp_path / "lock", "busy"):
        pass


def test_a_step_of_a_pipeline_waits_for_one_that_is_at_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a cluster it may be left from an earlier pipeline."""
    with lock(tmp_path / "lock", "busy") as held:
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1, pass_fds=[held])
    begun = time.time()
    threading.Timer(1.0, lambda: child.communicate(b"\n")).start()
    with lock(tmp_path / "lock", "busy: wait", wait=True):
        assert time.time() - begun > 0.9
    assert capsys.readouterr().out == "busy: wait\n"


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(file: object, how: int) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", flock)
    with pytest.raises(UserError, match="cannot be locked"), lock(tmp_path / "lock", "busy"):
        pass


# The replacement of assets/

MADE = {"profile": "tiny", "commit": "", "datasets": {}, "studies": []}
"""What marks a folder as one that this project made."""


@pytest.fixture
def collected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """``collect`` with a stand-in for what fills the new folder."""
    assets = tmp_path / "assets"

    def gather(write) -> Path:
        def written(folder: Path, *_: object) -> None:
            write_json(folder / "provenance.json", MADE)
            write(folder)

        monkeypatch.setattr(collect, "write_assets", written)
        layout = Layout(tmp_path.parent / "runs", "tiny")
        collect.collect(layout, None, [], assets)  # type: ignore[arg-type]
        return assets

    return gather


def test_collecting_replaces_the_folder_whole(collected, tmp_path: Path) -> None:
    assets = collected(lambda folder: (folder / "old.txt").write_text("old"))
    assets = collected(lambda folder: (folder / "new.txt").write_text("new"))
    assert {path.name for path in assets.iterdir()} == {"new.txt", "provenance.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["assets"]


def test_a_failed_collection_leaves_the_folder_alone(collected, tmp_path: Path) -> None:
    collected(lambda folder: (folder / "old.txt").write_text("old"))

    def full(folder: Path) -> None:
        (folder / "new.txt").write_text("new")
        raise OSError(28, "No space left on device")

    with pytest.raises(UserError, match="disk is full"):
        collected(full)
    assert {path.name for path in (tmp_path / "assets").iterdir()} == {"old.txt", "provenance.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["assets"]


def test_a_collection_killed_between_its_two_renamings(collected, tmp_path: Path) -> None:
    """Then only the old folder is left; if the next one fails, it is back in its place."""
    old = tmp_path / ".assets.collect-killed" / "old"
    old.mkdir(parents=True)
    write_json(old / "provenance.json", MADE)
    (old / "old.txt").write_text("old")

    def broken(folder: Path) -> None:
        raise UserError("A study is missing.")

    with pytest.raises(UserError):
        collected(broken)
    assert {path.name for path in (tmp_path / "assets").iterdir()} == {"old.txt", "provenance.json"}


# The line of progress


def job(folder: Path, name: str, kind: str, seconds: float) -> Job:
    receipt = folder / f"{name}.json"
    return Job(f"{kind} {name}", kind, seconds, receipt, folder / f"{name}.log", 0)


def progress(each: Job, done: float) -> None:
    each.log.touch()
    each.progress.write_text(json.dumps({"done": done, "total": 1.0}))


def test_the_line_counts_names_and_foretells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [job(tmp_path, name, "train", 100.0) for name in ("one", "two", "three")]
    shown = Monitor(jobs, total=5, cores=2)  # two more steps were done before
    assert shown.line() == "2/5 steps"
    progress(jobs[0], 0.5)
    progress(jobs[1], 0.5)
    shown.look()
    for each in jobs[:2]:
        each.started = 1000.0
    # Half of two jobs took 100 s: twice as long as guessed, 400 s of work are left for two.
    monkeypatch.setattr(monitor.time, "time", lambda: 1100.0)
    assert shown.line() == "2/5 steps · train one 50% · train two 50% · 3 min 20 s left"
    write_json(jobs[0].receipt, {"key": {}})
    shown.look()
    assert shown.line().startswith("3/5 steps · train two 50%")


def test_durations_are_said_as_people_say_them() -> None:
    said = [duration(seconds) for seconds in (0.4, 59, 95, 3599, 3600, 7322)]
    assert said == ["0 s", "59 s", "1 min 35 s", "59 min", "1 h 0 min", "2 h 2 min"]


def snakemake(home: Path, *words: str) -> str:
    """What Snakemake says in the runs folder of a profile, as one types it there."""
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", *words], cwd=home / "runs/tiny", check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_snakemakes_own_commands_work_in_the_runs_folder(home: Path, tmp_path: Path) -> None:
    tell(home)
    assert finish(pipeline(home)).code == 0
    assert "Nothing to be done" in snakemake(home, "-n")
    receipt = home / "runs/tiny/mnist/cgan/default/seed-0/samples.json"
    os.utime(receipt, (1, 1))
    planned = snakemake(home, "-n", "--printshellcmds")
    assert "samples mnist cgan --seed 0 --profile" in planned
    assert "readings mnist cgan --seed 0 --profile" in planned  # they may have to be read again
    assert "train mnist" not in planned
    dag = snakemake(home, "--dag")
    assert dag.index("digraph") >= 0 and "model: cgan" in dag
    assert finish(pipeline(home)).code == 0
    snakemake(home, "--report", str(tmp_path / "report.html"))
    assert (tmp_path / "report.html").stat().st_size > 10_000


def test_outcomes_of_tests_are_honest() -> None:
    with pytest.raises(AssertionError):
        _ = Outcome(1, "", "Traceback (most recent call last):\nKeyError").sentence
