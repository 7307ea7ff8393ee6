"""What went wrong in a pipeline, in one sentence."""

import re
import sys
from pathlib import Path

from experiments.pipeline.monitor import Job, Monitor
from experiments.support.errors import UserError
from experiments.support.files import explain, refused


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
