"""ACGAN: a GAN with an auxiliary classifier (Odena et al. 2017, arXiv:1610.09585).

The generator is told which digit y to draw; the discriminator has to say which digit it is
looking at, beside whether the image is real. It is told the digits of a batch for one thing
alone: to measure the variety within each. With the logit D(x) of being
real and the reading p(y|x), both heads of one network:

    discriminator: minimise E[ softplus(-D(x)) ] + E[ softplus(D(G(z, y))) ] - E[ log p(y|x) ],
    generator:     minimise E[ softplus(-D(G(z, y))) ] - c E[ log p(y|G(z, y)) ].

The generator is paid for digits that are read as what was asked for, which that of `cgan` is
not. D(x) hears of the variety within each digit of the batch, as in `cgan`. (In the paper the
discriminator reads generated images for its own loss as well. The two may then agree on any
sign for a digit, drawn like one or not; here real images alone teach it to read.)

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
    spread: backbone.Weight = Field(
        0.3,
        description="how loud the variety within the batch is in the discriminator's logit: "
        "it makes the generator draw as many kinds of a digit as there are",
    )
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
        real, digits = self.discriminator(images, labels)
        fake, _ = self.discriminator(drawn.detach(), labels)
        reading = F.cross_entropy(digits, labels)
        adversarial = F.softplus(-real).mean() + F.softplus(fake).mean()
        backbone.descend(self.optimizers["discriminator"], adversarial + reading)

        with backbone.frozen(self.discriminator):
            fake, digits = self.discriminator(drawn, labels)
            plain = F.cross_entropy(digits, labels)
            generator = F.softplus(-fake).mean() + self.settings.class_term * plain
            backbone.descend(self.optimizers["generator"], generator)
        return {
            "discriminator": adversarial, "generator": generator, "reading": reading,
            "reading_of_generated": plain,
        }  # fmt: skip


class Discriminator(nn.Module):
    """Images [N, C, 32, 32] to the logit of being real [N] and the logits of digits [N, K].

    The labels [N] say which images count together for the variety within a digit.
    """

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.augment, self.spread = settings.augment, settings.spread
        self.encoder = backbone.Encoder(channels, settings.width, settings.norm)
        self.head = nn.Linear(self.encoder.features, 1)
        self.digits = nn.Linear(self.encoder.features, classes)
        self.variety = nn.Linear(self.encoder.features, 1, bias=False)
        self.apply(backbone.initialise)

    def forward(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        features = self.encoder(backbone.augment(images, self.augment))
        digits = self.digits(features).float()
        variety = self.variety(backbone.spread(features.float(), labels, digits.shape[1])).float()
        return (self.head(features).float() + self.spread * variety).squeeze(1), digits
