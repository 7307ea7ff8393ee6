"""Count the images, choose those to show, and ask the reader of the renderer."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.results import REAL
from experiments.studies.data import READER, RENDERED, SVHN

if TYPE_CHECKING:
    from experiments.studies.measuring import Measuring

MOST_CLASSES = 10  # of a dataset of one's own with more, the first ones are drawn
COLUMNS, BESIDE = 12, 5
SHEET, PAIRS = 40, 41  # streams of random numbers: (0, stream, step)


def measure(study: "Measuring") -> None:
    data = study.data
    count(study)
    classes = min(data.classes, MOST_CLASSES)
    rng = np.random.default_rng([0, SHEET, 0])
    study.keep("sheet", by_class(data.x_train, data.y_train, classes, COLUMNS, rng))
    if study.dataset == SVHN:
        beside_real_ones(study)
        transfer(study)
    elif study.dataset == RENDERED:
        right = study.real["test"].digits == data.y_test
        accuracy(study, float(right.mean()), RENDERED, len(right))


def count(study: "Measuring") -> None:
    """How many images of each class each split holds."""
    frame = pd.DataFrame(
        [
            {"split": split, "digit": digit, "images": images, "share": images / sum(numbers)}
            for split, numbers in study.data.counts().items()
            for digit, images in enumerate(numbers)
        ]
    )
    for row in frame.to_dict("records"):
        study.table.add(
            REAL, "images", row["images"], n=row["images"], split=row["split"], digit=row["digit"]
        )
    study.keep("counts", frame)


def by_class(
    images: np.ndarray, labels: np.ndarray, classes: int, each: int, rng: np.random.Generator
) -> np.ndarray:
    """``each`` random images per class, [classes, each, C, H, W]; with fewer, some come twice."""
    chosen = []
    for k in range(classes):
        members = np.flatnonzero(labels == k)
        chosen.append(images[rng.choice(members, each, replace=len(members) < each)])
    return np.stack(chosen)


def beside_real_ones(study: "Measuring") -> None:
    """Random real crops, and random rendered ones."""
    pairs = {"real": (study.data.x_test, study.data.y_test), "rendered": rendered(200)}
    for step, (name, crops) in enumerate(pairs.items()):
        rng = np.random.default_rng([0, PAIRS, step])
        study.keep(name, by_class(*crops, 10, BESIDE, rng))


def rendered(n: int) -> tuple[np.ndarray, np.ndarray]:
    """The first ``n`` test crops of the stand-in in canonical form."""
    from experiments.data import canonical
    from experiments.data import rendered as renderer

    return canonical.canonicalise(*renderer.render(n, renderer.TEST))


def transfer(study: "Measuring") -> None:
    """Two numbers of the renderer: its reader on real and on rendered test crops."""
    reader = study.reader(READER)
    for tested_on in (SVHN, RENDERED):
        accuracy(study, reader.accuracy[tested_on], tested_on, reader.n[tested_on])


def accuracy(study: "Measuring", value: float, tested_on: str, n: int) -> None:
    study.table.add(REAL, "accuracy", value, n=n, trained_on=RENDERED, tested_on=tested_on)
