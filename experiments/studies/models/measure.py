"""Models: what each is made of, how many weights it has, and a strip of what it draws.

The drawing of an architecture comes from the module, which is watched at work; a model of
one's own is drawn in the same way. Samples are the first of a run's file, which are random.
"""

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch

from experiments.evaluation.pictures import clearest
from experiments.figures import save_chart, save_picture, sheet, title
from experiments.figures.architecture import Shown, draw_architecture
from experiments.figures.network import Block, Network, networks
from experiments.runs import weights
from experiments.studies.samples import read_digits

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.figures import Theme
    from experiments.runs.run import Run
    from experiments.studies import Context

STRIP = 3  # samples of each digit
READ = 1000  # images in which the judge looks for them, if a model cannot be asked
CLEAREST_OF = 100  # images among which the one of most contrast stands in the drawings
MOST_CLASSES = 10  # of a dataset of one's own with more, the first ones are drawn


def run(study: "Context") -> None:
    torch.set_num_threads(1)
    for made in study.finished:
        for part, number in made.receipt["parameters"].items():
            condition = {} if part == "total" else {"part": part}
            study.table.add(
                made.model, "parameters", number, n=made.receipt["images"], seed=made.seed,
                run=made.name, **condition,
            )  # fmt: skip
    for model in study.each(study.models):
        runs = [made for made in study.runs if made.model == model]
        finished = [made for made in runs if made.name not in study.failed]
        if finished:
            draw_strip(study, finished[0])
        draw(study, (finished or runs)[0])


def draw_strip(study: "Context", made: "Run") -> None:
    """``strip-<model>``: a column per digit, asked for or, of a model that cannot be asked, read
    by the judge; a cell of mean grey where there are too few."""
    images, labels = made.samples
    classes = min(study.data.classes, MOST_CLASSES)
    if not made.conditional:
        images = images[:READ]
        labels = read_digits(study, images)
    cells = np.full((STRIP, classes, *images.shape[1:]), 127, np.uint8)
    for k in range(classes):
        first = images[labels == k][:STRIP]
        cells[: len(first), k] = first
    picture = sheet(cells, columns=[str(k) for k in range(classes)])
    what = f"{STRIP} random images by the {title(made.model)} of each digit, a column each" + (
        "." if made.conditional else ": it was asked for none, the judge reads them so."
    )
    save_picture(
        study, f"strip-{made.model}", picture, alt=what, n=STRIP * classes, seeds=[made.seed],
        models=[made.model],
    )  # fmt: skip


def draw(study: "Context", made: "Run") -> None:
    """``architecture-<model>``: the networks of a model as its run built them."""
    data = study.data
    model = weights.build(made.model, data.channels, data.classes, made.receipt["settings"])
    latent = model.latent_dim
    rows = networks(model, data.channels, data.classes)
    real = clearest(data.x_test[:CLEAREST_OF])
    failed = made.name in study.failed
    drawn = real if failed else clearest(made.samples[0][:CLEAREST_OF])
    bare = [block.path for row in rows for block in row.blocks if block.bare]
    shown = Shown(real, drawn, latent, {} if failed else pictures(made, bare, real.shape))

    def draw_in(theme: "Theme") -> "Figure":
        return draw_architecture(theme, theme.colour(made.model), rows, shown)

    total = sum(row.weights for row in rows)
    told = " ".join(in_words(row) for row in rows)
    save_chart(
        study, f"architecture-{made.model}", draw_in, n=1, data=as_table(rows), seeds=[],
        models=[made.model],
        alt=f"Architecture of the {title(made.model)}, {total:,} weights. {told}",
    )  # fmt: skip


def pictures(made: "Run", paths: list[str], shape: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Those of a trained model's bare weights that hold images: the first of each, uint8
    [C, H, W], from its darkest value to its brightest."""
    found = {}
    for path, weight in made.load().named_parameters() if paths else []:
        if path in paths and weight.shape[-1] == np.prod(shape):
            image = weight.detach().numpy().reshape(-1, *shape)[0]
            low, high = image.min(), image.max()
            found[path] = (255 * (image - low) / max(high - low, 1e-12)).astype(np.uint8)
    return found


def in_words(row: Network) -> str:
    """``Generator, 320,385 weights, from z, digit: linear to 128 × 4 × 4 (154,112); ...``."""
    entering = [{"noise": "z"}.get(kind, kind) for kind in ("noise", "image", "digit")
                if any(kind in block.inputs for block in row.blocks)]  # fmt: skip
    origin = f", from {', '.join(entering)}" if entering else ""
    layers = "; ".join(in_few_words(block, block in row.heads) for block in row.blocks)
    return f"{row.title}, {row.weights:,} weights{origin}: {layers}."


def in_few_words(block: Block, head: bool) -> str:
    shape = " × ".join(f"{side:,}" for side in block.shape)
    named = block.name and (block.bare or (head and len(block.shape) == 1))
    # No arrows: a screen reader would read them out.
    kind = re.sub(r"^conv (.*) ↑", r"transposed conv \1, stride ", block.kind)
    kind = kind.replace(" ↓", ", stride ")
    return f"{block.name + ', ' if named else ''}{kind} to {shape} ({block.weights:,})"


def as_table(rows: list[Network]) -> pd.DataFrame:
    """One line per block."""
    return pd.DataFrame(
        [
            {
                "network": row.title, "for_sampling": row.sampling, "layer": block.path,
                "kind": block.kind, "then": ", ".join(block.notes),
                "shape": "x".join(map(str, block.shape)), "weights": block.weights,
                "enters": ", ".join(sorted(block.inputs)),
            }
            for row in rows
            for block in row.blocks
        ]
    )  # fmt: skip
