"""Commands that use trained models: sample them, let them write a number, time them."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from experiments import options, steps
from experiments.errors import unknown


def sample(
    dataset: options.DatasetName,
    model: options.ModelName,
    out: Annotated[
        Path,
        typer.Option(help="The npz file, or the folder of PNGs, to write.", show_default=False),
    ],
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="Images to draw.")] = 1000,
    pretrained: Annotated[
        bool,
        typer.Option("--pretrained", help="Take the published model from assets/; no training."),
    ] = False,
    digit: Annotated[
        int | None,
        typer.Option(min=0, help="Draw this class only (conditional models). Default: all."),
    ] = None,
    format: Annotated[
        Literal["npz", "png"],
        typer.Option(help="npz: arrays images uint8 [N, C, 32, 32] and labels; png: a folder."),
    ] = "npz",
    labels: Annotated[
        Literal["equal", "like-data"],
        typer.Option(help="Equal classes, or those of the training data, in their proportions."),
    ] = "equal",
    seed: Annotated[int, typer.Option(min=0, help="Seed of the noise.")] = 0,
    run_seed: Annotated[
        int, typer.Option(min=0, help="Which of your runs to take, without --pretrained.")
    ] = 0,
    profile: options.ProfileName = "quick",
    runs: options.Runs = Path("runs"),
    assets: options.Assets = Path("assets"),
) -> None:
    """Draw labelled images with a trained model into a file or a folder."""
    from experiments import sampling

    if pretrained:
        source = sampling.open_pretrained(assets, dataset, model)
    else:
        layout = options.layout_of(runs, options.chosen_profile(profile, model))
        source = sampling.from_run(layout, steps.resolve(layout, dataset), model, run_seed)
    print(
        sampling.sample_to_file(
            source, n, out, digit=digit, format=format, seed=seed, labels=labels
        )
    )


def write(
    number: Annotated[str, typer.Argument(help="Digits to write, such as 2026")],
    out: Annotated[Path, typer.Option(help="The PNG to write.")] = Path("number.png"),
    datasets: options.Datasets = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the noise, one z for each place.")] = 0,
    assets: options.Assets = Path("assets"),
) -> None:
    """Let every published conditional model write a number, all from the same noise."""
    from experiments.sampling import write_number

    asked = options.split(datasets) if datasets else None
    print(write_number(number, out, assets=assets, datasets=asked, seed=seed))


def bench(
    datasets: options.Datasets = None,
    models: options.Models = None,
    seconds: Annotated[
        float, typer.Option(min=0.01, help="Seconds for each measurement.", show_default=True)
    ] = 5.0,
    profile: options.ProfileName = "paper",
    assets: options.Assets = Path("assets"),
    device: options.Device = "auto",
) -> None:
    """Measure the speed of training and sampling of each model on this machine."""
    from experiments import bench as benchmark

    asked = options.split(datasets) if datasets else ["mnist", "svhn"]
    for name in asked:
        if name not in benchmark.CHANNELS:
            raise unknown("dataset", name, benchmark.CHANNELS)
    chosen = options.chosen_profile(profile, models)
    benchmark.bench(chosen, asked, assets, device, seconds)
