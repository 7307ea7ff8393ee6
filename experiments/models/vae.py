"""VAE: a variational autoencoder (Kingma & Welling 2014, arXiv:1312.6114).

An encoder guesses which latents z could have made an image, a decoder draws the image
from them, and both are trained to raise one number, the evidence lower bound

    log p(x) >= E_{q(z|x)}[ log p(x|z) ] - KL( q(z|x) || p(z) ),
    q(z|x) = N(mean(x), diag(exp(logvar(x)))),   p(z) = N(0, I).

The KL may weigh more than 1 (beta-VAE, Higgins et al. 2017), which trades fidelity of the
reconstruction for better samples.

To sample, draw z from the prior p(z) and show the decoder's mean.
"""

import torch
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone
from experiments.models.about import BOUND, About


class Settings(backbone.Settings):
    learning_rate: backbone.Rate = Field(1e-3, description="step size of Adam at the start")
    likelihood: backbone.Likelihood = Field(
        "bernoulli",
        description="how a pixel varies around the decoder’s mean. Grey digits are read as "
        "probabilities of ink, coloured pixels as varying with one standard deviation.",
    )
    beta: backbone.Weight = Field(
        2.0,
        description="weight of the KL divergence (1: the bound itself). As in the CVAE, so that "
        "the two differ in nothing but the digit.",
    )


class Model(backbone.Generative):
    about = About(
        name="VAE",
        full_name="variational autoencoder",
        objective="evidence lower bound, KL weighted",
        likelihood="lower bound",
        networks="shared",
        papers=("kingma2014", "higgins2017"),
        prior=("lebrice",),
        losses=BOUND,
        order=20,
        shade=0,
    )
    family = "vae"
    conditional = False
    settings_type = Settings
    settings: Settings

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.encoder = backbone.Encoder(channels, settings.width)
        self.posterior = nn.Linear(self.encoder.features, 2 * self.latent_dim)
        self.decoder = backbone.Decoder(channels, settings.width)
        self.optimizers = {"model": backbone.adam(self, settings.learning_rate)}

    def encode(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance [N, 64] each of the posterior q(z|x)."""
        mean, logvar = self.posterior(self.encoder(images)).float().chunk(2, dim=1)
        return mean, logvar.clamp(-10, 10)

    def step(self, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
        mean, logvar = self.encode(images, labels)
        noise = mean + torch.exp(logvar / 2) * torch.randn_like(mean)
        drawn = self.decoder.activations(noise, labels)
        reconstruction = backbone.negative_log_likelihood(images, drawn, self.settings.likelihood)
        kl = backbone.kl_divergence(mean, logvar)
        loss = reconstruction + self.settings.beta * kl
        backbone.descend(self.optimizers["model"], loss)
        return {"loss": loss, "reconstruction": reconstruction, "kl": kl}
