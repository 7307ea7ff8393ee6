"""CCGAN: a context-conditional GAN (Denton et al. 2016, arXiv:1611.06430), told the digit.

The generator sees an image with a hole and fills it; the discriminator sees the whole picture.
With the mask M, 1 in the hole, and x_M the picture put together from both,

    x_M = (1 - M) x + M G(z, y, (1 - M) x, M),
    discriminator: minimise E[ softplus(-a(x, y)) ] + E[ softplus(a(x_M, y)) ] + ...,
    generator:     minimise E[ softplus(-a(x_M, y)) ],

with the discriminator of `cgan` and its further terms. G is the shared decoder, to which a second
trunk, the shared encoder, adds what it saw at each size on its way down (as in a U-Net,
Ronneberger et al. 2015). In a part of every batch the hole is the whole image, so that G also
learns to draw without any context: then it is a `cgan`.

To sample a digit, draw z from N(0, I) and fill an image that is all hole.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from experiments.models import backbone, cgan
from experiments.models.about import AUXILIARY, GAME, About

SIDE = 32
HOLES = 12, 30  # smallest and largest side of a hole, in pixels
BLANK = 0.5  # share of a batch whose hole is the image: these teach to draw without a context


class Model(backbone.Generative):
    about = About(
        name="CCGAN",
        full_name="context-conditional GAN",
        objective="non-saturating, of filled holes",
        opponent="discriminator",
        networks="shared, and a view of the surroundings",
        papers=("denton2016",),
        prior=("ferianc",),
        losses={**GAME, **AUXILIARY},
        order=120,
        shade=3,
    )
    family = "gan"
    conditional = True
    settings_type = cgan.Settings
    settings: cgan.Settings
    decoder: "Painter"

    def __init__(self, channels: int, classes: int, settings: cgan.Settings) -> None:
        super().__init__()
        self.settings = settings
        self.decoder = Painter(channels, settings.width, classes, settings.class_embedding_scale)
        self.discriminator = cgan.Discriminator(channels, classes, settings)
        self.optimizers = {
            "discriminator": backbone.adam(self.discriminator, settings.discriminator_rate, 0.5),
            "generator": backbone.adam(self.decoder, settings.learning_rate, 0.5),
        }

    def step(self, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
        noise = torch.randn(len(images), self.latent_dim, device=images.device)
        drawn = self.decoder.paint(images, self.holes(images), labels, noise)

        loss, losses = self.discriminator.losses(images, labels, [drawn])
        backbone.descend(self.optimizers["discriminator"], loss)

        with backbone.frozen(self.discriminator):
            generator = F.softplus(-self.discriminator(drawn, labels)[0]).mean()
            backbone.descend(self.optimizers["generator"], generator)
        return {"generator": generator, **losses}

    def holes(self, images: Tensor) -> Tensor:
        """Masks [N, 1, 32, 32], 1 in the hole: squares of random side and place, the first
        `BLANK` of the batch all hole."""
        n, device = len(images), images.device
        low, high = HOLES
        side = torch.randint(low, high + 1, (n, 1), device=device)
        corner = (torch.rand(2, n, 1, device=device) * (SIDE - side + 1)).floor()
        at = torch.arange(SIDE, device=device)
        rows, columns = (at >= corner) & (at < corner + side)
        mask = (rows[:, :, None] & columns[:, None, :])[:, None].to(images.dtype)
        mask[: round(BLANK * n)] = 1
        return mask

    @torch.no_grad()
    def fill(self, images: Tensor, mask: Tensor, labels: Tensor, noise: Tensor) -> Tensor:
        """Images [N, C, 32, 32] in [-1, 1] whose holes (mask [N, 1, 32, 32], 1 in the hole) are
        painted from noise [N, 64] and labels [N]; outside them not a pixel changes. Eval mode."""
        training = self.training
        self.eval()
        filled = self.decoder.paint(images, mask, labels, noise)
        self.train(training)
        return filled


class Painter(backbone.Decoder):
    """The shared decoder with a view of the picture; without one, the picture is all hole."""

    def __init__(self, channels: int, width: int, classes: int, embedding_scale: float) -> None:
        super().__init__(channels, width, classes, embedding_scale)
        # Layer norm: what is seen of one image must not depend on the others' holes.
        self.context = backbone.Encoder(channels + 1, width, norm="layer")
        self.channels = channels

    def paint(self, images: Tensor, mask: Tensor, labels: Tensor, noise: Tensor) -> Tensor:
        """The picture x_M put together from the image and what is drawn in its hole."""
        seen = torch.cat([images * (1 - mask), mask], dim=1)
        drawn = torch.tanh(self.draw(noise, labels, self.views(seen)))
        return torch.where(mask > 0, drawn, images)

    def activations(self, noise: Tensor, labels: Tensor) -> Tensor:
        shape = (1, self.channels + 1, SIDE, SIDE)
        seen = torch.zeros(shape, device=noise.device)
        seen[:, -1] = 1
        return self.draw(noise, labels, self.views(seen))

    def draw(self, noise: Tensor, labels: Tensor, views: list[Tensor]) -> Tensor:
        """What enters the last tanh [N, C, 32, 32]."""
        corner = backbone.CORNER
        x = (self.start(noise) + self.digit(labels)).unflatten(1, (-1, corner, corner))
        x = x.contiguous(memory_format=torch.channels_last)
        for norm, up, view in zip(self.norms, self.ups, views, strict=True):
            x = up(F.relu(norm(x + view, labels)))
        return x.float()

    def views(self, seen: Tensor) -> list[Tensor]:
        """Feature maps of what is seen [N, C + 1, 32, 32], smallest first: as many channels and
        pixels as the decoder has at the same depth."""
        maps, x = [], seen.contiguous(memory_format=torch.channels_last)
        for layer in self.context.layers[:-1]:  # the last one flattens
            x = layer(x)
            if isinstance(layer, nn.LeakyReLU):
                maps.append(x)
        return maps[::-1]
