"""How each kind of step is done. Imports where used: a step that is done already loads nothing."""

from typing import TYPE_CHECKING, Any

from experiments import models
from experiments.pipeline import keys
from experiments.studies.needs import ReaderNeed

if TYPE_CHECKING:
    from experiments.data import Dataset
    from experiments.pipeline.plan import Plan
    from experiments.pipeline.steps import Step
    from experiments.runs.run import Run


def make(plan: "Plan", step: "Step", key: keys.Key, command: str = "") -> None:
    """Do a step for which all that it reads is there; ``key`` goes into its receipt.

    ``command``: what figures say that they were made by.
    """
    MAKERS[step.kind](plan, step.wildcards, key, command)


def data_of(plan: "Plan", wildcards: dict[str, Any]) -> "Dataset":
    from experiments.data import load

    return load(plan.layout, wildcards["dataset"])


def run_of(plan: "Plan", wildcards: dict[str, Any]) -> "Run":
    from experiments.runs.run import Run

    names = (wildcards[name] for name in ("dataset", "model", "seed", "variant"))
    return Run.read(plan.layout.run(*names))


def make_judge(plan: "Plan", wildcards: dict[str, Any], key: keys.Key, _: str) -> None:
    from experiments.judges.training import make_judges

    make_judges(plan.layout, data_of(plan, wildcards), key["settings"], key)


def make_run(plan: "Plan", wildcards: dict[str, Any], key: keys.Key, _: str) -> None:
    from experiments.runs import fitting, training

    model = wildcards["model"]
    given = (
        plan.layout, data_of(plan, wildcards), model, key["settings"], wildcards["seed"],
        wildcards["variant"], key,
    )  # fmt: skip
    if models.closed_form(model):
        fitting.fit(*given)
    else:
        training.train(*given, device=plan.asked)


def make_samples(plan: "Plan", wildcards: dict[str, Any], key: keys.Key, _: str) -> None:
    from experiments.runs.samples import make_samples as draw

    run, data = run_of(plan, wildcards), data_of(plan, wildcards)
    draw(plan.layout, run, data, plan.profile.evaluation.samples, key, plan.asked)


def make_readings(plan: "Plan", wildcards: dict[str, Any], key: keys.Key, _: str) -> None:
    from experiments.judges.reading import read_run

    read_run(plan.layout, run_of(plan, wildcards), key)


def make_real(plan: "Plan", wildcards: dict[str, Any], key: keys.Key, _: str) -> None:
    from experiments.judges.reading import read_real

    read_real(plan.layout, data_of(plan, wildcards), key)


def make_reader(plan: "Plan", wildcards: dict[str, Any], key: keys.Key, _: str) -> None:
    from experiments.readers import training

    need = reader_need(wildcards)
    training.make_reader(plan.layout, plan.profile, data_of(plan, wildcards), need, key)


def reader_need(wildcards: dict[str, Any]) -> ReaderNeed:
    """The reader that a step is about."""
    source, real = wildcards["source"], wildcards["real"]
    return ReaderNeed(
        "" if source == "real" else source, None if real == "all" else int(real),
        float(wildcards["ratio"]), wildcards["seed"],
    )  # fmt: skip


def make_measured(plan: "Plan", wildcards: dict[str, Any], key: keys.Key, _: str) -> None:
    from experiments.studies import work

    study = wildcards["study"]
    work.measure_study(
        study, plan.layout, plan.profile, wildcards["dataset"], key,
        lambda run: plan.measured_run(study, run),
    )  # fmt: skip


def make_drawn(plan: "Plan", wildcards: dict[str, Any], key: keys.Key, command: str) -> None:
    from experiments.studies import work

    study, dataset = wildcards["study"], wildcards["dataset"]
    work.draw_study(study, plan.layout, plan.profile, dataset, key, command)


MAKERS = {
    "judge": make_judge, "train": make_run, "samples": make_samples, "readings": make_readings,
    "real": make_real, "reader": make_reader, "measure": make_measured, "draw": make_drawn,
}  # fmt: skip
