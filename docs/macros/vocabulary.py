"""The page's words: names of models, what each metric asks, and how its numbers are written."""

from dataclasses import dataclass

NARROW = "\u202f"

FULL_NAMES = {
    "ppca": "probabilistic principal component analysis",
    "vae": "variational autoencoder",
    "cvae-plain": "conditional variational autoencoder on the plain bound",
    "cvae": "conditional variational autoencoder",
    "gan": "generative adversarial network",
    "gan-minimax": "generative adversarial network with the minimax loss",
    "dcgan": "deep convolutional GAN",
    "wgan-gp": "Wasserstein GAN with gradient penalty",
    "cgan": "conditional GAN",
    "cwgan-gp": "conditional Wasserstein GAN with gradient penalty",
    "acgan": "auxiliary classifier GAN",
    "ccgan": "context-conditional GAN",
    "vaegan": "variational autoencoder judged by a discriminator",
}
"""Every model that ships, family by family: the order of all tables."""

SHORT_NAMES = {
    "real": "real images", "cvae-plain": "CVAE-plain", "gan-minimax": "GAN minimax",
    "vaegan": "VAE-GAN",
}  # fmt: skip
PAIRS = (("cvae", "cgan"), ("vae", "dcgan"))
"""A VAE and a GAN of one network, alike told the digit or not: the conditional pair first."""
BASELINE = "ppca"
"""The simplest model, against which the others have to justify their cost."""


def name(model: str) -> str:
    """A model in running text: ``CGAN``."""
    return SHORT_NAMES.get(model, model.upper())


def full_name(model: str) -> str:
    """``conditional GAN``; a model without a longer name keeps its short one."""
    return FULL_NAMES.get(model, name(model))


def family(model: str) -> str:
    """``vae``, ``gan``, ``hybrid``, ``linear`` or ``real``: what its colour tells.

    A model that the page does not know is told by its name.
    """
    if model == "real":
        return "real"
    has = [kind for kind in ("vae", "gan") if kind in model]
    return "hybrid" if len(has) == 2 else has[0] if has else "linear"


@dataclass(frozen=True)
class Metric:
    """One metric in words.

    ``leads`` is a sentence about ``{a}`` and ``{b}``, true when ``a`` has the larger value
    (the smaller one, if ``smaller``); ``alike`` is true when they cannot be told apart.
    ``brief`` heads a narrow column.
    """

    label: str
    form: str
    leads: str = ""
    alike: str = ""
    smaller: bool = False
    brief: str = ""

    @property
    def heading(self) -> str:
        return self.brief or self.label


METRICS = {
    "class_accuracy": Metric(
        "Read as the digit asked for", "share",
        "the {a}’s digits are read as what was asked for more often than the {b}’s",
        "the {a}’s and the {b}’s digits are read as what was asked for about equally often",
        brief="Read as asked",
    ),
    "coverage": Metric(
        "Coverage of real images", "share",
        "the {a} covers more of the real images than the {b}",
        "the {a} and the {b} cover about as much of the real images",
        brief="Coverage",
    ),
    "frechet": Metric(
        "Fréchet distance to real images", "figures",
        "the {a}’s images lie nearer to real ones than the {b}’s",
        "the {a}’s and the {b}’s images lie about equally far from real ones",
        smaller=True,
        brief="Fréchet distance",
    ),
    "kid": Metric(
        "Kernel distance (KID)", "figures",
        "the {a}’s images lie nearer to real ones in kernel distance than the {b}’s",
        "the {a}’s and the {b}’s images lie about equally far in kernel distance",
        smaller=True,
        brief="KID",
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
        brief="Density",
    ),
    "manifold_precision": Metric(
        "Precision: images that fall among real ones", "share",
        "more of the {a}’s images fall among real ones than of the {b}’s",
        "about as many of the {a}’s images as of the {b}’s fall among real ones",
        brief="Precision",
    ),
    "manifold_recall": Metric(
        "Recall: real images that fall among generated ones", "share",
        "more real images fall among the {a}’s than among the {b}’s",
        "about as many real images fall among the {a}’s as among the {b}’s",
        brief="Recall",
    ),
    "sharpness": Metric(
        "Sharpness (test images = 1)", "decimals",
        "the {a}’s images are sharper than the {b}’s",
        "the {a}’s and the {b}’s images are about equally sharp",
        brief="Sharpness",
    ),
    "diversity": Metric(
        "Variety within a digit", "figures",
        "the {a}’s images vary more within a digit than the {b}’s",
        "the {a}’s and the {b}’s images vary about as much within a digit",
        brief="Variety",
    ),
    "memorisation": Metric(
        "Nearly copied from training", "share",
        "the {a}’s images lie close to single training images more often than the {b}’s",
        "the {a}’s and the {b}’s images keep about the same distance from training images",
        brief="Nearly copied",
    ),
    "training_seconds": Metric(
        "Training time", "seconds",
        "the {a}’s training takes less time than the {b}’s",
        "the {a}’s and the {b}’s training take about the same time",
        smaller=True,
    ),
    "training_images": Metric("Images seen in training", "count", brief="Images seen"),
    "images_per_second": Metric(
        "Training speed", "rate",
        "the {a} trains on more images a second than the {b}",
        "the {a} and the {b} train on about as many images a second",
        brief="Images a second",
    ),
    "seconds_to_class_accuracy_0.93": Metric(
        "Time to 93\u202f% class accuracy", "seconds",
        "the {a} reaches 93\u202f% class accuracy sooner than the {b}",
        "the {a} and the {b} reach 93\u202f% class accuracy after about the same time",
        smaller=True,
        brief="Time to 93\u202f%",
    ),
    "seconds_to_class_accuracy_0.976": Metric(
        "Time to 97.6\u202f% class accuracy", "seconds",
        "the {a} reaches 97.6\u202f% class accuracy sooner than the {b}",
        "the {a} and the {b} reach 97.6\u202f% class accuracy after about the same time",
        smaller=True,
        brief="Time to 97.6\u202f%",
    ),
    "parameters": Metric(
        "Parameters in all", "count",
        "the {a} has more parameters than the {b}",
        "the {a} and the {b} have about as many parameters",
        brief="Parameters",
    ),
    "log_likelihood": Metric("Log-likelihood, nats per image", "figures", brief="Log-likelihood"),
    "fitting_seconds": Metric("Fitting time", "seconds"),
    "sampling_seconds": Metric(
        "Sampling time, seconds for 1,000 images", "figures", brief="Seconds for 1,000"
    ),
    "knee": Metric("Components at the knee", "count", brief="Knee"),
    "pixel_error": Metric("Pixel error in the hole", "share", brief="Pixel error"),
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
    # A dash beside a minus would read as two of them.
    return f"{first} to {last}" if "−" in first + last else f"{first}–{last}"


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
