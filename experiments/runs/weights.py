"""Models on disk: build one from its settings, write its weights, read them back."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from experiments import models
from experiments.models.backbone import Generative
from experiments.profile import validate
from experiments.support.errors import UserError
from experiments.support.files import write_atomically
from experiments.support.machine import check_memory, size_of
from experiments.support.records import Fields, wrong_field

if TYPE_CHECKING:
    from experiments.runs.run import Run, TrajectoryPoint

HEADER: Fields = {"channels": int, "classes": int}
"""What weights of a whole model say of themselves."""


def build(model: str, channels: int, classes: int, settings: dict[str, Any]) -> Generative:
    """A model with fresh weights. Raises `UserError` for an unknown name or setting."""
    kind = models.load(model)
    checked = validate(kind.settings_type, settings, f"The settings of {model}")
    # The weights, their average, their gradients, the two moments of Adam, and one to write.
    needed = 6 * size_of(lambda: kind(channels, classes, checked))
    check_memory(f"The model {model} of this size", needed, "choose a smaller width")
    return kind(channels, classes, checked)


def sampling_state(model: Generative) -> dict[str, Tensor]:
    """All that sampling needs, in 16 bits."""
    return {
        f"decoder.{name}": value.half() if value.is_floating_point() else value.clone()
        for name, value in model.decoder.state_dict().items()
    }


def write_weights(path: Path, state: dict[str, Tensor], header: dict[str, Any]) -> None:
    """A safetensors file; ``header`` is kept as JSON under the name ``about``."""
    tensors = {name: value.detach().cpu().contiguous() for name, value in state.items()}
    about = {"about": json.dumps(header, sort_keys=True)}
    write_atomically(path, lambda temporary: save_file(tensors, temporary, metadata=about))


def read_weights(
    path: Path, fields: Fields | None = None
) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Tensors and header. Raises `UserError` when the file is missing or cut short, or its
    header lacks one of ``fields``."""
    if not path.is_file():
        raise UserError(f"There are no weights at {path}: train the model first.")
    again = "delete it and run the step that makes it again"
    try:
        with safe_open(path, framework="pt") as file:
            header = json.loads((file.metadata() or {}).get("about", "{}"))
            state = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, RecursionError):
        raise UserError(f"{path} is damaged or cut short: {again}.") from None
    if wrong := wrong_field(header, fields or {}):
        raise UserError(f"{path} does not say what it holds ({wrong}): {again}.")
    return state, header


def load_state(model: Generative, state: dict[str, Tensor], path: Path) -> Generative:
    """Put weights into a model, which then is in eval mode. 16 bits are widened.

    Weights may be a part of the model (those of sampling), but every one has to fit.
    """
    own = model.state_dict()
    if not state or any(
        name not in own or own[name].shape != value.shape for name, value in state.items()
    ):
        raise UserError(
            f"{path} holds the weights of another model: name the model it was made by."
        )
    if not all(torch.isfinite(value).all() for value in state.values()):
        raise UserError(f"{path} holds weights that are no numbers: make it again.")
    with torch.no_grad():
        for name, value in state.items():
            own[name].copy_(value)
    return model.eval()


def load_run(run: "Run", point: "TrajectoryPoint | None" = None) -> Generative:
    """The averaged model of a run, or its sampling weights as they were at a point."""
    path = run.folder / "weights.safetensors"
    state, header = read_weights(path, HEADER)
    try:
        model = build(run.model, header["channels"], header["classes"], run.receipt["settings"])
    except UserError as error:  # a run of another version, or edited by hand
        raise UserError(f"{run.folder / 'run.json'} cannot be used: {error}") from None
    load_state(model, state, path)
    return load_state(model, point.state, path) if point else model


def write_trajectory(path: Path, points: "list[TrajectoryPoint]") -> None:
    state = {
        f"{index}/{name}": value
        for index, point in enumerate(points)
        for name, value in point.state.items()
    }
    write_weights(path, state, {"points": [[point.images, point.seconds] for point in points]})


def read_trajectory(path: Path) -> "list[TrajectoryPoint]":
    from experiments.runs.run import TrajectoryPoint

    state, header = read_weights(path, {"points": list})
    try:
        points = [TrajectoryPoint(images, seconds, {}) for images, seconds in header["points"]]
        for name, value in state.items():
            index, _, rest = name.partition("/")
            points[int(index)].state[rest] = value
    except (ValueError, TypeError, IndexError):
        raise UserError(
            f"{path} holds no trajectory: delete the folder of its run and train it again."
        ) from None
    return points
