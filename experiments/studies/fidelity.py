"""How near are generated images to real ones, as distributions?

Everything is measured in the features of one judge against one reference, the test
split, with the same n for every row; the floor is real training images in place of
generated ones, scored in the same way.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.evaluation import bootstrap, labels, pictures
from experiments.evaluation.distances import frechet, kid
from experiments.evaluation.manifold import Manifold, manifold, radii
from experiments.figures import Theme, label_lines, panels, save_chart, save_picture, sheet, title
from experiments.figures import style as look_of
from experiments.judges.judge import read
from experiments.results import REAL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.runs.run import Run
    from experiments.studies import Context

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
    def of(cls, study: "Context", n: int, k: int) -> "Reference":
        """``n`` images, of which the first ``k`` serve the manifold metrics."""
        images = drawn(study.data.x_test, n, TEST)
        features = read(study.judges.features, images)[0]
        resampled = bootstrap.resampled_moments(features, bootstrap.REFERENCE)
        return cls(images, features, radii(features[:k]), resampled)


@dataclass(frozen=True)
class Measured:
    """One run's numbers, and its resamples for the intervals of differences."""

    model: str
    seed: int | None
    values: dict[str, float]
    replicates: dict[str, np.ndarray]


def run(study: "Context") -> None:
    data, sizes = study.data, study.profile.evaluation
    n = min(MOST, len(data.x_test), len(data.x_train), sizes.samples)
    k = min(n, sizes.manifold_images)
    reference = Reference.of(study, n, k)
    measured = [score(study, reference, None)]
    measured += [score(study, reference, made) for made in study.each(study.finished, 0.8)]
    differences(study, measured, {"frechet": n, **dict.fromkeys(MANIFOLD, k)})
    steps = ladder(study, reference)

    table = pd.DataFrame([{"model": m.model, "seed": m.seed, **m.values} for m in measured])
    table = table.astype({"seed": "Int64"})
    draw_distances(study, table, n)
    draw_precision_and_recall(study, table, k)
    draw_ladder(study, steps)


def drawn(images: np.ndarray, n: int, step: int) -> np.ndarray:
    """``n`` random images: files may be in an order of their own."""
    return images[np.random.default_rng([0, DRAW, step]).permutation(len(images))[:n]]


def score(study: "Context", reference: Reference, made: "Run | None") -> Measured:
    """Measure the samples of one run, or the floor (None), and write the rows."""
    n = len(reference.images)
    if made:
        model, seed, images = made.model, made.seed, drawn(made.samples[0], n, GENERATED)
    else:
        model, seed, images = REAL, None, drawn(study.data.x_train, n, FLOOR)
    features = read(study.judges.features, images)[0]
    probabilities = read(study.judges.labels, images)[1]
    k = len(reference.radii)
    neighbours = manifold(reference.features[:k], features[:k], real_radii=reference.radii)
    values = {
        "frechet": frechet(features, reference.features),
        "kid": kid(features, reference.features),
        "inception_score": labels.inception_score(probabilities),
        "sharpness": pictures.sharpness(images, reference.images),
        # Classes as read, so that unconditional models and the floor count alike.
        "diversity": pictures.diversity(features, probabilities.argmax(1)),
        **neighbours.means(),
    }
    # Each row names the judges that made it: other judges, other distances.
    name = (f"{made.name};" if made else "") + f"judge={study.judges.sha256[:8]}"
    for metric, value in values.items():
        count = k if metric in MANIFOLD else n
        study.table.add(model, metric, value, n=count, seed=seed, run=name)
    resamples = replicates(features, reference, neighbours, values) if made else {}
    return Measured(model, seed, values, resamples)


def replicates(
    features: np.ndarray, reference: Reference, neighbours: Manifold, values: dict[str, float]
) -> dict[str, np.ndarray]:
    """Resamples of one run's images: of both sides for the Frechet distance, of the side
    that a manifold metric is a mean over for the others."""
    found = {"frechet": bootstrap.replicate_frechet(features, reference.resampled)}
    for metric in MANIFOLD:
        found[metric] = bootstrap.replicate_mean(getattr(neighbours, metric))
    return {
        metric: bootstrap.centred(resamples, values[metric]) for metric, resamples in found.items()
    }


