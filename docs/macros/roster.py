"""What each model is made of: the facts that tell the models apart, and who had them before."""

from dataclasses import dataclass

from .citations import LABELS
from .safe import escape
from .table import Results
from .vocabulary import family, name


@dataclass(frozen=True)
class Facts:
    """``prior`` and ``papers`` are keys of `citations.WORKS`; ``likelihood`` tells whether
    the model can say how probable an image is."""

    conditional: bool
    encoder: bool
    opponent: str
    loss: str
    likelihood: str
    networks: str
    papers: tuple[str, ...]
    prior: tuple[str, ...] = ()
    losses: str = ""


ELBO = "evidence lower bound"
GAME = (
    "Loss of the discriminator and of the generator. When neither falls the game may be in "
    "balance or stuck; the images tell, the losses do not."
)
BOUND = (
    "Reconstruction and KL divergence in nats per image, summed over pixels. Their sum, with the "
    "weight of the settings on the second, is what training lowers."
)
DISTANCE = (
    "The critic’s estimate of how far apart real and generated images are, its gradient penalty, "
    "and the generator’s loss, whose zero means nothing. A distance that falls says that the "
    "images get nearer, to this critic."
)
READING = " The reading is the cross-entropy of the digits of real images, in nats."
GENERATED = " The reading of generated images is that of what the generator was asked for."
LIKENESS = (
    " The likeness is half the squared distance between an image and its reconstruction in the "
    "discriminator’s features; the KL divergence is in nats."
)

ROSTER = {
    "ppca": Facts(True, False, "none", "likelihood, in closed form", "exact", "linear map",
                  ("tipping1999",), ("ferianc",)),
    "vae": Facts(False, True, "none", f"{ELBO}, KL weighted", "lower bound", "shared",
                 ("kingma2014", "higgins2017"), ("lebrice",), BOUND),
    "cvae-plain": Facts(True, True, "none", ELBO, "lower bound", "shared",
                        ("sohn2015",), ("anixdrone", "memari"), BOUND),
    "cvae": Facts(True, True, "none", f"{ELBO}, KL weighted", "lower bound", "shared",
                  ("sohn2015", "higgins2017"), ("anixdrone", "memari"), BOUND),
    "gan": Facts(False, False, "discriminator", "non-saturating", "none", "perceptrons",
                 ("goodfellow2014",), ("implementation",), GAME),
    "gan-minimax": Facts(False, False, "discriminator", "minimax", "none", "perceptrons",
                         ("goodfellow2014",), ("implementation",), GAME),
    "dcgan": Facts(False, False, "discriminator", "non-saturating", "none", "shared",
                   ("radford2016",), ("ferianc",), GAME),
    "wgan-gp": Facts(False, False, "critic", "Wasserstein distance", "none", "shared",
                     ("arjovsky2017", "gulrajani2017"), ("lebrice",), DISTANCE),
    "cgan": Facts(True, False, "discriminator", "non-saturating, projection", "none", "shared",
                  ("mirza2014", "miyato2018"), ("implementation",), GAME + READING),
    "cwgan-gp": Facts(True, False, "critic", "Wasserstein distance, projection", "none", "shared",
                      ("gulrajani2017",), ("anixdrone",), DISTANCE + READING),
    "acgan": Facts(True, False, "discriminator", "non-saturating, digit read", "none", "shared",
                   ("odena2017",), ("memari",), GAME + READING + GENERATED),
    "ccgan": Facts(True, False, "discriminator", "non-saturating, of filled holes", "none",
                   "shared, and a view of the surroundings",
                   ("denton2016",), ("ferianc",), GAME + READING),
    "vaegan": Facts(True, True, "discriminator", "likeness in features, KL, adversarial", "none",
                    "shared", ("larsen2016",), (),
                    GAME + READING + LIKENESS),
}  # fmt: skip

KINDS = {
    "linear": "linear", "vae": "variational autoencoders", "gan": "adversarial networks",
    "hybrid": "both at once", "other": "of one’s own",
}  # fmt: skip


def kind(model: str) -> str:
    """The family of a model that ships; ``other`` for a model of one's own."""
    return family(model) if model in ROSTER else "other"


def present(results: Results, which: str) -> bool:
    """Whether there are results of a family's models."""
    return any(kind(model) == which for model in results.models)


def losses_told(model: str) -> str:
    """What the curves of a model's losses are."""
    facts = ROSTER.get(model)
    if facts is None:
        return "The losses that its `step` returns; its file says what they are."
    return facts.losses


def overview(results: Results) -> str:
    """Which model has what: a row each, family by family."""
    columns = ("Told the digit", "Encoder", "Opponent", "Trained by", "Likelihood", "Networks",
               "Earlier work")  # fmt: skip
    head = "".join(f'<th scope="col">{text}</th>' for text in columns)
    body = ""
    for which, title in KINDS.items():
        members = [m for m in results.models if kind(m) == which]
        if not members:
            continue
        body += (
            f'<tbody><tr class="kind"><th scope="rowgroup" colspan="{len(columns) + 1}">'
            f"{title[0].upper()}{title[1:]}</th></tr>"
            + "".join(overview_row(results, m) for m in members)
            + "</tbody>"
        )
    return (
        '<div class="table" role="region" tabindex="0" aria-label="Which model has what">'
        f'<table class="plain roster"><thead><tr><th scope="col">Model</th>{head}</tr></thead>'
        f"{body}</table></div>"
    )


def overview_row(results: Results, model: str) -> str:
    facts = ROSTER.get(model)
    if facts is None:
        told = is_conditional(results, model)
        cells = ["yes" if told else "no", *["see its file"] * 5, "none"]
    else:
        earlier = ", ".join(f"<i>{escape(LABELS[key])}</i>" for key in facts.prior) or "none"
        cells = [
            yes(facts.conditional), yes(facts.encoder), facts.opponent, facts.loss,
            facts.likelihood, facts.networks, earlier,
        ]  # fmt: skip
    inside = "".join(f"<td>{text}</td>" for text in cells)
    return (
        f'<tr><th scope="row" class="family-{family(model)}">'
        f'<a href="#{escape(model)}">{escape(name(model))}</a></th>{inside}</tr>'
    )


def yes(value: bool) -> str:
    return "yes" if value else "no"


def is_conditional(results: Results, model: str) -> bool:
    """Whether a model draws a digit on request: only then can it be right or wrong."""
    if model in ROSTER:
        return ROSTER[model].conditional
    return any(results.number(d.name, model, "class_accuracy") for d in results.datasets)
