"""One folder per question of the writeup:

__init__.py   the question, and ``needs(profile, dataset, layout)``; loads no torch
measure.py    ``measure_run(study, run)`` for each run by itself, ``measure(study)`` for all
draw.py       ``draw(study)``: reads what was measured, and nothing else
"""

from importlib import import_module
from pkgutil import iter_modules

from experiments.profile import Profile
from experiments.studies.needs import Needs
from experiments.support.errors import unknown
from experiments.support.layout import Layout


def names() -> list[str]:
    return sorted(module.name for module in iter_modules(__path__) if module.ispkg)


def check(name: str) -> None:
    """Raises `UserError` for a study that does not exist."""
    if name not in names():
        raise unknown("study", name, names())


def needs(name: str, layout: Layout, profile: Profile, dataset: str) -> Needs:
    """What a study reads on a (resolved) dataset, whose data have been prepared."""
    check(name)
    return import_module(f"experiments.studies.{name}").needs(profile, dataset, layout)
