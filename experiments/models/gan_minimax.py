"""GAN, minimax: the `gan` with the loss that its game is defined by (Goodfellow et al. 2014,
arXiv:1406.2661, equation 1).

Generator and discriminator fight over one number,

    min_G max_D  E_x[ log sigmoid(D(x)) ] + E_z[ log(1 - sigmoid(D(G(z)))) ],

so that the generator minimises E_z[ -softplus(D(G(z))) ]. Its gradient vanishes where D is
sure that an image is generated, which is how every training begins.
"""

import torch.nn.functional as F
from torch import Tensor

from experiments.models import gan


class Model(gan.Model):
    def generator_loss(self, fake: Tensor) -> Tensor:
        """Of the logits [N] of generated images."""
        return -F.softplus(fake).mean()
