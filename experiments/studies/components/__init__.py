"""How many components does probabilistic PCA need, and from where on do more hardly pay?

Every count is a run of its own, fitted to the whole training split. What depends on sampling
is measured for each seed, and every count draws from the same noise, of which it uses as many
numbers as it has components.

The likelihood is exact: a density of pixels in [-1, 1] under a Gaussian, in nats per image.
It may be compared between counts of components on one dataset and with nothing else, since
another observation model (a VAE's Bernoulli) measures in other units.
"""

import numpy as np

from experiments.profile import Profile
from experiments.studies.needs import Needs, RunNeed
from experiments.support.layout import Layout

MODEL = "ppca"
COUNTS = [2**power for power in range(1, 10)]  # 2 to 512


def needs(profile: Profile, dataset: str, layout: Layout) -> Needs:
    """A run for each count that the data allow, without samples; none without the model."""
    from experiments.data.dataset import load_labels
    from experiments.support.files import read_json

    if MODEL not in profile.models:
        return Needs(readings=False)
    labels = load_labels(layout, dataset)
    pixels = 32 * 32 * read_json(layout.data_receipt(dataset))["channels"]
    limited = profile.model_settings(MODEL, dataset).get("train_size") is not None
    whole = (("train_size", len(labels)),) if limited else ()
    runs = (
        RunNeed(MODEL, profile.seeds[0], (("components", count), *whole))
        for count in allowed(labels, pixels)
    )
    return Needs(tuple(runs), readings=False, judges=True)


def allowed(labels: np.ndarray, pixels: int) -> list[int]:
    """The counts for which every class has images enough.

    N images vary in N - 1 directions, of which one at least has to be left for the
    observation noise: without it there is no density.
    """
    fewest = min(int(np.bincount(labels)[np.unique(labels)].min()), pixels)
    return [count for count in COUNTS if count < fewest - 1]
