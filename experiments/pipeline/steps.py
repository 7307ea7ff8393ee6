"""The steps of a profile: what each reads, the file it writes last, and when it is done.

`python -m experiments` performs one step, the pipeline all of them; both see the same
steps, so that a step done by hand is done for the pipeline too.
"""

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.pipeline import keys as key
from experiments.profile import Profile
from experiments.support.errors import UserError, unknown
from experiments.support.files import (
    clear_leftovers,
    lock,
    read_json,
    write_json_if_changed,
)
from experiments.support.layout import Layout
from experiments.support.names import check_name, check_variant

IMPORTS = 6.0
"""Seconds that a process takes before its work begins."""

CLOSED_FORM = 20.0
"""Seconds that fitting a closed form takes."""


@dataclass(frozen=True)
class Step:
    """One receipt and what it depends on. ``seconds`` is a guess that orders the steps."""

    name: str  # of its key, log and lock: "train-mnist-cgan-seed-0"
    command: tuple[str, ...]  # the arguments of `python -m experiments`
    receipt: Path
    key: key.Key
    key_file: Path
    after: tuple[Path, ...]  # receipts of the steps that it reads
    seconds: float

    def announce(self) -> None:
        """Write the key beside the others; an unchanged file keeps its time.

        A receipt that holds this very key is current whatever the clocks say (folders
        get copied), so that it is never made again.
        """
        changed = write_json_if_changed(self.key_file, self.key)
        self.set_clocks_right(changed)
        if not self.done() and self._holds() == self.key:
            os.utime(self.receipt)

    def set_clocks_right(self, changed: bool) -> None:
        """A time that lies in the future proves nothing: it would make a result current for
        ever, or stale for ever. One that was made from another key is stale from now on."""
        now = time.time()
        if self.key_file.stat().st_mtime > now:
            os.utime(self.key_file, (1, 1))  # its content is what counts, and is compared
        if self.receipt.is_file() and self.receipt.stat().st_mtime > now:
            os.utime(self.receipt, (1, 1) if changed else None)

    def _holds(self) -> object:
        """The key in the receipt, if that is where this kind of step keeps it."""
        if self.receipt.suffix != ".json" or not self.receipt.is_file():
            return None
        try:
            receipt = json.loads(self.receipt.read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            return None
        return receipt.get("key") or None if isinstance(receipt, dict) else None

    def done(self) -> bool:
        """Whether the receipt is there, of this key, and not older than what it depends on."""
        try:
            made = self.receipt.stat().st_mtime_ns
            needs = (self.key_file, *self.after)
            return (
                read_json(self.key_file) == self.key
                and self._holds() in (None, self.key)
                and all(path.stat().st_mtime_ns <= made for path in needs)
            )
        except (FileNotFoundError, NotADirectoryError, UserError):
            return False


def perform(layout: Layout, step: Step, action: Callable[[], None]) -> bool:
    """Do a step unless its result is there already; whether anything was done."""
    busy = f"Another process is at work on {step.receipt.parent}: wait until it has finished."
    with lock(layout.home / "locks" / step.name, busy):
        clear_leftovers(step.receipt.parent)
        step.announce()
        if step.done():
            return False
        action()
    return True


def follow_pipeline() -> None:
    """In a step: end with the pipeline that started it, even if that was killed."""
    told = os.environ["PIPELINE_PID"]
    if not told.isdecimal() or not 0 < int(told) < 2**31:
        raise UserError(f"PIPELINE_PID={told} is no process: unset it, the pipeline sets it.")
    pipeline = int(told)

    def watch_pipeline() -> None:
        while True:
            time.sleep(1)
            try:
                os.kill(pipeline, 0)
            except OSError:
                os._exit(1)

    threading.Thread(target=watch_pipeline, daemon=True).start()


def has_data(layout: Layout, dataset: str) -> bool:
    """Whether the data step has been done for a dataset."""
    return layout.data_receipt(_sources(layout).get(dataset, dataset)).is_file()


def _sources(layout: Layout) -> dict[str, str]:
    return read_json(layout.sources) if layout.sources.is_file() else {}


def resolve(layout: Layout, dataset: str) -> str:
    """The name that the data step gave a dataset (`svhn` may be `svhn-rendered`)."""
    check_name("dataset", dataset)
    sources = _sources(layout)
    resolved = sources.get(dataset, dataset)
    if layout.data_receipt(resolved).is_file():
        return resolved
    if sources and dataset not in sources:
        raise unknown("dataset", dataset, {*sources, *sources.values()})
    raise UserError(
        f"There is no data of {dataset} in {layout.home}: run "
        f"`python -m experiments data {dataset} --profile {layout.profile}` first."
    )


def judge(layout: Layout, profile: Profile, dataset: str) -> Step:
    return Step(
        name=f"judge-{dataset}",
        command=("judge", dataset),
        receipt=layout.judge_receipt(dataset),
        key=key.judge_key(layout, profile, dataset),
        key_file=_key_file(layout, f"judge-{dataset}"),
        after=(),
        seconds=2 * _number(profile.judge_settings(dataset).get("images"), 180_000) / 2500
        + IMPORTS,
    )


def train(
    layout: Layout, profile: Profile, dataset: str, model: str, seed: int,
    overrides: dict[str, Any] | None = None, device: str = "auto",
) -> Step:  # fmt: skip
    """One run; settings that differ from the profile's give it a variant of its own."""
    check_variant(overrides or {})
    settings = {**profile.model_settings(model, dataset), **(overrides or {})}
    which = variant(overrides)
    training = _number(settings.get("images"), 300_000) / 1200
    name = "-".join(["train", dataset, model, *([which] if overrides else []), "seed", str(seed)])
    return Step(
        name=name,
        command=("train", dataset, model, *_set(overrides), "--seed", str(seed)),
        receipt=layout.run_receipt(dataset, model, seed, which),
        key=key.train_key(layout, profile, dataset, model, seed, settings, device),
        key_file=_key_file(layout, name),
        after=(),
        seconds=(CLOSED_FORM if key.closed_form(model) else training) + IMPORTS,
    )


def variant(overrides: dict[str, Any] | None) -> str:
    """The name of what differs from the profile: ``train_size=500``, else ``default``."""
    return ",".join(f"{name}={value}" for name, value in sorted((overrides or {}).items())) or (
        "default"
    )


def study(layout: Layout, profile: Profile, name: str, dataset: str, device: str = "auto") -> Step:
    scored = judge(layout, profile, dataset)
    runs = [
        train(layout, profile, dataset, model, seed, device=device)
        for model in profile.models
        for seed in profile.seeds
    ]
    return Step(
        name=f"study-{name}-{dataset}",
        command=("study", name, dataset),
        receipt=layout.study_receipt(name, dataset),
        key=key.study_key(
            layout, profile, name, dataset, scored.key, {run.name: run.key for run in runs}
        ),
        key_file=_key_file(layout, f"study-{name}-{dataset}"),
        after=(scored.receipt, *(run.receipt for run in runs)),
        seconds=3 * len(runs) + IMPORTS,
    )


def plan(layout: Layout, profile: Profile, datasets: list[str], device: str = "auto") -> list[Step]:
    """All steps between the data and the assets for the (resolved) datasets."""
    steps = []
    for dataset in datasets:
        steps.append(judge(layout, profile, dataset))
        for model in profile.models:
            steps += [
                train(layout, profile, dataset, model, seed, device=device)
                for seed in profile.seeds
            ]
        steps += [study(layout, profile, name, dataset, device) for name in profile.studies]
    return steps


def _set(overrides: dict[str, Any] | None) -> list[str]:
    return [word for name, value in sorted((overrides or {}).items())
            for word in ("--set", f"{name}={value}")]  # fmt: skip


def _key_file(layout: Layout, name: str) -> Path:
    return layout.home / "keys" / f"{name}.json"


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default
