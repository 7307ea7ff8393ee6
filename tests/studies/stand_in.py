"""Studies on a made-up runs folder: measured and drawn as the steps do it, in a second or two.

``tiny_runs`` and ``trained_runs`` are shared by all tests and must not be written to: a test
that measures, or changes a run, works on a `copy`.
"""

import shutil
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments import results, studies
from experiments.profile import Profile
from experiments.studies import work
from experiments.studies.drawing import Drawing
from experiments.studies.measuring import Measuring
from experiments.support.layout import Layout
from tests.conftest import DATASET, TinyRuns, write_readings, write_run


@dataclass(frozen=True)
class StandIn:
    """A runs folder of one's own, with data, judges, runs and readings in it."""

    layout: Layout
    profile: Profile
    dataset: str = DATASET

    def with_models(self, *models: str, **changes: Any) -> "StandIn":
        """The same folder for other models, and other parts of the profile."""
        update = {"models": {model: {} for model in models}, **changes}
        return replace(self, profile=self.profile.model_copy(update=update))

    def measuring(self, name: str) -> Measuring:
        """What ``measure`` of a study is given, with nothing measured."""
        needs = studies.needs(name, self.layout, self.profile, self.dataset)
        table = results.Table(name, self.dataset)
        return Measuring(name, self.layout, self.profile, self.dataset, needs, table)

    def measure(self, name: str) -> pd.DataFrame:
        """Measure a study into the folder; its rows."""
        work.measure_study(name, self.layout, self.profile, self.dataset)
        return results.read(self.layout.results(name, self.dataset))

    def draw(self, name: str) -> Path:
        """Draw what was measured; the folder of the figures."""
        work.draw_study(name, self.layout, self.profile, self.dataset)
        return self.layout.figures(name, self.dataset)

    def drawing(self, name: str, folder: Path) -> Drawing:
        """What ``draw`` of a measured study is given, to draw into ``folder``."""
        measured = self.layout.measured(name, self.dataset)
        return Drawing(name, self.profile, self.dataset, measured, folder, "", "Toy digits")

    def put_run(
        self, model: str, seed: int, images: np.ndarray | None, labels: np.ndarray | None,
        family: str = "gan", conditional: bool = True, steps: int = 11,
    ) -> None:  # fmt: skip
        """A run with these samples, uint8 [N, 1, 32, 32], and their readings, in place of
        whatever was there. Without images: one that diverged."""
        folder = self.layout.run(self.dataset, model, seed)
        shutil.rmtree(folder, ignore_errors=True)
        samples = None if images is None or labels is None else (images, labels)
        write_run(self.layout, model, seed, family, conditional, samples, steps)
        write_readings(self.layout, [folder])

    def keep_only_what_was_measured(self) -> None:
        """Delete data, judges, runs and what was measured in single runs; the title of the
        data stays."""
        title = self.layout.data_receipt(self.dataset).read_text()
        shutil.rmtree(self.layout.home / self.dataset)
        self.layout.data_receipt(self.dataset).parent.mkdir()
        self.layout.data_receipt(self.dataset).write_text(title)
        for folder in (self.layout.home / "studies").glob("*/*/runs"):
            shutil.rmtree(folder)


def copy(runs: TinyRuns, home: Path) -> StandIn:
    """The files of ``runs`` below ``home``, to measure in and to change."""
    layout = Layout(home, runs.layout.profile)
    shutil.copytree(runs.layout.home, layout.home)
    return StandIn(layout, runs.profile, runs.dataset)


def measured_runs(monkeypatch: pytest.MonkeyPatch, name: str) -> list[str]:
    """A list that gets the name of every run which a study measures from now on."""
    module = import_module(f"experiments.studies.{name}.measure")
    measure_run, names = module.measure_run, []

    def counted(study: Measuring, run: Any) -> None:
        names.append(run.name)
        measure_run(study, run)

    monkeypatch.setattr(module, "measure_run", counted)
    return names
