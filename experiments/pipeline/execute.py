"""All steps, side by side: what `make experiments` runs.

The data is resolved first, since it names the paths of everything else. Then Snakemake
runs what is not done, one process and one thread for each job, and the results are
collected. Nothing is lost by an interruption of any kind: receipts are written last and
whole, so the same command goes on where it was.
"""

import os
import shlex
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from experiments import models
from experiments.cli import options
from experiments.data import prepare
from experiments.data.sources import Policy
from experiments.pipeline import steps
from experiments.pipeline.collect import collect
from experiments.pipeline.monitor import Job, Monitor, watch
from experiments.pipeline.replace import check_replaceable
from experiments.pipeline.steps import Step
from experiments.profile import Profile, validate
from experiments.support.errors import UserError, unknown
from experiments.support.files import explain, lock, refused, write_json
from experiments.support.layout import Layout
from experiments.support.progress import duration

ROOT = Path(__file__).parents[2]
SNAKEFILE = Path(__file__).parent / "Snakefile"
PUBLISHED = "paper"
RESTORE = "git restore --staged --worktree assets && git clean -fd assets"
"""The way back to the published results; files that they do not have go."""
SHARED = ("smoke", "quick")
"""Profiles whose runs are so short that the seeds of one model share a process."""


@dataclass(frozen=True)
class Asked:
    """What the command line asked for, as each step has to be told it."""

    profile: str
    narrowed: bool  # to some models or other seeds
    chosen: Profile
    runs: Path
    device: str

    def options(self, kind: str) -> list[str]:
        words = ["--profile", self.profile, "--runs", str(self.runs)]
        if kind == "study" and self.narrowed:
            words += ["--models", ",".join(self.chosen.models)]
            words += ["--seeds", ",".join(map(str, self.chosen.seeds))]
        if kind in ("train", "study") and self.device != "auto":
            words += ["--device", self.device]
        return words


def run(
    layout: Layout, datasets: list[str], asked: Asked, *, assets: Path, jobs: int,
    data_root: Path | None, policy: Policy,
) -> None:  # fmt: skip
    """Do all that is not done and collect it into ``assets``.

    Raises `UserError` when a step ends with one, or while another pipeline is at work.
    """
    busy = (
        f"Another `make experiments` is at work on {layout.home} (or its last steps are ending): "
        "wait until it has finished, or set RUNS to another folder."
    )
    begun, chosen = time.time(), asked.chosen
    check_replaceable(assets, layout.runs)  # before hours of work, not after
    with lock(layout.lock, busy) as held:
        check_names(chosen)
        sources = prepare(layout, datasets, chosen.data, data_root, policy)
        resolved = list(dict.fromkeys(sources.values()))
        planned = steps.plan(layout, chosen, resolved, asked.device)
        for step in planned:
            step.announce()
        todo = [step for step in planned if not step.done()]
        if any(step.command[0] in ("judge", "train") for step in todo):
            check_settings(chosen, resolved)
        if todo:
            planned_jobs = plan_jobs(layout, chosen, todo, asked)
            execute(layout, Monitor(planned_jobs, jobs or cores(), len(planned)), held)
        collect(layout, chosen, resolved, assets)
    _tell(chosen, assets, len(todo), time.time() - begun)


