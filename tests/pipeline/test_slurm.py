"""The pipeline on a real Slurm: the same results, whatever is killed on the way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cluster import Cluster, cluster, missing
from command import MODEL, Outcome, finish, start, write_profile

from experiments.pipeline.kinds import KINDS
from experiments.support.files import sha256
from experiments.support.layout import Layout

pytestmark = pytest.mark.slow

if missing() and not os.environ.get("REQUIRE_SLURM"):
    pytest.skip(f"Slurm is not installed: no {', '.join(missing())}", allow_module_level=True)

MODELS = {"vae": MODEL, "cgan": {**MODEL, "images": 12_000}}  # which takes some seconds
JOBS = 2  # fewer than the steps that can start at once
SNAKEMAKE = """\
default-resources:
  slurm_partition: tests
  runtime: 30
set-resources: {train: {mem_mb: 5000}}
slurm-init-seconds-before-status-checks: 1
"""
"""Snakemake's settings for this cluster, given in the way that Reproduce tells."""


@dataclass
class Story:
    """One plan on the cluster, and what was done to it until it was finished."""

    layout: Layout
    in_flight: int  # the most jobs of the first pipeline
    went_on: bool
    refused: Outcome
    failed: Outcome
    finished: Outcome


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    assert not missing(), f"Slurm is required, and there is no {', '.join(missing())}"
    with cluster(tmp_path_factory.mktemp("slurm")) as made:
        yield made


@pytest.fixture(scope="module")
def story(slurm: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("cluster")
    layout = plan(folder)
    (folder / "snakemake").mkdir()
    (folder / "snakemake/config.yaml").write_text(SNAKEMAKE)
    submit = {
        "EXECUTOR": "slurm", "JOBS": str(JOBS), "SNAKEMAKE_PROFILE": str(folder / "snakemake"),
        **slurm.environment,
    }  # fmt: skip

    # The pipeline is killed.
    in_flight = 0
    first = pipeline(folder, **submit)

    def training() -> list[int]:
        nonlocal in_flight
        in_flight = max(in_flight, len(slurm.jobs()))
        return slurm.processes(step("train"))

    until(training, first)
    first.kill()
    first.communicate()
    time.sleep(3)  # a step on this machine ends within a second
    processes = slurm.processes(step("train"))

    # Snakemake has outlived it and holds the lock, until it is killed too.
    for process in processes:
        os.kill(process, signal.SIGSTOP)  # so that the training is at work when the next begins
    refused = finish(pipeline(folder, **submit))
    for process in slurm.processes(f"{sys.executable} -m snakemake --directory"):
        os.kill(process, signal.SIGKILL)

    # The next pipeline waits for the training; then one of its own steps is killed.
    third = pipeline(folder, **submit)
    until(lambda: "Another process is at work" in log(layout, "train-mnist-cgan"), third)
    for process in processes:
        os.kill(process, signal.SIGCONT)
    for process in until(lambda: slurm.processes(step("readings")), third):
        os.kill(process, signal.SIGKILL)
    failed = finish(third)
    finished = finish(pipeline(folder, **submit))
    return Story(layout, in_flight, bool(processes), refused, failed, finished)


def plan(folder: Path) -> Layout:
    """A small profile, and where its files will lie."""
    write_profile(folder, seeds=[0], models=MODELS)
    return Layout(folder / "runs", "tiny")


def pipeline(folder: Path, **variables: str) -> subprocess.Popen:
    return start(
        "pipeline", "--profile", folder / "tiny.yaml", "--runs", folder / "runs",
        "--assets", folder / "assets", "--data", "embedded", **variables,
    )  # fmt: skip


def step(kind: str) -> str:
    """How the command line of a step of the model begins that everything is done to."""
    return f"{sys.executable} -m experiments {kind} mnist cgan "


def log(layout: Layout, name: str) -> str:
    path = layout.log(f"{name}-seed-0")
    return path.read_text() if path.is_file() else ""


def until(look: Callable[[], Any], process: subprocess.Popen) -> Any:
    """What ``look`` finds at last while the pipeline is at work; at most three minutes."""
    end = time.time() + 180
    while not (found := look()):
        assert process.poll() is None, process.communicate()
        assert time.time() < end
        time.sleep(0.1)
    return found


def test_steps_outlive_their_pipeline(story: Story) -> None:
    assert story.went_on
    assert story.refused.code == 2
    assert story.refused.sentence.startswith("Another `make experiments` is at work on")


def test_the_next_pipeline_takes_up_what_is_at_work(story: Story) -> None:
    """Its own job waits for the one that was there, and trains nothing."""
    told = log(story.layout, "train-mnist-cgan").splitlines()
    assert told[0].startswith("Another process is at work on ")
    assert told[1] == f"{story.layout.run_receipt('mnist', 'cgan', 0)} is already there."


def test_a_killed_step_is_named(story: Story) -> None:
    assert story.failed.code == 1
    assert story.failed.sentence.startswith("readings mnist cgan --seed 0 failed: ")
    assert "exit 137" in story.failed.sentence


def test_the_results_are_those_of_this_machine(story: Story, tmp_path: Path) -> None:
    assert story.finished.code == 0, story.finished.err
    plan(tmp_path)
    assert finish(pipeline(tmp_path)).code == 0
    here, there = (
        [row for row in (folder / "assets/results.csv").read_text().splitlines()
         if "second" not in row]
        for folder in (tmp_path, story.layout.runs.parent)
    )  # fmt: skip
    assert there == here
    for model in MODELS:
        weights = [
            sha256(layout.run("mnist", model, 0) / "weights.safetensors")
            for layout in (story.layout, Layout(tmp_path / "runs", "tiny"))
        ]
        assert weights[0] == weights[1]


def test_every_step_was_a_job(story: Story, slurm: Cluster) -> None:
    """As many at a time as was asked for, one processor each, with the settings of a user."""
    jobs = [line.split("|") for line in slurm.jobs("all", "%k|%P|%l|%m|%C")]
    assert {(comment.split("_")[1], *rest) for comment, *rest in jobs} == {
        (kind, "tests", "30:00", "5000M" if kind == "train" else "4000M", "1")
        for kind in set(KINDS) - {"reader"}
    }
    assert story.in_flight == JOBS
