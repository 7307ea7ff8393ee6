"""Prove that results which are stale by code alone are still true, and renew their keys.

Code is renamed and tidied more often than it changes what comes out. A key cannot know, but a
small part of the work done again can tell: the first steps of a training against its history
and snapshots, some images redrawn from its weights, some read again by the judges, a study's
numbers measured again for one run. What comes out alike is accepted; what does not stays stale
and is made again by the next `make experiments`. Figures are not accepted: they are drawn anew.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.pipeline import keys
from experiments.pipeline.make import data_of, reader_need, run_of
from experiments.pipeline.plan import Plan
from experiments.pipeline.steps import Step
from experiments.support.errors import UserError
from experiments.support.progress import track
from experiments.support.receipts import faults, read_receipt, renew

if TYPE_CHECKING:
    from experiments.judges.readings import Readings

CODE = ("code", "models_code")
"""The parts of a key that hold the meaning of code."""

REDRAWN, REREAD = 200, 250  # images
CLOSE = 1e-3  # how much a number may differ, relatively


def accept_all(plan: Plan, datasets: list[str]) -> None:
    """Renew the keys of all that is stale by code alone and comes out alike.

    Raises `UserError` that names what does not: it has been left as it is.
    """
    planned = [step for step in plan.steps(datasets) if step.kind in PROOFS]
    refused, renewed = [], 0
    with track("accept", len(planned)) as bar:
        for step in planned:
            held = read_receipt(step.receipt)
            key = step.key()
            if held and key and stale_by_code(held, key) and not faults(step.receipt, held):
                if PROOFS[step.kind](plan, step, key):
                    renew(step.receipt, held, key)
                    renewed += 1
                else:
                    refused.append(step)
            bar.advance()
    print(
        f"{renewed} of {renewed + len(refused)} steps that were stale by code alone are accepted."
    )
    if refused:
        names = ", ".join(" ".join(step.command) for step in refused)
        raise UserError(
            f"Not accepted, since other numbers come out: {names}. `make experiments` makes them "
            "again."
        )


def stale_by_code(held: dict[str, Any], key: keys.Key) -> bool:
    """Whether nothing but code tells the key of a receipt from the one it should have."""
    return held["key"] != key and bare(held["key"]) == bare(key)


def bare(key: keys.Key) -> keys.Key:
    return {name: value for name, value in key.items() if name not in CODE}


def prove_judge(plan: Plan, step: Step, key: keys.Key) -> bool:
    """The first losses of both judges."""
    from experiments.judges.training import first_losses

    held = read_receipt(step.receipt) or {}
    made = first_losses(data_of(plan, step.wildcards), key["settings"])
    return all(close(made[role], losses) for role, losses in held["first_losses"].items())


def prove_run(plan: Plan, step: Step, _: keys.Key) -> bool:
    from experiments.runs.replay import fits_alike, trains_alike

    run, data = run_of(plan, step.wildcards), data_of(plan, step.wildcards)
    return fits_alike(run, data) if run.closed_form else trains_alike(run, data)


def prove_samples(plan: Plan, step: Step, _: keys.Key) -> bool:
    from experiments.runs.replay import draws_alike

    run = run_of(plan, step.wildcards)
    return run.diverged or draws_alike(run, REDRAWN)


def prove_readings(plan: Plan, step: Step, _: keys.Key) -> bool:
    from experiments.judges.readings import FILE, load_readings

    run = run_of(plan, step.wildcards)
    if run.diverged:
        return True
    return read_alike(plan, run.dataset, run.samples[0], load_readings(run.folder / FILE))


def prove_real(plan: Plan, step: Step, _: keys.Key) -> bool:
    from experiments.judges.readings import load_readings

    data = data_of(plan, step.wildcards)
    stored = load_readings(plan.layout.real_readings(data.name), "test_")
    return read_alike(plan, data.name, data.x_test, stored)


def read_alike(plan: Plan, dataset: str, images: np.ndarray, stored: "Readings") -> bool:
    from experiments.judges.judge import load_judges
    from experiments.judges.readings import as_arrays, read_images

    first = images[:REREAD]
    made = as_arrays(read_images(load_judges(plan.layout.judge(dataset)), first))
    return all(close(made[name], kept[: len(first)]) for name, kept in as_arrays(stored).items())


def prove_reader(plan: Plan, step: Step, _: keys.Key) -> bool:
    from experiments.readers.training import first_losses

    held = read_receipt(step.receipt) or {}
    data = data_of(plan, step.wildcards)
    made = first_losses(plan.layout, plan.profile, data, reader_need(step.wildcards))
    return close(made, held["first_losses"])


def prove_measured(plan: Plan, step: Step, _: keys.Key) -> bool:
    """One run measured again; then whatever spans the runs, with all of them accepted."""
    from experiments import results
    from experiments.studies import work

    study, dataset = step.wildcards["study"], step.wildcards["dataset"]
    folder = Path(tempfile.mkdtemp(prefix="accept-"))
    try:
        trial = replace(plan.layout, trial=folder)
        shutil.copytree(plan.layout.study(study, dataset), trial.study(study, dataset))
        accepted: list[tuple[Path, dict[str, Any], keys.Key]] = []

        def key_of_run(run: Any) -> keys.Key:
            """The first run that is stale by code is measured, the others are taken for true."""
            receipt = (
                trial.measured_run(study, dataset, run.model, run.variant, run.seed) / "run.json"
            )
            held, key = read_receipt(receipt), plan.measured_run(study, run)
            if held and stale_by_code(held, key):
                accepted.append((receipt, held, key))
                if len(accepted) > 1:
                    return held["key"]
            return key

        work.measure_study(study, trial, plan.profile, dataset, {}, key_of_run)
        made = results.read(trial.results(study, dataset))
        alike = same_rows(made, results.read(plan.layout.results(study, dataset)))
        if alike:
            for receipt, held, key in accepted:
                own = plan.layout.study(study, dataset) / receipt.relative_to(
                    trial.study(study, dataset)
                )
                renew(own, held, key)
        return alike
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def same_rows(one: Any, other: Any) -> bool:
    """Two results tables whose numbers agree, measured seconds aside."""
    from experiments.results import KEY

    if len(one) != len(other) or not one[KEY].astype(str).equals(other[KEY].astype(str)):
        return False
    timed = one["unit"].str.fullmatch("s|s per .*|images/s")
    return close(one["value"][~timed], other["value"][~timed])


def close(one: Any, other: Any) -> bool:
    first, second = np.asarray(one, float), np.asarray(other, float)
    return first.shape == second.shape and np.allclose(
        first, second, rtol=CLOSE, atol=CLOSE, equal_nan=True
    )


PROOFS: dict[str, Callable[[Plan, Step, keys.Key], bool]] = {
    "judge": prove_judge, "train": prove_run, "samples": prove_samples,
    "readings": prove_readings, "real": prove_real, "reader": prove_reader,
    "measure": prove_measured,
}  # fmt: skip
