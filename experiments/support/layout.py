"""Where every file lies. Pure path arithmetic: nothing here touches the disk."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The files of one profile below the runs folder.

    The last file a step writes is its receipt: a step without it is unfinished.
    """

    runs: Path
    profile: str
    trial: Path | None = None  # where studies are measured once more, to compare

    @property
    def home(self) -> Path:
        return self.runs / self.profile

    @property
    def lock(self) -> Path:
        return self.home / ".lock"

    @property
    def sources(self) -> Path:
        """Which dataset name was asked for and which one it was resolved to."""
        return self.home / "sources.json"

    def data(self, dataset: str) -> Path:
        return self.home / dataset / "data.npz"

    def data_receipt(self, dataset: str) -> Path:
        """Provenance of the data: source, counts, sha256."""
        return self.home / dataset / "data.json"

    def judge(self, dataset: str) -> Path:
        return self.home / dataset / "judge"

    def judge_receipt(self, dataset: str) -> Path:
        return self.judge(dataset) / "judge.json"

    def run(self, dataset: str, model: str, seed: int, variant: str = "default") -> Path:
        return self.home / dataset / model / variant / f"seed-{seed}"

    def run_receipt(self, dataset: str, model: str, seed: int, variant: str = "default") -> Path:
        return self.run(dataset, model, seed, variant) / "run.json"

    def samples_receipt(self, run: Path) -> Path:
        return run / "samples.json"

    def readings_receipt(self, run: Path) -> Path:
        return run / "readings.json"

    def real_readings(self, dataset: str) -> Path:
        """What the judges say of the real images."""
        return self.home / dataset / "real" / "readings.npz"

    def reader(self, dataset: str, name: str) -> Path:
        return self.home / dataset / "readers" / name

    def study(self, study: str, dataset: str) -> Path:
        return (self.trial or self.home / "studies") / study / dataset

    def measured(self, study: str, dataset: str) -> Path:
        """What the whole study measured: ``results.csv``, arrays, and ``measure.json`` last."""
        return self.study(study, dataset) / "measured"

    def measured_run(self, study: str, dataset: str, model: str, variant: str, seed: int) -> Path:
        """What a study measured in one run."""
        return self.study(study, dataset) / "runs" / model / variant / f"seed-{seed}"

    def figures(self, study: str, dataset: str) -> Path:
        """What the study drew; ``draw.json`` last."""
        return self.study(study, dataset) / "figures"

    def results(self, study: str, dataset: str) -> Path:
        return self.measured(study, dataset) / "results.csv"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    def log(self, step: str) -> Path:
        return self.logs / f"{step}.log"
