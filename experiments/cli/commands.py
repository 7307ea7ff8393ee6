"""The steps of the pipeline as commands, each thin: read options, resolve, perform."""

from pathlib import Path
from typing import Annotated

import typer

from experiments import studies
from experiments.cli import options
from experiments.judges.settings import check_judge
from experiments.pipeline import steps
from experiments.pipeline.make import make
from experiments.pipeline.plan import Plan
from experiments.studies.needs import ReaderNeed


def data(
    datasets: Annotated[list[str], typer.Argument(help="mnist, svhn, or the names of npz files")],
    profile: options.ProfileName = "quick",
    runs: options.Runs = Path("runs"),
    data_root: options.DataRoot = None,
    policy: options.Policy = "auto",
    dry_run: options.DryRun = False,
) -> None:
    """Find each dataset and write it in the form that every other step reads."""
    layout, chosen = options.place(profile, runs)
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
    plan = Plan(*options.place(profile, runs))
    full = check_judge(plan.profile, dataset)  # before anybody fetches data for it
    if dry_run:
        return options.print_json(full.model_dump(mode="json"))
    perform(plan.judge(steps.resolve(plan.layout, dataset)), plan)


def train(
    dataset: options.DatasetName,
    model: options.ModelName,
    seed: options.RunSeeds = [0],  # noqa: B006
    setting: options.Set = [],  # noqa: B006
    profile: options.ProfileName = "quick",
    runs: options.Runs = Path("runs"),
    device: options.Device = "auto",
    dry_run: options.DryRun = False,
) -> None:
    """Train one model and draw its samples; killed and started again, it goes on where it was."""
    plan = Plan(*options.place(profile, runs, model), device)
    overrides = options.parse_settings(setting)
    if dry_run:
        from experiments import models
        from experiments.profile import resolve, validate

        given = {**resolve(plan.profile.models[model], dataset), **overrides}
        full = validate(models.load(model).settings_type, given, f"The settings of {model}")
        return options.print_json({"dataset": dataset, "model": model, "seeds": seed,
                                   "settings": full.model_dump(mode="json")})  # fmt: skip
    resolved = steps.resolve(plan.layout, dataset)
    for need in options.runs_asked(model, seed, overrides):
        perform(plan.train(resolved, need), plan)
        perform(plan.samples(resolved, need), plan, quiet=True)


def samples(
    dataset: options.DatasetName,
    model: options.ModelName,
    seed: options.RunSeeds = [0],  # noqa: B006
    setting: options.Set = [],  # noqa: B006
    profile: options.ProfileName = "quick",
    runs: options.Runs = Path("runs"),
    device: options.Device = "auto",
) -> None:
    """Draw the samples of a trained run that everything measures: a part of `train`."""
    plan = Plan(*options.place(profile, runs, model), device)
    resolved = steps.resolve(plan.layout, dataset)
    for need in options.runs_asked(model, seed, options.parse_settings(setting)):
        perform(plan.samples(resolved, need), plan)


def readings(
    dataset: options.DatasetName,
    model: Annotated[
        str | None, typer.Argument(help="Its name. Default: none, the real images are read.")
    ] = None,
    seed: options.RunSeeds = [0],  # noqa: B006
    setting: options.Set = [],  # noqa: B006
    profile: options.ProfileName = "quick",
    runs: options.Runs = Path("runs"),
    device: options.Device = "auto",
) -> None:
    """Let the judges read the samples of a run, or the real images, once for all studies."""
    plan = Plan(*options.place(profile, runs, model), device)
    resolved = steps.resolve(plan.layout, dataset)
    if model is None:
        return perform(plan.real(resolved), plan)
    for need in options.runs_asked(model, seed, options.parse_settings(setting)):
        perform(plan.readings(resolved, need), plan)


def reader(
    dataset: options.DatasetName,
    source: Annotated[
        str,
        typer.Argument(help="A model whose samples it learns from, real for none, or rendered"),
    ] = "real",
    real: Annotated[
        str, typer.Option(help="How many real training images it learns from, or all.")
    ] = "all",
    ratio: Annotated[float, typer.Option(min=0, help="Generated images for each real one.")] = 0.0,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the reader and of the run.")] = 0,
    profile: options.ProfileName = "quick",
    runs: options.Runs = Path("runs"),
    device: options.Device = "auto",
) -> None:
    """Train a digit reader on real, generated or mixed images and test it on real ones."""
    plan = Plan(*options.place(profile, runs), device)
    number = None if real == "all" else options.whole("--real", real)
    need = ReaderNeed("" if source == "real" else source, number, ratio, seed)
    perform(plan.reader(steps.resolve(plan.layout, dataset), need), plan)