def cores() -> int:
    """The cores this process may use, which in a container are fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_names(chosen: Profile) -> None:
    """Names first: a mistyped one should not cost a download."""
    from experiments import studies

    for name in chosen.studies:
        if name not in studies.names():
            raise unknown("study", name, studies.names())
    for model in chosen.models:
        models.source(model)


def check_settings(chosen: Profile, datasets: list[str]) -> None:
    """Every setting before anything is trained; loads torch, hence only when needed."""
    from experiments.judges.training import JudgeSettings

    for dataset in datasets:
        validate(JudgeSettings, chosen.judge_settings(dataset), f"The judge of {dataset}")
        for model in chosen.models:
            given = chosen.model_settings(model, dataset)
            validate(
                models.load(model).settings_type, given, f"The settings of {model} on {dataset}"
            )


def plan_jobs(layout: Layout, chosen: Profile, todo: list[Step], asked: Asked) -> list[Job]:
    """The processes to start, each the command that a person would type."""

    def process(step: Step) -> object:
        together = step.command[0] == "train" and chosen.name in SHARED
        return step.command[:3] if together else step.name

    jobs = []
    for _, group in groupby(todo, process):
        members = list(group)
        kind, *rest = members[0].command
        for step in members[1:]:
            rest += step.command[-2:]  # --seed N
        words = ["python", "-m", "experiments", kind, *rest, *asked.options(kind)]
        jobs.append(Job(members[0].name, shlex.join(words), members, layout.log(members[0].name)))
    return jobs


def execute(layout: Layout, monitor: Monitor, held: int) -> None:
    """Let Snakemake run the jobs, and show how far they are.

    Snakemake gets a session of its own, so that all it started can be ended together, and
    it inherits the pipeline's lock, so that no other pipeline starts while it lives.
    """
    plan = layout.home / "plan.json"
    logs = layout.home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    for job in monitor.jobs:
        for path in (job.log, job.progress, job.exit):
            path.unlink(missing_ok=True)
    write_json(plan, {"root": str(ROOT), "jobs": [describe(job) for job in monitor.jobs]})
    with open(logs / "snakemake.log", "w", encoding="utf-8") as log:
        snakemake = subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--snakefile", str(SNAKEFILE),
             "--directory", str(layout.home), "--configfile", str(plan),
             "--cores", str(monitor.cores), "--scheduler", "greedy", "--rerun-triggers", "mtime",
             # Our receipts are written last and whole, and the lock is ours.
             "--ignore-incomplete", "--keep-incomplete", "--nolock", "--keep-going"],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            pass_fds=[held], env=environment(),
        )  # fmt: skip
        try:
            watch(monitor, lambda: snakemake.poll() is not None)
        finally:
            end(snakemake)
    complain(monitor, logs / "snakemake.log", snakemake.returncode)


def describe(job: Job) -> dict[str, object]:
    """A job as the Snakefile reads it. The longest comes first, so that none is left alone."""
    makes = {step.receipt for step in job.steps}
    needs = {path for step in job.steps for path in (step.key_file, *step.after)}
    return {
        "name": job.name, "command": job.command, "priority": round(10 * job.seconds),
        "makes": sorted(str(path.resolve()) for path in makes),
        "needs": sorted(str(path.resolve()) for path in needs),
        "log": str(job.log.resolve()), "progress": str(job.progress.resolve()),
        "exit": str(job.exit.resolve()),
    }  # fmt: skip


def environment() -> dict[str, str]:
    """The environment of each step: our Python, one thread, its settings on the command line."""
    kept = {name: value for name, value in os.environ.items() if name not in options.VARIABLES}
    here = str(Path(sys.executable).parent)
    return {
        **kept, "PATH": f"{here}{os.pathsep}{os.environ.get('PATH', '')}",
        "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1",
        "PIPELINE_PID": str(os.getpid()),
    }  # fmt: skip


def end(snakemake: subprocess.Popen) -> None:
    """End Snakemake and every step with it; a step is made to be ended at any moment."""
    for wish in (signal.SIGTERM, signal.SIGKILL):
        if snakemake.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(snakemake.pid, wish)
            with suppress(subprocess.TimeoutExpired):
                snakemake.wait(timeout=5)


def complain(monitor: Monitor, log: Path, status: int) -> None:
    """Name the step that failed with the last line it wrote."""
    failed = [job for job in monitor.jobs if job.exit.is_file()]
    if not failed:
        if status:
            sys.exit(f"Snakemake ended with {status}: {_last_line(log)} (all of it: {log})")
        return
    job, code = failed[0], failed[0].exit.read_text().strip()
    others = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    last = _last_line(job.log) or "it was killed without a word"
    sentence = f"{job.title}{others} failed: {last}"
    if code == "2":
        raise UserError(sentence)
    if not code and (error := refused(job.exit)):  # a full disk leaves no room for the code
        raise explain(error, job.exit) from error
    sys.exit(f"{sentence} (exit {code}; all of it: {job.log})")


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").split("\n") if log.is_file() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def _tell(chosen: Profile, assets: Path, made: int, seconds: float) -> None:
    """Where the result is, and the way back to the published one."""
    steps_made = f"{made} step{'s' * (made > 1)} made"
    news = steps_made if made else "everything was there already"
    print(f"{assets} holds the results of the profile {chosen.name} "
          f"({news}, {duration(seconds)}). Read them: make serve")  # fmt: skip
    if chosen.name != PUBLISHED and assets.resolve() == ROOT / "assets":
        print(f"`{RESTORE}` brings the published page back.")
