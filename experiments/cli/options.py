"""The options that commands share, and the profile they narrow.

Every one can be given as an option or, as `make` does, as a variable of the environment.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from experiments import models, profile
from experiments.profile import Profile
from experiments.studies.needs import RunNeed
from experiments.support import yaml
from experiments.support.errors import UserError, shorten, unknown
from experiments.support.layout import Layout

ProfileName = Annotated[
    str,
    typer.Option(
        "--profile", envvar="PROFILE",
        help="How much of everything: smoke (tests), quick, paper (the published numbers), "
        "or the path of a YAML file of your own.",
    ),
]  # fmt: skip
Runs = Annotated[
    Path,
    typer.Option(
        "--runs", envvar="RUNS", help="Folder for data, runs and studies; may grow to gigabytes."
    ),
]
Assets = Annotated[
    Path,
    typer.Option("--assets", envvar="ASSETS", help="Folder that the page reads its results from."),
]
DataRoot = Annotated[
    Path | None,
    typer.Option(
        "--data-root", envvar="DATA_ROOT",
        help="Folder with your copies: MNIST/raw/*-ubyte, train_32x32.mat and test_32x32.mat, "
        "or NAME.npz with x_train, y_train, x_test, y_test. Default: none.",
    ),
]  # fmt: skip
Policy = Annotated[
    Literal["auto", "real", "embedded"],
    typer.Option(
        "--data", envvar="DATA",
        help="Where data may come from: auto (data root, else download, else the embedded "
        "default), real (never the embedded one) or embedded.",
    ),
]  # fmt: skip
DatasetName = Annotated[str, typer.Argument(help="mnist, svhn, or the name of an npz of your own")]
ModelName = Annotated[
    str, typer.Argument(help="Its name, such as cvae or cgan", show_default=False)
]
Device = Annotated[
    str,
    typer.Option(
        "--device", envvar="DEVICE",
        help="Where to train: cpu, cuda, mps, or auto (a GPU where there is one).",
    ),
]  # fmt: skip
StudyName = Annotated[str, typer.Argument(help="Its name, such as fidelity")]
RunSeeds = Annotated[
    list[int],
    typer.Option(
        "--seed", min=0, max=profile.LARGEST_SEED, help="Seed of the run; repeat it for several."
    ),
]
Set = Annotated[
    list[str],
    typer.Option(
        "--set", metavar="NAME=VALUE",
        help="A setting that differs from the profile's, such as learning_rate=3e-4; "
        "the run is kept beside the others under that name. Repeatable.",
    ),
]  # fmt: skip
Executor = Annotated[
    str,
    typer.Option(
        "--executor", envvar="EXECUTOR",
        help="Where steps run: local, or one of Snakemake's executors whose plugin is installed, "
        "such as slurm or kubernetes.",
    ),
]  # fmt: skip
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print the resolved settings as JSON and do nothing.")
]
Datasets = Annotated[
    str | None,
    typer.Option(
        "--datasets", envvar="DATASETS",
        help="Datasets, separated by commas or spaces. Default: those of the profile.",
    ),
]  # fmt: skip
Models = Annotated[
    str | None,
    typer.Option(
        "--models", envvar="MODELS",
        help="Models, separated by commas or spaces. Default: those of the profile.",
    ),
]  # fmt: skip
Seeds = Annotated[
    str | None,
    typer.Option(
        "--seeds", envvar="SEEDS",
        help="Seeds, separated by commas or spaces. Default: those of the profile.",
    ),
]  # fmt: skip


def place(
    name: str, runs: Path, models: str | None = None, seeds: str | None = None
) -> tuple[Layout, Profile]:
    """Where a profile's files lie, and the profile, narrowed to what was asked for."""
    chosen = chosen_profile(name, models, seeds)
    return Layout(runs, chosen.name), chosen


def runs_asked(model: str, seeds: list[int], settings: dict[str, Any]) -> list[RunNeed]:
    """One run for each seed, each once."""
    return [RunNeed(model, seed, tuple(sorted(settings.items()))) for seed in dict.fromkeys(seeds)]


def whole(option: str, text: str) -> int:
    """A whole number from 1 on, given where a word may stand too."""
    if not text.isdecimal() or not int(text):
        raise UserError(f"{option} {text} will not do: give a whole number, or all.")
    return int(text)


def study_command(
    name: str, dataset: str, profile: str, models: str | None, seeds: str | None
) -> str:
    """What to type to make the results of a study again, as it was narrowed."""
    words = ["python -m experiments study", name, dataset, "--profile", profile]
    for option, value in (("--models", models), ("--seeds", seeds)):
        if value:
            words += [option, ",".join(split(value))]
    return " ".join(words)


def chosen_profile(name: str, names: str | None = None, seeds: str | None = None) -> Profile:
    """A profile, narrowed to some of its models and to other seeds."""
    whole = profile.load(name)
    content = whole.model_dump()
    if names:
        content["models"] = {model: _settings(whole, model) for model in split(names)}
    if seeds:
        content["seeds"] = [_value(seed) for seed in parts(seeds)]
    return profile.validate(Profile, content, f"The profile {whole.name}")


def _settings(whole: Profile, model: str) -> dict[str, Any]:
    """A profile need not name every model: one of your own runs with its defaults."""
    if model not in models.names():
        raise unknown("model", model, models.names())
    return whole.models.get(model, {})


def split(text: str) -> list[str]:
    """``"mnist, svhn"`` and ``"mnist svhn"`` to names; each once, in their order."""
    return list(dict.fromkeys(parts(text)))


def parts(text: str) -> list[str]:
    found = [part for part in re.split(r"[,\s]+", text) if part]
    if not found:
        raise UserError(f"{shorten(repr(text))} names nothing: give names, or leave it out.")
    return found


def parse_settings(pairs: Iterable[str]) -> dict[str, Any]:
    """``["learning_rate=3e-4"]`` to a dictionary; values are read as YAML and JSON are."""
    settings = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals):
            raise UserError(f"--set {shorten(pair)} will not do: write it as NAME=VALUE.")
        if name.strip() in settings:
            raise UserError(f"--set gives {shorten(name.strip())} twice: leave one of them out.")
        settings[name.strip()] = _value(value)
    return settings


def _value(text: str) -> Any:
    try:
        return yaml.parse(text)
    except ValueError:
        raise UserError(
            f"The value {shorten(repr(text))} is neither a number, a word nor a list."
        ) from None


def print_json(content: Any) -> None:
    print(json.dumps(content, indent=2, default=str))
