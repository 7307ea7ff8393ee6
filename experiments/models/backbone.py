"""The networks and the settings that every model shares.

All deep models use one `Encoder` and one `Decoder`, so that two models differ in
nothing but their objective. The encoder serves as the encoder of a VAE and as the
discriminator of a GAN; the decoder as the decoder of a VAE and the generator of a GAN.
The shapes follow DCGAN (Radford et al. 2016): strided convolutions, no pooling.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, ClassVar, Literal

import torch
import torch.nn.functional as F
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from experiments.models.about import About

LATENT = 64  # one z serves every model
LAZY = 8  # a costly penalty acts in one step of so many, with so many times its weight
CORNER = 4  # the smallest feature map is 4 x 4, three halvings below 32 x 32

Norm = Literal["batch", "layer"]
Likelihood = Literal["bernoulli", "gaussian"]
Augmentation = Literal["translate", "colour", "cutout"]
Rate = Annotated[float, Field(gt=0, le=1)]
Weight = Annotated[float, Field(ge=0)]
Count = Annotated[int, Field(ge=1)]


class Settings(BaseModel):
    """The settings of every model; a model file adds its own.

    The first sentence of a description says what a setting is, what follows why it is so.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    images: Count = Field(
        300_000,
        description="training images seen, repeats counted. The budget is what fits the time that "
        "a run may take; the page Training shows what the last part of it still changed.",
    )
    batch_size: Annotated[int, Field(ge=2)] = Field(64, description="images per step")
    learning_rate: Rate = Field(2e-4, description="step size of Adam at the start")
    lr_decay_fraction: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5, description="share of the run, at its end, in which the step size falls to zero"
    )
    ema_decay: Annotated[float, Field(ge=0, lt=1)] = Field(
        0.999,
        description="decay per step of the average of weights that samples; 0 keeps none. It takes "
        "the jitter of the last steps out of the samples.",
    )
    class_embedding_scale: Weight = Field(
        0.0, description="size of the digit’s embedding beside the noise in the untrained decoder"
    )
    width: Count = Field(
        32,
        description="channels of the widest feature map; deeper ones double. The size of the "
        "networks, the same for all that share them.",
    )
    train_size: Count | None = Field(
        None,
        description="train on this many images of the split. All of them, unless a number is set.",
    )


class Encoder(nn.Module):
    """Images [N, C, 32, 32] in [-1, 1] to features [N, 64 * width]."""

    def __init__(self, channels: int, width: int, norm: Norm = "batch") -> None:
        super().__init__()
        self.features = CORNER * CORNER * 4 * width
        self.layers = nn.Sequential(
            nn.Conv2d(channels, width, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False),
            normalisation(norm, 2 * width),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width, 4 * width, 4, 2, 1, bias=False),
            normalisation(norm, 4 * width),
            nn.LeakyReLU(0.2),
            nn.Flatten(),
        ).to(memory_format=torch.channels_last)
        self.apply(initialise)

    def forward(self, images: Tensor) -> Tensor:
        return self.layers(images.contiguous(memory_format=torch.channels_last))


def initialise(module: nn.Module) -> None:
    """Weights from N(0, 0.02), biases 0 (Radford et al. 2016): with PyTorch's larger default
    a discriminator wins before the generator has drawn anything like a digit."""
    if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        nn.init.normal_(module.weight, 0.0, 0.02)
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def normalisation(norm: Norm, channels: int) -> nn.Module:
    """Layer norm (one group) wherever a gradient penalty acts, since batch norm makes the
    penalty of one image depend on the others (Gulrajani et al. 2017)."""
    return nn.BatchNorm2d(channels) if norm == "batch" else nn.GroupNorm(1, channels)


class ConditionalBatchNorm(nn.Module):
    """Batch norm whose gain and bias depend on the class (de Vries et al. 2017).

    With one class it is ordinary batch norm.
    """

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(channels, affine=False)
        self.gain = nn.Embedding.from_pretrained(torch.ones(classes, channels), freeze=False)
        self.bias = nn.Embedding.from_pretrained(torch.zeros(classes, channels), freeze=False)

    def forward(self, x: Tensor, labels: Tensor) -> Tensor:
        gain, bias = self.gain(labels).to(x.dtype), self.bias(labels).to(x.dtype)
        return torch.addcmul(bias[:, :, None, None], self.norm(x), gain[:, :, None, None])


