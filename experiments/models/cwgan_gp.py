"""CWGAN-GP: a conditional Wasserstein GAN with gradient penalty (Gulrajani et al. 2017,
arXiv:1704.00028, section 5).

The `wgan_gp` in which generator and critic are told the digit y. The critic's score is a
projection as in `cgan`, its digit scores are taught on real images as there, and spread_y is
the standard deviation of each feature over the images of digit y in the batch:

    D(x, y) = w . f(x) + v_y . f(x) + s u . spread_y,
    critic:    minimise E[ D(G(z, y), y) ] - E[ D(x, y) ] + c E[ (|grad D(x', y)| - 1)^2 ]
                        - r E[ log p(y|x) ],    p(k|x) = softmax_k( v_k . f(x) ),
    generator: minimise -E[ D(G(z, y), y) ].

To sample a digit, draw z from N(0, I) and show G(z, y).
"""

from functools import partial

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone
from experiments.models.wgan_gp import Settings as Wasserstein
from experiments.models.wgan_gp import gradient_penalty


class Settings(Wasserstein):
    class_term: backbone.Weight = Field(
        1.0, description="r: weight of reading the digit of real images in the critic"
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
        self.critic = Critic(channels, classes, settings)
        self.optimizers = {
            "critic": backbone.adam(self.critic, settings.critic_rate, 0.5),
            "generator": backbone.adam(self.decoder, settings.learning_rate, 0.5),
        }

    def step(self, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
        parts = self.settings.critic_steps
        for real, digits in zip(images.chunk(parts), labels.chunk(parts), strict=True):
            noise = torch.randn(len(real), self.latent_dim, device=images.device)
            drawn = self.decoder(noise, digits)
            real, fake = (
                backbone.augment(each, self.settings.augment) for each in (real, drawn.detach())
            )
            score, read = self.critic.judge(real, digits)
            distance = score.mean() - self.critic(fake, digits).mean()
            penalty = gradient_penalty(partial(self.critic, labels=digits), real, fake)
            reading = F.cross_entropy(read, digits)
            backbone.descend(
                self.optimizers["critic"],
                self.settings.penalty * penalty - distance + self.settings.class_term * reading,
            )

        with backbone.frozen(self.critic):
            drawn = backbone.augment(drawn, self.settings.augment)
            generator = -self.critic(drawn, digits).mean()
            backbone.descend(self.optimizers["generator"], generator)
        return {
            "distance": distance, "penalty": penalty, "generator": generator, "reading": reading,
        }  # fmt: skip


class Critic(nn.Module):
    """Images [N, C, 32, 32] and labels [N] to scores [N]: higher means more real."""

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.spread = settings.spread
        self.encoder = backbone.Encoder(channels, settings.width, norm="layer")
        self.head = nn.Linear(self.encoder.features, 1)
        self.digits = nn.Linear(self.encoder.features, classes, bias=False)
        self.variety = nn.Linear(self.encoder.features, 1, bias=False)
        self.apply(backbone.initialise)

    def judge(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Scores [N], and the scores v_k . f(x) of all digits [N, K]."""
        features = self.encoder(images)
        digits = self.digits(features).float()
        own = digits.gather(1, labels[:, None])
        variety = self.variety(backbone.spread(features.float(), labels, digits.shape[1])).float()
        score = self.head(features).float() + own + self.spread * variety
        return score.squeeze(1), digits

    def forward(self, images: Tensor, labels: Tensor) -> Tensor:
        return self.judge(images, labels)[0]
