"""The one line that shows the whole pipeline: steps done, what runs now, time left."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from experiments.pipeline.steps import Step
from experiments.support.layout import Layout
from experiments.support.progress import duration, read

PLAIN_EVERY_SECONDS = 30.0
ALL = "all kinds"


@dataclass
class Job:
    """One step at work, as its files tell. ``made`` is when its receipt was written before."""

    title: str
    kind: str
    seconds: float  # a guess
    receipt: Path
    log: Path
    made: int
    started: float | None = None
    ended: float | None = None

    @classmethod
    def of(cls, step: Step, layout: Layout) -> "Job":
        return cls(
            " ".join(step.command), step.kind, step.seconds, step.receipt, layout.log(step.name),
            _written(step.receipt),
        )  # fmt: skip

    @property
    def progress(self) -> Path:
        return self.log.with_suffix(".progress")

    @property
    def exit(self) -> Path:
        """Holds the exit code of a job that failed."""
        return self.log.with_suffix(".exit")

    def share(self) -> float:
        """How much of it is done, from 0 to 1."""
        return 1.0 if self.ended else read(self.progress) or 0.0


def _written(path: Path) -> int:
    """When a file was last written; only shown, never trusted."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


@dataclass
class Monitor:
    """Looks at the receipts, logs and progress files; knows no process."""

    jobs: list[Job]
    total: int  # steps, those included that were done before
    cores: int = 1
    begun: float = field(default_factory=time.time)

    def look(self) -> None:
        for job in self.jobs:
            if job.started is None and job.log.is_file():
                job.started = max(job.log.stat().st_ctime, self.begun)
            if job.ended is None and _written(job.receipt) != job.made:
                job.started, job.ended = job.started or self.begun, time.time()

    def line(self) -> str:
        left = sum(job.ended is None for job in self.jobs)
        running = [
            f"{job.title} {job.share():.0%}" for job in self.jobs if job.started and not job.ended
        ]
        seconds = self.seconds_left()
        parts = [f"{self.total - left}/{self.total} steps", *(running[: self.cores])]
        if seconds is not None:
            parts.append(f"{duration(seconds)} left")
        return " · ".join(parts)

    def seconds_left(self) -> float | None:
        """The guesses of what is left, corrected by what steps of the same kind really took.

        None until a tenth of some job is done, since a guess alone is no measurement.
        """
        now = time.time()
        taken: dict[str, float] = {}
        guessed: dict[str, float] = {}
        for job in self.jobs:
            if job.started and (share := job.share()) > 0.1:
                for kind in (job.kind, ALL):
                    taken[kind] = taken.get(kind, 0.0) + (job.ended or now) - job.started
                    guessed[kind] = guessed.get(kind, 0.0) + share * job.seconds
        if ALL not in taken:
            return None
        pace = {kind: taken[kind] / guessed[kind] for kind in taken}
        rest = [
            (1 - (job.share() if job.started else 0.0)) * job.seconds
            * pace.get(job.kind, pace[ALL])
            for job in self.jobs
        ]  # fmt: skip
        return max(sum(rest) / self.cores, *rest)


def watch(monitor: Monitor, ended: Callable[[], bool]) -> None:
    """Show the line until ``ended()``: in place in a terminal, else one now and then."""
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        with Live(console=Console(stderr=True), auto_refresh=False, transient=True) as live:
            while not ended():
                monitor.look()
                text = Text(monitor.line(), no_wrap=True, overflow="ellipsis")
                live.update(text, refresh=True)
                time.sleep(0.5)
    else:
        shown = time.time()
        while not ended():
            monitor.look()
            if time.time() - shown >= PLAIN_EVERY_SECONDS:
                print(monitor.line(), file=sys.stderr, flush=True)
                shown = time.time()
            time.sleep(0.2)
    monitor.look()
