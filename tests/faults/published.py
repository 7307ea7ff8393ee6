"""Published weights and those of runs: odd headers, other tensors, broken files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from faults.arena import Case, Place
from safetensors import safe_open
from safetensors.torch import save_file

FILE = "assets/models/mnist/cgan.safetensors"
RUN = "runs/tiny/mnist/cgan/default/seed-0/weights.safetensors"
SAMPLE = "sample mnist cgan --pretrained --out {folder}/a.npz"
OWN = "sample mnist cgan --out {folder}/a.npz"

Tensors = dict[str, torch.Tensor]


def read(path: Path) -> tuple[Tensors, dict[str, Any]]:
    with safe_open(path, framework="pt") as file:
        names = list(file.keys())
        return {name: file.get_tensor(name) for name in names}, json.loads(file.metadata()["about"])


def header(text: str | None, name: str = FILE) -> Callable[[Place], None]:
    """Another text for the whole header; none at all for None."""

    def arrange(place: Place) -> None:
        state, _ = read(place.folder / name)
        save_file(state, place.folder / name, None if text is None else {"about": text})

    return arrange


def entry(key: str, value: object, name: str = FILE) -> Callable[[Place], None]:
    """One entry of the header missing (`...`) or another."""

    def arrange(place: Place) -> None:
        state, about = read(place.folder / name)
        about.pop(key)
        if value is not ...:
            about[key] = value
        save_file(state, place.folder / name, {"about": json.dumps(about)})

    return arrange


def tensors(change: Callable[[Tensors], object], name: str = FILE) -> Callable[[Place], None]:
    def arrange(place: Place) -> None:
        state, about = read(place.folder / name)
        change(state)
        save_file(state, place.folder / name, {"about": json.dumps(about)})

    return arrange


def content(change: Callable[[bytes], bytes], name: str = FILE) -> Callable[[Place], None]:
    def arrange(place: Place) -> None:
        path = place.folder / name
        path.write_bytes(change(path.read_bytes()))

    return arrange


def folder_instead(place: Place) -> None:
    (place.folder / FILE).unlink()
    (place.folder / FILE).mkdir()


def large(state: Tensors) -> str:
    return next(name for name, value in state.items() if value.dim() == 4)


def not_numbers(state: Tensors) -> None:
    state[large(state)] = state[large(state)].float() * torch.nan


ENTRIES: list[tuple[str, object]] = [
    *((name, ...) for name in ("format", "model", "family", "dataset", "channels", "classes",
                               "proportions", "settings", "conditional")),
    ("format", 1), ("format", "2"), ("model", 3), ("model", ["cgan"]), ("model", "../x"),
    ("model", ""), ("model", "nobody"), ("model", "vae"), ("family", None), ("channels", 0),
    ("channels", 2), ("channels", "x"), ("channels", True), ("channels", [1]), ("channels", 3),
    ("channels", 10**9), ("classes", 0), ("classes", -1), ("classes", 3), ("classes", "ten"),
    ("classes", 10.0), ("classes", 10**9), ("proportions", []), ("proportions", {}),
    ("proportions", [0.1] * 9), ("proportions", ["a"] * 10), ("proportions", [0] * 10),
    ("proportions", [-0.1] + [0.1] * 9), ("proportions", [float("nan")] * 10),
    ("proportions", [float("inf")] * 10), ("proportions", [None] * 10), ("conditional", "yes"),
    ("conditional", None), ("settings", []), ("settings", None), ("settings", {"width": "x"}),
    ("settings", {"width": [4]}), ("settings", {"width": 10**8}), ("settings", {"width": 5}),
    ("settings", {"width": True}), ("settings", {}),
]  # fmt: skip

HEADERS = {
    "no header": None, "an empty header": "", "a header of text": "cgan", "a list": "[1, 2]",
    "a number": "3", "nothing": "null", "an empty object": "{}", "a header cut short": '{"model": ',
    "a header 10,000 deep": "[" * 10_000 + "]" * 10_000,
}  # fmt: skip

TENSORS: dict[str, Callable[[Tensors], object]] = {
    "no tensors": lambda state: state.clear(),
    "a tensor missing": lambda state: state.pop(large(state)),
    "a tensor too many": lambda state: state.update(nobody=torch.zeros(3)),
    "a tensor of another shape": lambda state: state.update({large(state): torch.zeros(1, 2, 3)}),
    "a tensor with another name": lambda state: state.update(nobody=state.pop(large(state))),
    "weights that are no numbers": not_numbers,
    "a scale of another shape": lambda state: state.update(
        {large(state) + ".scale": torch.zeros(7, 7, 7)}
    ),
}

BYTES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda whole: b"",
    "text": lambda whole: b"no weights",
    "cut to a half": lambda whole: whole[: len(whole) // 2],
    "cut at the end": lambda whole: whole[:-1],
    "a head of 2^60 bytes": lambda whole: b"\0" * 7 + b"\x10" + whole[8:],
    "a head that is no JSON": lambda whole: whole[:8] + b"[" + whole[9:],
    "a pickle": lambda whole: b"\x80\x04." + bytes(99),
}

CASES = [
    *(Case(f"published: {key} = {'missing' if value is ... else repr(value)[:24]}", SAMPLE,
           ("cgan.safetensors",), entry(key, value), start="done") for key, value in ENTRIES),
    *(Case(f"published: {name}", SAMPLE, ("cgan.safetensors",), header(text), start="done")
      for name, text in HEADERS.items()),
    *(Case(f"published: {name}", SAMPLE, ("cgan.safetensors",), tensors(change), start="done")
      for name, change in TENSORS.items()),
    *(Case(f"published: {name}", SAMPLE, ("cgan.safetensors",), content(change), start="done")
      for name, change in BYTES.items()),
    Case("published: a folder", SAMPLE, ("cgan.safetensors",), folder_instead, start="done"),
    *(Case(f"a number of {name}", "write 2026 --out {folder}/a.png", ("cgan.safetensors",), arrange,
           start="done")
      for name, arrange in {
          "classes that are text": entry("classes", "ten"), "no family": entry("family", ...),
          "a header of text": header("cgan"), "a file cut short": content(lambda b: b[:99]),
          "classes without end": entry("classes", 10**9), "a folder": folder_instead,
      }.items()),
    *(Case(f"weights of a run: {name}", OWN, ("weights.safetensors",), arrange, start="done")
      for name, arrange in {
          "no header": header(None, RUN), "a list for a header": header("[]", RUN),
          "no channels": entry("channels", ..., RUN), "classes as text": entry("classes", "x", RUN),
          "a tensor of another shape": tensors(TENSORS["a tensor of another shape"], RUN),
          "no tensors": tensors(TENSORS["no tensors"], RUN),
          "no numbers": tensors(not_numbers, RUN), "cut short": content(lambda b: b[:999], RUN),
          "empty": content(lambda b: b"", RUN),
      }.items()),
]  # fmt: skip
