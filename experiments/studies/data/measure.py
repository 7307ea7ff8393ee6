"""Data: which images are used, how often each class occurs, and how good the stand-in is.

The renderer of house numbers is measured by a reader: a classifier that learns from
rendered crops alone and is then tested on real ones. It is good if the reader reads most
real crops, and if rendered crops are about as hard as real ones, hard but readable.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.figures import save_chart, save_picture, sheet
from experiments.results import REAL
from experiments.support.progress import Bar

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL import Image

    from experiments.figures import Theme
    from experiments.judges.judge import Judge
    from experiments.studies import Context

SVHN, RENDERED = "svhn", "svhn-rendered"
MOST_CLASSES = 10  # of a dataset of one's own with more, the first ones are drawn
COLUMNS, BESIDE = 12, 5
SHEET, PAIRS = 40, 41  # streams of random numbers: (0, stream, step)
READER_SEED = 3000
EPOCHS = 6  # how often the reader sees each rendered crop
READER = {"colour": 0.3, "invert": 0.5}  # augmentation, where the profile's judge has none


def run(study: "Context") -> None:
    counts(study)
    contact_sheet(study)
    if study.dataset == SVHN:
        beside_real_ones(study)
        transfer(study)
    elif study.dataset == RENDERED:
        # The label judge is a reader that learnt from rendered crops alone.
        accuracy(study, study.judges.accuracy["labels"], RENDERED, len(study.data.y_test))


def counts(study: "Context") -> None:
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
    train = frame[frame["split"] == "train"]
    most, least = train.loc[train["images"].idxmax()], train.loc[train["images"].idxmin()]
    save_chart(
        study, "counts", lambda theme: draw_counts(theme, frame), data=frame,
        alt=f"In the training split {most['digit']} is the most frequent class with "
        f"{most['share']:.1%} of the images, {least['digit']} the rarest with "
        f"{least['share']:.1%}.",
        n=int(frame["images"].sum()), models=[REAL], seeds=[],
    )  # fmt: skip


def draw_counts(theme: "Theme", frame: pd.DataFrame) -> "Figure":
    """A bar per class for the training split; a diamond where the test split lies."""
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    from experiments.figures import panels

    figure, axes = panels(height=2.6)
    train, test = (frame[frame["split"] == split] for split in ("train", "test"))
    axes.bar(train["digit"], train["share"], width=0.7, color=theme.colour(REAL), alpha=0.55)
    axes.plot(test["digit"], test["share"], "D", color=theme.ink, markersize=4.5)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_locator(MaxNLocator(10, integer=True, steps=[1, 2, 5, 10]))
    axes.set_ylim(0, 1.12 * float(frame["share"].max()))
    axes.set_xlabel("class")
    axes.set_title("Share of each class: bars training, diamonds test")
    return figure


def contact_sheet(study: "Context") -> None:
    """Random training images, one row per class."""
    data = study.data
    classes = min(data.classes, MOST_CLASSES)
    rng = np.random.default_rng([0, SHEET, 0])
    cells = by_class(data.x_train, data.y_train, classes, COLUMNS, rng)
    save_picture(
        study, "sheet", sheet(cells, [str(k) for k in range(classes)]),
        alt=f"{COLUMNS} random training images of each class, one row per class.",
        n=classes * COLUMNS, models=[REAL], seeds=[],
    )  # fmt: skip


def by_class(
    images: np.ndarray, labels: np.ndarray, classes: int, each: int, rng: np.random.Generator
) -> np.ndarray:
    """``each`` random images per class, [classes, each, C, H, W]; with fewer, some come twice."""
    chosen = []
    for k in range(classes):
        members = np.flatnonzero(labels == k)
        chosen.append(images[rng.choice(members, each, replace=len(members) < each)])
    return np.stack(chosen)


def beside_real_ones(study: "Context") -> None:
    """Random real crops on the left, random rendered crops on the right."""
    from PIL import Image

    real = by_class(
        study.data.x_test, study.data.y_test, 10, BESIDE, np.random.default_rng([0, PAIRS, 0])
    )
    drawn = by_class(*rendered(200, test=True), 10, BESIDE, np.random.default_rng([0, PAIRS, 1]))
    middle, gap = BESIDE // 2, 24

    def half(cells: np.ndarray, name: str, rows: list[str]) -> "Image.Image":
        heads = [name if column == middle else "" for column in range(BESIDE)]
        return sheet(cells, rows, heads)

    left = half(real, "real", [str(k) for k in range(10)])
    right = half(drawn, "rendered", [])
    both = Image.new("RGBA", (left.width + gap + right.width, left.height))
    both.paste(left, (0, 0))
    both.paste(right, (left.width + gap, 0))
    save_picture(
        study, "rendered", both,
        alt=f"{BESIDE} random real SVHN test crops of each digit on the left, {BESIDE} random "
        "rendered ones on the right.",
        n=10 * BESIDE, models=[REAL], seeds=[],
    )  # fmt: skip


def rendered(n: int, test: bool) -> tuple[np.ndarray, np.ndarray]:
    """``n`` crops of the stand-in in canonical form, from its training or its test stream."""
    from experiments.data import canonical
    from experiments.data import rendered as renderer

    stream = renderer.TEST if test else renderer.TRAIN
    return canonical.canonicalise(*renderer.render(n, stream))


def transfer(study: "Context") -> None:
    """Two numbers of the renderer: its reader on real and on rendered test crops."""
    from experiments.judges.judge import read

    reader = train_reader(study)
    drawn = rendered(study.profile.data.rendered_test, test=True)
    for name, (images, labels) in {
        SVHN: (study.data.x_test, study.data.y_test),
        RENDERED: drawn,
    }.items():
        right = read(reader, images)[1].argmax(1) == labels
        accuracy(study, right.mean(), name, len(labels))


def train_reader(study: "Context") -> "Judge":
    """A classifier of the judge's kind that has seen rendered crops only."""
    from experiments.judges.training import JudgeSettings, train_judge
    from experiments.profile import validate

    images, labels = rendered(study.profile.data.rendered_train, test=False)
    budget = EPOCHS * len(images)
    given = {**READER, **study.profile.judge_settings(SVHN), "images": budget}
    settings = validate(JudgeSettings, given, "Section judge of the profile")
    bar = Part(study.bar, budget)
    return train_judge(images, labels, settings, settings.width, READER_SEED, bar)


def accuracy(study: "Context", value: float, tested_on: str, n: int) -> None:
    study.table.add(REAL, "accuracy", value, n=n, trained_on=RENDERED, tested_on=tested_on)


class Part(Bar):
    """A bar of ``total`` units that is the whole of another one."""

    def __init__(self, whole: Bar, total: float) -> None:
        super().__init__(whole.title, total)
        self.whole = whole

    def advance(self, amount: float = 1, note: str | None = None) -> None:
        super().advance(amount, note)
        self.whole.advance(amount / self.total, note)
