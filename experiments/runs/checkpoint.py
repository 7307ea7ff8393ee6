"""The state of a run in the making, and its file: all of it, or none of it."""

import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from experiments.models.backbone import Generative
from experiments.runs.run import TrajectoryPoint
from experiments.support.errors import UserError
from experiments.support.files import write_atomically
from experiments.support.records import wrong_field


@dataclass
class State:
    """All there is to a run in the making; what a checkpoint holds."""

    model: Generative
    ema: Generative
    step: int = 0
    seconds: float = 0.0
    history: list[dict[str, float]] = field(default_factory=list)
    snapshots: list[tuple[int, float, Tensor]] = field(default_factory=list)
    trajectory: list[TrajectoryPoint] = field(default_factory=list)
    diverged: str = ""


def start(model: Generative) -> State:
    ema = copy.deepcopy(model)
    ema.optimizers = {}
    return State(model, ema.requires_grad_(False).eval())


def save(path: Path, state: State, about: dict[str, Any]) -> None:
    content = {
        "about": about,
        "model": state.model.state_dict(),
        "ema": state.ema.state_dict(),
        "optimizers": {k: v.state_dict() for k, v in state.model.optimizers.items()},
        "step": state.step,
        "seconds": state.seconds,
        "history": state.history,
        "snapshots": state.snapshots,
        "trajectory": [(at.images, at.seconds, at.state) for at in state.trajectory],
    }
    write_atomically(path, lambda temporary: torch.save(content, temporary))


def resume(path: Path, state: State, about: dict[str, Any]) -> bool:
    """Go on from a checkpoint, if there is one of this very run (else False).

    Raises `UserError` when the file is cut short: all parts come from one step or none.
    """
    if not path.exists():
        return False
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        if content["about"] != about:
            return False
        _check(content)
        state.model.load_state_dict(content["model"])
        state.ema.load_state_dict(content["ema"])
        for name, optimizer in state.model.optimizers.items():
            optimizer.load_state_dict(content["optimizers"][name])
            for weight, moments in optimizer.state.items():
                if {moments["exp_avg"].shape, moments["exp_avg_sq"].shape} != {weight.shape}:
                    raise ValueError("moments of another shape")
        trajectory = [TrajectoryPoint(*parts) for parts in content["trajectory"]]
    except Exception as error:  # torch raises a dozen kinds for a damaged file
        raise UserError(
            f"The checkpoint {path} is damaged or cut short: delete it and run the same "
            "command again to train this run from the start."
        ) from error
    state.step, state.seconds = content["step"], content["seconds"]
    state.history, state.snapshots = content["history"], content["snapshots"]
    state.trajectory = trajectory
    return True


def _check(content: dict[str, Any]) -> None:
    """Raise `ValueError` where the parts that torch does not check are not what `save` wrote."""
    rows = [row.keys() >= {"step", "images", "seconds"} for row in content["history"]]
    pictures = [isinstance(images, Tensor) for _, _, images in content["snapshots"]]
    weights = [
        isinstance(value, Tensor) for _, _, part in content["trajectory"] for value in part.values()
    ]
    right = wrong_field(content, {"step": int, "seconds": float}) == "" and content["step"] >= 0
    if not (right and rows and all(rows) and pictures and all(pictures) and all(weights)):
        raise ValueError("not the parts of a checkpoint")
