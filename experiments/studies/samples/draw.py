"""Sheets of random samples by class, one row of each model, and the nearest training images."""

from typing import TYPE_CHECKING

import numpy as np

from experiments.figures import save_picture, sheet, title
from experiments.results import REAL

if TYPE_CHECKING:
    from experiments.studies.drawing import Drawing


def draw(study: "Drawing") -> None:
    models = study.frame("models")
    by_class(study, REAL, [])
    neighbours(study, REAL, [])
    for row in models.itertuples():
        by_class(study, row.model, [row.seed], conditional=row.conditional)
        neighbours(study, row.model, [row.seed])
    comparison(study, [REAL, *models.model], sorted(set(models.seed)))


def by_class(study: "Drawing", model: str, seeds: list[int], *, conditional: bool = False) -> None:
    """One row per class, one picture per model."""
    cells, found = study.array(f"cells-{model}"), study.array(f"read-{model}")
    filled, classes = found >= 0, np.arange(len(cells))
    lost = ", ".join(str(k) for k in classes[~filled.any(1)])
    if model == REAL:
        alt = f"{cells.shape[1]} random real test images of each class."
    elif conditional:
        agree = (found == classes[:, None])[filled].mean()
        alt = (
            f"{cells.shape[1]} random images by the {title(model)} of each class it was asked "
            f"for; the judge reads {agree:.0%} of them as that class."
        )
    else:
        alt = f"Random images by the {title(model)}, in rows by the class that the judge reads"
        alt += f"; it finds no {lost}." if lost else "; it finds every class."
    save_picture(
        study, f"by-class-{model}", sheet(cells, [str(k) for k in classes]), alt=alt,
        n=int(filled.sum()), seeds=seeds, models=[model],
    )  # fmt: skip


def comparison(study: "Drawing", models: list[str], seeds: list[int]) -> None:
    """One row per model, the same classes in the same places."""
    rows = np.stack([study.array(f"one-{model}") for model in models])
    names = ", ".join(title(model) for model in models if model != REAL)
    alt = f"One random image of each class: real ones above, then by {names}, one row each."
    save_picture(
        study, "comparison", sheet(rows, [title(model) for model in models]), alt=alt,
        n=rows.shape[0] * rows.shape[1], seeds=seeds,
    )  # fmt: skip


def neighbours(study: "Drawing", model: str, seeds: list[int]) -> None:
    """Random samples above, the nearest training image of each below: in the judge's features
    and pixel by pixel."""
    images = study.array(f"neighbours-{model}")
    n, copies = images.shape[1], int((images[0] == images[2]).all((1, 2, 3)).sum())
    picture = sheet(
        images, ["Real, test" if model == REAL else title(model), "by features", "by pixels"]
    )
    alt = (
        f"{n} random {'real test images' if model == REAL else title(model) + ' images'}, each "
        f"above its nearest training images by features and by pixels; {copies} of {n} "
        f"{'is' if copies == 1 else 'are'} equal to a training image."
    )
    save_picture(study, f"neighbours-{model}", picture, alt=alt, n=n, seeds=seeds, models=[model])
