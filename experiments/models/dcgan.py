"""DCGAN: a convolutional generative adversarial network (Radford et al. 2016, arXiv:1511.06434).

A generator G turns noise into images, a discriminator D says how real an image looks,
and each is trained against the other (Goodfellow et al. 2014). With the logit D(x):

    discriminator: minimise E_x[ softplus(-D(x)) ] + E_z[ softplus(D(G(z))) ],
    generator:     minimise E_z[ softplus(-D(G(z))) ]      (the non-saturating loss).

The logit D(x) = h( f(x), s spread ) hears of the variety within the batch, the standard deviation
of each feature f over its images (minibatch standard deviation, Karras et al. 2018); h is a small
perceptron, so that variety may count differently for different images.

To sample, draw z from N(0, I) and show G(z).
"""

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone


class Settings(backbone.Settings):
    learning_rate: backbone.Rate = Field(1e-3, description="step size of the generator's Adam")
    discriminator_rate: backbone.Rate = Field(
        2e-4, description="step size of the discriminator's Adam: lower, or it wins too early"
    )
    augment: tuple[backbone.Augmentation, ...] = Field(
        (), description="differentiable augmentation of what the discriminator sees"
    )
    norm: backbone.Norm = Field("batch", description="normalisation in the discriminator")
    spread: backbone.Weight = Field(
        0.3,
        description="how loud the variety within the batch is in the discriminator's logit: "
        "it makes the generator draw as many kinds of image as there are",
    )
    hidden: backbone.Count = Field(
        256, description="units of the layer that weighs an image against the variety"
    )


class Model(backbone.Generative):
    family = "gan"
    conditional = False
    settings_type = Settings
    settings: Settings

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.decoder = backbone.Decoder(channels, settings.width)
        self.discriminator = Discriminator(channels, settings)
        self.optimizers = {
            "discriminator": backbone.adam(self.discriminator, settings.discriminator_rate, 0.5),
            "generator": backbone.adam(self.decoder, settings.learning_rate, 0.5),
        }

    def step(self, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
        noise = torch.randn(len(images), self.latent_dim, device=images.device)
        drawn = self.decoder(noise, labels)

        real, fake = self.discriminator(images), self.discriminator(drawn.detach())
        discriminator = F.softplus(-real).mean() + F.softplus(fake).mean()
        backbone.descend(self.optimizers["discriminator"], discriminator)

        with backbone.frozen(self.discriminator):
            generator = F.softplus(-self.discriminator(drawn)).mean()
            backbone.descend(self.optimizers["generator"], generator)
        return {"discriminator": discriminator, "generator": generator}


class Discriminator(nn.Module):
    """Images [N, C, 32, 32] to logits [N]: above zero means real."""

    def __init__(self, channels: int, settings: Settings) -> None:
        super().__init__()
        self.augment, self.spread = settings.augment, settings.spread
        self.encoder = backbone.Encoder(channels, settings.width, settings.norm)
        self.head = nn.Sequential(
            nn.Linear(2 * self.encoder.features, settings.hidden),
            nn.LeakyReLU(0.2),
            nn.Linear(settings.hidden, 1),
        )
        self.apply(backbone.initialise)

    def forward(self, images: Tensor) -> Tensor:
        features = self.encoder(backbone.augment(images, self.augment)).float()
        alike = torch.zeros(len(images), dtype=torch.long, device=images.device)
        variety = self.spread * backbone.spread(features, alike, 1)
        return self.head(torch.cat([features, variety], 1)).float().squeeze(1)
