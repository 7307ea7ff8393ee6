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

from experiments import models, studies
from experiments.models.facts import look
from experiments.pipeline import keys
from experiments.pipeline.kinds import KINDS, words
from experiments.profile import Profile
from experiments.studies.needs import ReaderNeed, RunNeed
from experiments.support.errors import UserError, unknown
from experiments.support.files import clear_leftovers, lock, read_json
from experiments.support.layout import Layout
from experiments.support.names import check_name
from experiments.support.precision import device, precision
from experiments.support.progress import in_a_pipeline
from experiments.support.receipts import digest, faults, read_receipt

IMPORTS, CLOSED_FORM, READING = 2.0, 15.0, 6.0
"""Seconds that a process takes before its work begins, that fitting a closed form takes, and
reading the samples of a run; guesses that order the steps."""


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


@dataclass(frozen=True)
class Plan:
    """Builds steps of one profile in one folder; ``asked`` is the device that was asked for."""

    layout: Layout
    profile: Profile
    asked: str = "auto"

    def judge(self, dataset: str) -> Step:
        """Both judges; they are trained on the processor."""
        settings = self.profile.judge_settings(dataset)
        return self._step(
            "judge", {"dataset": dataset},
            {"settings": settings, "data": self._data(dataset), "precision": precision("cpu"),
             "torch": keys.torch(), "code": keys.code("judge")},
            seconds=2 * _number(settings.get("images"), 180_000) / 2500 + IMPORTS,
        )  # fmt: skip

    def train(self, dataset: str, need: RunNeed) -> Step:
        """One run. The defaults of its settings lie in the code, which is hashed."""
        settings = {**self.profile.model_settings(need.model, dataset), **dict(need.settings)}
        fitted, where = models.closed_form(need.model), device(self.asked)
        training = _number(settings.get("images"), 300_000) / 1200
        return self._step(
            "train", _run(dataset, need),
            {"settings": settings, "seed": need.seed, "data": self._data(dataset),
             "device": where, "precision": precision(where), "torch": keys.torch(),
             "code": keys.code("fit" if fitted else "train", need.model)},
            seconds=(CLOSED_FORM if fitted else training) + IMPORTS,
        )  # fmt: skip

    def samples(self, dataset: str, need: RunNeed) -> Step:
        where = device(self.asked)
        return self._step(
            "samples", _run(dataset, need),
            {"samples": self.profile.evaluation.samples, "data": self._data(dataset),
             "device": where, "code": keys.code("samples", need.model)},
            Read(self.train(dataset, need), ("weights.safetensors",)),
        )  # fmt: skip

    def readings(self, dataset: str, need: RunNeed) -> Step:
        return self._step(
            "readings", _run(dataset, need), {"code": keys.code("readings")},
            Read(self.samples(dataset, need)), Read(self.judge(dataset)),
            Read(self.real(dataset)), seconds=READING + IMPORTS,
        )  # fmt: skip

    def real(self, dataset: str) -> Step:
        return self._step(
            "real", {"dataset": dataset},
            {"data": self._data(dataset), "code": keys.code("real")},
            Read(self.judge(dataset)), seconds=5 * READING + IMPORTS,
        )  # fmt: skip

    def reader(self, dataset: str, need: ReaderNeed) -> Step:
        model = need.source if need.source in self.profile.models else ""
        before = [Read(self.samples(dataset, RunNeed(model, need.seed)))] if model else []
        wildcards = {
            "dataset": dataset, "source": need.source or "real", "seed": need.seed,
            "real": "all" if need.real is None else need.real, "ratio": f"{need.ratio:g}",
        }  # fmt: skip
        settings = self.profile.judge_settings(dataset)
        return self._step(
            "reader", wildcards,
            {"settings": settings, "data": self._data(dataset), "torch": keys.torch(),
             "rendered": self.profile.data.model_dump(), "precision": precision("cpu"),
             "code": keys.code("reader")},
            *before, seconds=60 + IMPORTS,
        )  # fmt: skip

    def measure(self, study: str, dataset: str) -> Step:
        """All that a study measures. Its runs count by what they hold, each also by the meaning
        of its model, since a study may ask a model for more than samples."""
        needs = studies.needs(study, self.layout, self.profile, dataset)
        judged = needs.readings or needs.judges
        before = [Read(self.judge(dataset)), Read(self.real(dataset))] if judged else []
        for run in needs.runs:
            before.append(Read(self.train(dataset, run)))
            if needs.readings:
                before += [Read(self.samples(dataset, run)), Read(self.readings(dataset, run))]
        before += [Read(self.reader(dataset, need)) for need in needs.readers]
        return self._step(
            "measure", {"study": study, "dataset": dataset},
            {**self._of_study(dataset), "models": list(self.profile.models),
             "seeds": self.profile.seeds,
             "code": {half: keys.code_of_study(study, f"measure.{half}") for half in
                      ("measure", "measure_run")},
             "models_code": {model: keys.code_of(model) for model in
                             dict.fromkeys(run.model for run in needs.runs)}},
            *before, seconds=2 * len(needs.runs) + IMPORTS,
        )  # fmt: skip

    def measured_run(self, study: str, run: Any) -> keys.Key:
        """The key of what a study measures in one run."""
        read = {"run": digest(run.receipt), "status": run.receipt["status"],
                "seconds": run.receipt["seconds"]}  # fmt: skip
        for name in ("samples.json", "readings.json"):
            content = read_receipt(run.folder / name)
            read[name] = digest(content) if content else {}
        judge = read_receipt(self.layout.judge_receipt(run.dataset))
        key = {
            **self._of_study(run.dataset), "seeds": self.profile.seeds, "reads": read,
            "judge": digest(judge) if judge else {},
            "code": keys.code_of_study(study, "measure.measure_run", run.model),
        }  # fmt: skip
        return json.loads(json.dumps(key))

    def draw(self, study: str, dataset: str) -> Step:
        return self._step(
            "draw", {"study": study, "dataset": dataset},
            {"profile": self.profile.name, "models": list(self.profile.models),
             "seeds": self.profile.seeds, "code": keys.code_of_study(study, "draw.draw"),
             "looks": {model: vars(look(model)) for model in self.profile.models}},
            Read(self.measure(study, dataset)), seconds=4 * IMPORTS,
        )  # fmt: skip

    def _of_study(self, dataset: str) -> keys.Key:
        return {
            "profile": self.profile.name, "data": self._data(dataset), "torch": keys.torch(),
            "evaluation": self.profile.evaluation.model_dump(),
        }  # fmt: skip

    def _step(
        self, kind: str, wildcards: dict[str, Any], basis: keys.Key, *reads: Read,
        seconds: float = IMPORTS,
    ) -> Step:  # fmt: skip
        return Step(kind, wildcards, self.layout.home, basis, reads, seconds)

    def _data(self, dataset: str) -> str:
        return read_json(self.layout.data_receipt(dataset))["sha256"]

    def steps(self, datasets: list[str]) -> list[Step]:
        """All steps between the data and the assets for the (resolved) datasets, each once and
        none before what it reads: whatever the studies of the profile need."""
        found: dict[str, Step] = {}

        def add(step: Step) -> None:
            for each in step.reads:
                add(each.step)
            found.setdefault(step.path, step)

        for dataset in datasets:
            for model in self.profile.models:
                for seed in self.profile.seeds:
                    add(self.readings(dataset, RunNeed(model, seed)))
            for name in self.profile.studies:
                add(self.draw(name, dataset))
        return list(found.values())


def _run(dataset: str, need: RunNeed) -> dict[str, Any]:
    return {"dataset": dataset, "model": need.model, "variant": need.variant, "seed": need.seed}


def _number(value: object, default: float) -> float:
    return float(value) if isinstance(value, int | float) else default


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
