"""The networks and losses that every model shares, against known answers."""

import math

import pytest
import torch
from torch import nn

from experiments.models import backbone


def test_shapes_for_grey_and_colour() -> None:
    for channels in (1, 3):
        decoder = backbone.Decoder(channels, width=4, classes=10)
        images = decoder(torch.randn(5, 64), torch.arange(5))
        assert images.shape == (5, channels, 32, 32)
        encoder = backbone.Encoder(channels, width=4)
        assert encoder(images).shape == (5, encoder.features)


def test_kl_matches_monte_carlo() -> None:
    torch.manual_seed(0)
    mean, logvar = torch.randn(1, 6), torch.randn(1, 6)
    posterior = torch.distributions.Normal(mean, torch.exp(logvar / 2))
    prior = torch.distributions.Normal(0.0, 1.0)
    z = posterior.sample((200_000,))
    estimate = (posterior.log_prob(z) - prior.log_prob(z)).sum(-1).mean()
    assert backbone.kl_divergence(mean, logvar) == pytest.approx(float(estimate), rel=0.02)


def test_kl_is_zero_at_the_prior_and_positive_elsewhere() -> None:
    zero = torch.zeros(3, 4)
    assert backbone.kl_divergence(zero, zero) == 0
    for mean, logvar in ((zero + 1, zero), (zero, zero + 1), (zero, zero - 1)):
        assert backbone.kl_divergence(mean, logvar) > 0


def test_bernoulli_likelihood_by_hand() -> None:
    # Two pixels: ink 1 drawn with p = 0.8, ink 0 drawn with p = 0.3.
    images = torch.tensor([1.0, -1.0]).view(1, 1, 1, 2)
    logits = torch.tensor([math.log(0.8 / 0.2), math.log(0.3 / 0.7)]).view(1, 1, 1, 2)
    loss = backbone.negative_log_likelihood(images, logits / 2, "bernoulli")
    assert float(loss) == pytest.approx(-math.log(0.8) - math.log(0.7), rel=1e-5)


def test_bernoulli_targets_are_probabilities() -> None:
    """Targets in [-1, 1] would let the loss fall below zero without end."""
    images = torch.rand(4, 1, 8, 8) * 2 - 1
    for scale in (1.0, 10.0):
        activations = images * scale
        assert backbone.negative_log_likelihood(images, activations, "bernoulli") >= 0


def test_gaussian_likelihood_is_the_normal_density() -> None:
    torch.manual_seed(0)
    images, activations = torch.rand(3, 1, 4, 4), torch.randn(3, 1, 4, 4)
    drawn = torch.tanh(activations)
    sigma = (drawn - images).square().mean().sqrt()
    wanted = -torch.distributions.Normal(drawn, sigma).log_prob(images).sum((1, 2, 3)).mean()
    loss = backbone.negative_log_likelihood(images, activations, "gaussian")
    assert float(loss) == pytest.approx(float(wanted), rel=1e-5)


def test_batch_norm_keeps_its_small_epsilon() -> None:
    """0.8 is a momentum of another framework, taken for epsilon in a famous repository."""
    modules = [*backbone.Encoder(1, 4).modules(), *backbone.Decoder(1, 4, 10).modules()]
    norms = [module for module in modules if isinstance(module, nn.BatchNorm2d)]
    assert len(norms) == 5
    assert all(norm.eps == 1e-5 for norm in norms)


def test_one_class_ignores_labels() -> None:
    decoder = backbone.Decoder(1, 4, classes=1).eval()
    z = torch.randn(3, 64)
    assert torch.equal(decoder(z, torch.tensor([0, 1, 2])), decoder(z, torch.tensor([9, 9, 9])))


def test_frozen_weights_get_no_gradient_and_thaw_even_after_an_error() -> None:
    layer = nn.Linear(2, 1)
    with pytest.raises(RuntimeError), backbone.frozen(layer):
        assert not any(p.requires_grad for p in layer.parameters())
        raise RuntimeError
    assert all(p.requires_grad for p in layer.parameters())


@pytest.mark.parametrize("kinds", [("translate",), ("colour",), ("cutout",)])
def test_augmentation_moves_images_and_lets_gradients_through(kinds: tuple) -> None:
    torch.manual_seed(0)
    images = torch.rand(8, 3, 32, 32, requires_grad=True)
    seen = backbone.augment(images, kinds)
    assert seen.shape == images.shape and not torch.equal(seen, images)
    seen.sum().backward()
    assert images.grad is not None and images.grad.abs().sum() > 0


def test_no_augmentation_is_the_identity() -> None:
    images = torch.rand(2, 1, 32, 32)
    assert torch.equal(backbone.augment(images, ()), images)


def test_translation_only_moves_pixels() -> None:
    torch.manual_seed(1)
    images = torch.zeros(16, 1, 32, 32)
    images[:, :, 16, 16] = 1
    moved = backbone.augment(images, ("translate",))
    assert torch.equal(moved.sum((1, 2, 3)), torch.ones(16))
    rows = moved.sum((1, 3)).argmax(1) - 16
    assert rows.abs().max() <= 4 and len(rows.unique()) > 3


def test_minibatch_std_is_the_standard_deviation_within_a_class() -> None:
    features = torch.tensor([[0.0, 1.0], [2.0, 1.0], [5.0, 7.0], [4.0, 1.0]], requires_grad=True)
    labels = torch.tensor([0, 0, 3, 0])
    found = backbone.minibatch_std(features, labels, classes=10)
    own = features.detach()[[0, 1, 3]].std(0, unbiased=False)
    torch.testing.assert_close(found[0], own, atol=1e-3, rtol=0)
    assert torch.equal(found[0], found[1]) and torch.equal(found[0], found[3])
    assert found[2].max() < 2e-3  # an image alone in its class does not vary
    found.sum().backward()
    assert torch.isfinite(features.grad).all()
