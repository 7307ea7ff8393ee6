"""What ``measure.py`` of a study is given: runs, readings, data, and a table for its numbers.

Measuring has two halves. ``measure_run(study, run)`` measures one run by itself; what it adds
and keeps is stored with a key of its own, so that a new model measures itself and no other.
``measure(study)`` then adds whatever spans runs, or needs none: it finds the rows and the
arrays of every run in place, and should not repeat what takes long.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from experiments.profile import Profile
from experiments.studies.kept import Kept
from experiments.studies.needs import Needs, ReaderNeed
from experiments.support.layout import Layout
from experiments.support.progress import Bar

if TYPE_CHECKING:
    from experiments.data import Dataset
    from experiments.judges.judge import Judges
    from experiments.judges.readings import Readings
    from experiments.readers.reader import Reader
    from experiments.results import Table
    from experiments.runs.run import Run

Item = TypeVar("Item")


@dataclass
class Measuring:
    """``table`` takes the rows of results.csv. Whatever costs time to read is read at first use.

    ``kept`` holds what `keep` was given: in ``measure_run`` that of the one run, in ``measure``
    what the figures need.
    """

    name: str
    layout: Layout
    profile: Profile
    dataset: str
    needs: Needs
    table: "Table"
    kept: Kept = field(default_factory=dict)
    of_runs: dict[str, Kept] = field(default_factory=dict)
    bar: Bar = field(default_factory=lambda: Bar("", 1.0))

    @property
    def models(self) -> list[str]:
        return list(self.profile.models)

    @cached_property
    def data(self) -> "Dataset":
        from experiments.data import load

        return load(self.layout, self.dataset)

    @cached_property
    def judges(self) -> "Judges":
        """For images that are made while measuring; those of runs and datasets have been read."""
        from experiments.judges.judge import load_judges

        return load_judges(self.layout.judge(self.dataset))

    @property
    def judge_name(self) -> str:
        """``judge=1a2b3c4d``: each row names the judges that made it."""
        from experiments.judges.readings import judge_name

        return judge_name(self.layout.judge(self.dataset))

    @cached_property
    def runs(self) -> "list[Run]":
        """The runs that the study needs, in the order of its needs; failed ones included."""
        from experiments.runs.run import Run

        return [
            Run.read(self.layout.run(self.dataset, need.model, need.seed, need.variant))
            for need in self.needs.runs
        ]

    @cached_property
    def finished(self) -> "list[Run]":
        """The runs that have samples worth measuring: all that neither diverged nor collapsed."""
        return [run for run in self.runs if not run.failed]

    def readings(self, run: "Run") -> "Readings":
        """What the judges say of a run's samples, in their order."""
        from experiments.judges.readings import FILE, load_readings

        return load_readings(run.folder / FILE)

    @cached_property
    def real(self) -> "dict[str, Readings]":
        """What the judges say of real images: ``test`` and ``train``, whole splits in order."""
        from experiments.judges.readings import load_readings

        path = self.layout.real_readings(self.dataset)
        return {split: load_readings(path, f"{split}_") for split in ("test", "train")}

    def reader(self, need: ReaderNeed) -> "Reader":
        """A digit reader of the study's needs, with its predictions."""
        from experiments.readers.reader import Reader

        return Reader.read(self.layout.reader(self.dataset, need.name))

    @cached_property
    def shared(self) -> dict[str, Any]:
        """A place for what every run is measured against and takes long to compute."""
        return {}

    def keep(self, name: str, value: "np.ndarray | pd.DataFrame") -> None:
        """Store an array or a table under ``name``, for ``measure`` or for the figures."""
        self.kept[name] = value

    def of(self, run: "Run") -> Kept:
        """What ``measure_run`` kept of a run; empty if it kept nothing."""
        return self.of_runs.get(run.name, {})

    def each(self, items: Iterable[Item], share: float = 1.0) -> Iterator[Item]:
        """Go through ``items``, which are ``share`` of the work, and show progress."""
        items = list(items)
        for item in items:
            yield item
            self.bar.advance(share / len(items))
