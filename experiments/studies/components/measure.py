"""How many components does probabilistic PCA need, and from where on do more hardly pay?

A closed form takes seconds, so every count is fitted here, on the whole training split; no
run is read. What depends on sampling is measured for each seed, and every count draws from
the same noise, of which it uses as many numbers as it has components.

The likelihood is exact: a density of pixels in [-1, 1] under a Gaussian, in nats per image.
It may be compared between counts of components on one dataset and with nothing else, since
another observation model (a VAE's Bernoulli) measures in other units.
"""

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import torch

from experiments.data.pixels import to_float, to_uint8
from experiments.evaluation.distances import frechet
from experiments.evaluation.knee import knee
from experiments.evaluation.labels import class_accuracy
from experiments.figures import components as figures
from experiments.figures.components import MODEL, medians, rises
from experiments.judges.judge import read
from experiments.results import REAL
from experiments.runs.training import training_labels

if TYPE_CHECKING:
    from experiments.models.ppca import Model
    from experiments.studies import Context

COUNTS = [2**power for power in range(1, 10)]  # 2 to 512
IMAGES = 5000  # behind each distance and accuracy, if there are as many test images
MOST_CLASSES = 10  # columns of the strip
KNEES = ("log_likelihood", "frechet")

TEST, FLOOR, NOISE, STRIP = range(20, 24)  # streams of random numbers


def run(study: "Context") -> None:
    counts = allowed(study.data.y_train, study.data.x_train[0].size)
    if MODEL not in study.models or not counts:
        return
    torch.set_num_threads(1)  # the seconds are those of one thread
    n = min(
        IMAGES, study.profile.evaluation.samples, len(study.data.x_test), len(study.data.x_train)
    )
    reference = read(study.judges.features, drawn(study.data.x_test, n, TEST))[0]
    floor = real_rows(study, reference)
    train = to_float(study.data.x_train)
    rows: list[dict[str, Any]] = []
    shown = []
    for count in study.each(counts):
        model, fitted = fit(study, count, train)
        rows += [
            {**fitted, **sample(study, model, reference, seed)} for seed in study.profile.seeds
        ]
        shown.append(strip(study, model))
    table = pd.DataFrame(rows)
    knees = knee_rows(study, table)
    figures.draw_quality(study, table, knees, floor, n)
    figures.draw_knees(study, table, knees, n)
    figures.draw_strip(study, table, np.stack(shown))


def allowed(labels: np.ndarray, pixels: int) -> list[int]:
    """The counts for which every class has images enough.

    N images vary in N - 1 directions, of which one at least has to be left for the grain:
    without grain there is no density.
    """
    fewest = min(int(np.bincount(labels)[np.unique(labels)].min()), pixels)
    return [count for count in COUNTS if count < fewest - 1]


def drawn(images: np.ndarray, n: int, stream: int) -> np.ndarray:
    """``n`` random images."""
    return images[np.random.default_rng([0, stream]).permutation(len(images))[:n]]


def real_rows(study: "Context", reference: np.ndarray) -> dict[str, float]:
    """The floor: what real images get of the same n, training ones for the distance."""
    n = len(reference)
    features = read(study.judges.features, drawn(study.data.x_train, n, FLOOR))[0]
    found = read(study.judges.labels, study.data.x_test)[1].argmax(1)
    floor = {
        "frechet": frechet(features, reference),
        "class_accuracy": class_accuracy(found, study.data.y_test),
    }
    for (metric, value), size in zip(floor.items(), (n, len(found)), strict=True):
        add(study, "none", metric, value, size, model=REAL)
    return floor


def fit(study: "Context", count: int, train: torch.Tensor) -> tuple["Model", dict[str, float]]:
    """A fitted model, and what does not depend on sampling: likelihood and fitting time."""
    from threadpoolctl import threadpool_limits

    from experiments.models import ppca

    data = study.data
    model = ppca.Model(data.channels, data.classes, ppca.Settings(components=count)).eval()
    with threadpool_limits(1):
        began = time.process_time()
        model.fit(train, torch.from_numpy(data.y_train))
        seconds = time.process_time() - began
    test = to_float(data.x_test), torch.from_numpy(data.y_test)
    likelihood = float(model.log_likelihood(*test).mean())
    add(study, count, "log_likelihood", likelihood, len(data.x_test))
    add(study, count, "fitting_seconds", seconds, len(train))
    return model, {
        "components": count, "log_likelihood": likelihood, "fitting_seconds": seconds
    }  # fmt: skip


def add(
    study: "Context", count: object, metric: str, value: float, n: int,
    seed: int | None = None, model: str = MODEL,
) -> None:  # fmt: skip
    """One row; it names the judges that made it."""
    judge = f"judge={study.judges.sha256[:8]}"
    study.table.add(model, metric, value, n=n, seed=seed, run=judge, components=count)


def noise(n: int, count: int, *key: int) -> torch.Tensor:
    """Noise [n, count]: the first ``count`` numbers of what every other count draws from."""
    rng = np.random.default_rng(key)
    return torch.from_numpy(rng.standard_normal((n, COUNTS[-1]), dtype=np.float32)[:, :count])


def sample(study: "Context", model: "Model", reference: np.ndarray, seed: int) -> dict[str, float]:
    """Draw with one seed and score: distance, accuracy, seconds for 1,000 images."""
    n, count = len(reference), model.settings.components
    asked = training_labels(study.data, n, seed)
    z, digits = noise(n, count, seed, NOISE), torch.from_numpy(asked)
    began = time.process_time()
    images = to_uint8(model.sample(z, digits))
    seconds = (time.process_time() - began) * 1000 / n
    found = read(study.judges.labels, images)[1].argmax(1)
    scores = {
        "frechet": frechet(read(study.judges.features, images)[0], reference),
        "class_accuracy": class_accuracy(found, asked),
        "sampling_seconds": seconds,
    }
    for metric, value in scores.items():
        add(study, count, metric, value, n, seed)
    return {"seed": seed, **scores}


def strip(study: "Context", model: "Model") -> np.ndarray:
    """One image of each class, uint8 [classes, C, 32, 32]."""
    classes = min(study.data.classes, MOST_CLASSES)
    z = noise(classes, model.settings.components, 0, STRIP)
    return to_uint8(model.sample(z, torch.arange(classes)))


def knee_rows(study: "Context", table: pd.DataFrame) -> dict[str, int]:
    """Where each curve bends: rows ``knee`` with the condition ``of=<metric>``."""
    curves, knees = medians(table), {}
    for metric in KNEES:
        found = knee(list(curves.index), list(curves[metric]), rises(metric))
        if found is not None:
            knees[metric] = found
            study.table.add(MODEL, "knee", found, n=len(curves), of=metric)
    return knees
