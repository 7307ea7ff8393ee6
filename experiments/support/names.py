"""Names that become part of a path: datasets, models, profiles, studies, settings.

Checked here and nowhere else, before anything is written, so that no `../`, markup, NUL or
new line reaches a path, a shell or a page.
"""

import re

from experiments.support.errors import UserError

REAL = frozenset({"mnist", "svhn"})
STAND_IN = "svhn-rendered"
KNOWN_DATASETS = REAL | {STAND_IN}

LONGEST = 64
SAFE = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9._-]{{0,{LONGEST - 1}}}")


def check_name(kind: str, name: str) -> str:
    """The name itself, if it can safely be part of a path. Raises `UserError` if not."""
    if not SAFE.fullmatch(name):
        raise UserError(
            f"The {kind} {_shown(name)} will not do as a name: use letters, digits, '.', '_' and "
            f"'-', none of '.' and '-' at its start, at most {LONGEST} in all."
        )
    return name


def check_variant(overrides: dict[str, object]) -> None:
    """Settings of `--set`: together they name the folder of a run."""
    for name, value in overrides.items():
        check_name("setting", name)
        # The sign of a number may stand first.
        if not SAFE.fullmatch(str(value).lstrip("-+")):
            raise UserError(
                f"The value {_shown(str(value))} of {name} will not do: it names the folder of the "
                "run, so use one number or word; put anything else into a profile of your own."
            )


def _shown(name: str) -> str:
    short = name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
    return ascii(short)
