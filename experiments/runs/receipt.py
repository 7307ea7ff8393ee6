"""The receipt of a run, written last: a run without one is unfinished."""

from pathlib import Path
from typing import Any, Literal

from experiments.data import Dataset
from experiments.models.backbone import Generative
from experiments.support import receipts
from experiments.support.machine import made_by

FILES = ("history.csv", "snapshots.npz", "trajectory.safetensors", "weights.safetensors")
"""What a run may hold; what lies beside it has receipts of its own."""

Status = Literal["finished", "diverged", "collapsed"]


def write_receipt(
    folder: Path,
    model: Generative,
    data: Dataset,
    *,
    name: str,
    variant: str,
    seed: int,
    key: dict[str, Any],
    status: Status,
    reason: str,
    seconds: float,
    images: int,
    steps: int,
    device: str = "cpu",
    precision: str = "fp32",
) -> None:
    """``run.json``: what was trained on what, how it ended, how long it took.

    ``name`` is the model's; ``images`` were seen in ``steps`` (0 for a closed form) and
    ``seconds``; ``reason`` says in words why a run did not finish.
    """
    about = {
        "dataset": data.name, "model": name, "variant": variant, "seed": seed,
        "family": model.family, "conditional": model.conditional,
        "settings": model.settings.model_dump(mode="json"),
        "data_sha256": data.provenance["sha256"], "status": status, "reason": reason,
        "seconds": seconds, "images": images, "steps": steps,
        "images_per_second": images / max(seconds, 1e-9),
        "parameters": {
            "sampling": sum(p.numel() for p in model.decoder.parameters()),
            "total": sum(p.numel() for p in model.parameters()),
        },
        "device": device, "precision": precision, "threads": 1,
        **made_by(),
    }  # fmt: skip
    files = [folder / name for name in FILES if (folder / name).is_file()]
    receipts.write_receipt(folder / "run.json", key, files, about)
