"""WGAN-GP: a Wasserstein GAN with gradient penalty (Arjovsky et al. 2017, Gulrajani et al.
2017, arXiv:1704.00028).

The critic gives a score a(x), not a probability. The largest difference of mean scores that a
function of slope at most 1 can have is the Wasserstein-1 distance between real and generated
images; the penalty holds the slope near 1 between them:

    critic:    minimise E_z[ a(G(z)) ] - E_x[ a(x) ] + lambda E[ (|grad a(x')| - 1)^2 ],
               x' = t x + (1 - t) G(z),  t ~ U(0, 1),
    generator: minimise -E_z[ a(G(z)) ],
    a(x) = w . f(x) + s u . d.

The critic has layer norm in place of batch norm, since the penalty is one of single images. What
no single image gives away it is told by d, the standard deviation of each feature f over the
batch (minibatch standard deviation, Karras et al. 2018, arXiv:1710.10196, who train with this
same penalty). It takes one step for one of the generator.

To sample, draw z from N(0, I) and show G(z).
"""

from collections.abc import Callable

import torch
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone
from experiments.models.about import WASSERSTEIN, About


class Settings(backbone.Settings):
    learning_rate: backbone.Rate = Field(1e-3, description="step size of the generator’s Adam")
    critic_rate: backbone.Rate = Field(
        4e-4,
        description="step size of the critic’s Adam. The critic may run ahead, since its penalty "
        "keeps its slope in bounds.",
    )
    penalty: backbone.Weight = Field(
        10.0,
        description="lambda: weight of the gradient penalty. That of its paper unless the table "
        "says otherwise.",
    )
    augment: tuple[backbone.Augmentation, ...] = Field(
        (),
        description="differentiable augmentation of what the critic sees. Done to real and "
        "generated images alike, so that it cannot learn few of them by heart.",
    )
    minibatch_std: backbone.Weight = Field(
        1.0,
        description="s: scale of the minibatch standard deviation in the critic’s score. It "
        "makes the generator draw as many kinds of image as there are.",
    )


class Model(backbone.Generative):
    about = About(
        name="WGAN-GP",
        full_name="Wasserstein GAN with gradient penalty",
        objective="Wasserstein distance",
        opponent="critic",
        networks="shared",
        papers=("arjovsky2017", "gulrajani2017"),
        prior=("lebrice",),
        losses=WASSERSTEIN,
        order=80,
        shade=1,
    )
    family = "gan"
    conditional = False
    settings_type = Settings
    settings: Settings

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.decoder = backbone.Decoder(channels, settings.width)
        self.critic = Critic(channels, settings)
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
        distance = self.critic(real).mean() - self.critic(fake).mean()
        penalty = gradient_penalty(self.critic, real, fake)
        backbone.descend(self.optimizers["critic"], self.settings.penalty * penalty - distance)

        with backbone.frozen(self.critic):
            generator = -self.critic(backbone.augment(drawn, self.settings.augment)).mean()
            backbone.descend(self.optimizers["generator"], generator)
        return {"distance": distance, "penalty": penalty, "generator": generator}


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor) -> Tensor:
    """E[ (|grad a(x')| - 1)^2 ] of a critic a at random points between real and generated images,
    both [N, C, H, W] (Gulrajani et al. 2017, equation 3)."""
    share = torch.rand(len(real), 1, 1, 1, device=real.device)
    between = torch.lerp(fake, real, share).requires_grad_()
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()


class Critic(nn.Module):
    """Images [N, C, 32, 32] to scores [N]: higher means more real."""

    def __init__(self, channels: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.encoder = backbone.Encoder(channels, settings.width, norm="layer")
        self.head = nn.Linear(self.encoder.features, 1)
        self.std_head = nn.Linear(self.encoder.features, 1, bias=False)
        self.apply(backbone.initialise)

    def forward(self, images: Tensor) -> Tensor:
        features = self.encoder(images).float()
        alike = torch.zeros(len(images), dtype=torch.long, device=images.device)
        std = self.std_head(backbone.minibatch_std(features, alike, 1))
        return (self.head(features) + self.settings.minibatch_std * std).float().squeeze(1)
