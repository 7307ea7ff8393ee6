"""GAN: the generative adversarial network as first proposed (Goodfellow et al. 2014,
arXiv:1406.2661), with multilayer perceptrons in place of convolutions.

A generator G turns noise into images, a discriminator D says how real an image looks, and
each is trained against the other. With a(x) the logit of being real, D(x) = sigmoid(a(x)):

    discriminator: minimise E_x[ softplus(-a(x)) ] + E_z[ softplus(a(G(z))) ],
    generator:     minimise E_z[ softplus(-a(G(z))) ]      (the non-saturating loss),

where softplus(-a) = -log sigmoid(a). The paper prefers this loss of the generator to the
minimax one, whose gradient vanishes while D wins; `gan_minimax` takes the other.

To sample, draw z from N(0, I) and show G(z).
"""

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone
from experiments.models.about import GAME, About

DROPOUT = 0.3  # share of the discriminator's units left out in each step, or it wins


class Settings(backbone.Settings):
    learning_rate: backbone.Rate = Field(2e-4, description="step size of the generator’s Adam")
    discriminator_rate: backbone.Rate = Field(
        2e-4,
        description="step size of the discriminator’s Adam. Equal to the generator’s: dropout "
        "holds the perceptron back.",
    )
    width: backbone.Count = Field(32, description="a sixteenth of the units of the widest layer")


class Model(backbone.Generative):
    about = About(
        name="GAN",
        full_name="generative adversarial network",
        objective="non-saturating",
        opponent="discriminator",
        networks="perceptrons",
        papers=("goodfellow2014",),
        prior=("implementation",),
        losses=GAME,
        order=50,
        shade=2,
    )
    family = "gan"
    conditional = False
    settings_type = Settings
    settings: Settings

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.decoder = Generator(channels, settings.width)  # type: ignore[assignment]
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
        backbone.descend(self.optimizers["discriminator"], discriminator)

        with backbone.frozen(self.discriminator):
            generator = self.generator_loss(self.discriminator(drawn))
            backbone.descend(self.optimizers["generator"], generator)
        return {"discriminator": discriminator, "generator": generator}

    def generator_loss(self, fake: Tensor) -> Tensor:
        """Of the logits [N] of generated images."""
        return F.softplus(-fake).mean()


class Generator(nn.Module):
    """Noise [N, 64] to images [N, C, 32, 32] in [-1, 1]; labels are ignored."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Linear(backbone.LATENT, 8 * width),
            nn.ReLU(),
            nn.Linear(8 * width, 16 * width),
            nn.ReLU(),
            nn.Linear(16 * width, channels * 32 * 32),
        )

    def forward(self, noise: Tensor, labels: Tensor) -> Tensor:
        return torch.tanh(self.layers(noise).float()).unflatten(1, (-1, 32, 32))


class Discriminator(nn.Module):
    """Images [N, C, 32, 32] to logits [N]: above zero means real."""

    def __init__(self, channels: int, settings: Settings) -> None:
        super().__init__()
        width = settings.width
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(channels * 32 * 32, 16 * width),
            nn.LeakyReLU(0.2),
            nn.Dropout(DROPOUT),
            nn.Linear(16 * width, 8 * width),
            nn.LeakyReLU(0.2),
            nn.Dropout(DROPOUT),
            nn.Linear(8 * width, 1),
        )

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images).float().squeeze(1)
