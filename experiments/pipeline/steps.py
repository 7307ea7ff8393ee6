"""One step: what it reads, the file it writes last, and whether that is done.

`python -m experiments` performs one step, the pipeline all of them; both see the same steps,
so that a step done by hand is done for the pipeline too.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.pipeline import keys
from experiments.pipeline.kinds import KINDS, words
from experiments.support.errors import UserError, unknown
from experiments.support.files import clear_leftovers, lock, read_json
from experiments.support.layout import Layout
from experiments.support.names import check_name
from experiments.support.progress import in_a_pipeline
from experiments.support.receipts import digest, faults, read_receipt

IMPORTS = 2.0
"""Seconds that a process takes before its work begins."""


@dataclass(frozen=True)
class Read:
    """A step that another one reads: all its files, or some by name."""

    step: "Step"
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """``basis`` is the part of the key that is known before anything is made."""

    kind: str
    wildcards: dict[str, Any]
    home: Path
    basis: keys.Key
    reads: tuple[Read, ...] = ()
    seconds: float = IMPORTS

    @property
    def receipt(self) -> Path:
        return self.home / self.path

    @property
    def path(self) -> str:
        """The receipt as the Snakefile names it."""
        return KINDS[self.kind].receipt.format(**self.wildcards)

    @property
    def data(self) -> str:
        """The receipt of the data, which all steps read."""
        return f"{self.wildcards['dataset']}/data.json"

    @property
    def command(self) -> list[str]:
        """The arguments of `python -m experiments`, without options that all steps share."""
        return words(self.kind, self.wildcards)

    @property
    def name(self) -> str:
        """Of its log and lock: ``train-mnist-cgan-seed-0``."""
        return "-".join(word.lstrip("-") for word in self.command).replace("=", "-")

    def key(self) -> keys.Key | None:
        """What the step depends on; None while something that it reads is not there."""
        read = {}
        for each in self.reads:
            content = read_receipt(each.step.receipt)
            if content is None:
                return None
            read[each.step.path] = digest(content, *each.files)
        return json.loads(json.dumps({**self.basis, "reads": read}))

    def fault(self) -> str:
        """Why the step is not done, in a few words; empty if it is."""
        content, key = read_receipt(self.receipt), self.key()
        if content is None:
            return "damaged" if self.receipt.is_file() else "missing"
        if key is None or content["key"] != key:
            return "stale"
        return next(iter(faults(self.receipt, content)), "")

    def done(self) -> bool:
        return not self.fault()


def perform(layout: Layout, step: Step, action: Callable[[keys.Key], None]) -> bool:
    """Do a step unless its result is there already; whether anything was done.

    Says which file of an earlier result was lost. Raises `UserError` where a step before is
    missing, or while another process does this one; but a pipeline waits for that, since on a
    cluster a step outlives the pipeline that started it.
    """
    busy = f"Another process is at work on {step.receipt.parent}: wait until it has finished."
    with lock(layout.home / "locks" / step.name, busy, wait=in_a_pipeline()):
        clear_leftovers(step.receipt.parent)
        fault = step.fault()
        if not fault:
            if in_a_pipeline():  # which goes by times: what follows has nothing to wait for
                os.utime(step.receipt)
            return False
        key = step.key()
        if key is None:
            lost = next(r.step for r in step.reads if read_receipt(r.step.receipt) is None)
            raise UserError(
                f"{lost.receipt} is missing: run `python -m experiments {' '.join(lost.command)}` "
                "first, or `make experiments`."
            )
        if fault not in ("missing", "stale"):
            print(f"{fault}: it is made again.", flush=True)
        action(key)
    return True


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
