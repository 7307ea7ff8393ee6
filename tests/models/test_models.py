"""What every model promises, held against each of them."""

import pytest
import torch

from experiments import models, weights
from experiments.errors import UserError

ALL = models.names()
GANS = [name for name in ALL if models.load(name).family == "gan"]
FAST = {"width": 8, "batch_size": 32}


def make(name: str, channels: int = 1, **settings: object):
    torch.manual_seed(0)
    return weights.build(name, channels, 10, {**FAST, **settings})


def patterns(n: int, channels: int = 1) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A toy set: four bright quarters of an image, with a little noise."""
    basis = -torch.ones(4, channels, 32, 32)
    for k in range(4):
        row, column = 16 * (k // 2), 16 * (k % 2)
        basis[k, :, row : row + 16, column : column + 16] = 1
    labels = torch.arange(n) % 4
    return (basis[labels] + 0.1 * torch.randn(n, channels, 32, 32)).clamp(-1, 1), labels, basis


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("channels", [1, 3])
def test_a_step_returns_finite_named_losses(name: str, channels: int) -> None:
    model = make(name, channels)
    images, labels, _ = patterns(32, channels)
    losses = model.step(images, labels)
    assert losses and all(torch.isfinite(value) for value in losses.values())


@pytest.mark.parametrize("name", ALL)
def test_sample_is_a_function_of_its_noise(name: str) -> None:
    model = make(name)
    images, labels, _ = patterns(32)
    model.step(images, labels)
    noise, digits = torch.randn(6, 64), torch.arange(6)
    first = model.sample(noise, digits)
    torch.randn(100)  # other random numbers in between change nothing
    assert torch.equal(first, model.sample(noise, digits))
    # Nor does the company: batch norm uses its averages, not the batch.
    torch.testing.assert_close(first[:1], model.sample(noise[:1], digits[:1]))
    assert first.min() >= -1 and first.max() <= 1
    assert model.training  # and the model is left as it was


@pytest.mark.parametrize("name", ALL)
def test_the_label_changes_the_image_of_conditional_models_alone(name: str) -> None:
    model = make(name)
    for _ in range(3):
        images, labels, _ = patterns(32)
        model.step(images, labels)
    noise = torch.randn(4, 64)
    zeros, ones = (model.sample(noise, torch.full((4,), k)) for k in (0, 1))
    assert torch.equal(zeros, ones) != model.conditional


@pytest.mark.parametrize("name", ALL)
def test_it_learns_four_patterns(name: str) -> None:
    """After a few seconds samples lie near the patterns, each near its own if it is told."""
    gan = name in GANS
    model = make(name, width=16) if gan else make(name, learning_rate=5e-3)
    for step in range(300 if gan else 150):
        torch.manual_seed(step)
        images, labels, basis = patterns(32)
        model.step(images, labels)
    digits = torch.arange(64) % 4
    drawn = model.sample(torch.randn(64, 64), digits)
    distance = (drawn[:, None] - basis[None]).square().mean((2, 3, 4))
    nearest, which = distance.min(1)
    assert nearest.median() < 0.5  # two patterns are 2 apart, noise is 1.3 away
    if model.conditional:
        assert (which == digits).float().mean() > 0.9


@pytest.mark.parametrize("name", GANS)
def test_the_generators_step_leaves_the_discriminator_alone(name: str) -> None:
    model = make(name)
    images, labels, _ = patterns(32)
    seen = []
    generator = model.optimizers["generator"]
    step = generator.step

    def spy() -> None:
        seen.append([p.grad for p in model.discriminator.parameters()])
        seen.append([p.detach().clone() for p in model.discriminator.parameters()])
        step()
        seen.append([p.detach().clone() for p in model.discriminator.parameters()])

    discriminator = model.optimizers["discriminator"]
    after: list = []
    move = discriminator.step
    discriminator.step = lambda: (
        move(),
        after.extend(p.grad.clone() for p in model.discriminator.parameters()),
    )
    generator.step = spy
    model.step(images, labels)
    gradients, before, later = seen
    # The gradients are those of the discriminator's own step, untouched by the generator's.
    assert all(torch.equal(a, b) for a, b in zip(gradients, after, strict=True))
    assert all(torch.equal(a, b) for a, b in zip(before, later, strict=True))


@pytest.mark.parametrize("name", GANS)
def test_the_discriminators_step_leaves_the_generator_alone(name: str) -> None:
    model = make(name)
    images, labels, _ = patterns(32)
    before = [p.detach().clone() for p in model.decoder.parameters()]
    model.optimizers["generator"].step = lambda: None
    model.step(images, labels)
    after = list(model.decoder.parameters())
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


@pytest.mark.parametrize("name", [n for n in ALL if models.load(n).family == "vae"])
def test_vae_loss_is_reconstruction_plus_kl(name: str) -> None:
    model = make(name)
    images, labels, _ = patterns(32)
    losses = model.step(images, labels)
    total = losses["reconstruction"] + model.settings.beta * losses["kl"]
    assert losses["kl"].item() > 0
    assert losses["loss"].item() == pytest.approx(float(total), rel=1e-6)


def test_names_and_unknown_name() -> None:
    assert {"vae", "cvae", "dcgan", "cgan"} <= set(ALL)
    assert "backbone" not in ALL
    with pytest.raises(UserError, match="did you mean 'cgan'"):
        models.load("cgna")


def test_a_setting_of_the_wrong_kind_is_one_sentence() -> None:
    with pytest.raises(UserError, match="learning_rate"):
        weights.build("cgan", 1, 10, {"learning_rate": -1})
    with pytest.raises(UserError, match="did you mean 'width'"):
        weights.build("cgan", 1, 10, {"widht": 8})
