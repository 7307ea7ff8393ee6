"""What a step depends on, as one JSON object: its key.

A step is stale when its key is not that of its receipt: other settings, other content of what
it reads, another precision or torch, or code that means something else (`support.meaning`).
What a step reads counts by its bytes: a step that is made again to the same bytes makes
nothing after it stale.
"""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

from experiments import models
from experiments.support.meaning import Definition, digest, entry, load, meaning

Key = dict[str, Any]

ENTRIES = {
    "judge": ("judges.training.make_judges",),
    "train": ("runs.training.train",),
    "fit": ("runs.fitting.fit",),
    "samples": ("runs.samples.make_samples",),
    "readings": ("judges.reading.read_run", "judges.judge.load_judges"),
    "real": ("judges.reading.read_real", "judges.judge.load_judges"),
    "reader": ("readers.training.make_reader",),
}
"""Where each kind of step enters the code; a model's class is one more entry."""


@cache
def code(kind: str, *models_used: str) -> str:
    """The meaning of the code of a step, and of the models that it builds."""
    return meaning(*map(entry, ENTRIES[kind]), *of_models(models_used))


@cache
def code_of_study(study: str, half: str, *models_used: str) -> str:
    """That of a study's ``measure.measure_run``, ``measure.measure`` or ``draw.draw``."""
    return meaning(entry(f"studies.{study}.{half}"), *of_models(models_used))


@cache
def code_of(model: str) -> str:
    """The meaning of a model's file."""
    return meaning(*of_models([model]))


def of_models(names: Iterable[str]) -> list[Definition]:
    """The class of each model and its settings; a file may lie in a folder of the user's."""
    return [
        Definition(models.source(name), part) for name in names for part in ("Model", "Settings")
    ]


@cache
def torch() -> str:
    """The version that decides: major and minor."""
    return ".".join(version("torch").split(".")[:2])


def forget() -> None:
    """Read the code anew: files do not change while a command runs, and do in tests."""
    for cached in (code, code_of_study, code_of, digest, load):
        cached.cache_clear()
