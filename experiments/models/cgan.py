"""CGAN: a conditional generative adversarial network (Mirza & Osindero 2014, arXiv:1411.1784).

A GAN in which the generator is told which digit y to draw and the discriminator which
digit it is looking at. The discriminator's logit a(x, y) is a projection (Miyato & Koyama 2018,
arXiv:1802.05637) of the features f(x) on a direction v_y per digit:

    a(x, y) = w . f(x) + v_y . f(x) + s u . d_y,   D(x, y) = sigmoid(a(x, y)),
    discriminator: minimise E[ softplus(-a(x, y)) ] + E[ softplus(a(G(z, y), y)) ]
                            - c E[ log p(y|x) ] + r E[ 1/2 |grad a(x, y)|^2 ],
    generator:     minimise E[ softplus(-a(G(z, y), y)) ],

with p(k|x) = softmax_k( v_k . f(x) ). Here d_y is the standard deviation of each feature over
the images of digit y in the batch (minibatch standard deviation, Karras et al. 2018, digit by
digit): a generator that draws one seven for all sevens is told by it, and by no single image.

The term with c, the auxiliary classification loss on real images alone, says what the projection
is derived to mean: v_y . f(x) stands for log p(y|x). Without it a(x, y) learns what looks real
long before it learns which digit it sees, and on house numbers G then hardly depends on y. The
term with r keeps a flat where the data are, so that the discriminator does not win (R1,
Mescheder et al. 2018). The generator is trained by neither.

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
        "makes the generator draw as many kinds of a digit as there are.",
    )
    r1: backbone.Weight = Field(
        0.01,
        description="r: weight of the penalty on the discriminator’s slope at real images. It "
        "keeps the discriminator from winning.",
    )
    aux_weight: backbone.Weight = Field(
        0.2,
        description="c: weight of the auxiliary classification loss on real images. Too little, "
        "and the generator takes no notice of the digit; too much, and the variety within a digit "
        "falls.",
    )


class Model(backbone.Generative):
    about = About(
        name="CGAN",
        full_name="conditional GAN",
        objective="non-saturating, projection",
        opponent="discriminator",
        networks="shared",
        papers=("mirza2014", "miyato2018"),
        prior=("implementation",),
        losses={**GAME, **AUXILIARY},
        order=90,
        shade=0,
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
        self.encoder = backbone.Encoder(channels, settings.width)
        self.head = nn.Linear(self.encoder.features, 1)
        self.digits = nn.Linear(self.encoder.features, classes, bias=False)
        self.std_head = nn.Linear(self.encoder.features, 1, bias=False)
        self.apply(backbone.initialise)

    def forward(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        features = self.encoder(backbone.augment(images, self.settings.augment))
        return self.logits_from_features(features, labels)

    def logits_from_features(self, features: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """The same from the features [N, F] of images."""
        digits = self.digits(features).float()
        own = digits.gather(1, labels[:, None])
        std = backbone.minibatch_std(features.float(), labels, digits.shape[1])
        logit = self.head(features).float() + own
        logit = logit + self.settings.minibatch_std * self.std_head(std).float()
        return logit.squeeze(1), digits

    def losses(
        self, images: Tensor, labels: Tensor, fakes: list[Tensor]
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """What to minimise, and what it consists of; ``fakes`` are generated for the labels."""
        real, digits = self(images, labels)
        fooled = [F.softplus(self(fake.detach(), labels)[0]).mean() for fake in fakes]
        adversarial = F.softplus(-real).mean() + torch.stack(fooled).mean()
        auxiliary = F.cross_entropy(digits, labels)
        loss = adversarial + self.settings.aux_weight * auxiliary
        if self.settings.r1:
            slope = backbone.r1(lambda each: self(each, labels)[0], images)
            loss = loss + self.settings.r1 * slope
        return loss, {"discriminator": adversarial, "auxiliary": auxiliary}
