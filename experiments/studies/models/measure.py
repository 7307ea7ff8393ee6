"""Count the weights of each run, read its networks from the module, pick the images to show."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.evaluation.pictures import clearest
from experiments.figures.network import from_frame, to_frame
from experiments.runs import weights
from experiments.studies.models.blocks import networks

if TYPE_CHECKING:
    from experiments.runs.run import Run
    from experiments.studies.kept import Kept
    from experiments.studies.measuring import Measuring

STRIP = 3  # samples of each digit
READ = 1000  # images in which the judge looks for them, if a model cannot be asked
CLEAREST_OF = 100  # images among which the one of most contrast stands in the drawings
MOST_CLASSES = 10  # of a dataset of one's own with more, the first ones are drawn


def measure_run(study: "Measuring", run: "Run") -> None:
    """Rows of its weights; the strip, the networks, and the pictures that stand in them."""
    for part, number in run.receipt["parameters"].items():
        condition = {} if part == "total" else {"part": part}
        study.table.add(
            run.model, "parameters", number, n=run.receipt["images"], seed=run.seed,
            run=run.name, **condition,
        )  # fmt: skip
    study.kept.update(architecture(study, run))
    bare = [
        block.path for network in from_frame(study.kept["blocks"]) for block in network.blocks
        if block.bare
    ]  # fmt: skip
    for path, picture in pictures(run, bare, study.data.x_test.shape[1:]).items():
        study.keep(f"weight-{path}", picture)
    study.keep("drawn", clearest(run.samples[0][:CLEAREST_OF]))
    study.keep("strip", strip(study, run))


def measure(study: "Measuring") -> None:
    """What the first finished run of each model kept; of a model without one its networks."""
    study.keep("real", clearest(study.data.x_test[:CLEAREST_OF]))
    told = []
    for model in study.models:
        runs = [run for run in study.runs if run.model == model]
        finished = [run for run in runs if run in study.finished]
        run = (finished or runs)[0]
        for name, value in (study.of(run) if finished else architecture(study, run)).items():
            study.keep(f"{model}-{name}", value)
        told.append(
            {"model": model, "seed": run.seed, "conditional": run.conditional,
             "finished": bool(finished)}
        )  # fmt: skip
    study.keep("models", pd.DataFrame(told))


def architecture(study: "Measuring", run: "Run") -> "Kept":
    """The networks as a run built them, and the number of noises that enter."""
    data = study.data
    model = weights.build(run.model, data.channels, data.classes, run.receipt["settings"])
    latent = np.array(model.latent_dim)
    return {"blocks": to_frame(networks(model, data.channels, data.classes)), "latent": latent}


def pictures(run: "Run", paths: list[str], shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Those of a trained model's bare weights that hold images: the first of each, uint8
    [C, H, W], from its darkest value to its brightest."""
    found = {}
    for path, weight in run.load().named_parameters() if paths else []:
        if path in paths and weight.shape[-1] == np.prod(shape):
            image = weight.detach().numpy().reshape(-1, *shape)[0]
            low, high = image.min(), image.max()
            found[path] = (255 * (image - low) / max(high - low, 1e-12)).astype(np.uint8)
    return found


def strip(study: "Measuring", run: "Run") -> np.ndarray:
    """The first images of each digit, uint8 [STRIP, classes, C, H, W]: asked for or, of a model
    that cannot be asked, read by the judge; mean grey where there are too few."""
    images, labels = run.samples
    classes = min(study.data.classes, MOST_CLASSES)
    if not run.conditional:
        images, labels = images[:READ], study.readings(run).digits[:READ]
    cells = np.full((STRIP, classes, *images.shape[1:]), 127, np.uint8)
    for k in range(classes):
        first = images[labels == k][:STRIP]
        cells[: len(first), k] = first
    return cells