class Decoder(nn.Module):
    """Noise [N, 64] and labels [N] to images [N, C, 32, 32] in [-1, 1].

    ``classes`` = 1 makes it unconditional: every label is taken for class 0.
    """

    def __init__(
        self, channels: int, width: int, classes: int = 1, class_embedding_scale: float = 0.0
    ) -> None:
        super().__init__()
        self.classes = classes
        sizes = [4 * width, 2 * width, width]
        self.start = nn.Linear(LATENT, sizes[0] * CORNER * CORNER, bias=False)
        self.digit = nn.Embedding(classes, sizes[0] * CORNER * CORNER)
        self.norms = nn.ModuleList(ConditionalBatchNorm(size, classes) for size in sizes)
        self.ups = nn.ModuleList(
            # A bias in front of a batch norm would have no effect.
            nn.ConvTranspose2d(size, out, 4, 2, 1, bias=out == channels)
            for size, out in zip(sizes, [*sizes[1:], channels], strict=True)
        ).to(memory_format=torch.channels_last)
        self.apply(initialise)
        # 64 noises of variance 1 through weights of standard deviation 0.02.
        nn.init.normal_(self.digit.weight, 0.0, class_embedding_scale * 0.02 * LATENT**0.5)

    def forward(self, noise: Tensor, labels: Tensor) -> Tensor:
        return torch.tanh(self.activations(noise, labels))

    def activations(self, noise: Tensor, labels: Tensor) -> Tensor:
        """What enters the last tanh. As tanh(a) = 2 sigmoid(2a) - 1, the logit of a pixel
        read as a probability in [0, 1] is 2a."""
        labels = labels if self.classes > 1 else torch.zeros_like(labels)
        x = (self.start(noise) + self.digit(labels)).unflatten(1, (-1, CORNER, CORNER))
        x = x.contiguous(memory_format=torch.channels_last)
        for norm, up in zip(self.norms, self.ups, strict=True):
            x = up(F.relu(norm(x, labels)))
        return x.float()


class Generative(nn.Module):
    """What every model offers to training, sampling and the studies."""

    family: ClassVar[str]  # "vae", "gan", "linear", "hybrid" or "flow"
    conditional: ClassVar[bool]
    about: ClassVar[About] = About()
    latent_dim: ClassVar[int] = LATENT
    settings_type: ClassVar[type[Settings]] = Settings

    settings: Settings
    decoder: Decoder  # all that sampling needs
    optimizers: dict[str, torch.optim.Optimizer]

    def step(self, images: Tensor, labels: Tensor) -> dict[str, Tensor]:
        """One optimisation step; returns the named losses (VAE: nats per image)."""
        raise NotImplementedError

    @torch.no_grad()
    def sample(self, noise: Tensor, labels: Tensor) -> Tensor:
        """Noise [N, 64], labels [N] to images in [-1, 1]: a pure function, in eval mode."""
        training = self.training
        self.eval()
        images = self.decoder(noise, labels)
        self.train(training)
        return images


def adam(module: nn.Module, learning_rate: float, beta1: float = 0.9) -> torch.optim.Adam:
    """Fused Adam. For GANs beta1 = 0.5: with 0.9 the momentum of a step against the
    last opponent outlives that opponent (Radford et al. 2016)."""
    return torch.optim.Adam(module.parameters(), learning_rate, betas=(beta1, 0.999), fused=True)


def descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    """One step down ``loss``."""
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()


def kl_divergence(mean: Tensor, logvar: Tensor) -> Tensor:
    """KL( N(mean, exp(logvar)) || N(0, I) ) in nats per image (Kingma & Welling 2014,
    appendix B), averaged over the batch. Both [N, latents]; never negative."""
    return 0.5 * (mean.square() + logvar.exp() - logvar - 1).sum(1).mean()


