"""All steps, side by side: what `make experiments` runs.

The data is resolved first, since it names the paths of everything else. Then Snakemake
runs what is not done, one process and one thread for each job, and the results are
collected. Nothing is lost by an interruption of any kind: receipts are written last and
whole, so the same command goes on where it was.
"""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from experiments import models, studies
from experiments.data import prepare
from experiments.data.sources import Policy
from experiments.judges.settings import check_judge
from experiments.pipeline import steps, workflow
from experiments.pipeline.collect import collect
from experiments.pipeline.complain import complain
from experiments.pipeline.monitor import Job, Monitor
from experiments.pipeline.plan import Plan
from experiments.pipeline.replace import check_replaceable
from experiments.pipeline.steps import Step
from experiments.profile import Profile, validate
from experiments.support.files import lock
from experiments.support.layout import Layout
from experiments.support.precision import device
from experiments.support.progress import duration

ROOT = Path(__file__).parents[2]
PUBLISHED = "paper"
LONG_AGO = 1.0
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
    executor: str = workflow.LOCAL

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
    workflow.check_executor(asked.executor)
    device(asked.device)
    with lock(layout.lock, busy) as held:
        check_names(chosen)
        for name in datasets:  # before any data is fetched
            check_judge(chosen, name)
        if not all(steps.has_data(layout, name) for name in datasets):
            check_settings(chosen, datasets)
        sources = prepare(layout, datasets, chosen.data, data_root, policy)
        resolved = list(dict.fromkeys(sources.values()))
        planned = Plan(layout, chosen, asked.device).steps(resolved)
        todo = announce(planned)
        if any(step.kind in ("judge", "train", "reader") for step in todo):
            check_settings(chosen, resolved)
        if todo:
            workflow.write_plan(layout, planned, asked.config())
            monitor = Monitor([Job.of(step, layout) for step in todo], len(planned))
            status = workflow.execute(layout, monitor, asked.executor, jobs, held)
            complain(monitor, workflow.log(layout), status)
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


def _tell(chosen: Profile, assets: Path, made: int, seconds: float) -> None:
    """Where the result is, and the way back to the published one."""
    steps_made = f"{made} step{'s' * (made > 1)} made"
    news = steps_made if made else "everything was there already"
    print(f"{assets} holds the results of the profile {chosen.name} "
          f"({news}, {duration(seconds)}). Read them: make serve")  # fmt: skip
    if chosen.name != PUBLISHED and assets.resolve() == ROOT / "assets":
        print(f"`{RESTORE}` brings the published page back.")
