"""GAN, minimax: the `gan` with the loss that its game is defined by (Goodfellow et al. 2014,
arXiv:1406.2661, equation 1).

Generator and discriminator fight over one number,

    min_G max_D  E_x[ log D(x) ] + E_z[ log(1 - D(G(z))) ],   D(x) = sigmoid(a(x)),

so that the generator minimises E_z[ -softplus(a(G(z))) ]. Its gradient vanishes where D is
sure that an image is generated, which is how every training begins.
"""

import torch.nn.functional as F
from pydantic import Field
from torch import Tensor

from experiments.models import backbone, gan
from experiments.models.about import GAME, About


class Settings(gan.Settings):
    discriminator_rate: backbone.Rate = Field(
        2e-4,
        description="step size of the discriminator’s Adam. As in the GAN, so that only the loss "
        "differs; on house numbers smaller, since there the discriminator won at once in one trial "
        "of three, and the generator, left without a gradient, drew one picture of noise for the "
        "rest of its run.",
    )


class Model(gan.Model):
    about = About(
        name="GAN minimax",
        full_name="generative adversarial network with the minimax loss",
        objective="minimax",
        opponent="discriminator",
        networks="perceptrons",
        papers=("goodfellow2014",),
        prior=("implementation",),
        losses={
            **GAME,
            "generator": "Minus the discriminator’s cross-entropy on generated images, in nats. "
            "Near 0 the discriminator is sure of them, and the gradient has vanished.",
        },
        order=60,
        shade=3,
    )
    settings_type = Settings

    def generator_loss(self, fake: Tensor) -> Tensor:
        """Of the logits [N] of generated images."""
        return -F.softplus(fake).mean()
