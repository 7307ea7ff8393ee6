"""The ink of each model beside that of real images."""

from typing import TYPE_CHECKING

from experiments.figures import Theme, panels, save_chart, title

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from experiments.studies.drawing import Drawing


def draw(study: "Drawing") -> None:
    rows = study.table[study.table.metric == "ink"]
    medians = rows.groupby("model", sort=False)["value"].median()

    def chart(theme: Theme) -> "Figure":
        figure, axes = panels(height=2.0)
        names = [title(model) for model in medians.index]
        axes.barh(names, medians, color=[theme.colour(model) for model in medians.index])
        axes.set_xlabel("share of bright pixels")
        return figure

    told = ", ".join(f"{title(model)} {value:.1%}" for model, value in medians.items())
    save_chart(
        study, "shares", chart, n=int(rows.n.min()), data=rows[["model", "seed", "value"]],
        alt=f"Share of bright pixels, median over seeds: {told}.",
    )  # fmt: skip
