"""All steps, side by side: what `make experiments` runs.

The data is resolved first, since it names the paths of everything else. Then Snakemake
runs what is not done, one process and one thread for each job, and the results are
collected. Nothing is lost by an interruption of any kind: receipts are written last and
whole, so the same command goes on where it was.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from experiments import models, studies
from experiments.data import prepare
from experiments.data.sources import Policy
from experiments.judges.settings import check_judge
from experiments.pipeline import follow, steps
from experiments.pipeline.collect import collect
from experiments.pipeline.monitor import Job, Monitor, watch
from experiments.pipeline.replace import check_replaceable
from experiments.pipeline.steps import Step
from experiments.profile import Profile, validate
from experiments.support.errors import UserError
from experiments.support.files import explain, lock, refused, write_json, write_text
from experiments.support.layout import Layout
from experiments.support.precision import device
from experiments.support.progress import duration

ROOT = Path(__file__).parents[2]
SNAKEFILE = Path(__file__).parent / "Snakefile"
PUBLISHED = "paper"
LOCAL = "local"
ON_A_CLUSTER = 50  # steps at a time where nobody says how many
LONG_AGO = 1.0
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
RESTORE = "git restore --staged --worktree assets && git clean -fd assets"
"""The way back to the published results; files that they do not have go."""


@dataclass(frozen=True)
class Asked:
    """What the command line asked for, as each step has to be told it."""

    profile: str
    models: str | None
    seeds: str | None
    chosen: Profile
    runs: Path
    device: str
    executor: str = LOCAL

    def config(self) -> dict[str, list[str]]:
        """The options of the commands: of all, and of those that a kind of step may take."""
        narrowed = []
        if self.models or self.seeds:
            narrowed = ["--models", ",".join(self.chosen.models)]
            narrowed += ["--seeds", ",".join(map(str, self.chosen.seeds))]
        runs = ["--profile", self.profile, "--runs", str(self.runs.resolve())]
        if Path(self.profile).suffix:  # a file of one's own: steps start in another folder
            runs[1] = str(Path(self.profile).resolve())
        device = [] if self.device == "auto" else ["--device", self.device]
        return {"options": runs, "narrowed": narrowed, "device": device}


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
    check_executor(asked.executor)
    device(asked.device)
    with lock(layout.lock, busy) as held:
        check_names(chosen)
        for name in datasets:  # before any data is fetched
            check_judge(chosen, name)
        if not all(steps.has_data(layout, name) for name in datasets):
            check_settings(chosen, datasets)
        sources = prepare(layout, datasets, chosen.data, data_root, policy)
        resolved = list(dict.fromkeys(sources.values()))
        planned = steps.Plan(layout, chosen, asked.device).steps(resolved)
        todo = announce(planned)
        if any(step.kind in ("judge", "train", "reader") for step in todo):
            check_settings(chosen, resolved)
        if todo:
            write_plan(layout, planned, asked)
            monitor = Monitor([Job.of(step, layout) for step in todo], len(planned))
            execute(layout, monitor, asked.executor, jobs, held)
        collect(layout, chosen, resolved, assets)
    _tell(chosen, assets, len(todo), time.time() - begun)


def announce(planned: list[Step]) -> list[Step]:
    """The steps to start: those that are not done, and whatever reads them.

    Snakemake goes by the times of files, so they are set to what the keys say: a receipt that
    holds is from now, one that does not from long ago. None is deleted. Names every file that
    was lost since it was made.
    """
    now, todo = time.time(), {}
    for data in {step.home / step.data for step in planned}:
        os.utime(data, (now, now))
    for step in planned:
        fault = step.fault()
        if fault or any(each.step.path in todo for each in step.reads):
            todo[step.path] = step
        if fault not in ("", "missing", "stale"):
            lost = fault if " " in fault else f"{step.receipt} is {fault}"
            print(f"{lost}: it is made again.", file=sys.stderr, flush=True)
        if step.receipt.is_file():
            os.utime(step.receipt, (LONG_AGO, LONG_AGO) if fault else (now, now))
    return list(todo.values())


def cores() -> int:
    """The cores this process may use, which in a container are fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def check_names(chosen: Profile) -> None:
    """Names first: a mistyped one should not cost a download."""
    for name in chosen.studies:
        studies.check(name)
    for model in chosen.models:
        models.source(model)


