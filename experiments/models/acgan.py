"""ACGAN: a GAN with an auxiliary classifier (Odena et al. 2017, arXiv:1610.09585).

The generator is told which digit y to draw; the discriminator has to say which digit it is
looking at, beside whether the image is real. It is told the digits of a batch for one thing
alone: the minibatch standard deviation d_y of each. With the logit a(x, y) of being real and the
probability p(y|x) of the digit, both heads of one network:

    a(x, y) = w . f(x) + s u . d_y,
    discriminator: minimise E[ softplus(-a(x, y)) ] + E[ softplus(a(G(z, y), y)) ]
                            - E[ log p(y|x) ],
    generator:     minimise E[ softplus(-a(G(z, y), y)) ] - c E[ log p(y|G(z, y)) ].

The last terms are the auxiliary classification losses: unlike in `cgan` the generator is trained
by one. (In the paper the discriminator classifies generated images for its own loss as well. The
two may then agree on any sign for a digit, drawn like one or not; here real images alone teach it
to classify.)

To sample a digit, draw z from N(0, I) and show G(z, y).
"""

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone
from experiments.models.about import AUXILIARY, GAME, About


class Settings(backbone.Settings):
    learning_rate: backbone.Rate = Field(1e-3, description="step size of the generator’s Adam")
    discriminator_rate: backbone.Rate = Field(
        4e-4,
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
        "makes the generator draw as many kinds of a digit as there are.",
    )
    aux_weight: backbone.Weight = Field(
        0.5,
        description="c: weight of the generator’s auxiliary classification loss. More of it gives "
        "plainer digits and less variety.",
    )


class Model(backbone.Generative):
    about = About(
        name="ACGAN",
        full_name="auxiliary classifier GAN",
        objective="non-saturating, auxiliary classification",
        opponent="discriminator",
        networks="shared",
        papers=("odena2017",),
        prior=("memari",),
        losses={
            **GAME,
            **AUXILIARY,
            "auxiliary_of_generated": "The same of generated images and the digits asked for.",
        },
        order=110,
        shade=2,
    )
    family = "gan"
    conditional = True
    settings_type = Settings
    settings: Settings

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.decoder = backbone.Decoder(
            channels, settings.width, classes, settings.class_embedding_scale
        )
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
        auxiliary = F.cross_entropy(digits, labels)
        adversarial = F.softplus(-real).mean() + F.softplus(fake).mean()
        backbone.descend(self.optimizers["discriminator"], adversarial + auxiliary)

        with backbone.frozen(self.discriminator):
            fake, digits = self.discriminator(drawn, labels)
            asked = F.cross_entropy(digits, labels)
            generator = F.softplus(-fake).mean() + self.settings.aux_weight * asked
            backbone.descend(self.optimizers["generator"], generator)
        return {
            "discriminator": adversarial, "generator": generator, "auxiliary": auxiliary,
            "auxiliary_of_generated": asked,
        }  # fmt: skip


class Discriminator(nn.Module):
    """Images [N, C, 32, 32] to the logit of being real [N] and the logits of digits [N, K].

    The labels [N] say which images the minibatch standard deviation takes together.
    """

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.encoder = backbone.Encoder(channels, settings.width)
        self.head = nn.Linear(self.encoder.features, 1)
        self.digits = nn.Linear(self.encoder.features, classes)
        self.std_head = nn.Linear(self.encoder.features, 1, bias=False)
        self.apply(backbone.initialise)

    def forward(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        features = self.encoder(backbone.augment(images, self.settings.augment))
        digits = self.digits(features).float()
        std = backbone.minibatch_std(features.float(), labels, digits.shape[1])
        logit = self.head(features).float()
        logit = logit + self.settings.minibatch_std * self.std_head(std).float()
        return logit.squeeze(1), digits
