"""The steps of the pipeline as commands, each thin: read options, resolve, perform."""

from pathlib import Path
from typing import Annotated

import typer

from experiments.cli import options
from experiments.judges.settings import check_judge
from experiments.pipeline import keys as key
from experiments.pipeline import steps
from experiments.profile import LARGEST_SEED
from experiments.support.errors import UserError, unknown


def data(
    datasets: Annotated[list[str], typer.Argument(help="mnist, svhn, or the names of npz files")],
    profile: options.ProfileName = "quick",
    runs: options.Runs = Path("runs"),
    data_root: options.DataRoot = None,
    policy: options.Policy = "auto",
    dry_run: options.DryRun = False,
) -> None:
    """Find each dataset and write it in the form that every other step reads."""
    chosen = options.chosen_profile(profile)
    layout = options.layout_of(runs, chosen)
    if dry_run:
        return options.print_json(
            {"datasets": datasets, "data_root": data_root, "data": policy, "runs": layout.home,
             **chosen.data.model_dump()}
        )  # fmt: skip
    from experiments.data import prepare

    for asked, resolved in prepare(layout, datasets, chosen.data, data_root, policy).items():
        print(f"{asked}: {layout.data_receipt(resolved)}")


def judge(
    dataset: options.DatasetName,
    profile: options.ProfileName = "quick",
    runs: options.Runs = Path("runs"),
    dry_run: options.DryRun = False,
) -> None:
    """Train the two classifiers that score everything, on real training images alone."""
    chosen = options.chosen_profile(profile)
    layout = options.layout_of(runs, chosen)
    full = check_judge(chosen, dataset)  # before anybody fetches data for it
    resolved = steps.resolve(layout, dataset)
    settings = chosen.judge_settings(resolved)
    if dry_run:
        return options.print_json(full.model_dump(mode="json"))

    def make() -> None:
        from experiments.data import load
        from experiments.judges.training import make_judges

        make_judges(layout, load(layout, resolved), settings)

    step = steps.judge(layout, chosen, resolved)
    report(step, steps.perform(layout, step, make))


def train(
    dataset: options.DatasetName,
    model: options.ModelName,
    seed: Annotated[
        list[int],
        typer.Option(
            min=0, max=LARGEST_SEED, help="Seed of the run; repeat it for several, one by one."
        ),
    ] = [0],  # noqa: B006
    setting: Annotated[
        list[str],
        typer.Option(
            "--set", metavar="NAME=VALUE",
            help="A setting that differs from the profile's, such as learning_rate=3e-4; "
            "the run is kept beside the others under that name. Repeatable.",
        ),
    ] = [],  # noqa: B006
    profile: options.ProfileName = "quick",
    runs: options.Runs = Path("runs"),
    device: options.Device = "auto",
    dry_run: options.DryRun = False,
) -> None:  # fmt: skip
    """Train one model with one seed; killed and started again, it goes on where it was."""
    chosen = options.chosen_profile(profile, model)
    overrides = options.parse_settings(setting)
    layout = options.layout_of(runs, chosen)
    if dry_run:
        from experiments import models
        from experiments.profile import resolve, validate

        given = {**resolve(chosen.models[model], dataset), **overrides}
        full = validate(models.load(model).settings_type, given, f"The settings of {model}")
        return options.print_json({"dataset": dataset, "model": model, "seeds": seed,
                                   "settings": full.model_dump(mode="json")})  # fmt: skip
    resolved = steps.resolve(layout, dataset)
    for each in dict.fromkeys(seed):
        step = steps.train(layout, chosen, resolved, model, each, overrides, device)

        def make(step: steps.Step = step, each: int = each) -> None:
            from experiments.data import load
            from experiments.runs import fitting, training

            run = (
                layout, load(layout, resolved), model, step.key["settings"], each,
                steps.variant(overrides), step.key, chosen.evaluation.samples,
            )  # fmt: skip
            if key.closed_form(model):
                fitting.fit(*run)
            else:
                training.train(*run, device)

        report(step, steps.perform(layout, step, make))


def study(
    name: Annotated[str, typer.Argument(help="Its name, such as fidelity")],
    dataset: options.DatasetName,
    profile: options.ProfileName = "quick",
    models: options.Models = None,
    seeds: options.Seeds = None,
    runs: options.Runs = Path("runs"),
    device: options.Device = "auto",
    dry_run: options.DryRun = False,
) -> None:
    """Answer one question of the writeup: measure, draw, write rows of results."""
    from experiments import studies

    if name not in studies.names():
        raise unknown("study", name, studies.names())
    chosen = options.chosen_profile(profile, models, seeds)
    layout = options.layout_of(runs, chosen)
    if dry_run:
        return options.print_json({"study": name, "dataset": dataset, **chosen.model_dump()})
    step = steps.study(layout, chosen, name, steps.resolve(layout, dataset), device)
    for needed in step.after:
        if not needed.is_file():
            raise UserError(
                f"{needed} is missing: run the step that makes it first, or `make experiments`."
            )
    resolved = step.receipt.parent.name
    report(
        step,
        steps.perform(layout, step, lambda: studies.run_study(name, layout, chosen, resolved)),
    )


def collect(
    profile: options.ProfileName = "quick",
    datasets: options.Datasets = None,
    models: options.Models = None,
    seeds: options.Seeds = None,
    runs: options.Runs = Path("runs"),
    assets: options.Assets = Path("assets"),
) -> None:
    """Put one profile's complete result where the page reads it, in one replacement."""
    from experiments.pipeline.collect import collect as gather

    chosen = options.chosen_profile(profile, models, seeds)
    layout = options.layout_of(runs, chosen)
    asked = options.split(datasets) if datasets else chosen.datasets
    gather(layout, chosen, [steps.resolve(layout, dataset) for dataset in asked], assets)
    print(f"{assets} holds the results of the profile {chosen.name}.")


def pipeline(
    profile: options.ProfileName = "quick",
    datasets: options.Datasets = None,
    models: options.Models = None,
    seeds: options.Seeds = None,
    data_root: options.DataRoot = None,
    policy: options.Policy = "auto",
    jobs: Annotated[
        int,
        typer.Option(
            envvar="JOBS", min=0, help="Steps at work side by side, one thread each; 0 = all cores."
        ),
    ] = 0,
    runs: options.Runs = Path("runs"),
    assets: options.Assets = Path("assets"),
    device: options.Device = "auto",
    dry_run: options.DryRun = False,
) -> None:
    """Do every step that is not done yet, side by side, then collect: `make experiments`."""
    chosen = options.chosen_profile(profile, models, seeds)
    asked = options.split(datasets) if datasets else chosen.datasets
    if dry_run:
        return options.print_json(
            {"datasets": asked, "data_root": data_root, "data": policy, "jobs": jobs,
             "runs": runs, "assets": assets, "device": device, "profile": chosen.model_dump()}
        )  # fmt: skip
    from experiments.pipeline.execute import Asked, run

    run(
        options.layout_of(runs, chosen), asked,
        Asked(profile, bool(models or seeds), chosen, runs, device),
        assets=assets, jobs=jobs, data_root=data_root, policy=policy,
    )  # fmt: skip


def report(step: steps.Step, done: bool) -> None:
    print(step.receipt if done else f"{step.receipt} is already there.")
