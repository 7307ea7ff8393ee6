"""Distances and manifold metrics of every run and of the floor, and the corruption ladder."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.evaluation import bootstrap, labels, pictures
from experiments.evaluation.corruptions import CORRUPTIONS, STRENGTHS, corrupt
from experiments.evaluation.distances import frechet, kid
from experiments.evaluation.manifold import Manifold, manifold, radii
from experiments.judges.judge import read
from experiments.results import REAL
from experiments.support.random import rng

if TYPE_CHECKING:
    from experiments.judges.readings import Readings
    from experiments.runs.run import Run
    from experiments.studies.measuring import Measuring

MOST = 10_000
LADDER_IMAGES = 2000
CLEAREST_OF = 100  # images among which the one that shows the ladder is chosen
MANIFOLD = ("density", "coverage", "manifold_precision", "manifold_recall")

DRAW = 10  # stream of random numbers: which images are measured, of
TEST, FLOOR, GENERATED = 0, 1, 2


@dataclass(frozen=True)
class Reference:
    """Real test images, with what is needed of them again and again."""

    images: np.ndarray
    features: np.ndarray
    radii: np.ndarray
    resampled: list[bootstrap.Moments]

    @classmethod
    def of(cls, study: "Measuring") -> "Reference":
        """As many images as every split and every run has; the first ones serve the manifold
        metrics."""
        data, sizes = study.data, study.profile.evaluation
        n = min(MOST, len(data.x_test), len(data.x_train), sizes.samples)
        chosen = drawn(len(data.x_test), n, TEST)
        features = study.real["test"].features[chosen].astype(float)
        resampled = bootstrap.resampled_moments(features, rng(0, "fidelity/reference"))
        near = radii(features[: min(n, sizes.manifold_images)])
        return cls(data.x_test[chosen], features, near, resampled)


def measure_run(study: "Measuring", run: "Run") -> None:
    reference, name = reference_of(study), f"{run.name};{study.judge_name}"
    chosen = drawn(len(run.samples[0]), len(reference.images), GENERATED)
    readings = study.readings(run).take(chosen)
    values, neighbours = score(reference, run.samples[0][chosen], readings)
    errors = standard_errors(reference, readings, neighbours, run)
    for metric, value in values.items():
        n = count(reference, metric)
        study.table.add(run.model, metric, value, n=n, seed=run.seed, run=name)
        if metric in errors:
            study.table.add(
                run.model, metric, errors[metric], n=n, seed=run.seed, run=name,
                bootstrap="standard_error",
            )  # fmt: skip


def measure(study: "Measuring") -> None:
    """The floor and the ladder."""
    reference, images = reference_of(study), study.data.x_train
    chosen = drawn(len(images), len(reference.images), FLOOR)
    values, _ = score(reference, images[chosen], study.real["train"].take(chosen))
    for metric, value in values.items():
        study.table.add(REAL, metric, value, n=count(reference, metric), run=study.judge_name)
    study.keep("ladder", ladder(study, reference, chosen))
    among = images[chosen[:CLEAREST_OF]]
    study.keep("rungs", rungs(pictures.clearest(among)))
    study.keep("among", np.array(len(among)))


def reference_of(study: "Measuring") -> Reference:
    """Made once for all runs."""
    if "reference" not in study.shared:
        study.shared["reference"] = Reference.of(study)
    return study.shared["reference"]


def drawn(total: int, n: int, step: int) -> np.ndarray:
    """The indices of ``n`` random images of ``total``: files may be in an order of their own."""
    return np.random.default_rng([0, DRAW, step]).permutation(total)[:n]


def count(reference: Reference, metric: str) -> int:
    """The number of images behind a value."""
    return len(reference.radii if metric in MANIFOLD else reference.images)


def score(
    reference: Reference, images: np.ndarray, readings: "Readings"
) -> tuple[dict[str, float], Manifold]:
    """The numbers of images uint8 [n, C, H, W] with their readings, as many as the reference
    has, and what each image adds to the manifold metrics."""
    features = readings.features.astype(float)
    k = len(reference.radii)
    neighbours = manifold(reference.features[:k], features[:k], real_radii=reference.radii)
    values = {
        "frechet": frechet(features, reference.features),
        "kid": kid(features, reference.features),
        "inception_score": labels.inception_score(readings.probabilities),
        "sharpness": pictures.sharpness(images, reference.images),
        # Classes as read, so that unconditional models and the floor count alike.
        "diversity": pictures.diversity(features, readings.digits),
        **neighbours.means(),
    }
    return values, neighbours


def standard_errors(
    reference: Reference, readings: "Readings", neighbours: Manifold, run: "Run"
) -> dict[str, float]:
    """What the draw of images moves: of both sides for the Frechet distance, of the side that a
    manifold metric is a mean over for the others."""
    stream = rng(run.seed, "fidelity/bootstrap", run.model)
    features = readings.features.astype(float)
    found = {"frechet": bootstrap.replicate_frechet(features, reference.resampled, stream)}
    for metric in MANIFOLD:
        found[metric] = bootstrap.replicate_mean(getattr(neighbours, metric), stream)
    return {metric: bootstrap.standard_error(values) for metric, values in found.items()}


def ladder(study: "Measuring", reference: Reference, chosen: np.ndarray) -> pd.DataFrame:
    """Frechet distances of real training images, spoiled more and more, to the test split.

    On fewer images than the headline rows, and so only comparable among themselves;
    strength 0 is their floor. ``chosen``: random training images.
    """
    n = min(LADDER_IMAGES, len(reference.images))
    clean, near = chosen[:n], reference.features[:n]
    start = frechet(study.real["train"].features[clean], near)
    study.table.add(REAL, "frechet", start, n=n, corruption="none", strength=0)
    rows: list[dict[str, Any]] = []
    for kind in study.each(CORRUPTIONS, 0.3):
        rows.append({"corruption": kind, "strength": 0, "frechet": start})
        for strength in STRENGTHS:
            images = corrupt(study.data.x_train[clean], kind, strength)
            value = frechet(read(study.judges.features, images)[0], near)
            study.table.add(REAL, "frechet", value, n=n, corruption=kind, strength=strength)
            rows.append({"corruption": kind, "strength": strength, "frechet": value})
    return pd.DataFrame(rows)


def rungs(image: np.ndarray) -> np.ndarray:
    """One image uint8 [C, H, W], untouched and under every corruption at every strength:
    [corruptions, 1 + strengths, C, H, W]."""
    shown = image[None]
    return np.stack(
        [
            np.concatenate([shown, *(corrupt(shown, kind, strength) for strength in STRENGTHS)])
            for kind in CORRUPTIONS
        ]
    )
