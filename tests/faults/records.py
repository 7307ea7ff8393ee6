"""The JSON that steps leave for one another, and the tables of studies, damaged."""

import json
from collections.abc import Callable
from pathlib import Path

from faults.arena import Case, Place

FILES = {
    "sources.json": ("runs/tiny/sources.json", "sample mnist cgan --out {folder}/a.npz"),
    "data.json": ("runs/tiny/mnist/data.json", "sample mnist cgan --out {folder}/a.npz"),
    "run.json": (
        "runs/tiny/mnist/cgan/default/seed-0/run.json", "sample mnist cgan --out {folder}/a.npz",
    ),
    "judge.json": ("runs/tiny/mnist/judge/judge.json", "study samples mnist"),
}  # fmt: skip
"""Each record, and a command that reads it."""

DAMAGE: dict[str, bytes | Callable[[bytes], bytes]] = {
    "empty": b"",
    "binary": bytes(range(256)),
    "in UTF-16": lambda whole: whole.decode().encode("utf-16"),
    "cut to a half": lambda whole: whole[: len(whole) // 2],
    "lists 10,000 deep": b"[" * 10_000 + b"]" * 10_000,
    "objects 10,000 deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "a list": b"[1, 2, 3]",
    "a number": b"3",
    "not a number": b"NaN",
    "text": b'"mnist"',
    "nothing": b"null",
    "a number of 5,000 digits": b'{"sha256": ' + b"9" * 5000 + b"}",
    "a folder": b"",
}
"""What may stand in a record's place. An empty object is a record of sources, and of them alone."""


def damaged(name: str, kind: str) -> Callable[[Place], None]:
    def arrange(place: Place) -> None:
        path, how = place.folder / FILES[name][0], DAMAGE[kind]
        whole = path.read_bytes()
        path.unlink()
        if kind == "a folder":
            path.mkdir()
        else:
            path.write_bytes(how if isinstance(how, bytes) else how(whole))

    return arrange


def with_field(name: str, key: str, value: object) -> Callable[[Place], None]:
    """One field is missing (`...`) or another."""

    def arrange(place: Place) -> None:
        path = place.folder / FILES[name][0]
        content = json.loads(path.read_text())
        content.pop(key)
        if value is not ...:
            content[key] = value
        path.write_text(json.dumps(content))

    return arrange


FIELDS: dict[str, list[tuple[str, object]]] = {
    "sources.json": [("mnist", 3), ("mnist", None), ("mnist", ["mnist"]), ("mnist", "../mnist"),
                     ("mnist", "<b>"), ("mnist", "")],
    "data.json": [("sha256", ...), ("sha256", 3), ("classes", ...), ("classes", "10"),
                  ("classes", True), ("classes", 9.5), ("title", ...), ("licence", 5),
                  ("source", None), ("classes", 11), ("classes", 10**9), ("sha256", "0" * 64)],
    "run.json": [(name, ...) for name in ("dataset", "model", "variant", "seed", "family",
                                          "conditional", "settings", "status", "reason", "images",
                                          "steps", "seconds")]
                + [("model", 3), ("seed", "0"), ("conditional", "yes"), ("settings", []),
                   ("status", None), ("images", "many"), ("steps", 1.5), ("model", "../x"),
                   ("model", "vae"), ("settings", {"width": "wide"}), ("settings", {"width": 5})],
}  # fmt: skip


NAMED = {"sources.json": ("sources.json",), "data.json": ("mnist/data.",), "run.json": ("seed-0",)}
"""What the sentence names: the record, or the file beside it that it does not fit."""


def table(change: Callable[[Path, str], object]) -> Callable[[Place], None]:
    """The results of a study."""

    def arrange(place: Place) -> None:
        path = place.home / "studies" / "samples" / "mnist" / "measured" / "results.csv"
        change(path, path.read_text())

    return arrange


def swap(path: Path, text: str, old: str, new: str) -> None:
    assert old in text
    path.write_text(text.replace(old, new, 1))


TABLES: dict[str, Callable[[Path, str], object]] = {
    "empty": lambda p, text: p.write_text(""),
    "binary": lambda p, text: p.write_bytes(bytes(range(256))),
    "in UTF-16": lambda p, text: p.write_text(text, encoding="utf-16"),
    "cut in mid-line": lambda p, text: p.write_text(text[: len(text) - 30]),
    "without a head": lambda p, text: p.write_text(text.split("\n", 1)[1]),
    "with another column": lambda p, text: swap(p, text, "value", "worth"),
    "with words for values": lambda p, text: p.write_text(
        text + "samples,mnist,cgan,0,,memorisation,many,fraction,9,real,\n"),
    "with a seed that is none": lambda p, text: p.write_text(
        text + "samples,mnist,cgan,zero,,memorisation,0.5,fraction,9,real,\n"),
    "with a metric of nobody": lambda p, text: p.write_text(
        text + "samples,mnist,cgan,0,,beauty,0.5,fraction,9,real,\n"),
    "with a row twice": lambda p, text: p.write_text(text + text.strip().split("\n")[-1] + "\n"),
    "with a field too many": lambda p, text: p.write_text(text + "," * 30 + "\n"),
}  # fmt: skip


def without(path: str) -> Callable[[Place], None]:
    return lambda place: (place.folder / path).unlink()


RUN = "runs/tiny/mnist/cgan/default/seed-0"

CASES = [
    *(Case(f"{name}: {kind}", FILES[name][1], ("sources" if name == "sources.json" else
           name.split(".")[0],), damaged(name, kind), start="done")
      for name in FILES for kind in DAMAGE if (name, kind) != ("sources.json", "a folder")),
    *(Case(f"{name}: {key} = {'missing' if value is ... else repr(value)[:20]}", FILES[name][1],
           NAMED[name],
           with_field(name, key, value), start="done")
      for name, fields in FIELDS.items() for key, value in fields),
    *(Case(f"results.csv: {name}", "collect", ("results",), table(change), start="done")
      for name, change in TABLES.items()),
    Case("missing: run.json", "sample mnist cgan --out {folder}/a.npz", ("train it first",),
         without(f"{RUN}/run.json"), start="done"),
    Case("missing: data.json", "sample mnist cgan --out {folder}/a.npz", ("data mnist",),
         without("runs/tiny/mnist/data.json"), start="done"),
    Case("missing: weights", "sample mnist cgan --out {folder}/a.npz", ("weights",),
         without(f"{RUN}/weights.safetensors"), start="done"),
]  # fmt: skip
