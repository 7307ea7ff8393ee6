"""Losses, speed, quality over the training, and films of models that learn."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.figures import charts, films, save_chart
from experiments.figures.theme import title
from experiments.results import REAL

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.figures import Theme
    from experiments.studies.drawing import Drawing

RACES = (
    # name, the two that race if they are there, and else the first of each family like them
    ("race", ("cvae", "cgan"), "class_accuracy"),
    ("race-unconditional", ("vae", "dcgan"), "frechet"),
)


def draw(study: "Drawing") -> None:
    draw_losses(study)
    draw_speed(study)
    if len(study.frame("scored")):
        draw_quality(study)
        draw_films(study)


def learnt(study: "Drawing") -> pd.DataFrame:
    """The finished runs that took steps: a closed form is there at once."""
    runs = study.frame("runs")
    return runs[runs.finished & ~runs.closed_form]


def draw_losses(study: "Drawing") -> None:
    """A chart for each model, of all its runs, failed ones included."""
    losses = study.frame("losses")
    first = study.frame("runs").groupby("model").first()
    for model, data in losses.groupby("model", sort=False):
        draw_losses_of(study, str(model), data.drop(columns="model"), first.loc[model])


def draw_losses_of(study: "Drawing", model: str, data: pd.DataFrame, run: pd.Series) -> None:
    names = list(dict.fromkeys(data["loss"]))
    units = "nats per image" if run.family == "vae" else "mean per image"
    told = []
    for name in names:
        first, last = (charts.rounded(end) for end in loss_ends(data, name))
        shown = "KL" if name == "kl" else name.replace("_", " ")
        told.append(f"{shown} from {first} to {last}")
    save_chart(
        study, f"losses-{model}",
        lambda theme: charts.small_multiples(theme, model, data, names, units),
        alt=f"Losses of the {title(model)} over training: {', '.join(told)}.",
        n=int(run.images), data=data, models=[model],
    )  # fmt: skip


def loss_ends(data: pd.DataFrame, loss: str) -> tuple[float, float]:
    """Median over the runs of a loss after a fiftieth of the training and at its end."""
    ends = []
    for _, rows in data[data["loss"] == loss].groupby("seed"):
        settled = rows[rows["images"] > 0.02 * rows["images"].max()]
        ends.append((settled["value"].iloc[0], settled["value"].iloc[-1]))
    first, last = np.nanmedian(np.array(ends), axis=0)
    return float(first), float(last)


def draw_speed(study: "Drawing") -> None:
    runs = learnt(study)
    if not len(runs):
        return
    columns = [
        ("training_seconds", "Seconds of training"),
        ("images_per_second", "Images a second"),
    ]
    data = runs[["model", "seed", *(column for column, _ in columns)]]
    middle = data.groupby("model", sort=False).median(numeric_only=True)
    alt = "; ".join(
        f"{title(str(model))} trains for {row.training_seconds:.0f} s, "
        f"{row.images_per_second:,.0f} images a second"
        for model, row in middle.iterrows()
    )
    save_chart(
        study, "speed", lambda theme: charts.seed_dots(theme, data, columns),
        alt=f"Median over the seeds: {alt}.", n=int(runs.images.iloc[0]), data=data,
    )  # fmt: skip


def draw_quality(study: "Drawing") -> None:
    """Class accuracy and Frechet distance, each over seconds and over images seen."""
    table, (floor, n) = study.frame("scored"), floor_of(study)
    asked = table.dropna(subset="class_accuracy")
    for y, data, heading in (
        ("class_accuracy", asked, "Class accuracy"),
        ("frechet", table, "Fréchet distance, log scale"),
    ):
        if not len(data):
            continue
        last = data[data["point"] == data.groupby(["model", "seed"])["point"].transform("max")]
        ends = last.groupby("model", sort=False).median(numeric_only=True)
        for x, xlabel in (("seconds", "seconds of training"), ("images", "images seen")):
            said = "; ".join(
                f"{title(str(model))} ends at {show(y, row[y])} after {charts.rounded(row[x])} {x}"
                for model, row in ends.iterrows()
            )
            alt = f"{heading.split(',')[0]} over {xlabel}, median of the seeds: {said}."
            if y == "frechet":
                alt += f" Real images: {floor:.1f}."

            def chart(
                theme: "Theme", data=data, x=x, y=y, heading=heading, xlabel=xlabel
            ) -> "Figure":
                return charts.progress_chart(
                    theme, data, x, y, heading=heading, xlabel=xlabel,
                    floor=floor if y == "frechet" else None, log=y == "frechet",
                )  # fmt: skip

            columns = ["model", "seed", "point", "images", "seconds", y]
            models = list(dict.fromkeys(data["model"]))
            name = f"{y.replace('_', '-')}-{x}"
            save_chart(study, name, chart, alt=alt, n=n, data=data[columns], models=models)


def show(metric: str, value: float) -> str:
    return f"{value:.1%}" if metric == "class_accuracy" else f"{value:.1f}"


def floor_of(study: "Drawing") -> tuple[float, int]:
    """The distance of real images, and the number of images behind each value on the way."""
    row = study.table[(study.table.model == REAL) & (study.table.metric == "frechet")].iloc[0]
    return float(row["value"]), int(row["n"])


def draw_films(study: "Drawing") -> None:
    """Each model learning from fixed noise, and the races of a VAE against a GAN."""
    runs, scored = learnt(study), study.frame("scored")
    first = runs.groupby("model", sort=False, as_index=False).first()
    grown = {row.model: growth(study, row.model, row.seed) for row in first.itertuples()}
    for one in grown.values():
        films.save_learning(study, one)
    for name, wanted, metric in RACES:
        percent = metric == "class_accuracy"
        sides = []
        for model in racers(first, wanted, conditional=percent):
            one = grown[model]
            own = scored[(scored["model"] == model) & (scored["seed"] == one.seed)]
            scores = own["seconds"].to_numpy(), own[metric].to_numpy()
            sides.append(films.Side(**vars(one), points=scores[0], scores=scores[1]))
        if len(sides) == 2:
            films.save_race(
                study, name, sides[0], sides[1], n=floor_of(study)[1], percent=percent,
                measure="class accuracy" if percent else "Fréchet distance",
            )  # fmt: skip


def growth(study: "Drawing", model: str, seed: int) -> films.Growth:
    arrays = (study.array(f"{name}-{model}") for name in ("snapshots", "seconds", "seen"))
    return films.Growth(model, seed, *arrays)


def racers(runs: pd.DataFrame, wanted: tuple[str, str], conditional: bool) -> list[str]:
    """Each wanted model, or the first other one of its family and conditionality; ``runs`` has
    a row for each model."""
    chosen: list[str] = []
    for family, name in zip(("vae", "gan"), wanted, strict=True):
        alike = runs[(runs["family"] == family) & (runs["conditional"] == conditional)]["model"]
        chosen += [name] if name in set(runs["model"]) else alike.tolist()[:1]
    return chosen
