"""A strip of samples and a drawing of the networks, for each model."""

import re
from typing import TYPE_CHECKING

from experiments.figures import Theme, save_chart, save_picture, sheet, title
from experiments.figures.architecture import Shown, draw_architecture
from experiments.figures.network import TOLD, Block, Network, from_frame

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.studies.drawing import Drawing


def draw(study: "Drawing") -> None:
    for told in study.frame("models").itertuples():
        model = str(told.model)
        if told.finished:
            draw_strip(study, model, int(told.seed), bool(told.conditional))
        draw_networks(study, model, bool(told.finished))


def draw_strip(study: "Drawing", model: str, seed: int, conditional: bool) -> None:
    """``strip-<model>``: a column per digit."""
    cells = study.array(f"{model}-strip")
    each, classes = cells.shape[:2]
    what = f"{each} random images by the {title(model)} of each digit, a column each" + (
        "." if conditional else ": it was asked for none, the judge reads them so."
    )
    save_picture(
        study, f"strip-{model}", sheet(cells, columns=[str(k) for k in range(classes)]), alt=what,
        n=each * classes, seeds=[seed], models=[model],
    )  # fmt: skip


def draw_networks(study: "Drawing", model: str, finished: bool) -> None:
    """``architecture-<model>``: the networks of a model as its run built them; without a
    finished run a real image stands where its own would."""
    frame, real = study.frame(f"{model}-blocks"), study.array("real")
    rows = from_frame(frame)
    images = {
        block.path: study.array(name)
        for row in rows
        for block in row.blocks
        if (name := f"{model}-weight-{block.path}") in study.kept
    }
    shown = Shown(
        real,
        study.array(f"{model}-drawn") if finished else real,
        int(study.array(f"{model}-latent")),
        images,
    )

    def chart(theme: Theme) -> "Figure":
        return draw_architecture(theme, theme.colour(model), rows, shown)

    total = sum(row.weights for row in rows)
    told = " ".join(in_words(row) for row in rows)
    save_chart(
        study, f"architecture-{model}", chart, n=1, data=frame[TOLD], seeds=[], models=[model],
        alt=f"Architecture of the {title(model)}, {total:,} weights. {told}",
    )  # fmt: skip


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
