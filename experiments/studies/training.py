"""Training: what do the losses do, how long does it take, how good is a model when?

Quality on the way is that of the averaged weights at the saved moments of each run, by the
same judges as everything else but with fewer images: Frechet distances here are a little
larger than those of the study `fidelity` and are compared only with each other. Where the
processor has bf16 it is used, which moves a distance by less than a thousandth of it.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import torch

from experiments import figures
from experiments.evaluation.distances import frechet, frechet_of_moments
from experiments.evaluation.labels import class_accuracy
from experiments.figures import charts, films
from experiments.figures.theme import title
from experiments.judges.judge import read
from experiments.runs import weights
from experiments.runs.training import sample_images, training_labels
from experiments.support import precision

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.figures import Theme
    from experiments.runs.run import Run
    from experiments.studies import Context

THRESHOLDS = (0.93, 0.976)
"""Class accuracies that others have reported for generated MNIST digits."""

LOSS_POINTS = 60  # rows of history kept for each loss and run in the published data
FLOOR = 20  # stream of random numbers: (0, stream)


@dataclass(frozen=True)
class Scored:
    """One moment of a run: when it was, and how good."""

    model: str
    seed: int
    moment: int
    images: int
    seconds: float
    frechet: float
    class_accuracy: float  # not a number for unconditional models


def run(study: "Context") -> None:
    torch.set_num_threads(1)
    headline_rows(study)
    draw_losses(study)
    draw_speed(study)
    floor = score_floor(study)
    scored = score_moments(study)
    table = pd.DataFrame([vars(moment) for moment in scored])
    if len(table):
        draw_quality(study, table, floor)
        draw_films(study, table)


def headline_rows(study: "Context") -> None:
    """Time and images of every run that ended well; one row ``failed`` of every other."""
    for made in study.runs:
        receipt = made.receipt
        numbers = {"failed": 1.0} if made.name in study.failed else {
            "training_seconds": receipt["seconds"],
            "training_images": receipt["images"],
            "images_per_second": receipt["images_per_second"],
        }  # fmt: skip
        for metric, value in numbers.items():
            study.table.add(
                made.model, metric, value, n=receipt["images"], seed=made.seed, run=made.name
            )


def score_floor(study: "Context") -> float:
    """The Frechet distance of as many random training images, and its row."""
    train, judge = study.data.x_train, study.judges.features
    n = min(study.profile.evaluation.trajectory_samples, len(train))
    draw = np.random.default_rng([0, FLOOR]).permutation(len(train))[:n]
    with half_precision():
        floor = frechet(read(judge, train[draw])[0], read(judge, study.data.x_test)[0])
    study.table.add("real", "frechet", floor, n=n, samples=n)
    return floor


def score_moments(study: "Context") -> list[Scored]:
    """Sample and score every saved moment of every run; their rows."""
    n = study.profile.evaluation.trajectory_samples
    with half_precision():
        features = read(study.judges.features, study.data.x_test)[0]
    real = features.mean(0), np.cov(features.T)
    scored = []
    for made in study.each(learnt(study), share=0.9):
        moments = score_run(study, made, real)
        for moment in moments:
            numbers = {"frechet": moment.frechet}
            if made.conditional:
                numbers["class_accuracy"] = moment.class_accuracy
            for metric, value in numbers.items():
                study.table.add(
                    made.model, metric, value, n=n, seed=made.seed, run=made.name,
                    images=moment.images, seconds=round(moment.seconds, 2),
                )  # fmt: skip
        for threshold in THRESHOLDS:
            first = first_at(moments, threshold)
            if first is not None:
                study.table.add(
                    made.model, f"seconds_to_class_accuracy_{threshold}", first.seconds, n=n,
                    seed=made.seed, run=made.name,
                )  # fmt: skip
        scored += moments
    return scored


def learnt(study: "Context") -> "list[Run]":
    """The finished runs that took steps: a closed form is there at once."""
    return [made for made in study.finished if not made.closed_form]


def score_run(study: "Context", made: "Run", real: tuple[np.ndarray, np.ndarray]) -> list[Scored]:
    """Every moment of one run against the mean and covariance of real features.

    Always the same noise and labels, so that a curve shows the model and not the draw.
    """
    n = study.profile.evaluation.trajectory_samples
    labels = training_labels(study.data, n, made.seed)
    model = made.load()
    scored = []
    for index, moment in enumerate(made.trajectory()):
        weights.load_state(model, moment.state, made.folder)
        accuracy = float("nan")
        with half_precision():
            images = sample_images(model, labels, made.seed)
            features = read(study.judges.features, images)[0]
            if made.conditional:
                accuracy = class_accuracy(read(study.judges.labels, images)[1].argmax(1), labels)
        distance = frechet_of_moments(features.mean(0), np.cov(features.T), *real)
        scored.append(
            Scored(
                made.model, made.seed, index, moment.images, moment.seconds, distance, accuracy
            )
        )  # fmt: skip
    return scored


def half_precision() -> torch.autocast:
    """Hundreds of thousands of images are drawn and read: bf16 where the processor has it."""
    return torch.autocast("cpu", torch.bfloat16, enabled=precision.precision("cpu") == "bf16")


def first_at(moments: list[Scored], threshold: float) -> Scored | None:
    """The first moment at or above ``threshold`` whose successor is too; None if never.

    No interpolation: between two moments nothing was measured.
    """
    for this, following in pairwise(moments):
        if min(this.class_accuracy, following.class_accuracy) >= threshold:
            return this
    return None


def draw_losses(study: "Context") -> None:
    for model in study.models:
        made = [each for each in study.runs if each.model == model and not each.closed_form]
        if not made:
            continue
        parts = []
        for each in made:
            history = each.history()
            losses = [name for name in history if name not in ("step", "images", "seconds", "loss")]
            kept = history.iloc[:: max(1, len(history) // LOSS_POINTS)]
            long = kept.melt(["images", "seconds"], losses, var_name="loss")
            parts.append(long.assign(seed=each.seed))
        data = pd.concat(parts, ignore_index=True)
        losses = list(dict.fromkeys(data["loss"]))
        units = "nats per image" if made[0].family == "vae" else "mean per image"
        first_and_last = [
            f"{'KL' if name == 'kl' else name.replace('_', ' ')} from "
            f"{charts.rounded(ends[0])} to {charts.rounded(ends[1])}"
            for name, ends in ((name, loss_ends(data, name)) for name in losses)
        ]
        alt = f"Losses of the {title(model)} over training: {', '.join(first_and_last)}."

        def draw(theme: "Theme", model=model, data=data, losses=losses, units=units) -> "Figure":
            return charts.small_multiples(theme, model, data, losses, units)

        figures.save_chart(
            study, f"losses-{model}", draw, alt=alt, n=made[0].receipt["images"], data=data,
            models=[model],
        )  # fmt: skip


def loss_ends(data: pd.DataFrame, loss: str) -> tuple[float, float]:
    """Median over the runs of a loss after a fiftieth of the training and at its end."""
    ends = []
    for _, rows in data[data["loss"] == loss].groupby("seed"):
        settled = rows[rows["images"] > 0.02 * rows["images"].max()]
        ends.append((settled["value"].iloc[0], settled["value"].iloc[-1]))
    first, last = np.nanmedian(np.array(ends), axis=0)
    return float(first), float(last)


def draw_speed(study: "Context") -> None:
    rows = [
        {"model": made.model, "seed": made.seed, "training_seconds": made.receipt["seconds"],
         "images_per_second": made.receipt["images_per_second"]}
        for made in learnt(study)
    ]  # fmt: skip
    if not rows:
        return
    data = pd.DataFrame(rows)
    middle = data.groupby("model", sort=False).median(numeric_only=True)
    alt = "; ".join(
        f"{title(str(model))} trains for {row.training_seconds:.0f} s, "
        f"{row.images_per_second:,.0f} images a second"
        for model, row in middle.iterrows()
    )
    columns = [
        ("training_seconds", "Seconds of training"),
        ("images_per_second", "Images a second"),
    ]
    figures.save_chart(
        study, "speed", lambda theme: charts.seed_dots(theme, data, columns),
        alt=f"Median over the seeds: {alt}.", n=int(learnt(study)[0].receipt["images"]), data=data,
    )  # fmt: skip


def draw_quality(study: "Context", table: pd.DataFrame, floor: float) -> None:
    """Class accuracy and Frechet distance, each over seconds and over images seen."""
    n = study.profile.evaluation.trajectory_samples
    asked = table.dropna(subset="class_accuracy")
    for y, data, heading in (
        ("class_accuracy", asked, "Class accuracy"),
        ("frechet", table, "Fréchet distance, log scale"),
    ):
        if not len(data):
            continue
        last = data[data["moment"] == data.groupby(["model", "seed"])["moment"].transform("max")]
        ends = last.groupby("model", sort=False).median(numeric_only=True)
        for x, xlabel in (("seconds", "seconds of training"), ("images", "images seen")):
            said = "; ".join(
                f"{title(str(model))} ends at {show(y, row[y])} after {charts.rounded(row[x])} {x}"
                for model, row in ends.iterrows()
            )
            alt = f"{heading.split(',')[0]} over {xlabel}, median of the seeds: {said}."
            if y == "frechet":
                alt += f" Real images: {floor:.1f}."

            def draw(
                theme: "Theme", data=data, x=x, y=y, heading=heading, xlabel=xlabel
            ) -> "Figure":
                return charts.progress_chart(
                    theme, data, x, y, heading=heading, xlabel=xlabel,
                    floor=floor if y == "frechet" else None, log=y == "frechet",
                )  # fmt: skip

            columns = ["model", "seed", "moment", "images", "seconds", y]
            models = list(dict.fromkeys(data["model"]))
            name = f"{y.replace('_', '-')}-{x}"
            figures.save_chart(study, name, draw, alt=alt, n=n, data=data[columns], models=models)


def show(metric: str, value: float) -> str:
    return f"{value:.1%}" if metric == "class_accuracy" else f"{value:.1f}"


RACES = (
    # name, the two that race if they are there, and else the first of each family like them
    ("race", ("cvae", "cgan"), "class_accuracy"),
    ("race-unconditional", ("vae", "dcgan"), "frechet"),
)


def draw_films(study: "Context", table: pd.DataFrame) -> None:
    """Each model learning from fixed noise, and the races of a VAE against a GAN."""
    first: dict[str, Run] = {}
    for made in learnt(study):
        first.setdefault(made.model, made)
    for made in first.values():
        films.save_learning(study, made)
    for name, wanted, metric in RACES:
        sides = []
        for made in films.racers(first, wanted, conditional=metric == "class_accuracy"):
            own = table[(table["model"] == made.model) & (table["seed"] == made.seed)]
            scores = own["seconds"].to_numpy(), own[metric].to_numpy()
            sides.append(films.Side.of_run(made, *scores))
        if len(sides) == 2:
            films.save_race(study, name, sides[0], sides[1], metric)
