"""Progress of a long step: a bar in a terminal, a small file under the pipeline.

The pipeline sets ``PROGRESS_FILE`` for each step it starts and draws one line
from all of them; by hand the same step draws a bar with the time left.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FILE_EVERY_SECONDS = 1.0
VARIABLE = "PROGRESS_FILE"


class Bar:
    """Counts units of work done; cheap enough to be called every training step."""

    def __init__(self, title: str, total: float) -> None:
        self.title, self.total, self.done, self.note = title, total, 0.0, ""

    def advance(self, amount: float = 1, note: str | None = None) -> None:
        self.done += amount
        if note is not None:
            self.note = note


class _FileBar(Bar):
    def __init__(self, title: str, total: float, path: Path) -> None:
        super().__init__(title, total)
        self.path, self.started, self.written = path, time.time(), 0.0
        self.write()

    def advance(self, amount: float = 1, note: str | None = None) -> None:
        super().advance(amount, note)
        if time.time() - self.written >= FILE_EVERY_SECONDS:
            self.write()

    def write(self) -> None:
        self.written = time.time()
        content = {
            "title": self.title, "done": self.done, "total": self.total, "note": self.note,
            "started": self.started, "updated": self.written,
        }  # fmt: skip
        temporary = self.path.with_suffix(".part")
        # A full disk must stop the step where it matters, not where it tells how far it is.
        with suppress(OSError):
            temporary.write_text(json.dumps(content), encoding="utf-8")
            temporary.replace(self.path)


def in_a_pipeline() -> bool:
    """Whether a pipeline has started this process."""
    return VARIABLE in os.environ


@contextmanager
def track(title: str, total: float) -> Iterator[Bar]:
    """Show the progress of ``total`` units of work named ``title``."""
    path = os.environ.get(VARIABLE)
    if path:
        bar: Bar = _FileBar(title, total, Path(path))
        yield bar
        return
    if not sys.stderr.isatty():
        print(title, file=sys.stderr, flush=True)
        yield Bar(title, total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[note]}"),
        console=console,
    ) as progress:
        task = progress.add_task(title, total=total, note="")

        class _RichBar(Bar):
            def advance(self, amount: float = 1, note: str | None = None) -> None:
                super().advance(amount, note)
                progress.update(task, completed=self.done, note=self.note)

        yield _RichBar(title, total)


def read(path: Path) -> float | None:
    """The share of its work that a step has done, as its file tells; None if it does not."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return min(1.0, content["done"] / content["total"])
    except (OSError, ValueError, ZeroDivisionError, KeyError):
        return None


def duration(seconds: float) -> str:
    """``95`` to ``1 min 35 s``: two units at most, as a person would say it."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole < 600 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