def negative_log_likelihood(images: Tensor, activations: Tensor, likelihood: Likelihood) -> Tensor:
    """-log p(x|z) in nats per image: summed over pixels, averaged over the batch.

    ``images`` [N, C, H, W] in [-1, 1], ``activations`` what the decoder's tanh would take.
    Bernoulli reads a pixel in [0, 1] as a probability of ink. Gaussian has one standard
    deviation for all pixels, the one that fits best (sigma-VAE, Rybkin et al. 2021): at
    sigma^2 = MSE the likelihood of D pixels is D/2 (log(2 pi sigma^2) + 1), which spares
    a weight between reconstruction and KL.
    """
    if likelihood == "bernoulli":
        target = (images + 1) / 2  # the one place where [-1, 1] becomes [0, 1]
        loss = F.binary_cross_entropy_with_logits(2 * activations, target, reduction="sum")
        return loss / len(images)
    variance = F.mse_loss(torch.tanh(activations), images).clamp_min(1e-6)
    return images[0].numel() / 2 * (torch.log(2 * torch.pi * variance) + 1)


def minibatch_std(features: Tensor, labels: Tensor, classes: int) -> Tensor:
    """Minibatch standard deviation [N, F] of features [N, F] (Karras et al. 2018), here class by
    class: over the images of the same class in the batch, for each image that of its own.

    What a discriminator needs to notice that the generator draws one seven for all sevens:
    no single image gives that away.
    """
    own = F.one_hot(labels, classes).to(features.dtype)
    count = own.sum(0).clamp_min(1)[:, None]
    mean = own.T @ features / count
    variance = own.T @ (features - mean[labels]).square() / count
    return (variance + 1e-6).sqrt()[labels]  # a class of one image has no slope at 0


def r1(logits: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
    """E[ 1/2 |grad a(x)|^2 ] of the logits a at real images [N, C, 32, 32]: a discriminator that
    is flat where the data are cannot win (Mescheder et al. 2018). Drawn in one step of eight and
    weighted eightfold (Karras et al. 2020), by chance, so that no step has to remember the last."""
    if torch.rand(()) >= 1 / LAZY:
        return torch.zeros((), device=images.device)
    images = images.detach().requires_grad_()
    (slope,) = torch.autograd.grad(logits(images).sum(), images, create_graph=True)
    return LAZY / 2 * slope.float().square().sum((1, 2, 3)).mean()


@contextmanager
def frozen(module: nn.Module) -> Iterator[None]:
    """No gradients for the weights of ``module``: the generator's step leaves the
    discriminator alone, and does not pay for gradients nobody uses."""
    module.requires_grad_(False)
    try:
        yield
    finally:
        module.requires_grad_(True)


def augment(images: Tensor, kinds: tuple[Augmentation, ...]) -> Tensor:
    """Differentiable augmentation of what the discriminator sees, real and generated
    alike, so that it cannot learn few images by heart (Zhao et al. 2020)."""
    n, _, height, width = images.shape
    device = images.device
    if "colour" in kinds:
        shape = (n, 1, 1, 1)
        images = images + (torch.rand(shape, device=device) - 0.5)
        mean = images.mean((1, 2, 3), keepdim=True)
        images = (images - mean) * (torch.rand(shape, device=device) + 0.5) + mean
    if "translate" in kinds:
        reach = height // 8
        padded = F.pad(images, (reach,) * 4)
        left, top = torch.randint(0, 2 * reach + 1, (2, n, 1), device=device)
        rows = top + torch.arange(height, device=device)
        columns = left + torch.arange(width, device=device)
        each = torch.arange(n, device=device)[:, None, None]
        moved = padded.permute(0, 2, 3, 1)[each, rows[:, :, None], columns[:, None, :]]
        images = moved.permute(0, 3, 1, 2)
    if "cutout" in kinds:
        reach = height // 4
        middle = torch.randint(0, height, (2, n, 1), device=device)
        near = (torch.arange(height, device=device) - middle).abs() < reach
        images = images * ~(near[0][:, :, None] & near[1][:, None, :])[:, None]
    return images
