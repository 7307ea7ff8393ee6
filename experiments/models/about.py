"""What is told of a model: its names, what it is trained by, its papers, what its losses mean.

Nothing here takes part in training, so that no word of it makes a run stale. Pages and figures
read it by way of `facts`. Texts are plain: no markup, and quotes as they are printed.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class About:
    """The facts of one model, told in its file and nowhere else.

    The defaults are those of a model of one's own: its name is that of its file in capitals, it
    stands below the others in tables, and its shade is chosen by its name.
    """

    name: str = ""
    full_name: str = ""
    objective: str = ""  # what it is trained by, in a few words
    opponent: str = ""  # the network it is trained against: "discriminator" or "critic"
    likelihood: str = ""  # what it can say of an image's: "exact" or "lower bound"
    networks: str = ""
    papers: tuple[str, ...] = ()  # keys of the page's bibliography
    prior: tuple[str, ...] = ()  # likewise, the earlier works that had this model
    losses: dict[str, str] = field(default_factory=dict)  # of each that `step` returns, a sentence
    order: int = 1000  # in tables
    shade: int | None = None  # of its family's colours; a conditional model's counterpart shares it


# What several models' losses mean.
BOUND = {
    "loss": "What training lowers: reconstruction and KL divergence, with the weight of the "
    "settings on the second.",
    "reconstruction": "Minus the log-likelihood of an image given its latents, in nats per image, "
    "summed over pixels.",
    "kl": "KL divergence of the posterior from the prior, in nats per image.",
}
GAME = {
    "discriminator": "Cross-entropies of the discriminator on real and on generated images, in "
    "nats, added: 1.39 where it cannot tell them apart.",
    "generator": "Cross-entropy of generated images taken for real, in nats. When neither this "
    "nor the discriminator’s falls the game may be in balance or stuck; the images tell, the "
    "losses do not.",
}
WASSERSTEIN = {
    "distance": "The critic’s estimate of how far apart real and generated images are. Where it "
    "falls the images get nearer, to this critic.",
    "penalty": "The gradient penalty before its weight.",
    "generator": "Minus the critic’s mean score of generated images; its zero means nothing.",
}
AUXILIARY = {
    "auxiliary": "Auxiliary classification loss: cross-entropy of the digits of real images, in "
    "nats.",
}