def measure(
    name: options.StudyName,
    dataset: options.DatasetName,
    profile: options.ProfileName = "quick",
    models: options.Models = None,
    seeds: options.Seeds = None,
    runs: options.Runs = Path("runs"),
    device: options.Device = "auto",
) -> None:
    """Measure what a study needs, each run by itself: rows of results, and what figures show."""
    studies.check(name)
    plan = Plan(*options.place(profile, runs, models, seeds), device)
    perform(plan.measure(name, steps.resolve(plan.layout, dataset)), plan)


def draw(
    name: options.StudyName,
    dataset: options.DatasetName,
    profile: options.ProfileName = "quick",
    models: options.Models = None,
    seeds: options.Seeds = None,
    runs: options.Runs = Path("runs"),
    device: options.Device = "auto",
) -> None:
    """Draw the figures and films of a study from what was measured."""
    studies.check(name)
    plan = Plan(*options.place(profile, runs, models, seeds), device)
    step = plan.draw(name, steps.resolve(plan.layout, dataset))
    perform(step, plan, command=options.study_command(name, dataset, profile, models, seeds))


def study(
    name: options.StudyName,
    dataset: options.DatasetName,
    profile: options.ProfileName = "quick",
    models: options.Models = None,
    seeds: options.Seeds = None,
    runs: options.Runs = Path("runs"),
    device: options.Device = "auto",
    dry_run: options.DryRun = False,
) -> None:
    """Answer one question of the writeup: let judges read, measure, draw."""
    studies.check(name)
    if dry_run:
        _, chosen = options.place(profile, runs, models, seeds)
        return options.print_json({"study": name, "dataset": dataset, **chosen.model_dump()})
    plan = Plan(*options.place(profile, runs, models, seeds), device)
    for each in plan.measure(name, steps.resolve(plan.layout, dataset)).reads:
        if each.step.kind in ("real", "readings"):
            perform(each.step, plan, quiet=True)
    for half in (measure, draw):
        half(name, dataset, profile, models, seeds, runs, device)


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

    layout, chosen = options.place(profile, runs, models, seeds)
    asked = options.split(datasets) if datasets else chosen.datasets
    gather(layout, chosen, [steps.resolve(layout, dataset) for dataset in asked], assets)
    print(f"{assets} holds the results of the profile {chosen.name}.")


def claims(
    profile: options.ProfileName = "quick",
    datasets: options.Datasets = None,
    models: options.Models = None,
    seeds: options.Seeds = None,
    runs: options.Runs = Path("runs"),
) -> None:
    """Decide every sentence that compares, from what the studies of a profile have measured."""
    from experiments.pipeline.collect import decided, every_result
    from experiments.support.files import write_json

    layout, chosen = options.place(profile, runs, models, seeds)
    asked = options.split(datasets) if datasets else chosen.datasets
    resolved = [steps.resolve(layout, dataset) for dataset in asked]
    path = layout.home / "claims.json"
    write_json(path, decided(every_result(layout, chosen, resolved), layout, chosen, resolved))
    print(path)


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
    executor: options.Executor = "local",
    runs: options.Runs = Path("runs"),
    assets: options.Assets = Path("assets"),
    device: options.Device = "auto",
    dry_run: options.DryRun = False,
) -> None:
    """Do every step that is not done yet, side by side, then collect: `make experiments`."""
    layout, chosen = options.place(profile, runs, models, seeds)
    asked = options.split(datasets) if datasets else chosen.datasets
    if dry_run:
        return options.print_json(
            {"datasets": asked, "data_root": data_root, "data": policy, "jobs": jobs,
             "executor": executor, "runs": runs, "assets": assets, "device": device,
             "profile": chosen.model_dump()}
        )  # fmt: skip
    from experiments.pipeline.execute import Asked, run

    run(
        layout, asked, Asked(profile, models, seeds, chosen, runs, device, executor),
        assets=assets, jobs=jobs, data_root=data_root, policy=policy,
    )  # fmt: skip


def accept(
    profile: options.ProfileName = "quick",
    datasets: options.Datasets = None,
    models: options.Models = None,
    seeds: options.Seeds = None,
    runs: options.Runs = Path("runs"),
    device: options.Device = "auto",
) -> None:
    """Prove that results stale by code alone are still true, and renew their keys."""
    from experiments.pipeline.accept import accept_all

    plan = Plan(*options.place(profile, runs, models, seeds), device)
    asked = options.split(datasets) if datasets else plan.profile.datasets
    accept_all(plan, [steps.resolve(plan.layout, dataset) for dataset in asked])


def perform(step: steps.Step, plan: Plan, *, command: str = "", quiet: bool = False) -> None:
    """Do one step and say where its result is."""
    done = steps.perform(plan.layout, step, lambda key: make(plan, step, key, command))
    if not quiet:
        print(step.receipt if done else f"{step.receipt} is already there.")
