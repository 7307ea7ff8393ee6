"""What a metric says of itself, where it is computed: tables, figures, claims and pages read it."""

from dataclasses import dataclass
from typing import Literal

Direction = Literal["higher", "lower", "real"]
Form = Literal["share", "seconds", "rate", "count", "decimals", "figures"]


@dataclass(frozen=True)
class Metric:
    """One metric. Its arguments are written out (no names, no f-strings), since they are read
    without running the file: see `evaluation.registry`.

    ``direction`` says which values are good; ``real``: those nearest to the row of real images.
    ``study`` writes the headline rows, those without a condition; empty where every row has one.
    ``brief`` heads a narrow column, ``form`` is how pages write a value. ``leads`` is a sentence
    about ``{a}`` and ``{b}``, true when ``a`` has the larger value (the smaller one, if lower is
    better); ``alike`` is true when they cannot be told apart. ``log``: differences are compared
    as ratios.
    """

    name: str
    unit: str
    direction: Direction
    study: str = ""
    label: str = ""
    brief: str = ""
    form: Form = "figures"
    leads: str = ""
    alike: str = ""
    log: bool = False

    @property
    def smaller(self) -> bool:
        """Whether ``leads`` is true of the smaller value."""
        return self.direction == "lower"