def differences(study: "Context", measured: list[Measured], n: dict[str, int]) -> None:
    """Rows ``bound=low|high;minus=<other model>``: the 95 % interval of what a model has
    more than another. No ranking where it contains 0."""
    models = [m for m in study.models if any(row.model == m for row in measured)]
    for metric, count in n.items():
        stacked = {
            model: np.stack([m.replicates[metric] for m in measured if m.model == model])
            for model in models
        }
        for a, b in combinations(models, 2):
            ends = bootstrap.interval_of_difference(stacked[a], stacked[b])
            for bound, value in zip(("low", "high"), ends, strict=True):
                study.table.add(a, metric, value, n=count, bound=bound, minus=b)


def ladder(study: "Context", reference: Reference) -> pd.DataFrame:
    """Frechet distances of real training images, spoiled more and more, to the test split.

    On fewer images than the headline rows, and so only comparable among themselves;
    strength 0 is their floor.
    """
    from experiments.evaluation.corruptions import CORRUPTIONS, STRENGTHS, corrupt

    n = min(LADDER_IMAGES, len(reference.images))
    clean = drawn(study.data.x_train, n, FLOOR)
    near = reference.features[:n]
    start = frechet(read(study.judges.features, clean)[0], near)
    study.table.add(REAL, "frechet", start, n=n, corruption="none", strength=0)
    rows: list[dict[str, Any]] = []
    for kind in study.each(CORRUPTIONS, 0.2):
        rows.append({"corruption": kind, "strength": 0, "frechet": start})
        for strength in STRENGTHS:
            features = read(study.judges.features, corrupt(clean, kind, strength))[0]
            value = frechet(features, near)
            study.table.add(REAL, "frechet", value, n=n, corruption=kind, strength=strength)
            rows.append({"corruption": kind, "strength": strength, "frechet": value})
    return pd.DataFrame(rows)


def dots(axes: "Axes", theme: Theme, table: pd.DataFrame, metric: str, models: list[str]) -> None:
    """A row per model with a dot per seed; the number above is the median."""
    for row, model in enumerate(models):
        values = table[table.model == model][metric]
        marker = look_of(model).marker
        axes.plot(
            values, [row] * len(values), marker, color=theme.colour(model), alpha=0.75, ms=5.5
        )
        axes.annotate(
            f"{values.median():#.3g}", (values.median(), row), xytext=(0, 5.5),
            textcoords="offset points", ha="center", color=theme.ink, fontsize=9,
        )  # fmt: skip
    axes.set_yticks(range(len(models)), [title(model) for model in models])
    axes.set_ylim(len(models) - 0.6, -0.8)
    axes.margins(x=0.12)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")


def draw_distances(study: "Context", table: pd.DataFrame, n: int) -> None:
    """The Frechet distance of each model, the floor as a line."""
    floor = float(table[table.model == REAL]["frechet"].iloc[0])
    medians = table[table.model != REAL].groupby("model")["frechet"].median().sort_values()

    def draw(theme: Theme) -> "Figure":
        figure, axes = panels(height=0.9 + 0.42 * len(medians))
        axes.set_xscale("log")
        axes.axvline(floor, **look_of(REAL).plot(theme))
        dots(axes, theme, table, "frechet", [str(model) for model in medians.index])
        axes.set_xlabel(f"Fréchet distance to real test images (dotted: real images, {floor:.2g})")
        plain_numbers(axes.xaxis)
        return figure

    told = ", ".join(
        f"{title(str(model))} {value:.3g} ({value / floor:.3g} times the floor)"
        for model, value in medians.items()
    )
    save_chart(
        study, "frechet", draw, n=n, data=table[["model", "seed", "frechet"]],
        alt=f"Fréchet distance to real test images, median over seeds, nearest first: {told}; "
        f"real training images, the floor, {floor:.2g}.",
    )  # fmt: skip


