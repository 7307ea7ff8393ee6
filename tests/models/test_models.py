"""What every model promises, held against each of them."""

import pytest
import torch

from experiments import models
from experiments.runs import weights
from experiments.support.errors import UserError

ALL = models.names()
TRAINED = [name for name in ALL if not hasattr(models.load(name), "fit")]
FAST = {"width": 8, "batch_size": 32, "components": 8}


# Steps as large as four patterns allow.
PLAY = {"learning_rate": 3e-3, "discriminator_rate": 1e-3}
PERCEPTRON = {"learning_rate": 1e-3, "discriminator_rate": 1e-3}
WASSERSTEIN = {"learning_rate": 5e-3, "critic_rate": 5e-3}
QUICK = {
    "vae": {"learning_rate": 5e-3}, "cvae": {"learning_rate": 5e-3},
    "cvae-plain": {"learning_rate": 5e-3}, "gan": PERCEPTRON, "gan-minimax": PERCEPTRON,
    "dcgan": {"learning_rate": 3e-3, "discriminator_rate": 5e-4}, "cgan": PLAY,
    "acgan": {**PLAY, "aux_weight": 2}, "ccgan": PLAY,
    "vaegan": PLAY, "wgan-gp": WASSERSTEIN, "cwgan-gp": WASSERSTEIN,
}  # fmt: skip


def make(name: str, channels: int = 1, **settings: object):
    torch.manual_seed(0)
    own = models.load(name).settings_type.model_fields
    fast = {key: value for key, value in FAST.items() if key in own}
    return weights.build(name, channels, 10, {**fast, **settings})


ADVERSARIAL = [name for name in TRAINED if "generator" in make(name).optimizers]


def opponent(model) -> tuple[str, torch.nn.Module]:
    """The name and the network that a generator plays against."""
    name = "critic" if hasattr(model, "critic") else "discriminator"
    return name, getattr(model, name)


def learn(model, steps: int) -> None:
    """Training in small: a few steps, or the closed form, which wants images of all digits."""
    if hasattr(model, "fit"):
        torch.manual_seed(0)
        digits = torch.arange(400) % 10
        images, _, basis = patterns(400)
        model.fit(basis[digits % 4] + 0.1 * torch.randn_like(images), digits)
        return
    for step in range(steps):
        torch.manual_seed(step)
        images, labels, _ = patterns(32)
        model.step(images, labels)


def patterns(n: int, channels: int = 1) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A toy set: four bright quarters of an image, with a little noise."""
    basis = -torch.ones(4, channels, 32, 32)
    for k in range(4):
        row, column = 16 * (k // 2), 16 * (k % 2)
        basis[k, :, row : row + 16, column : column + 16] = 1
    labels = torch.arange(n) % 4
    return (basis[labels] + 0.1 * torch.randn(n, channels, 32, 32)).clamp(-1, 1), labels, basis


@pytest.mark.parametrize("name", TRAINED)
@pytest.mark.parametrize("channels", [1, 3])
def test_a_step_returns_finite_named_losses(name: str, channels: int) -> None:
    model = make(name, channels)
    images, labels, _ = patterns(32, channels)
    losses = model.step(images, labels)
    assert losses and all(torch.isfinite(value) for value in losses.values())


@pytest.mark.parametrize("name", ALL)
def test_sample_is_a_function_of_its_noise(name: str) -> None:
    model = make(name)
    learn(model, steps=1)
    noise, digits = torch.randn(6, model.latent_dim), torch.arange(6)
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
    learn(model, steps=3)
    noise = torch.randn(4, model.latent_dim)
    zeros, ones = (model.sample(noise, torch.full((4,), k)) for k in (0, 1))
    assert torch.equal(zeros, ones) != model.conditional


@pytest.mark.parametrize("name", ["cvae", "cgan", "cwgan-gp", "acgan", "ccgan", "vaegan"])
def test_each_digit_has_weights_of_its_own(name: str) -> None:
    """Fed as one number, digits would lie on a line: a 4 would be half of an 8."""
    model = make(name)
    told = [m for m in model.decoder.modules() if isinstance(m, torch.nn.Embedding)]
    assert told and all(m.num_embeddings == 10 for m in told)
    noise = torch.randn(8, model.latent_dim)
    model.decoder(noise, torch.full((8,), 2)).square().sum().backward()
    for embedding in told:
        moved = embedding.weight.grad.abs().sum(1) > 0
        assert not moved[torch.arange(10) != 2].any()
    assert any(embedding.weight.grad[2].abs().sum() > 0 for embedding in told)
    if hasattr(model, "encode"):
        images, zeros = torch.zeros(4, 1, 32, 32), torch.zeros(4, dtype=torch.long)
        guesses = model.encode(images, torch.arange(4))[0] - model.encode(images, zeros)[0]
        middle = (guesses[1] + guesses[3]) / 2
        assert not torch.allclose(guesses[2], middle, atol=1e-4)


@pytest.mark.parametrize("name", ALL)
def test_it_learns_four_patterns(name: str) -> None:
    """After a few seconds samples lie near the patterns, each near its own if it is told."""
    model = make(name, **QUICK.get(name, {}))
    learn(model, steps=300 if QUICK.get(name) is PERCEPTRON else 150)
    digits, (_, _, basis) = torch.arange(64) % 4, patterns(1)
    drawn = model.sample(torch.randn(64, model.latent_dim), digits)
    distance = (drawn[:, None] - basis[None]).square().mean((2, 3, 4))
    nearest, which = distance.min(1)
    assert nearest.median() < 0.5  # two patterns are 2 apart, noise is 1.3 away
    if model.conditional:
        assert (which == digits).float().mean() > 0.9


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_the_generators_step_leaves_the_discriminator_alone(name: str) -> None:
    model = make(name)
    role, network = opponent(model)
    images, labels, _ = patterns(32)
    seen = []
    generator = model.optimizers["generator"]
    step = generator.step

    def spy() -> None:
        seen.append([p.grad for p in network.parameters()])
        seen.append([p.detach().clone() for p in network.parameters()])
        step()
        seen.append([p.detach().clone() for p in network.parameters()])

    after: list = []
    move = model.optimizers[role].step
    model.optimizers[role].step = lambda: (
        move(),
        after.extend(p.grad.clone() for p in network.parameters()),
    )
    generator.step = spy
    model.step(images, labels)
    gradients, before, later = seen
    # The gradients are those of the discriminator's own step, untouched by the generator's.
    assert all(torch.equal(a, b) for a, b in zip(gradients, after, strict=True))
    assert all(torch.equal(a, b) for a, b in zip(before, later, strict=True))


@pytest.mark.parametrize("name", ADVERSARIAL)
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
    assert {"ppca", "vae", "cvae-plain", "cgan", "wgan-gp", "vaegan"} <= set(ALL)
    assert "backbone" not in ALL
    with pytest.raises(UserError, match="did you mean 'cgan'"):
        models.load("cgna")


def test_a_setting_of_the_wrong_kind_is_one_sentence() -> None:
    with pytest.raises(UserError, match="learning_rate"):
        weights.build("cgan", 1, 10, {"learning_rate": -1})
    with pytest.raises(UserError, match="did you mean 'width'"):
        weights.build("cgan", 1, 10, {"widht": 8})
