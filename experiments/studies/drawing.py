"""What ``draw.py`` of a study is given: what was measured, and a folder for its pictures."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.profile import Profile
from experiments.studies.kept import read_kept
from experiments.support.errors import UserError


@dataclass
class Drawing:
    """``folder`` is temporary and takes the place of the figures' folder only when all of them
    are drawn. ``command`` is what to type to make them again; ``source`` the dataset's title."""

    name: str
    profile: Profile
    dataset: str
    measured: Path
    folder: Path
    command: str
    source: str

    @property
    def models(self) -> list[str]:
        return list(self.profile.models)

    @property
    def seeds(self) -> list[int]:
        return self.profile.seeds

    @cached_property
    def table(self) -> pd.DataFrame:
        """The rows that were measured."""
        from experiments import results

        return results.read(self.measured / "results.csv")

    @cached_property
    def kept(self) -> "dict[str, np.ndarray | pd.DataFrame]":
        return read_kept(self.measured)

    def array(self, name: str) -> np.ndarray:
        """An array that was kept. Raises `UserError` if there is none."""
        return self._kept(name, np.ndarray)

    def frame(self, name: str) -> pd.DataFrame:
        """A table that was kept. Raises `UserError` if there is none."""
        return self._kept(name, pd.DataFrame)

    def _kept(self, name: str, kind: type) -> "np.ndarray | pd.DataFrame":
        value = self.kept.get(name)
        if not isinstance(value, kind):
            raise UserError(
                f"{self.measured} holds no {name}: run "
                f"`python -m experiments measure {self.name} {self.dataset}` again."
            )
        return value
