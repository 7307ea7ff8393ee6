"""ACGAN: a GAN with an auxiliary classifier (Odena et al. 2017, arXiv:1610.09585).

The generator is told which digit y to draw; the discriminator is not told which digit it is
looking at but has to say so, beside whether the image is real. With the logit D(x) of being
real and the reading p(y|x), both heads of one network:

    discriminator: minimise E[ softplus(-D(x)) ] + E[ softplus(D(G(z, y))) ] - E[ log p(y|x) ],
    generator:     minimise E[ softplus(-D(G(z, y))) ] - c E[ log p(y|G(z, y)) ].

The generator is paid for digits that are read as what was asked for, which that of `cgan` is
not. (In the paper the discriminator reads generated images for its own loss as well. The two
may then agree on any sign for a digit, drawn like one or not; here real images alone teach it
to read.)

To sample a digit, draw z from N(0, I) and show G(z, y).
"""

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone


class Settings(backbone.Settings):
    learning_rate: backbone.Rate = Field(1e-3, description="step size of the generator's Adam")
    discriminator_rate: backbone.Rate = Field(
        4e-4, description="step size of the discriminator's Adam: lower, or it wins too early"
    )
    augment: tuple[backbone.Augmentation, ...] = Field(
        (), description="differentiable augmentation of what the discriminator sees"
    )
    norm: backbone.Norm = Field("batch", description="normalisation in the discriminator")
    class_term: backbone.Weight = Field(
        0.5,
        description="c: weight of being read as the digit asked for; more of it gives plainer "
        "digits and less variety",
    )


class Model(backbone.Generative):
    family = "gan"
    conditional = True
    settings_type = Settings
    settings: Settings

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.decoder = backbone.Decoder(channels, settings.width, classes, settings.digit_scale)
        self.discriminator = Discriminator(channels, classes, settings)
        self.optimizers = {
            "discriminator": backbone.adam(self.discriminator, settings.discriminator_rate, 0.5),
            "generator": backbone.adam(self.decoder, settings.learning_rate, 0.5),
        }

    def step(self, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
        noise = torch.randn(len(images), self.latent_dim, device=images.device)
        drawn = self.decoder(noise, labels)
        real, digits = self.discriminator(images)
        fake, _ = self.discriminator(drawn.detach())
        reading = F.cross_entropy(digits, labels)
        adversarial = F.softplus(-real).mean() + F.softplus(fake).mean()
        backbone.descend(self.optimizers["discriminator"], adversarial + reading)

        with backbone.frozen(self.discriminator):
            fake, digits = self.discriminator(drawn)
            plain = F.cross_entropy(digits, labels)
            generator = F.softplus(-fake).mean() + self.settings.class_term * plain
            backbone.descend(self.optimizers["generator"], generator)
        return {
            "discriminator": adversarial, "generator": generator, "reading": reading,
            "reading_of_generated": plain,
        }  # fmt: skip


class Discriminator(nn.Module):
    """Images [N, C, 32, 32] to the logit of being real [N] and the logits of digits [N, K]."""

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.augment = settings.augment
        self.encoder = backbone.Encoder(channels, settings.width, settings.norm)
        self.head = nn.Linear(self.encoder.features, 1)
        self.digits = nn.Linear(self.encoder.features, classes)
        self.apply(backbone.initialise)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        features = self.encoder(backbone.augment(images, self.augment))
        return self.head(features).float().squeeze(1), self.digits(features).float()
