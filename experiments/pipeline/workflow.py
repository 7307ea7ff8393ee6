"""The plan as Snakemake reads it, and Snakemake at work: here, or on a cluster."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from experiments.pipeline import follow
from experiments.pipeline.monitor import Monitor, watch
from experiments.pipeline.steps import Step
from experiments.support.errors import UserError
from experiments.support.files import write_json, write_text
from experiments.support.layout import Layout

ROOT = Path(__file__).parents[2]
SNAKEFILE = Path(__file__).parent / "Snakefile"
LOCAL = "local"
ON_A_CLUSTER = 50  # steps at a time where nobody says how many
MAIN = """\
configfile: "plan.json"


rule all:
    input: config["targets"],


include: {map!r}
"""
SETTINGS = """\
# The keys of the receipts decide what is stale; it is told to Snakemake by the times of files.
rerun-triggers: mtime
max-checksum-file-size: "0"
# Receipts are written last and whole, and `make experiments` holds a lock of its own.
ignore-incomplete: true
keep-incomplete: true
nolock: true
keep-going: true
scheduler: greedy
# Files that another node wrote are seen after a while.
latency-wait: 60
# The other way asks Slurm's accounting, and waits for ever where there is none.
slurm-status-command: squeue
"""
"""Snakemake reads them in the runs folder, whoever starts it there."""


def log(layout: Layout) -> Path:
    """What Snakemake said."""
    return layout.logs / "snakemake.log"


def check_executor(executor: str) -> None:
    """Raises `UserError` for a name that Snakemake has no plugin for."""
    plugin = f"snakemake_executor_plugin_{executor.replace('-', '_')}"
    if executor != LOCAL and (not executor.isprintable() or find_spec(plugin) is None):
        raise UserError(
            f"Snakemake has no executor {executor!r} here: install its plugin "
            f"(snakemake-executor-plugin-{executor}), or leave EXECUTOR out."
        )


def write_plan(layout: Layout, planned: list[Step], options: dict[str, list[str]]) -> None:
    """``plan.json`` and a Snakefile in the runs folder, where Snakemake's own commands work.

    ``options``: those of all commands, and those that some kinds of step take.
    """
    layout.logs.mkdir(parents=True, exist_ok=True)
    read = {each.step.path for step in planned for each in step.reads}
    write_json(layout.home / "plan.json", {
        "root": str(ROOT), "python": sys.executable, "home": str(layout.home.resolve()),
        **options,
        "targets": [step.path for step in planned if step.path not in read],
        "steps": {
            step.path: {
                "name": step.name,
                "needs": [step.data, *(each.step.path for each in step.reads)],
            }
            for step in planned
        },
    })  # fmt: skip
    write_text(layout.home / "Snakefile", MAIN.format(map=str(SNAKEFILE)))
    write_text(layout.home / "profiles/default/config.yaml", SETTINGS)


def execute(layout: Layout, monitor: Monitor, executor: str, jobs: int, held: int) -> int:
    """Let Snakemake run the steps, and show how far they are; its exit status.

    Snakemake gets a session of its own, so that all it started can be ended together, and
    it inherits the pipeline's lock, so that no other pipeline starts while it lives.
    """
    for job in monitor.jobs:
        for path in (job.log, job.progress, job.exit):
            path.unlink(missing_ok=True)
    # Snakemake makes temporary folders and leaves them when it is killed: they lie here.
    temporary = layout.home / ".tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    if executor == LOCAL:
        monitor.cores = jobs or cores()
        where = ["--cores", str(monitor.cores)]
    else:
        monitor.cores = jobs or ON_A_CLUSTER
        where = ["--executor", executor, "--jobs", str(monitor.cores)]
    with open(log(layout), "w", encoding="utf-8") as told:
        snakemake = subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--directory", str(layout.home),
             "--snakefile", str(layout.home / "Snakefile"), *where],
            stdout=told, stderr=told, stdin=subprocess.DEVNULL, start_new_session=True,
            pass_fds=[held],
            env=environment(executor == LOCAL, temporary),
        )  # fmt: skip
        try:
            watch(monitor, lambda: snakemake.poll() is not None)
        finally:
            end(snakemake)
            shutil.rmtree(temporary, ignore_errors=True)
    return snakemake.returncode


def cores() -> int:
    """The cores this process may use, which in a container are fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def environment(local: bool, temporary: Path) -> dict[str, str]:
    """The environment of each step: our Python, one thread, its settings on the command line.

    A step on this machine ends with the pipeline, and its temporary files with it; on a cluster
    it goes on without it.
    """
    kept = {name: value for name, value in os.environ.items() if name not in follow.OPTIONS}
    here = str(Path(sys.executable).parent)
    tied = {follow.VARIABLE: str(os.getpid()), "TMPDIR": str(temporary.resolve())}
    return {
        **kept, "PATH": f"{here}{os.pathsep}{os.environ.get('PATH', '')}",
        "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1",
        **(tied if local else {}),
    }  # fmt: skip


def end(snakemake: subprocess.Popen) -> None:
    """End Snakemake and every step with it; a step is made to be ended at any moment."""
    for wish in (signal.SIGTERM, signal.SIGKILL):
        if snakemake.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(snakemake.pid, wish)
            with suppress(subprocess.TimeoutExpired):
                snakemake.wait(timeout=5)
