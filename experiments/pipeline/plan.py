"""The steps of a profile: what each kind of step depends on, and all that its studies need."""

import json
from dataclasses import dataclass
from typing import Any

from experiments import models, studies
from experiments.models.facts import look
from experiments.pipeline import keys
from experiments.pipeline.steps import IMPORTS, Read, Step
from experiments.profile import Profile
from experiments.studies.needs import ReaderNeed, RunNeed
from experiments.support.files import read_json
from experiments.support.layout import Layout
from experiments.support.precision import device, precision
from experiments.support.receipts import digest, read_receipt

CLOSED_FORM, READING = 15.0, 6.0
"""Seconds that fitting a closed form takes, and reading the samples of a run: guesses, by which
the time left is told."""


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
