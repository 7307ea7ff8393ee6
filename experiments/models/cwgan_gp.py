"""CWGAN-GP: a conditional Wasserstein GAN with gradient penalty (Gulrajani et al. 2017,
arXiv:1704.00028, section 5).

The `wgan_gp` in which generator and critic are told the digit y. The critic's score a(x, y) is a
projection as in `cgan`, with the auxiliary classification loss and the minibatch standard
deviation d_y of that one:

    a(x, y) = w . f(x) + v_y . f(x) + s u . d_y,
    critic:    minimise E[ a(G(z, y), y) ] - E[ a(x, y) ] + lambda E[ (|grad a(x', y)| - 1)^2 ]
                        - c E[ log p(y|x) ],    p(k|x) = softmax_k( v_k . f(x) ),
    generator: minimise -E[ a(G(z, y), y) ].

To sample a digit, draw z from N(0, I) and show G(z, y).
"""

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone
from experiments.models.about import AUXILIARY, WASSERSTEIN, About
from experiments.models.wgan_gp import Settings as Wasserstein
from experiments.models.wgan_gp import gradient_penalty


class Settings(Wasserstein):
    aux_weight: backbone.Weight = Field(
        1.0,
        description="c: weight of the auxiliary classification loss on real images. Too little, "
        "and the generator takes no notice of the digit; too much, and the variety within a digit "
        "falls.",
    )


class Model(backbone.Generative):
    about = About(
        name="CWGAN-GP",
        full_name="conditional Wasserstein GAN with gradient penalty",
        objective="Wasserstein distance, projection",
        opponent="critic",
        networks="shared",
        papers=("gulrajani2017",),
        prior=("anixdrone",),
        losses={**WASSERSTEIN, **AUXILIARY},
        order=100,
        shade=1,
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
        self.critic = Critic(channels, classes, settings)
        self.optimizers = {
            "critic": backbone.adam(self.critic, settings.critic_rate, 0.5),
            "generator": backbone.adam(self.decoder, settings.learning_rate, 0.5),
        }

    def step(self, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
        noise = torch.randn(len(images), self.latent_dim, device=images.device)
        drawn = self.decoder(noise, labels)
        real, fake = (
            backbone.augment(each, self.settings.augment) for each in (images, drawn.detach())
        )
        score, digits = self.critic(real, labels)
        distance = score.mean() - self.critic(fake, labels)[0].mean()
        penalty = gradient_penalty(lambda between: self.critic(between, labels)[0], real, fake)
        auxiliary = F.cross_entropy(digits, labels)
        backbone.descend(
            self.optimizers["critic"],
            self.settings.penalty * penalty - distance + self.settings.aux_weight * auxiliary,
        )

        with backbone.frozen(self.critic):
            drawn = backbone.augment(drawn, self.settings.augment)
            generator = -self.critic(drawn, labels)[0].mean()
            backbone.descend(self.optimizers["generator"], generator)
        return {
            "distance": distance, "penalty": penalty, "generator": generator,
            "auxiliary": auxiliary,
        }  # fmt: skip


class Critic(nn.Module):
    """Images [N, C, 32, 32] and labels [N] to scores [N], higher for what looks more real, and
    the scores v_k . f(x) of all digits k [N, K]."""

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.encoder = backbone.Encoder(channels, settings.width, norm="layer")
        self.head = nn.Linear(self.encoder.features, 1)
        self.digits = nn.Linear(self.encoder.features, classes, bias=False)
        self.std_head = nn.Linear(self.encoder.features, 1, bias=False)
        self.apply(backbone.initialise)

    def forward(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        features = self.encoder(images)
        digits = self.digits(features).float()
        own = digits.gather(1, labels[:, None])
        std = backbone.minibatch_std(features.float(), labels, digits.shape[1])
        score = self.head(features).float() + own
        score = score + self.settings.minibatch_std * self.std_head(std).float()
        return score.squeeze(1), digits
