"""All steps at once: order, staleness, interruption, failure, the line of progress."""

import errno
import json
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from command import MODEL, Outcome, finish, run, start, write_profile

from experiments import results
from experiments.pipeline import collect, monitor, steps
from experiments.pipeline.execute import complain
from experiments.pipeline.monitor import Job, Monitor
from experiments.pipeline.steps import Step
from experiments.support.errors import UserError
from experiments.support.files import lock, write_json
from experiments.support.layout import Layout
from experiments.support.progress import duration


def times(folder: Path) -> dict[str, int]:
    """When each result was written; logs and plans are no results."""
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns
        for path in sorted(folder.rglob("*"))
        if path.name in ("run.json", "judge.json", "data.json") or path.parent.name == "keys"
        or (path.name == "results.csv" and "assets" in path.parts)
    }  # fmt: skip


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
    monkeypatch.setattr("experiments.pipeline.execute.refused", lambda path: full)
    with pytest.raises(UserError, match="The disk is full"):
        complain(SimpleNamespace(jobs=[job]), tmp_path / "snakemake.log", 1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the pipeline was interrupted by Ctrl-C, killed, then run to its end.

    The tests below find it whole, as if nothing had happened.
    """
    folder = tmp_path_factory.mktemp("pipeline")
    write_profile(folder)
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
    assert set(table["study"]) == {"samples"}
    assert json.loads((home / "assets/provenance.json").read_text())["seeds"] == [0, 1]
    assert not list(home.glob(".assets*"))


def test_a_second_run_makes_nothing(home: Path) -> None:
    before = times(home)
    outcome = finish(pipeline(home))
    assert outcome.code == 0, outcome.err
    assert "everything was there already" in outcome.out
    after = times(home)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"assets/results.csv"}
    assert before.keys() == after.keys()


def test_steps_by_hand_are_done_for_the_pipeline(home: Path) -> None:
    outcome = run(
        "train", "mnist", "cgan", "--seed", 1, "--profile", home / "tiny.yaml",
        "--runs", home / "runs",
    )  # fmt: skip
    assert "already there" in outcome.out


def test_a_changed_model_retrains_that_model_alone(home: Path) -> None:
    before = times(home / "runs")
    write_profile(home, models={"cgan": MODEL, "vae": {**MODEL, "images": 1200}})
    try:
        assert finish(pipeline(home)).code == 0
        after = times(home / "runs")
    finally:
        write_profile(home)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {
        "tiny/assets/samples/mnist/results.csv", "tiny/keys/study-samples-mnist.json",
        *(f"tiny/mnist/vae/default/seed-{seed}/run.json" for seed in (0, 1)),
        *(f"tiny/keys/train-mnist-vae-seed-{seed}.json" for seed in (0, 1)),
    }  # fmt: skip


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
    import subprocess
    import sys

    with lock(tmp_path / "lock", "busy") as held:
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=-1, pass_fds=[held])
    with pytest.raises(UserError, match="busy"), lock(tmp_path / "lock", "busy"):
        pass
    child.communicate(b"\n")
    with lock(tmp_path / "lock", "busy"):
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
    receipt, key_file = folder / f"{name}.json", folder / "keys" / f"{name}.json"
    step = Step(name, (kind, name), receipt, {}, key_file, (), seconds)
    step.announce()
    return Job(name, name, [step], folder / f"{name}.log")


def progress(each: Job, done: float) -> None:
    each.log.touch()
    each.progress.write_text(json.dumps({"done": done, "total": 1.0}))


def test_the_line_counts_names_and_foretells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [job(tmp_path, name, "train", 100.0) for name in ("one", "two", "three")]
    shown = Monitor(jobs, cores=2, total=5)  # two more steps were done before
    assert shown.line() == "2/5 steps"
    progress(jobs[0], 0.5)
    progress(jobs[1], 0.5)
    shown.look()
    for each in jobs[:2]:
        each.started = 1000.0
    # Half of two jobs took 100 s: twice as long as guessed, 400 s of work are left for two.
    monkeypatch.setattr(monitor.time, "time", lambda: 1100.0)
    assert shown.line() == "2/5 steps · train one 50% · train two 50% · 3 min 20 s left"
    write_json(jobs[0].steps[0].receipt, {"key": {}})
    shown.look()
    assert shown.line().startswith("3/5 steps · train two 50%")


def test_a_seed_that_is_done_counts_before_its_job_is(tmp_path: Path) -> None:
    both = job(tmp_path, "one", "train", 10.0)
    both.steps.extend(job(tmp_path, "two", "train", 10.0).steps)
    shown = Monitor([both], cores=1, total=2)
    progress(both, 0.5)
    shown.look()
    assert both.share() == 0.25
    write_json(both.steps[0].receipt, {"key": {}})
    assert both.share() == 0.75
    assert shown.line().startswith("1/2 steps · train one 75%")


def test_durations_are_said_as_people_say_them() -> None:
    said = [duration(seconds) for seconds in (0.4, 59, 95, 3599, 3600, 7322)]
    assert said == ["0 s", "59 s", "1 min 35 s", "59 min", "1 h 0 min", "2 h 2 min"]


def test_the_plan_puts_seeds_of_short_profiles_together(tmp_path: Path) -> None:
    from experiments import profile
    from experiments.pipeline.execute import Asked, plan_jobs

    commands = {}
    for name in ("smoke", "paper"):
        layout, chosen = Layout(tmp_path, name), profile.load(name)
        write_json(layout.data_receipt("mnist"), {"sha256": "0"})
        todo = steps.plan(layout, chosen, ["mnist"])
        asked = Asked(name, False, chosen, tmp_path, "auto")
        commands[name] = [each.command for each in plan_jobs(layout, chosen, todo, asked)]
    seeds = " ".join(f"--seed {seed}" for seed in profile.load("smoke").seeds)
    where = f"--runs {tmp_path}"
    assert (
        f"python -m experiments train mnist cgan {seeds} --profile smoke {where}"
        in commands["smoke"]
    )
    for seed in profile.load("paper").seeds:
        alone = f"python -m experiments train mnist cgan --seed {seed} --profile paper {where}"
        assert alone in commands["paper"]


def test_outcomes_of_tests_are_honest() -> None:
    with pytest.raises(AssertionError):
        _ = Outcome(1, "", "Traceback (most recent call last):\nKeyError").sentence
