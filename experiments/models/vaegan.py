"""VAE-GAN: a VAE that is trained against a GAN's discriminator (Larsen et al. 2016,
arXiv:1512.09300), told the digit. The bridge between the two families.

Pixels tell poorly how alike two images are: a stroke that has moved by two pixels is no worse a
stroke. So the reconstruction is compared in the features f of a discriminator instead, under
a normal distribution of variance 1, and the discriminator learns to tell real images from
reconstructions and samples, as in a GAN:

    x^ = G(z, y), z ~ q(z|x,y);   x~ = G(z', y), z' ~ N(0, I),
    discriminator: minimise E[ softplus(-a(x, y)) ] + 1/2 E[ softplus(a(x^, y)) ]
                            + 1/2 E[ softplus(a(x~, y)) ] + ...,
    encoder and decoder: minimise  g E[ 1/2 |f(x) - f(x^)|^2 ] + beta KL( q(z|x,y) || p(z) )
                            + 1/2 E[ softplus(-a(x^, y)) ] + 1/2 E[ softplus(-a(x~, y)) ].

The term with g is the feature reconstruction loss. The discriminator is that of `cgan`, with its
further terms, the encoder that of `cvae`. (The paper keeps the adversarial term from the encoder;
here one backward pass serves both.)

To sample a digit, draw z from the prior N(0, I) and show G(z, y).
"""

import torch
import torch.nn.functional as F
from pydantic import Field
from torch import Tensor, nn

from experiments.models import backbone, cgan
from experiments.models.about import AUXILIARY, BOUND, GAME, About


class Settings(cgan.Settings):
    feature_weight: backbone.Weight = Field(
        0.01,
        description="g: weight of the feature reconstruction loss. It stands against the "
        "adversarial loss, which has none.",
    )
    beta: backbone.Weight = Field(
        0.01,
        description="weight of the KL divergence. It has to meet the scale of the adversarial "
        "loss.",
    )


class Model(backbone.Generative):
    about = About(
        name="VAE-GAN",
        full_name="variational autoencoder trained against a discriminator",
        objective="feature reconstruction, KL, adversarial",
        opponent="discriminator",
        networks="shared",
        papers=("larsen2016",),
        losses={
            **GAME,
            **AUXILIARY,
            "feature_reconstruction": "Half the squared distance between an image and its "
            "reconstruction in the discriminator’s features.",
            "kl": BOUND["kl"],
        },
        order=130,
        shade=0,
    )
    family = "hybrid"
    conditional = True
    settings_type = Settings
    settings: Settings

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.classes = classes
        self.encoder = backbone.Encoder(channels, settings.width)
        self.posterior = nn.Linear(self.encoder.features + classes, 2 * self.latent_dim)
        self.decoder = backbone.Decoder(
            channels, settings.width, classes, settings.class_embedding_scale
        )
        self.discriminator = cgan.Discriminator(channels, classes, settings)
        drawing = nn.ModuleList([self.encoder, self.posterior, self.decoder])
        self.optimizers = {
            "discriminator": backbone.adam(self.discriminator, settings.discriminator_rate, 0.5),
            "generator": backbone.adam(drawing, settings.learning_rate, 0.5),
        }

    def encode(self, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log variance [N, 64] each of the posterior q(z|x,y)."""
        digit = F.one_hot(labels, self.classes).to(images.dtype)
        features = torch.cat([self.encoder(images), digit], dim=1)
        mean, logvar = self.posterior(features).float().chunk(2, dim=1)
        return mean, logvar.clamp(-10, 10)

    def step(self, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
        settings, discriminator = self.settings, self.discriminator
        mean, logvar = self.encode(images, labels)
        copied = self.decoder(mean + torch.exp(logvar / 2) * torch.randn_like(mean), labels)
        drawn = self.decoder(torch.randn_like(mean), labels)

        loss, losses = discriminator.losses(images, labels, [copied, drawn])
        backbone.descend(self.optimizers["discriminator"], loss)

        with backbone.frozen(discriminator):
            # Both copies of an image are moved alike, or they could not be compared.
            both = backbone.augment(torch.cat([images, copied], dim=1), settings.augment)
            wanted, got = (discriminator.encoder(each) for each in both.chunk(2, dim=1))
            features = 0.5 * (wanted.detach() - got).float().square().sum(1).mean()
            kl = backbone.kl_divergence(mean, logvar)
            fakes = [discriminator.logits_from_features(got, labels), discriminator(drawn, labels)]
            generator = sum(F.softplus(-logit).mean() for logit, _ in fakes) / 2
            loss = settings.feature_weight * features + settings.beta * kl + generator
            backbone.descend(self.optimizers["generator"], loss)
        return {"generator": generator, **losses, "feature_reconstruction": features, "kl": kl}
