"""Killed at any moment, a training goes on and ends with the weights of a straight run."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from command import MODEL, finish, run, start, write_profile

from experiments.support.files import read_json
from experiments.support.layout import Layout

OFTEN = "from experiments.runs import training; training.CHECKPOINT_SECONDS = 0.0"


def wait_for(path: Path, process: subprocess.Popen, after: int = 0) -> None:
    """Until a file is there that is younger than ``after``; at most two minutes."""
    until = time.time() + 120
    while not (path.is_file() and path.stat().st_mtime_ns > after):
        assert process.poll() is None, process.communicate()
        assert time.time() < until, f"{path} never came"
        time.sleep(0.01)


@pytest.mark.parametrize("model", ["cgan", "vae"])
def test_killed_and_continued_equals_a_straight_run(model: str, tmp_path: Path) -> None:
    profile = write_profile(tmp_path, models={model: {**MODEL, "images": 6400}})
    results = {}
    for name in ("straight", "killed"):
        options = ["--profile", profile, "--runs", tmp_path / name]
        assert run("data", "mnist", "--data", "embedded", *options).code == 0
        folder = Layout(tmp_path / name, "tiny").run("mnist", model, 0)
        words = ["train", "mnist", model, "--device", "cpu", *options]
        if name == "killed":
            saved = 0
            for _ in range(2):
                process = start(*words, code=OFTEN)
                wait_for(folder / "checkpoint.pt", process, saved)
                time.sleep(0.2)
                saved = (folder / "checkpoint.pt").stat().st_mtime_ns
                process.kill()
                process.communicate()
            assert not (folder / "run.json").is_file(), "it was killed too late to prove anything"
        assert run(*words).code == 0
        assert not (folder / "checkpoint.pt").exists()
        results[name] = (folder / "weights.safetensors").read_bytes(), arrays(folder)
    assert results["killed"] == results["straight"]


def arrays(folder: Path) -> dict[str, bytes]:
    """The arrays of samples.npz; the zip around them holds the time of writing."""
    with np.load(folder / "samples.npz") as file:
        return {name: file[name].tobytes() for name in file.files}


def test_one_training_of_a_run_at_a_time(tmp_path: Path) -> None:
    profile = write_profile(tmp_path, models={"cgan": {"images": 200_000, "width": 4}})
    options = ["--profile", profile, "--runs", tmp_path / "runs"]
    assert run("data", "mnist", "--data", "embedded", *options).code == 0
    words = ["train", "mnist", "cgan", *options]
    layout = Layout(tmp_path / "runs", "tiny")
    process = start(*words, code=OFTEN)
    try:
        wait_for(layout.run("mnist", "cgan", 0) / "checkpoint.pt", process)
        second = run(*words)
        assert second.code == 2
        assert "Another process" in second.sentence
        assert process.poll() is None, "the first one must not notice"
    finally:
        process.kill()
        process.communicate()


def test_a_changed_setting_begins_anew(tmp_path: Path) -> None:
    """A checkpoint of other settings is not gone on with."""
    folder = Layout(tmp_path / "runs", "tiny").run("mnist", "cgan", 0)
    words = ["train", "mnist", "cgan", "--profile", tmp_path / "tiny.yaml", "--runs",
             tmp_path / "runs"]  # fmt: skip
    write_profile(tmp_path, models={"cgan": {"images": 100_000, "width": 4}})
    assert run("data", "mnist", "--data", "embedded", *words[3:]).code == 0
    process = start(*words, code=OFTEN)
    wait_for(folder / "checkpoint.pt", process)
    process.kill()
    process.communicate()
    write_profile(tmp_path, models={"cgan": {"images": 640, "width": 4, "learning_rate": 1e-3}})
    assert run(*words).code == 0
    receipt = read_json(folder / "run.json")
    assert receipt["images"] == 640
    assert receipt["settings"]["learning_rate"] == 1e-3


def test_seeds_in_one_process_are_the_runs_they_would_be_alone(tmp_path: Path) -> None:
    write_profile(tmp_path)
    weights = []
    for name, seeds in (("together", [0, 1]), ("alone", [1])):
        options = ["--profile", tmp_path / "tiny.yaml", "--runs", tmp_path / name]
        assert run("data", "mnist", "--data", "embedded", *options).code == 0
        flags = [word for seed in seeds for word in ("--seed", seed)]
        assert run("train", "mnist", "cgan", *flags, *options).code == 0
        folder = Layout(tmp_path / name, "tiny").run("mnist", "cgan", 1)
        weights.append((folder / "weights.safetensors").read_bytes())
    assert weights[0] == weights[1]


def test_a_step_ends_with_the_pipeline_that_started_it(tmp_path: Path) -> None:
    """Else the steps of a killed pipeline would go on beside those of the next one."""
    profile = write_profile(tmp_path, models={"cgan": {"images": 10_000_000, "width": 4}})
    options = ["--profile", profile, "--runs", tmp_path / "runs"]
    assert run("data", "mnist", "--data", "embedded", *options).code == 0
    pipeline = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    step = start("train", "mnist", "cgan", *options, PIPELINE_PID=str(pipeline.pid))
    try:
        wait_for(tmp_path / "runs/tiny/locks/train-mnist-cgan-seed-0", step)
        assert step.poll() is None
        pipeline.kill()
        pipeline.wait()
        assert finish(step, 60).code == 1
    finally:
        pipeline.kill()
        step.kill()
