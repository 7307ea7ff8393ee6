"""Read trained runs back: what studies, sampling and pretrained models build on."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.support.files import read_json
from experiments.support.layout import Layout

if TYPE_CHECKING:
    from experiments.models.backbone import Generative


@dataclass(frozen=True)
class TrajectoryPoint:
    """One point of a run's trajectory: sampling weights and when they were."""

    images: int
    seconds: float
    state: dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One trained generative model on disk (DESIGN: ``run.json`` is written last)."""

    folder: Path
    receipt: dict[str, Any]

    @classmethod
    def read(cls, folder: Path) -> "Run":
        return cls(folder, read_json(folder / "run.json"))

    @property
    def dataset(self) -> str:
        return self.receipt["dataset"]

    @property
    def model(self) -> str:
        return self.receipt["model"]

    @property
    def variant(self) -> str:
        return self.receipt["variant"]

    @property
    def seed(self) -> int:
        return self.receipt["seed"]

    @property
    def failed(self) -> bool:
        return self.receipt["status"] != "finished"

    @property
    def family(self) -> str:
        return self.receipt["family"]

    @property
    def conditional(self) -> bool:
        return self.receipt["conditional"]

    @property
    def closed_form(self) -> bool:
        """Fitted in one go: such a run has no history, snapshots or trajectory."""
        return not self.receipt["steps"]

    @property
    def name(self) -> str:
        """The run as `results.csv` names it."""
        return f"{self.dataset}/{self.model}/{self.variant}/seed-{self.seed}"

    def history(self) -> pd.DataFrame:
        """Columns ``step, images, seconds`` and one per named loss."""
        return pd.read_csv(self.folder / "history.csv")

    @cached_property
    def samples(self) -> tuple[np.ndarray, np.ndarray]:
        """Images uint8 [N, C, 32, 32] and labels int64 [N] in the training proportions."""
        with np.load(self.folder / "samples.npz") as file:
            return file["images"], file["labels"]

    def snapshots(self) -> dict[str, np.ndarray]:
        """``images`` uint8 [T, M, C, 32, 32] from one fixed noise, ``labels`` [M],
        ``steps``, ``seen`` (images) and ``seconds`` [T]."""
        with np.load(self.folder / "snapshots.npz") as file:
            return {name: file[name] for name in file.files}

    def trajectory(self) -> list[TrajectoryPoint]:
        from experiments.runs.weights import read_trajectory

        return read_trajectory(self.folder / "trajectory.safetensors")

    def load(self, point: TrajectoryPoint | None = None) -> "Generative":
        """The trained model in eval mode, or as it was at one point of its trajectory."""
        from experiments.runs.weights import load_run

        return load_run(self, point)


def read_runs(
    layout: Layout, dataset: str, models: list[str], seeds: list[int], variant: str = "default"
) -> list[Run]:
    """The runs of a dataset in the order of models and seeds; each has to be finished."""
    return [
        Run.read(layout.run(dataset, model, seed, variant)) for model in models for seed in seeds
    ]