def check_settings(chosen: Profile, datasets: list[str]) -> None:
    """Every setting before anything is trained; loads torch, hence only when needed."""
    for dataset in datasets:
        check_judge(chosen, dataset)
        for model in chosen.models:
            given = chosen.model_settings(model, dataset)
            validate(
                models.load(model).settings_type, given, f"The settings of {model} on {dataset}"
            )


def write_plan(layout: Layout, planned: list[Step], asked: Asked) -> None:
    """``plan.json`` and a Snakefile in the runs folder, where Snakemake's own commands work."""
    layout.logs.mkdir(parents=True, exist_ok=True)
    read = {each.step.path for step in planned for each in step.reads}
    write_json(layout.home / "plan.json", {
        "root": str(ROOT), "python": sys.executable, "home": str(layout.home.resolve()),
        **asked.config(),
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


def execute(layout: Layout, monitor: Monitor, executor: str, jobs: int, held: int) -> None:
    """Let Snakemake run the steps, and show how far they are.

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
    with open(layout.logs / "snakemake.log", "w", encoding="utf-8") as log:
        snakemake = subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--directory", str(layout.home),
             "--snakefile", str(layout.home / "Snakefile"), *where],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            pass_fds=[held],
            env=environment(executor == LOCAL, temporary),
        )  # fmt: skip
        try:
            watch(monitor, lambda: snakemake.poll() is not None)
        finally:
            end(snakemake)
            shutil.rmtree(temporary, ignore_errors=True)
    complain(monitor, layout.logs / "snakemake.log", snakemake.returncode)


def check_executor(executor: str) -> None:
    """Raises `UserError` for a name that Snakemake has no plugin for."""
    plugin = f"snakemake_executor_plugin_{executor.replace('-', '_')}"
    if executor != LOCAL and (not executor.isprintable() or find_spec(plugin) is None):
        raise UserError(
            f"Snakemake has no executor {executor!r} here: install its plugin "
            f"(snakemake-executor-plugin-{executor}), or leave EXECUTOR out."
        )


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


def complain(monitor: Monitor, log: Path, status: int) -> None:
    """Name the step that failed with the last line it wrote."""
    failed = [job for job in monitor.jobs if job.exit.is_file()]
    ended = [job for job in monitor.jobs if job not in failed and job.started and not job.ended]
    if not failed:
        if ended and status > 0:
            sys.exit(
                f"{_and_more(ended)} was ended before it was done, by hand or by a limit of time "
                f"or memory (all that is known of it: {log})"
            )
        if status:
            sys.exit(f"Snakemake ended with {status}: {_reason(log)} (all of it: {log})")
        return
    job, code = failed[0], failed[0].exit.read_text().strip()
    last = _last_line(job.log) or "it was killed without a word"
    sentence = f"{_and_more(failed)} failed: {last}"
    if code == "2":
        raise UserError(sentence)
    if not code and (error := refused(job.exit)):  # a full disk leaves no room for the code
        raise explain(error, job.exit) from error
    sys.exit(f"{sentence} (exit {code}; all of it: {job.log})")


def _and_more(jobs: list[Job]) -> str:
    return jobs[0].title + (f" and {len(jobs) - 1} more" if len(jobs) > 1 else "")


def _reason(log: Path) -> str:
    """Why Snakemake ended: what the cluster said that took no job, else its own last line."""
    told = log.read_text(encoding="utf-8", errors="replace")
    refusal = re.search(r"The error message was '(.+?)'", told, re.DOTALL)
    return refusal[1].splitlines()[-1] if refusal else _last_line(log)


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
