"""What a study reads: runs, the readings of their samples, digit readers.

`pipeline.plan` resolves the needs of all studies of a profile into one set of steps. So a
study trains nothing, a grid of settings is ordinary resumable runs, and a study that reads
no run waits for none.
"""

from dataclasses import dataclass, field
from typing import Any

from experiments.profile import Profile
from experiments.support.names import check_variant


@dataclass(frozen=True)
class RunNeed:
    """One trained model: ``settings`` holds what differs from the profile's, if anything does."""

    model: str
    seed: int
    settings: tuple[tuple[str, Any], ...] = ()

    @property
    def variant(self) -> str:
        """The name of what differs: ``train_size=500``, else ``default``."""
        return variant(dict(self.settings))


@dataclass(frozen=True)
class ReaderNeed:
    """One digit reader: trained on ``real`` images of the training split (None: all of them)
    and on generated ones, ``ratio`` for each real one.

    ``source`` names the model that generates, ``rendered`` the house numbers that are rendered,
    and nothing (the empty text) real images alone.
    """

    source: str = ""
    real: int | None = None
    ratio: float = 0.0
    seed: int = 0

    @property
    def name(self) -> str:
        """As its folder is called: ``cgan-real-500-ratio-10-seed-0``."""
        parts = [self.source or "real", f"real-{'all' if self.real is None else self.real}"]
        return "-".join([*parts, f"ratio-{self.ratio:g}", f"seed-{self.seed}"])


@dataclass(frozen=True)
class Needs:
    """``readings``: whether the judges have to have read the samples of ``runs``; ``judges``:
    whether they have to be there, and have read the real images, even where that is all."""

    runs: tuple[RunNeed, ...] = ()
    readers: tuple[ReaderNeed, ...] = field(default=())
    readings: bool = True
    judges: bool = False


def every_run(profile: Profile, *, readings: bool = True) -> Needs:
    """All models of the profile with all its seeds."""
    runs = tuple(RunNeed(model, seed) for model in profile.models for seed in profile.seeds)
    return Needs(runs, readings=readings)


def variant(settings: dict[str, Any]) -> str:
    """The name of settings that differ from the profile's: ``train_size=500``, or ``default``.

    Raises `UserError` for what cannot be part of a path.
    """
    check_variant(settings)
    return ",".join(f"{name}={value}" for name, value in sorted(settings.items())) or "default"
