"""DCGAN: a convolutional generative adversarial network (Radford et al. 2016, arXiv:1511.06434).

A generator G turns noise into images, a discriminator D says how real an image looks,
and each is trained against the other (Goodfellow et al. 2014). With the logit D(x):

    discriminator: minimise E_x[ softplus(-D(x)) ] + E_z[ softplus(D(G(z))) ]
                            + r E_x[ 1/2 |grad D(x)|^2 ],
    generator:     minimise E_z[ softplus(-D(G(z))) ]      (the non-saturating loss).

The logit D(x) = w . f(x) + s u . spread hears of the variety within the batch, the standard
deviation of each feature f over its images (minibatch standard deviation, Karras et al. 2018).
The term with r keeps D flat where the data are, so that it does not win (R1, Mescheder et al.
2018).

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
    r1: backbone.Weight = Field(
        0.01, description="weight of the penalty on the discriminator's slope at real images"
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
        loss = discriminator
        if self.settings.r1:
            loss = loss + self.settings.r1 * backbone.r1(self.discriminator, images)
        backbone.descend(self.optimizers["discriminator"], loss)

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
        self.head = nn.Linear(self.encoder.features, 1)
        self.variety = nn.Linear(self.encoder.features, 1, bias=False)
        self.apply(backbone.initialise)

    def forward(self, images: Tensor) -> Tensor:
        features = self.encoder(backbone.augment(images, self.augment))
        alike = torch.zeros(len(images), dtype=torch.long, device=images.device)
        variety = self.variety(backbone.spread(features.float(), alike, 1)).float()
        return (self.head(features).float() + self.spread * variety).squeeze(1)
