"""CVAE: a conditional variational autoencoder (Sohn et al. 2015).

A VAE whose encoder and decoder are both told the digit y, so that z is left to say
everything but the digit. The evidence lower bound is

    log p(x|y) >= E_{q(z|x,y)}[ log p(x|z,y) ] - KL( q(z|x,y) || p(z) ),
    q(z|x,y) = N(mean(x,y), diag(exp(logvar(x,y)))),   p(z) = N(0, I).

The KL may weigh more than 1 (beta-VAE, Higgins et al. 2017), which trades fidelity of the
reconstruction for samples that are the digit that was asked for.

To sample a digit, draw z from the prior p(z) and show the decoder's mean for (z, y).
"""

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone
from experiments.models.about import BOUND, About


class Settings(backbone.Settings):
    class_embedding_scale: backbone.Weight = Field(
        8.0,
        description="size of the digit’s embedding beside the noise in the untrained decoder. A "
        "small one leaves the digit to the noise, which an encoder fills and a sampler cannot.",
    )
    learning_rate: backbone.Rate = Field(1e-3, description="step size of Adam at the start")
    likelihood: backbone.Likelihood = Field(
        "bernoulli",
        description="how a pixel varies around the decoder’s mean. Grey digits are read as "
        "probabilities of ink, coloured pixels as varying with one standard deviation.",
    )
    beta: backbone.Weight = Field(
        2.0,
        description="weight of the KL divergence (1: the bound itself). More of it keeps the "
        "posteriors nearer to the prior, so that noise drawn from the prior is noise that the "
        "decoder knows; the price is a blurrier reconstruction.",
    )


class Model(backbone.Generative):
    about = About(
        name="CVAE",
        full_name="conditional variational autoencoder",
        objective="evidence lower bound, KL weighted",
        likelihood="lower bound",
        networks="shared",
        papers=("sohn2015", "higgins2017"),
        prior=("anixdrone", "memari"),
        losses=BOUND,
        order=40,
        shade=0,
    )
    family = "vae"
    conditional = True
    settings_type = Settings
    settings: Settings

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.classes = classes
        self.encoder = backbone.Encoder(channels, settings.width)
        self.posterior = nn.Linear(self.encoder.features + classes, 2 * self.latent_dim)
        self.decoder = backbone.Decoder(
            channels, settings.width, classes, settings.class_embedding_scale
        )
        self.optimizers = {"model": backbone.adam(self, settings.learning_rate)}

    def encode(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance [N, 64] each of the posterior q(z|x,y)."""
        digit = F.one_hot(labels, self.classes).to(images.dtype)
        features = torch.cat([self.encoder(images), digit], dim=1)
        mean, logvar = self.posterior(features).float().chunk(2, dim=1)
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
