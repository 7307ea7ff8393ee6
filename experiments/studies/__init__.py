"""One module per question of the writeup; each has ``run(study: Context)``."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, TypeVar

from experiments.profile import Profile
from experiments.support.errors import unknown
from experiments.support.files import explain
from experiments.support.layout import Layout
from experiments.support.progress import Bar, track

if TYPE_CHECKING:
    from experiments.data import Dataset
    from experiments.judges.judge import Judges
    from experiments.results import Table
    from experiments.runs.run import Run

Item = TypeVar("Item")


@dataclass
class Context:
    """What a study is given. Whatever costs time to read is read at its first use.

    ``folder`` is temporary and takes the place of the study's folder only when the study
    has ended well; ``table`` collects its numbers and is written there last.
    """

    name: str
    layout: Layout
    profile: Profile
    dataset: str
    folder: Path
    table: "Table"
    bar: Bar = field(default_factory=lambda: Bar("", 1.0))

    @property
    def command(self) -> str:
        """What to type to make this study's results again."""
        return f"python -m experiments study {self.name} {self.dataset} " + (
            f"--profile {self.profile.name}"
        )

    @property
    def models(self) -> list[str]:
        return list(self.profile.models)

    @cached_property
    def data(self) -> "Dataset":
        from experiments.data import load

        return load(self.layout, self.dataset)

    @cached_property
    def judges(self) -> "Judges":
        from experiments.judges.judge import load_judges

        return load_judges(self.layout.judge(self.dataset))

    @cached_property
    def runs(self) -> "list[Run]":
        """Every run of the profile in the order of its models and seeds, failed ones included."""
        from experiments.runs.run import read_runs

        return read_runs(self.layout, self.dataset, self.models, self.profile.seeds)

    @cached_property
    def failed(self) -> "set[str]":
        """The names of the runs that diverged, or collapsed: they give no number."""
        from experiments.judges.collapse import PATIENCE, collapsed

        lost = {run.name for run in self.runs if run.failed}
        for run in self.runs:
            seen = run.receipt["images"]
            if run.name in lost or seen < PATIENCE:  # and no judge is read for nothing
                continue
            if collapsed(self.judges.features, run.samples[0], self.data.x_test, seen):
                lost.add(run.name)
        return lost

    @cached_property
    def finished(self) -> "list[Run]":
        """The runs that have samples worth measuring: all but those that failed."""
        return [run for run in self.runs if run.name not in self.failed]

    def each(self, items: Iterable[Item], share: float = 1.0) -> Iterator[Item]:
        """Go through ``items``, which are ``share`` of the study's work, and show progress."""
        items = list(items)
        for item in items:
            yield item
            self.bar.advance(share / len(items))


def names() -> list[str]:
    return sorted(module.name for module in iter_modules(__path__))


def run_study(name: str, layout: Layout, profile: Profile, dataset: str) -> None:
    """Run one study on one (resolved) dataset; its folder appears whole or not at all.

    An earlier result stays in place until the new one is complete. Raises `UserError`
    for an unknown name, a missing step, a full disk.
    """
    from experiments.results import Table

    if name not in names():
        raise unknown("study", name, names())
    target = layout.study(name, dataset)
    folder, old = target.with_name(f".{dataset}.part"), target.with_name(f".{dataset}.old")
    try:
        clear(folder, old)
        folder.mkdir(parents=True)
    except OSError as error:
        raise explain(error, target) from error
    try:
        with track(f"study {name} {dataset}", 1.0) as bar:
            study = Context(name, layout, profile, dataset, folder, Table(name, dataset), bar)
            import_module(f"experiments.studies.{name}").run(study)
            study.table.write(folder / "results.csv")
        if target.exists():
            target.rename(old)
        folder.rename(target)
    finally:
        clear(folder, old)


def clear(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