def draw_precision_and_recall(study: "Context", table: pd.DataFrame, k: int) -> None:
    """How much of what is generated looks real, and how much of what is real is reached."""
    models = list(dict.fromkeys(table.model))
    titles = {
        "manifold_precision": "Precision", "manifold_recall": "Recall",
        "density": "Density", "coverage": "Coverage",
    }  # fmt: skip

    def draw(theme: Theme) -> "Figure":
        figure, grid = panels(2, 2, height=1.4 + 0.5 * len(models), sharey=True)
        for axes, (metric, name) in zip(grid.flat, titles.items(), strict=True):
            dots(axes, theme, table, metric, models)
            axes.set_title(name)
        return figure

    medians = table.groupby("model", sort=False)[list(titles)].median()
    told = "; ".join(
        f"{title(str(model))} " + ", ".join(f"{value:.2f}" for value in row)
        for model, row in zip(medians.index, medians.to_numpy(), strict=True)
    )
    save_chart(
        study, "precision-recall", draw, n=k, data=table[["model", "seed", *titles]],
        alt=f"Manifold precision, recall, density and coverage, median over seeds: {told}.",
    )  # fmt: skip


def draw_ladder(study: "Context", steps: pd.DataFrame) -> None:
    """The distance over the strength of each corruption, and what the corruptions look like."""
    from experiments.evaluation.corruptions import CORRUPTIONS, STRENGTHS, corrupt

    n = min(LADDER_IMAGES, len(study.data.x_test))
    markers = dict(zip(CORRUPTIONS, "osD^v", strict=True))
    dashes = dict(zip(CORRUPTIONS, ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1))), strict=True))

    def draw(theme: Theme) -> "Figure":
        figure, axes = panels(height=3.2)
        axes.set_yscale("log")
        ends = []
        for kind, rows in steps.groupby("corruption", sort=False):
            axes.plot(rows.strength, rows.frechet, marker=markers[str(kind)], ms=4,
                      linestyle=dashes[str(kind)], color=theme.muted)  # fmt: skip
            ends.append((rows.strength.iloc[-1], rows.frechet.iloc[-1], str(kind), theme.ink))
        axes.set_xticks([0, *STRENGTHS])
        axes.set_xlabel("strength of the corruption (0: untouched)")
        axes.set_ylabel("Fréchet distance")
        plain_numbers(axes.yaxis)
        label_lines(axes, theme, ends)
        return figure

    kinds = [rows for _, rows in steps.groupby("corruption")]
    rises = sum(bool((rows.frechet.diff().dropna() > 0).all()) for rows in kinds)
    save_chart(
        study, "ladder", draw, n=n, data=steps, models=[REAL], seeds=[],
        alt=f"The Fréchet distance rises with every step of {rises} of {len(kinds)} corruptions of "
        "real images: " + ", ".join(CORRUPTIONS) + ".",
    )  # fmt: skip
    shown = pictures.clearest(drawn(study.data.x_train, n, FLOOR)[:CLEAREST_OF])[None]
    grid = [
        np.concatenate([shown, *(corrupt(shown, kind, strength) for strength in STRENGTHS)])
        for kind in CORRUPTIONS
    ]
    picture = sheet(np.stack(grid), list(CORRUPTIONS), ["0", *map(str, STRENGTHS)])
    alt = (
        f"One real image, the one of most contrast among {CLEAREST_OF}, untouched on the left, "
        f"under {len(CORRUPTIONS)} corruptions that rise."
    )
    save_picture(study, "ladder-images", picture, alt=alt, n=1, models=[REAL], seeds=[])


def plain_numbers(axis: Any) -> None:
    """0.1, 1, 10 in place of powers of ten; minor ticks named only where decades are few."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    low, high = axis.get_view_interval()
    axis.set_major_locator(LogLocator(subs=(1.0,) if high / low > 30 else (1.0, 2.0, 5.0)))
    axis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.set_minor_formatter(NullFormatter())
