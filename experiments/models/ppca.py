"""PPCA: probabilistic principal component analysis (Tipping & Bishop 1999), one per digit.

The linear baseline: an image of digit y is a linear function of latents, plus observation noise.

    x = W_y z + mean_y + e,     z ~ N(0, I),   e ~ N(0, sigma_y^2 I),
    p(x|y) = N(mean_y, C_y),    C_y = W_y W_y' + sigma_y^2 I.

The maximum of the likelihood is known in closed form: with the eigenvalues l_1 >= l_2 >= ... of
the covariance of the digit's images of n pixels, the first m of them on a diagonal L_m and their
eigenvectors U_m,

    W = U_m (L_m - sigma^2 I)^(1/2),   sigma^2 = mean of l_{m+1}, ..., l_n,

which is what scikit-learn's PCA computes. There is nothing to train.

To sample a digit, draw z from N(0, I) and show the mean W_y z + mean_y, without the observation
noise (as with the VAEs, whose samples are the decoder's means).
"""

from typing import Annotated

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from experiments.models import backbone
from experiments.models.about import About
from experiments.support.errors import UserError


class Settings(BaseModel):
    """A closed form has no steps, and so none of the settings of training."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    components: Annotated[int, Field(ge=1)] = Field(
        64,
        description="m: length of the latents z. The study of components shows what more or fewer "
        "do.",
    )
    train_size: backbone.Count | None = Field(
        None,
        description="fit to this many images of the split. All of them, unless a number is set.",
    )


class Model(backbone.Generative):
    about = About(
        name="PPCA",
        full_name="probabilistic principal component analysis",
        objective="likelihood, in closed form",
        likelihood="exact",
        networks="linear map",
        papers=("tipping1999",),
        prior=("ferianc",),
        order=10,
        shade=0,
    )
    family = "linear"
    conditional = True
    settings_type = Settings  # type: ignore[assignment]
    settings: Settings  # type: ignore[assignment]
    decoder: "Linear"  # type: ignore[assignment]

    variance: nn.Parameter

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        pixels = channels * 32 * 32
        if settings.components >= pixels:  # said here, before memory is asked for
            raise UserError(
                f"components = {settings.components} is more than the {pixels} pixels of an image "
                f"allow: choose at most {pixels - 1}."
            )
        self.settings = settings
        self.latent_dim = settings.components  # type: ignore[misc]
        self.decoder = Linear((channels, 32, 32), classes, settings.components)
        self.variance = constant(torch.ones(classes))  # sigma_y^2

    def fit(self, images: Tensor, labels: Tensor) -> None:
        """The maximum-likelihood solution for images [N, C, 32, 32] in [-1, 1], labels [N].

        Raises `UserError` when a digit has too few images for the components.
        """
        from sklearn.decomposition import PCA

        flat, m = images.flatten(1).double().numpy(), self.settings.components
        for k in range(self.decoder.classes):
            own = flat[labels.numpy() == k]
            pixels, most = flat.shape[1], min(len(own) - 2, flat.shape[1] - 1)
            if m > most:
                raise UserError(
                    f"components = {m} is more than the {len(own)} training images of digit {k}, "
                    f"of {pixels} pixels each, allow: choose at most {most}."
                )
            # The covariance is the smaller matrix where images outnumber pixels.
            solver = "covariance_eigh" if len(own) > pixels else "full"
            pca = PCA(m, svd_solver=solver).fit(own)
            # The likelihood divides by n where scikit-learn divides by n - 1; and where images
            # are fewer than pixels, the eigenvalues that are 0 count in the mean as well.
            biased = (len(own) - 1) / len(own)
            variance = biased * pca.noise_variance_ * (min(own.shape) - m) / (pixels - m)
            signal = np.maximum(biased * pca.explained_variance_ - variance, 0)
            loadings = pca.components_ * np.sqrt(signal)[:, None]
            self.decoder.mean[k] = torch.from_numpy(pca.mean_)
            self.decoder.loadings[k] = torch.from_numpy(loadings)
            self.variance[k] = float(variance)

    @torch.no_grad()
    def log_likelihood(self, images: Tensor, labels: Tensor) -> Tensor:
        """log p(x|y) [N] in nats per image, exact, as a density of pixels in [-1, 1].

        W's columns are orthogonal, so that C has the eigenvalues |w_i|^2 + sigma^2 along them
        and sigma^2 across them.
        """
        found = torch.empty(len(images), dtype=torch.float64)
        for k in labels.unique().tolist():
            mine = labels == k
            x = images[mine].flatten(1).double() - self.decoder.mean[k].double()
            loadings, variance = self.decoder.loadings[k].double(), self.variance[k].double()
            length = loadings.norm(dim=1)
            along = (x @ (loadings / length.clamp_min(1e-12)[:, None]).T).square()
            eigenvalues = length.square() + variance
            rest = x.shape[1] - len(length)
            squares = (along / eigenvalues).sum(1) + (x.square().sum(1) - along.sum(1)) / variance
            volume = eigenvalues.log().sum() + rest * variance.log()
            volume = volume + x.shape[1] * np.log(2 * np.pi)
            found[mine] = -0.5 * (volume + squares)
        return found


class Linear(nn.Module):
    """Noise [N, m] and labels [N] to images [N, C, 32, 32], cut off at -1 and 1."""

    def __init__(self, shape: tuple[int, int, int], classes: int, components: int) -> None:
        super().__init__()
        self.classes, self.shape = classes, shape
        pixels = int(np.prod(shape))
        self.mean = constant(torch.zeros(classes, pixels))
        self.loadings = constant(torch.zeros(classes, components, pixels))

    def forward(self, noise: Tensor, labels: Tensor) -> Tensor:
        images = torch.empty(len(noise), self.mean.shape[1], device=noise.device)
        for k in labels.unique().tolist():
            mine = labels == k
            images[mine] = (self.mean[k] + noise[mine] @ self.loadings[k]).float()
        return images.clamp(-1, 1).unflatten(1, self.shape)


def constant(value: Tensor) -> nn.Parameter:
    """A parameter that is fitted, not trained."""
    return nn.Parameter(value, requires_grad=False)
