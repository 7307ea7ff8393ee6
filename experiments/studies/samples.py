"""Samples: what do the models draw, beside real images, and is any of it copied?

Every picture shows random samples, drawn with a fixed seed; none is chosen by its looks.
Unconditional models were asked for no digit: theirs are sorted by what the judge reads.
"""

from typing import TYPE_CHECKING

import numpy as np

from experiments.evaluation.manifold import squared_distances
from experiments.evaluation.pictures import memorisation, near_copy
from experiments.figures import save_picture, sheet, title
from experiments.judges.judge import read

if TYPE_CHECKING:
    from experiments.runs.run import Run
    from experiments.studies import Context

COLUMNS = 8  # images per class, and samples whose neighbours are shown
MOST_CLASSES = 10  # of a dataset of one's own with more, the first ones are drawn
PICTURE, NEIGHBOUR, SUBSET = 10, 11, 12  # streams of random numbers: (0, stream, step)
MEASURED = 2000  # images behind each memorisation value: to within 0.01, at a fifth of the time


def run(study: "Context") -> None:
    first = first_runs(study)
    images, labels = study.data.x_test, study.data.y_test
    by_class(study, "real", images, labels, [])
    rows = {"real": (images, labels)}
    for model, made in first.items():
        images, asked = made.samples
        rows[model] = images, asked if made.conditional else read_digits(study, images)
        by_class(study, model, *rows[model], [made.seed])
    comparison(study, rows, sorted({made.seed for made in first.values()}))
    neighbours(study, first)


def first_runs(study: "Context") -> "dict[str, Run]":
    """The first seed of each model that did not diverge."""
    runs: dict[str, Run] = {}
    for made in study.finished:
        runs.setdefault(made.model, made)
    return runs


def read_digits(study: "Context", images: np.ndarray) -> np.ndarray:
    """What the label judge reads [N]."""
    return read(study.judges.labels, images)[1].argmax(1)


def draw_by_class(
    images: np.ndarray, labels: np.ndarray, classes: int, each: int, step: int
) -> tuple[np.ndarray, np.ndarray]:
    """``each`` random images per class: [classes, each, C, H, W], and which cells are filled.

    A model that lost a class has too few of it: its cells stay empty, of mean grey.
    """
    rng = np.random.default_rng([0, PICTURE, step])
    cells = np.full((classes, each, *images.shape[1:]), 127, np.uint8)
    filled = np.zeros((classes, each), bool)
    for k in range(classes):
        chosen = rng.permutation(np.flatnonzero(labels == k))[:each]
        cells[k, : len(chosen)], filled[k, : len(chosen)] = images[chosen], True
    return cells, filled


def by_class(
    study: "Context", model: str, images: np.ndarray, labels: np.ndarray, seeds: list[int]
) -> None:
    """One row per class, one picture per model."""
    classes = min(study.data.classes, MOST_CLASSES)
    cells, filled = draw_by_class(images, labels, classes, COLUMNS, step=0)
    lost = ", ".join(str(k) for k in np.flatnonzero(~filled.any(1)))
    conditional = any(made.model == model and made.conditional for made in study.runs)
    if model == "real":
        alt = f"{COLUMNS} random real test images of each class."
    elif conditional:
        shown = read_digits(study, cells[filled])
        agree = (shown == np.nonzero(filled)[0]).mean()
        alt = (
            f"{COLUMNS} random images by the {title(model)} of each class it was asked for; "
            f"the judge reads {agree:.0%} of them as that class."
        )
    else:
        alt = f"Random images by the {title(model)}, in rows by the class that the judge reads"
        alt += f"; it finds no {lost}." if lost else "; it finds every class."
    picture = sheet(cells, [str(k) for k in range(classes)])
    save_picture(
        study, f"by-class-{model}", picture, alt=alt, n=int(filled.sum()), seeds=seeds,
        models=[model],
    )  # fmt: skip


def comparison(
    study: "Context", rows: dict[str, tuple[np.ndarray, np.ndarray]], seeds: list[int]
) -> None:
    """One row per model, the same classes in the same places."""
    classes = min(study.data.classes, MOST_CLASSES)
    drawn = [draw_by_class(*row, classes, 1, step=1)[0][:, 0] for row in rows.values()]
    picture = sheet(np.stack(drawn), [title(model) for model in rows])
    names = ", ".join(title(model) for model in rows if model != "real")
    alt = f"One random image of each class: real ones above, then by {names}, one row each."
    save_picture(study, "comparison", picture, alt=alt, n=len(rows) * classes, seeds=seeds)


def neighbours(study: "Context", first: "dict[str, Run]") -> None:
    """The nearest training images of random samples, and how many samples are copies."""
    judge, train = study.judges.features, study.data.x_train
    train_features = read(judge, train)[0]
    test = subset(study.data.x_test)
    test_features = read(judge, test)[0]
    limit = near_copy(test_features, train_features)
    # 5 % by definition, up to ties: the row that the others are held against.
    floor = memorisation(test_features, train_features, limit)
    study.table.add("real", "memorisation", floor, n=len(test))
    draw_neighbours(study, "real", test, train_features, [])
    for made in study.each(study.finished):
        images = subset(made.samples[0])
        share = memorisation(read(judge, images)[0], train_features, limit)
        study.table.add(
            made.model, "memorisation", share, n=len(images), seed=made.seed, run=made.name
        )
        if made is first[made.model]:
            draw_neighbours(study, made.model, images, train_features, [made.seed])


def subset(images: np.ndarray) -> np.ndarray:
    """At most `MEASURED` random images."""
    rng = np.random.default_rng([0, SUBSET, 0])
    return images[rng.permutation(len(images))[:MEASURED]]


def draw_neighbours(
    study: "Context", model: str, images: np.ndarray, train_features: np.ndarray, seeds: list[int]
) -> None:
    """Random samples above, the nearest training image of each below: in the judge's features
    and pixel by pixel."""
    train = study.data.x_train
    rng = np.random.default_rng([0, NEIGHBOUR, 0])
    shown = images[rng.permutation(len(images))[:COLUMNS]]
    features = read(study.judges.features, shown)[0]
    in_features = squared_distances(features, train_features).argmin(1)
    in_pixels = nearest_pixels(shown, train)
    copies = int((shown == train[in_pixels]).all((1, 2, 3)).sum())
    picture = sheet(
        np.stack([shown, train[in_features], train[in_pixels]]),
        ["Real, test" if model == "real" else title(model), "by features", "by pixels"],
    )
    alt = (
        f"{len(shown)} random {'real test images' if model == 'real' else title(model) + ' images'}"
        f", each above its nearest training images by features and by pixels; {copies} of "
        f"{len(shown)} {'is' if copies == 1 else 'are'} equal to a training image."
    )
    save_picture(
        study, f"neighbours-{model}", picture, alt=alt, n=len(shown), seeds=seeds, models=[model]
    )


def nearest_pixels(images: np.ndarray, train: np.ndarray, chunk: int = 10_000) -> np.ndarray:
    """Index [N] of the nearest training image by Euclidean distance of pixels."""
    flat = images.reshape(len(images), -1).astype(np.float32)
    parts = []
    for start in range(0, len(train), chunk):
        others = train[start : start + chunk].reshape(-1, flat.shape[1]).astype(np.float32)
        # Without the images' own norm, which is the same for every training image.
        parts.append((others**2).sum(1) - 2 * flat @ others.T)
    return np.concatenate(parts, axis=1).argmin(1)
