"""The two classifiers that score every image: one for features, one for labels.

Both learn from the real training split alone. They differ in seed and in width, so
that the labels do not come from the network whose features measure distances: what
fools the one need not fool the other.
"""

import hashlib
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from experiments.data.pixels import to_float
from experiments.support.errors import UserError
from experiments.support.files import read_json, sha256, write_atomically
from experiments.support.precision import precision
from experiments.support.receipts import write_receipt

FEATURES = 128
ROLES = ("features", "labels")


class Residual(nn.Module):
    """Halve the picture, then refine it: the second convolution adds to what it is given."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.widen = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.widen_norm = nn.BatchNorm2d(outputs)
        self.refine = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.refine_norm = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.widen_norm(self.widen(x))), 2)
        return x + F.relu(self.refine_norm(self.refine(x)))


class Judge(nn.Module):
    """A residual classifier (He et al., 2016) of images float [N, C, 32, 32] in [-1, 1]."""

    def __init__(self, channels: int, classes: int, width: int) -> None:
        super().__init__()
        self.shape = {"channels": channels, "classes": classes, "width": width}
        self.stem = nn.Conv2d(channels, width, 3, padding=1, bias=False)
        self.stem_norm = nn.BatchNorm2d(width)
        self.blocks = nn.Sequential(Residual(width, 2 * width), Residual(2 * width, 4 * width))
        self.project = nn.Linear(4 * width, FEATURES)
        self.classify = nn.Linear(FEATURES, classes)
        # Channels last is 1.5 times faster on the CPU; the weights are the same.
        self.to(memory_format=torch.channels_last)

    def features(self, images: Tensor) -> Tensor:
        """[N, 128], after the last nonlinearity: what distances are measured in.

        Convolutions compute in bf16 where the processor does; what follows the pooling, and
        so the features themselves, in float32.
        """
        x = images.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16, enabled=precision("cpu") == "bf16"):
            x = F.max_pool2d(F.relu(self.stem_norm(self.stem(x))), 2)
            x = self.blocks(x).amax((2, 3))
        return F.relu(self.project(x.float()))

    def forward(self, images: Tensor) -> Tensor:
        """Logits [N, classes]."""
        return self.classify(self.features(images))


def read(judge: Judge, images: np.ndarray, batch: int = 250) -> tuple[np.ndarray, np.ndarray]:
    """Features float64 [N, 128] and class probabilities float64 [N, K] in one pass.

    ``images`` are uint8 [N, C, 32, 32], as stored: a float image raises, since its range
    could be one the judge was not trained on.
    """
    if images.dtype != np.uint8:
        raise ValueError(f"a judge reads stored images (uint8), not {images.dtype}")
    features, probabilities = [], []
    with torch.inference_mode():
        for start in range(0, len(images), batch):
            part = judge.features(to_float(images[start : start + batch]))
            features.append(part.double().numpy())
            probabilities.append(judge.classify(part).double().softmax(1).numpy())
    return np.concatenate(features), np.concatenate(probabilities)


@dataclass(frozen=True)
class Judges:
    """The two judges of a dataset, with what they reach on its real test split.

    ``sha256`` names the pair: numbers of different pairs must not be compared.
    """

    features: Judge
    labels: Judge
    accuracy: dict[str, float]
    sha256: str


def save_judges(
    folder: Path, judges: dict[str, Judge], about: dict[str, Any], key: dict[str, Any]
) -> None:
    """Write ``features.safetensors``, ``labels.safetensors`` and, last, ``judge.json``."""
    from safetensors.torch import save

    entries: dict[str, dict[str, Any]] = {}
    for role in ROLES:
        path, judge = folder / f"{role}.safetensors", judges[role]
        content = save({name: value.contiguous() for name, value in judge.state_dict().items()})
        write_atomically(path, partial(_write_bytes, content))
        entries[role] = {"sha256": sha256(path), **judge.shape}
    together = hashlib.sha256("".join(entries[role]["sha256"] for role in ROLES).encode())
    about = {**about, "judges": entries, "sha256": together.hexdigest()}
    files = [folder / f"{role}.safetensors" for role in ROLES]
    write_receipt(folder / "judge.json", key, files, about)


def _write_bytes(content: bytes, path: Path) -> None:
    path.write_bytes(content)


def load_judges(folder: Path) -> Judges:
    """Read the judges back; `UserError` when a file is missing or not the one recorded."""
    from safetensors.torch import load_file

    receipt = read_json(folder / "judge.json")
    judges, again = {}, f"delete {folder} and run the judge step again"
    try:
        for role in ROLES:
            path, entry = folder / f"{role}.safetensors", receipt["judges"][role]
            if not path.is_file() or sha256(path) != entry["sha256"]:
                raise UserError(f"{path} is missing or damaged: {again}.")
            judge = Judge(entry["channels"], entry["classes"], entry["width"])
            judge.load_state_dict(load_file(path))
            judges[role] = judge.eval()
        accuracy = {role: float(receipt["accuracy"][role]) for role in ROLES}
    except (KeyError, TypeError, ValueError, RuntimeError):
        raise UserError(f"{folder / 'judge.json'} is not that of its judges: {again}.") from None
    return Judges(judges["features"], judges["labels"], accuracy, receipt["sha256"])
