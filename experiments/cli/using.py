"""Commands that use trained models: sample them, let them fill in or write, time them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from experiments.cli import options
from experiments.pipeline import steps
from experiments.support.errors import UserError, unknown

if TYPE_CHECKING:
    from experiments.sampling import Images, Sampler

Pretrained = Annotated[
    bool,
    typer.Option("--pretrained", help="Take the published model from assets/; no training."),
]
RunSeed = Annotated[
    int, typer.Option(min=0, help="Which of your runs to take, without --pretrained.")
]


def sample(
    dataset: options.DatasetName,
    model: options.ModelName,
    out: Annotated[
        Path,
        typer.Option(help="The npz file, or the folder of PNGs, to write.", show_default=False),
    ],
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="Images to draw.")] = 1000,
    pretrained: Pretrained = False,
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
    run_seed: RunSeed = 0,
    profile: options.ProfileName = "quick",
    runs: options.Runs = Path("runs"),
    assets: options.Assets = Path("assets"),
) -> None:
    """Draw labelled images with a trained model into a file or a folder."""
    from experiments import sampling

    source = open_model(dataset, model, pretrained, run_seed, profile, runs, assets)
    print(
        sampling.sample_to_file(
            source, n, out, digit=digit, format=format, seed=seed, labels=labels
        )
    )


def fill(
    dataset: options.DatasetName,
    model: Annotated[str, typer.Argument(help="A model that can fill in")] = "ccgan",
    share: Annotated[
        float, typer.Option(help="How much of each image the hole hides, in percent.")
    ] = 50.0,
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="Images to fill in.")] = 10,
    digit: Annotated[
        int | None, typer.Option(min=0, help="Take images of this class only. Default: all.")
    ] = None,
    images: Annotated[
        Path | None,
        typer.Option(
            help="An npz of your images, uint8 [N, C, 32, 32], and their labels, as `sample` "
            "writes it. Default: the test images of the dataset, from --data-root or a download."
        ),
    ] = None,
    out: Annotated[
        Path,
        typer.Option(help="The picture (.png: given, filled in, original) or arrays (.npz)."),
    ] = Path("filled.png"),
    pretrained: Pretrained = False,
    seed: Annotated[int, typer.Option(min=0, help="Seed of images, holes and noise.")] = 0,
    run_seed: RunSeed = 0,
    profile: options.ProfileName = "quick",
    data_root: options.DataRoot = None,
    runs: options.Runs = Path("runs"),
    assets: options.Assets = Path("assets"),
) -> None:
    """Cut a hole into images and let a trained model fill it in."""
    if not 0 < share < 100:
        raise UserError(
            f"--share {share:g} leaves nothing to fill in, or nothing to fill it in from: "
            "choose a percentage between 0 and 100."
        )
    from experiments import sampling

    sampling.check_fill(model)
    given = sampling.read_images(images) if images else None
    source = open_model(dataset, model, pretrained, run_seed, profile, runs, assets)
    if given is None:
        given = test_images(dataset, profile, runs, data_root)
    print(sampling.fill_to_file(source, given, n, share / 100, out, digit=digit, seed=seed))


def test_images(dataset: str, profile: str, runs: Path, data_root: Path | None) -> "Images":
    """The test split of a dataset, which is brought here first if no data step has been done."""
    from experiments.data import load, prepare
    from experiments.sampling import Images

    layout, chosen = options.place(profile, runs)
    if not steps.has_data(layout, dataset):
        prepare(layout, [dataset], chosen.data, data_root)
    data = load(layout, steps.resolve(layout, dataset))
    return Images(data.x_test, data.y_test, f"the test split of {data.name}")


def open_model(
    dataset: str, model: str, pretrained: bool, run_seed: int, profile: str, runs: Path,
    assets: Path,
) -> "Sampler":  # fmt: skip
    """The published model, or that of a finished run."""
    from experiments import sampling

    if pretrained:
        return sampling.open_pretrained(assets, dataset, model)
    layout, _ = options.place(profile, runs, model)
    return sampling.from_run(layout, steps.resolve(layout, dataset), model, run_seed)


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
    if not seconds < float("inf"):
        raise UserError(f"--seconds {seconds:g} would never end: choose a number of seconds.")
    from experiments.runs import bench as benchmark

    asked = options.split(datasets) if datasets else ["mnist", "svhn"]
    for name in asked:
        if name not in benchmark.CHANNELS:
            raise unknown("dataset", name, benchmark.CHANNELS)
    chosen = options.chosen_profile(profile, models)
    benchmark.bench(chosen, asked, assets, device, seconds)
