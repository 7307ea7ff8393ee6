"""DCGAN: a convolutional generative adversarial network (Radford et al. 2016, arXiv:1511.06434).

A generator G turns noise into images, a discriminator D says how real an image looks,
and each is trained against the other (Goodfellow et al. 2014). With a(x) the logit of being
real, D(x) = sigmoid(a(x)):

    discriminator: minimise E_x[ softplus(-a(x)) ] + E_z[ softplus(a(G(z))) ]
                            + r E_x[ 1/2 |grad a(x)|^2 ],
    generator:     minimise E_z[ softplus(-a(G(z))) ]      (the non-saturating loss),
    a(x) = w . f(x) + s u . d.

Here d is the standard deviation of each feature f over the images of the batch (minibatch
standard deviation, Karras et al. 2018). The term with r keeps a flat where the data are, so that
the discriminator does not win (R1, Mescheder et al. 2018).

To sample, draw z from N(0, I) and show G(z).
"""

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone
from experiments.models.about import GAME, About


class Settings(backbone.Settings):
    learning_rate: backbone.Rate = Field(1e-3, description="step size of the generator’s Adam")
    discriminator_rate: backbone.Rate = Field(
        2e-4,
        description="step size of the discriminator’s Adam. Smaller than the generator’s, or the "
        "discriminator wins before anything like a digit is drawn.",
    )
    augment: tuple[backbone.Augmentation, ...] = Field(
        (),
        description="differentiable augmentation of what the discriminator sees. Done to real and "
        "generated images alike, so that it cannot learn few of them by heart.",
    )
    minibatch_std: backbone.Weight = Field(
        0.3,
        description="s: scale of the minibatch standard deviation in the discriminator’s logit. It "
        "makes the generator draw as many kinds of image as there are.",
    )
    r1: backbone.Weight = Field(
        0.01,
        description="r: weight of the penalty on the discriminator’s slope at real images. It "
        "keeps the discriminator from winning.",
    )


class Model(backbone.Generative):
    about = About(
        name="DCGAN",
        full_name="deep convolutional GAN",
        objective="non-saturating",
        opponent="discriminator",
        networks="shared",
        papers=("radford2016",),
        prior=("ferianc",),
        losses=GAME,
        order=70,
        shade=0,
    )
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
        self.settings = settings
        self.encoder = backbone.Encoder(channels, settings.width)
        self.head = nn.Linear(self.encoder.features, 1)
        self.std_head = nn.Linear(self.encoder.features, 1, bias=False)
        self.apply(backbone.initialise)

    def forward(self, images: Tensor) -> Tensor:
        features = self.encoder(backbone.augment(images, self.settings.augment))
        alike = torch.zeros(len(images), dtype=torch.long, device=images.device)
        std = backbone.minibatch_std(features.float(), alike, 1)
        logit = self.head(features).float()
        return (logit + self.settings.minibatch_std * self.std_head(std).float()).squeeze(1)
