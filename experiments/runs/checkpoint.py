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
    if not path.is_file():
        return False
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        if content["about"] != about:
            return False
        state.model.load_state_dict(content["model"])
        state.ema.load_state_dict(content["ema"])
        for name, optimizer in state.model.optimizers.items():
            optimizer.load_state_dict(content["optimizers"][name])
    except Exception as error:  # torch raises a dozen kinds for a damaged file
        raise UserError(
            f"The checkpoint {path} is damaged or cut short: delete it and run the same "
            "command again to train this run from the start."
        ) from error
    state.step, state.seconds = content["step"], content["seconds"]
    state.history, state.snapshots = content["history"], content["snapshots"]
    state.trajectory = [TrajectoryPoint(*parts) for parts in content["trajectory"]]
    return True
