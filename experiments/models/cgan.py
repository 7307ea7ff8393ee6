"""CGAN: a conditional generative adversarial network (Mirza & Osindero 2014, arXiv:1411.1784).

A GAN in which the generator is told which digit y to draw and the discriminator which
digit it is looking at. The discriminator's logit is a projection (Miyato & Koyama 2018,
arXiv:1802.05637) of the features f(x) on a direction v_y per digit:

    D(x, y) = w . f(x) + v_y . f(x),
    discriminator: minimise E[ softplus(-D(x, y)) ] + E[ softplus(D(G(z, y), y)) ],
    generator:     minimise E[ softplus(-D(G(z, y), y)) ].

To sample a digit, draw z from N(0, I) and show G(z, y).
"""

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone


class Settings(backbone.Settings):
    augment: tuple[backbone.Augmentation, ...] = Field(
        (), description="differentiable augmentation of what the discriminator sees"
    )
    norm: backbone.Norm = Field("batch", description="normalisation in the discriminator")


class Model(backbone.Generative):
    family = "gan"
    conditional = True
    Settings = Settings

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.decoder = backbone.Decoder(channels, settings.width, classes)
        self.discriminator = Discriminator(channels, classes, settings)
        self.optimizers = {
            "discriminator": backbone.adam(self.discriminator, settings.learning_rate, 0.5),
            "generator": backbone.adam(self.decoder, settings.learning_rate, 0.5),
        }

    def step(self, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
        noise = torch.randn(len(images), self.latent_dim, device=images.device)
        drawn = self.decoder(noise, labels)

        real = self.discriminator(images, labels)
        fake = self.discriminator(drawn.detach(), labels)
        discriminator = F.softplus(-real).mean() + F.softplus(fake).mean()
        backbone.descend(self.optimizers["discriminator"], discriminator)

        with backbone.frozen(self.discriminator):
            generator = F.softplus(-self.discriminator(drawn, labels)).mean()
            backbone.descend(self.optimizers["generator"], generator)
        return {"discriminator": discriminator, "generator": generator}


class Discriminator(nn.Module):
    """Images [N, C, 32, 32] and labels [N] to logits [N]: above zero means real."""

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.augment = settings.augment
        self.encoder = backbone.Encoder(channels, settings.width, settings.norm)
        self.head = nn.Linear(self.encoder.features, 1)
        self.directions = nn.Embedding(classes, self.encoder.features)
        nn.init.zeros_(self.directions.weight)

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        features = self.encoder(backbone.augment(images, self.augment))
        projection = (self.directions(labels) * features).sum(1)
        return self.head(features).float().squeeze(1) + projection.float()
