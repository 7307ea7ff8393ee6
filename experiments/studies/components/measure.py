"""Likelihood, distance, accuracy and seconds of each count of components, and the knee."""

import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch

from experiments.data.pixels import to_float, to_uint8
from experiments.evaluation.distances import frechet
from experiments.evaluation.knee import knee
from experiments.evaluation.labels import class_accuracy
from experiments.judges.judge import read
from experiments.results import REAL
from experiments.runs.samples import training_labels
from experiments.studies.components import COUNTS, MODEL
from experiments.studies.components.curves import medians, rises

if TYPE_CHECKING:
    from experiments.models.backbone import Generative
    from experiments.runs.run import Run
    from experiments.studies.measuring import Measuring

IMAGES = 5000  # behind each distance and accuracy, if there are as many test images
MOST_CLASSES = 10  # columns of the strip
KNEES = ("log_likelihood", "frechet")

TEST, FLOOR, NOISE, STRIP = range(20, 24)  # streams of random numbers


def measure_run(study: "Measuring", run: "Run") -> None:
    """All numbers of one count; ``quality`` has a row for each seed, ``strip`` an image of
    each class."""
    torch.set_num_threads(1)  # the seconds are those of one thread
    model, count = run.load(), run.receipt["settings"]["components"]
    data = study.data
    test = to_float(data.x_test), torch.from_numpy(data.y_test)
    fitted = {
        "log_likelihood": float(model.log_likelihood(*test).mean()),  # type: ignore[operator]
        "fitting_seconds": run.receipt["seconds"],
    }
    sizes = len(data.x_test), run.receipt["images"]
    for (metric, value), n in zip(fitted.items(), sizes, strict=True):
        add(study, metric, value, n, count, run)
    rows = []
    for seed in study.profile.seeds:
        scores = sample(study, model, seed)
        for metric, value in scores.items():
            add(study, metric, value, len(reference(study)), count, run, seed)
        rows.append({"components": count, **fitted, "seed": seed, **scores})
    study.keep("quality", pd.DataFrame(rows))
    classes = min(data.classes, MOST_CLASSES)
    z = noise(classes, model.latent_dim, 0, STRIP)
    study.keep("strip", to_uint8(model.sample(z, torch.arange(classes))))


def measure(study: "Measuring") -> None:
    """What real images get, and where the curves bend; nothing without a run."""
    kept = [study.of(run) for run in study.finished]
    if not kept:
        return
    real_rows(study)
    quality = pd.concat([part["quality"] for part in kept], ignore_index=True)
    knee_rows(study, quality)
    study.keep("quality", quality)
    study.keep("strip", np.stack([part["strip"] for part in kept]))


def reference(study: "Measuring") -> np.ndarray:
    """Features float64 [n, d] of random test images; n is that of every distance here."""
    if "reference" not in study.shared:
        data = study.data
        n = min(IMAGES, study.profile.evaluation.samples, len(data.x_test), len(data.x_train))
        study.shared["reference"] = drawn(study, "test", n, TEST)
    return study.shared["reference"]


def drawn(study: "Measuring", split: str, n: int, stream: int) -> np.ndarray:
    """Features float64 [n, d] of ``n`` random images of a split."""
    readings = study.real[split]
    chosen = np.random.default_rng([0, stream]).permutation(len(readings))[:n]
    return readings.take(chosen).features.astype(float)


def add(
    study: "Measuring", metric: str, value: float, n: int, count: object, run: "Run | None" = None,
    seed: int | None = None,
) -> None:  # fmt: skip
    """One row; it names the run and the judges that made it. Without a run: of real images."""
    name = (f"{run.name};" if run else "") + study.judge_name
    model = MODEL if run else REAL
    study.table.add(model, metric, value, n=n, seed=seed, run=name, components=count)


def real_rows(study: "Measuring") -> None:
    """What real images get of the same n, training ones for the distance."""
    n, test = len(reference(study)), study.real["test"]
    distance = frechet(drawn(study, "train", n, FLOOR), reference(study))
    add(study, "frechet", distance, n, "none")
    share = class_accuracy(test.digits, study.data.y_test)
    add(study, "class_accuracy", share, len(test), "none")


def noise(n: int, count: int, *key: int) -> torch.Tensor:
    """Noise [n, count]: the first ``count`` numbers of what every other count draws from."""
    rng = np.random.default_rng(key)
    return torch.from_numpy(rng.standard_normal((n, COUNTS[-1]), dtype=np.float32)[:, :count])


def sample(study: "Measuring", model: "Generative", seed: int) -> dict[str, float]:
    """Draw with one seed and score: distance, accuracy, seconds for 1,000 images."""
    n = len(reference(study))
    asked = training_labels(study.data, n, seed)
    z, digits = noise(n, model.latent_dim, seed, NOISE), torch.from_numpy(asked)
    began = time.process_time()
    images = to_uint8(model.sample(z, digits))
    seconds = (time.process_time() - began) * 1000 / n
    found = read(study.judges.labels, images)[1].argmax(1)
    return {
        "frechet": frechet(read(study.judges.features, images)[0], reference(study)),
        "class_accuracy": class_accuracy(found, asked),
        "sampling_seconds": seconds,
    }


def knee_rows(study: "Measuring", quality: pd.DataFrame) -> None:
    """Where each curve bends: rows ``knee`` with the condition ``of=<metric>``."""
    curves = medians(quality)
    for metric in KNEES:
        found = knee(list(curves.index), list(curves[metric]), rises(metric))
        if found is not None:
            study.table.add(MODEL, "knee", found, n=len(curves), of=metric)
