"""Read trained runs back: what studies, sampling and pretrained models build on."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.support.errors import UserError
from experiments.support.files import read_arrays, read_json
from experiments.support.layout import Layout
from experiments.support.receipts import read_receipt

if TYPE_CHECKING:
    from experiments.models.backbone import Generative

AGAIN = "delete the folder of its run and train it again"


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
    def diverged(self) -> bool:
        """Whether training itself failed, so that there are no samples."""
        return self.receipt["status"] != "finished"

    @cached_property
    def failed(self) -> bool:
        """Whether the run diverged, or has collapsed by its readings, once there are any."""
        readings = read_receipt(self.folder / "readings.json") or {}
        return self.diverged or bool(readings.get("collapsed"))

    @property
    def reason(self) -> str:
        """Why the run failed, in a few words."""
        return self.receipt["reason"] or "its samples are all alike to the judge"

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
        path = self.folder / "history.csv"
        try:
            table = pd.read_csv(path)
        except (OSError, ValueError):
            table = pd.DataFrame()
        if not {"step", "images", "seconds"} <= set(table.columns):
            raise UserError(f"{path} is missing or damaged: {AGAIN}.")
        return table

    @cached_property
    def samples(self) -> tuple[np.ndarray, np.ndarray]:
        """Images uint8 [N, C, 32, 32] and labels int64 [N] in the training proportions."""
        arrays = read_arrays(self.folder / "samples.npz", ("images", "labels"), AGAIN)
        return arrays["images"], arrays["labels"]

    def snapshots(self) -> dict[str, np.ndarray]:
        """``images`` uint8 [T, M, C, 32, 32] from one fixed noise, ``labels`` [M],
        ``steps``, ``seen`` (images) and ``seconds`` [T]."""
        names = ("images", "labels", "steps", "seen", "seconds")
        return read_arrays(self.folder / "snapshots.npz", names, AGAIN)

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
