"""CGAN: a conditional generative adversarial network (Mirza & Osindero 2014, arXiv:1411.1784).

A GAN in which the generator is told which digit y to draw and the discriminator which
digit it is looking at. The discriminator's logit is a projection (Miyato & Koyama 2018,
arXiv:1802.05637) of the features f(x) on a direction v_y per digit:

    D(x, y) = w . f(x) + v_y . f(x) + s u . spread_y,
    discriminator: minimise E[ softplus(-D(x, y)) ] + E[ softplus(D(G(z, y), y)) ]
                            - c E[ log p(y|x) ] + r E[ 1/2 |grad D(x, y)|^2 ],
    generator:     minimise E[ softplus(-D(G(z, y), y)) ].

with p(k|x) = softmax_k( v_k . f(x) ). Here spread_y is the standard deviation of each feature
over the images of digit y in the batch (minibatch standard deviation, Karras et al. 2018, digit
by digit): a generator that draws one seven for all sevens is told by it, and by no single image.

The term with c, on real images alone, says what the projection is derived to mean: v_y . f(x)
stands for log p(y|x). Without it D(x, y) learns what looks real long before it learns which
digit it sees, and on house numbers G then hardly listens to y. The term with r keeps D flat
where the data are, so that it does not win (R1, Mescheder et al. 2018). The generator is
trained by neither.

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
    r1: backbone.Weight = Field(
        0.01, description="weight of the penalty on the discriminator's slope at real images"
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

        loss, losses = self.discriminator.losses(images, labels, [drawn])
        backbone.descend(self.optimizers["discriminator"], loss)

        with backbone.frozen(self.discriminator):
            generator = F.softplus(-self.discriminator(drawn, labels)[0]).mean()
            backbone.descend(self.optimizers["generator"], generator)
        return {"generator": generator, **losses}


class Discriminator(nn.Module):
    """Images [N, C, 32, 32] and labels [N] to the logit of being real [N] and the scores
    v_k . f(x) of all digits k [N, K]."""

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.encoder = backbone.Encoder(channels, settings.width, settings.norm)
        self.head = nn.Linear(self.encoder.features, 1)
        self.digits = nn.Linear(self.encoder.features, classes, bias=False)
        self.variety = nn.Linear(self.encoder.features, 1, bias=False)
        self.apply(backbone.initialise)

    def forward(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        return self.judge(self.encoder(backbone.augment(images, self.settings.augment)), labels)

    def judge(self, features: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Logits and digit scores from the features [N, F] of images."""
        digits = self.digits(features).float()
        own = digits.gather(1, labels[:, None])
        variety = self.variety(backbone.spread(features.float(), labels, digits.shape[1])).float()
        logit = self.head(features).float() + own + self.settings.spread * variety
        return logit.squeeze(1), digits

    def losses(
        self, images: Tensor, labels: Tensor, fakes: list[Tensor]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """What to minimise, and what it consists of; ``fakes`` are generated for the labels."""
        real, digits = self(images, labels)
        fooled = [F.softplus(self(fake.detach(), labels)[0]).mean() for fake in fakes]
        adversarial = F.softplus(-real).mean() + torch.stack(fooled).mean()
        reading = F.cross_entropy(digits, labels)
        loss = adversarial + self.settings.class_term * reading
        if self.settings.r1:
            slope = backbone.r1(lambda each: self(each, labels)[0], images)
            loss = loss + self.settings.r1 * slope
        return loss, {"discriminator": adversarial, "reading": reading}
