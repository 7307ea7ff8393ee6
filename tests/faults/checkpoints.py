"""Checkpoints that do not load, and some that load but lack parts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from faults.arena import Case, Place

Content = dict[str, Any]


def file_of(place: Place) -> Path:
    return place.run_of("cgan") / "checkpoint.pt"


def bytes_of(change: Callable[[bytes], bytes]) -> Callable[[Place], None]:
    return lambda place: file_of(place).write_bytes(change(file_of(place).read_bytes())) and None


def parts(change: Callable[[Content], object]) -> Callable[[Place], None]:
    """The content changed in place, or replaced where the change gives another one."""

    def arrange(place: Place) -> None:
        content = torch.load(file_of(place), weights_only=True)
        other = change(content)
        torch.save(content if other is None else other, file_of(place))

    return arrange


def first(state: Content) -> str:
    return next(name for name, value in state.items() if value.dim() == 4)


def put(*path: object, value: object) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        *way, last = path
        for step in way:
            content = content[step]
        content[last] = value  # type: ignore[index]

    return change


def drop(*path: object) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        *way, last = path
        for step in way:
            content = content[step]
        del content[last]  # type: ignore[arg-type]

    return change


def other_shape(content: Content) -> None:
    state = content["model"]
    state[first(state)] = torch.zeros(1, 2, 3, 4)


def other_name(content: Content) -> None:
    state = content["ema"]
    state["nobody"] = state.pop(first(state))


def moments_of(optimizer: str) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        state = content["optimizers"][optimizer]["state"]
        state[next(iter(state))]["exp_avg"] = torch.zeros(3)

    return change


class Evil:
    """Whoever unpickles it makes a folder."""

    def __reduce__(self) -> tuple:
        return Path.mkdir, (Path("hacked"),)


def folder_instead(place: Place) -> None:
    file_of(place).unlink()
    file_of(place).mkdir()


NAMES = ("about", "model", "ema", "optimizers", "step", "seconds", "history", "snapshots",
         "trajectory")  # fmt: skip
CHANGES: dict[str, Callable[[Content], object]] = {
    **{f"without {name}": drop(name) for name in NAMES},
    **{f"with a word for {name}": put(name, value="word") for name in NAMES if name != "about"},
    **{f"with nothing for {name}": put(name, value=None) for name in NAMES if name != "about"},
    "with a step of true": put("step", value=True),
    "with a broken step": put("step", value=2.5),
    "with a step before the first": put("step", value=-3),
    "with a number for history": put("history", value=[1, 2]),
    "with an empty history": put("history", value=[]),
    "with rows without images": drop("history", 0, "images"),
    "with snapshots of numbers": put("snapshots", value=[(0, 0.0, 3)]),
    "without a snapshot": put("snapshots", value=[]),
    "with pairs for snapshots": put("snapshots", value=[(0, 0.0)]),
    "with moments of numbers": put("trajectory", value=[(0, 0.0, {"decoder": 3})]),
    "with pairs for moments": put("trajectory", value=[(0, 0.0)]),
    "with weights of another shape": other_shape,
    "with weights of another name": other_name,
    "without an optimizer": drop("optimizers", "generator"),
    "with an empty optimizer": put("optimizers", "generator", value={}),
    "with no groups of weights": put("optimizers", "generator", "param_groups", value=[]),
    "with moments of another shape": moments_of("generator"),
    "that is a list": lambda content: [content],
    "that is a number": lambda content: 3,
    "that is one tensor": lambda content: torch.zeros(3),
    "that runs code": lambda content: {**content, "step": Evil()},
}
BYTES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda whole: b"",
    "of text": lambda whole: b"a checkpoint",
    "binary": lambda whole: bytes(range(256)) * 50,
    "cut to a half": lambda whole: whole[: len(whole) // 2],
    "cut at the end": lambda whole: whole[:-9],
    "with a zip's head alone": lambda whole: b"PK\x03\x04 half a file",
}

CASES = [
    *(Case(f"checkpoint: {name}", "train mnist cgan", ("checkpoint.pt is damaged", "delete it"),
           arrange, start="begun")
      for name, arrange in [*((name, bytes_of(change)) for name, change in BYTES.items()),
                            *((name, parts(change)) for name, change in CHANGES.items()),
                            ("that is a folder", folder_instead)]),
]  # fmt: skip
