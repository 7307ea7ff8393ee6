"""Where a fault is arranged: a temporary folder, what lies in it, and how a command is run."""

import hashlib
import shlex
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from command import MODEL, TINY, Outcome, run

PLUMBING = ("logs", "locks", "keys", ".snakemake")
"""Folders of a profile that hold no result."""
RECEIPTS = ("sources.json", "data.json", "judge.json", "run.json", "results.csv", "provenance.json")

STEPS = ("data", "judge", "train", "readings", "study", "collect", "pipeline")
OPTIONS = {
    "profile": (*STEPS, "sample", "fill"),
    "runs": (*STEPS, "sample", "fill"),
    "assets": ("collect", "pipeline", "sample", "fill", "write", "bench"),
}
"""Which commands take the options that lead them into the folder."""


@dataclass
class Place:
    """A folder of its own for one case; ``patch`` is undone when the case ends."""

    folder: Path
    patch: pytest.MonkeyPatch

    @property
    def profile(self) -> Path:
        return self.folder / "tiny.yaml"

    @property
    def runs(self) -> Path:
        return self.folder / "runs"

    @property
    def assets(self) -> Path:
        return self.folder / "assets"

    @property
    def home(self) -> Path:
        return self.runs / "tiny"

    @property
    def dataset(self) -> Path:
        return self.home / "mnist"

    def run_of(self, model: str) -> Path:
        return self.dataset / model / "default" / "seed-0"

    def change_profile(self, **changes: object) -> None:
        self.write_profile(changes)

    def write_profile(self, changes: Mapping[Any, object]) -> None:
        content = {**TINY, **PROFILE, **changes}
        self.profile.write_text(yaml.safe_dump(content, sort_keys=False))

    def run(self, words: str, variables: dict[str, str] | None = None) -> Outcome:
        """One command in this process, led into the folder unless it says where to go."""
        variables = {name: self.fill(value) for name, value in (variables or {}).items()}
        given = [self.fill(word) for word in shlex.split(words)]
        for option, commands in OPTIONS.items():
            told = f"--{option}" in given or option.upper() in variables
            if given and given[0] in commands and not told:
                given += [f"--{option}", str(getattr(self, option))]
        fetches = given[:1] in (["data"], ["pipeline"])
        if (
            fetches
            and not {"--data", "--data-root"} & {*given}
            and not {"DATA", "DATA_ROOT"} & {*variables}
        ):
            given += ["--data", "embedded"]
        return run(*given, **variables)

    def fill(self, text: str) -> str:
        """``{folder}`` and the like to the paths of this place."""
        for name in ("folder", "profile", "runs", "assets"):
            text = text.replace(f"{{{name}}}", str(getattr(self, name)))
        return text

    def files(self) -> dict[str, str]:
        """Every file with its hash, and what is neither file nor folder; no locks, no logs."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder)
            if name.name == ".lock" or (set(name.parts[:3]) & {*PLUMBING}):
                continue
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                found[str(name)] = "no file"
            elif path.is_file():
                found[str(name)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found


def nothing(place: Place) -> None:
    pass


@dataclass(frozen=True)
class Case:
    """A fault: what is arranged, the command, and words that its sentence must hold.

    ``start`` says what lies in the folder before: ``empty`` (a profile alone), ``data``,
    ``begun`` (a run with a checkpoint) or ``done`` (everything, collected too). Where a step
    ``stops`` in mid-work, whole files of it may be left, but no half of a file and no receipts
    but the ``whole`` ones, which vouch for what was finished before.
    """

    name: str
    words: str
    told: tuple[str, ...]
    arrange: Callable[[Place], object] = nothing
    start: str = "empty"
    variables: dict[str, str] = field(default_factory=dict)
    stops: bool = False
    whole: tuple[str, ...] = ()


MODELS = ("cgan", "vae", "ccgan")
PROFILE: dict[str, object] = {
    "seeds": [0],
    "models": {name: dict(MODEL) for name in MODELS},
}


def make(folder: Path, start: str) -> Path:
    """What lies in the folder of a case before its fault is arranged."""
    from experiments.runs import training
    from experiments.support.errors import UserError

    place = Place(folder, pytest.MonkeyPatch())
    folder.mkdir(parents=True)
    place.change_profile()
    steps = {
        "empty": [],
        "data": ["data mnist"],
        "begun": ["data mnist", "train mnist cgan"],
        "done": [
            "data mnist", "judge mnist", "train mnist cgan", "train mnist vae",
            "train mnist ccgan", "readings mnist",
            *(f"readings mnist {model}" for model in MODELS), "study samples mnist", "collect",
        ],
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        if start == "begun":
            patch.setattr(training, "CHECKPOINT_SECONDS", 0.0)

            def stop(*_: object) -> None:
                raise UserError("Stopped.")

            patch.setattr(training, "write_run", stop)
        for words in steps[start]:
            outcome = place.run(words)
            wanted = 2 if start == "begun" and words.startswith("train") else 0
            assert outcome.code == wanted, outcome
    return folder


def copy(template: Path, folder: Path) -> None:
    shutil.copytree(template, folder, dirs_exist_ok=True)
