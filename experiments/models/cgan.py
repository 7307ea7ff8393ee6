"""CGAN: a conditional generative adversarial network (Mirza & Osindero 2014, arXiv:1411.1784).

A GAN in which the generator is told which digit y to draw and the discriminator which
digit it is looking at. The discriminator's logit is a projection (Miyato & Koyama 2018,
arXiv:1802.05637) of the features f(x) on a direction v_y per digit:

    D(x, y) = w . f(x) + v_y . f(x) + s u . spread_y,
    discriminator: minimise E[ softplus(-D(x, y)) ] + E[ softplus(D(G(z, y), y)) ]
                            - c E[ log p(y|x) ],    p(k|x) = softmax_k( v_k . f(x) ),
    generator:     minimise E[ softplus(-D(G(z, y), y)) ].

where spread_y is the standard deviation of each feature over the images of digit y in the batch
(minibatch standard deviation, Karras et al. 2018, digit by digit): a generator that draws one
seven for all sevens is told by it, and by no single image.

The last term of the discriminator, on real images alone, says what the projection is
derived to mean: v_y . f(x) stands for log p(y|x). Without it D(x, y) learns what looks real
long before it learns which digit it sees, and on house numbers G then hardly listens to y.
The generator is not trained by that term.

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
        2e-4, description="step size of the discriminator's Adam: lower, or it wins too early"
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
        0.2, description="c: weight of reading the digit of real images in the discriminator"
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
        discriminator = adversarial + self.settings.class_term * reading
        backbone.descend(self.optimizers["discriminator"], discriminator)

        with backbone.frozen(self.discriminator):
            generator = F.softplus(-self.discriminator(drawn, labels)[0]).mean()
            backbone.descend(self.optimizers["generator"], generator)
        return {"discriminator": adversarial, "generator": generator, "reading": reading}


class Discriminator(nn.Module):
    """Images [N, C, 32, 32] and labels [N] to the logit of being real [N] and the scores
    v_k . f(x) of all digits k [N, K]."""

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.augment, self.spread = settings.augment, settings.spread
        self.encoder = backbone.Encoder(channels, settings.width, settings.norm)
        self.head = nn.Linear(self.encoder.features, 1)
        self.digits = nn.Linear(self.encoder.features, classes, bias=False)
        self.variety = nn.Linear(self.encoder.features, 1, bias=False)
        self.apply(backbone.initialise)

    def forward(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        return self.judge(self.encoder(backbone.augment(images, self.augment)), labels)

    def judge(self, features: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and digit scores from the features [N, F] of images."""
        digits = self.digits(features).float()
        own = digits.gather(1, labels[:, None])
        variety = self.variety(backbone.spread(features.float(), labels, digits.shape[1])).float()
        logit = self.head(features).float() + own + self.spread * variety
        return logit.squeeze(1), digits
