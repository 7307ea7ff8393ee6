"""The page's words: names of models, what each metric asks, and how its numbers are written."""

from dataclasses import dataclass

NARROW = "\u202f"

FULL_NAMES = {
    "vae": "variational autoencoder",
    "cvae": "conditional variational autoencoder",
    "dcgan": "deep convolutional GAN",
    "cgan": "conditional GAN",
}
PAIRS = (("cvae", "cgan"), ("vae", "dcgan"))
"""Models that differ in their objective alone: the conditional pair first."""


def name(model: str) -> str:
    """A model in running text: ``CGAN``."""
    return {"real": "real images"}.get(model, model.upper())


def full_name(model: str) -> str:
    """``conditional GAN``; a model without a longer name keeps its short one."""
    return FULL_NAMES.get(model, name(model))


def family(model: str) -> str:
    """``vae``, ``gan``, ``hybrid``, ``linear`` or ``real``: what its colour tells."""
    if model == "real":
        return "real"
    has = [kind for kind in ("vae", "gan") if kind in model]
    return "hybrid" if len(has) == 2 else has[0] if has else "linear"


@dataclass(frozen=True)
class Metric:
    """One metric in words.

    ``leads`` is a sentence about ``{a}`` and ``{b}``, true when ``a`` has the larger value
    (the smaller one, if ``smaller``); ``alike`` is true when they cannot be told apart.
    """

    label: str
    form: str
    leads: str = ""
    alike: str = ""
    smaller: bool = False


METRICS = {
    "class_accuracy": Metric(
        "Read as the digit asked for", "share",
        "the {a}’s digits are read as what was asked for more often than the {b}’s",
        "the {a}’s and the {b}’s digits are read as what was asked for about equally often",
    ),
    "coverage": Metric(
        "Coverage of real images", "share",
        "the {a} covers more of the real images than the {b}",
        "the {a} and the {b} cover about as much of the real images",
    ),
    "frechet": Metric(
        "Fréchet distance to real images", "figures",
        "the {a}’s images lie nearer to real ones than the {b}’s",
        "the {a}’s and the {b}’s images lie about equally far from real ones",
        smaller=True,
    ),
    "kid": Metric(
        "Kernel distance (KID)", "figures",
        "the {a}’s images lie nearer to real ones in kernel distance than the {b}’s",
        "the {a}’s and the {b}’s images lie about equally far in kernel distance",
        smaller=True,
    ),
    "inception_score": Metric(
        "Inception score", "decimals",
        "the {a}’s images score higher than the {b}’s",
        "the {a}’s and the {b}’s images score about the same",
    ),
    "density": Metric(
        "Density among real images", "decimals",
        "the {a}’s images crowd more densely round real ones than the {b}’s",
        "the {a}’s and the {b}’s images lie about equally densely round real ones",
    ),
    "manifold_precision": Metric(
        "Precision: images that fall among real ones", "share",
        "more of the {a}’s images fall among real ones than of the {b}’s",
        "about as many of the {a}’s images as of the {b}’s fall among real ones",
    ),
    "manifold_recall": Metric(
        "Recall: real images that fall among generated ones", "share",
        "more real images fall among the {a}’s than among the {b}’s",
        "about as many real images fall among the {a}’s as among the {b}’s",
    ),
    "sharpness": Metric(
        "Sharpness (real = 1)", "decimals",
        "the {a}’s images are sharper than the {b}’s",
        "the {a}’s and the {b}’s images are about equally sharp",
    ),
    "diversity": Metric(
        "Variety within a digit", "figures",
        "the {a}’s images vary more within a digit than the {b}’s",
        "the {a}’s and the {b}’s images vary about as much within a digit",
    ),
    "memorisation": Metric(
        "Nearly copied from training", "share",
        "the {a}’s images hug single training images more than the {b}’s",
        "the {a}’s and the {b}’s images keep about the same distance from training images",
    ),
    "training_seconds": Metric(
        "Training time", "seconds",
        "the {a}’s training takes less time than the {b}’s",
        "the {a}’s and the {b}’s training take about the same time",
        smaller=True,
    ),
    "training_images": Metric("Images seen in training", "count"),
    "images_per_second": Metric(
        "Training speed", "rate",
        "the {a} trains on more images a second than the {b}",
        "the {a} and the {b} train on about as many images a second",
    ),
    "seconds_to_class_accuracy_0.93": Metric(
        "Time to 93\u202f% class accuracy", "seconds",
        "the {a} reaches 93\u202f% class accuracy sooner than the {b}",
        "the {a} and the {b} reach 93\u202f% class accuracy after about the same time",
        smaller=True,
    ),
    "seconds_to_class_accuracy_0.976": Metric(
        "Time to 97.6\u202f% class accuracy", "seconds",
        "the {a} reaches 97.6\u202f% class accuracy sooner than the {b}",
        "the {a} and the {b} reach 97.6\u202f% class accuracy after about the same time",
        smaller=True,
    ),
    "judge_accuracy": Metric("Judge’s accuracy on real test images", "share"),
    "precision": Metric("Precision", "share"),
    "recall": Metric("Recall", "share"),
    "f1": Metric("F1", "share"),
    "share": Metric("Share", "share"),
    "accuracy": Metric("Accuracy", "share"),
}  # fmt: skip


def metric(key: str) -> Metric:
    """Words for a metric; one that a later study adds shows under its own name."""
    return METRICS.get(key, Metric(key.replace("_", " ").capitalize(), "figures"))


def write(value: float, form: str) -> str:
    """A number as the page prints it, with its unit."""
    if form == "share":
        return f"{100 * value:.1f}{NARROW}%"
    if form == "seconds":
        if value < 10:
            return f"{value:.1f}{NARROW}s"
        return f"{value:.0f}{NARROW}s" if value < 120 else f"{value / 60:.1f}{NARROW}min"
    if form == "rate":
        return f"{value:,.0f}/s"
    if form == "count":
        return f"{value:,.0f}"
    if form == "decimals":
        return f"{value:.2f}"
    return significant(value)


def write_range(low: float, high: float, form: str) -> str:
    """``99.2–99.4 %``: the unit once, where both ends share it."""
    first, last = write(low, form), write(high, form)
    for unit in (f"{NARROW}%", f"{NARROW}s", f"{NARROW}min", "/s"):
        if first.endswith(unit) and last.endswith(unit):
            first = first.removesuffix(unit)
    return f"{first}–{last}"


def significant(value: float, figures: int = 3) -> str:
    """Three figures that count: ``0.00123``, ``1.42``, ``12.4``, ``1,240``."""
    if value == 0:
        return "0"
    digits = figures - 1
    size = abs(value)
    while size >= 10 and digits > 0:
        size, digits = size / 10, digits - 1
    while size < 1:
        size, digits = size * 10, digits + 1
    return f"{value:,.{digits}f}".replace("-", "−")


def join(parts: list[str], last: str = "and") -> str:
    """``A, B and C``."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower(label: str) -> str:
    """A label inside a line: its first letter small, unless it is a name."""
    return label if label.startswith(("Fréchet", "F1")) else label[:1].lower() + label[1:]
