"""Each objective against a value computed by hand, on cases small enough to do so."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.distributions import MultivariateNormal

from experiments import models
from experiments.models import backbone
from experiments.models.wgan_gp import gradient_penalty
from experiments.runs import weights
from experiments.support.errors import UserError

SMALL = {"width": 4, "batch_size": 16}


def make(name: str, **settings: object):
    torch.manual_seed(0)
    return weights.build(name, 1, 10, {**SMALL, **settings})


def batch(n: int = 16) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    return torch.rand(n, 1, 32, 32) * 2 - 1, torch.arange(n) % 10


@pytest.mark.parametrize("length", [0.5, 1.0, 3.0])
def test_the_penalty_of_a_linear_critic_is_that_of_its_slope(length: float) -> None:
    slope = torch.randn(1 * 32 * 32, generator=torch.Generator().manual_seed(0))
    slope = length * slope / slope.norm()

    def critic(images: torch.Tensor) -> torch.Tensor:
        return images.flatten(1) @ slope

    penalty = gradient_penalty(critic, batch()[0], -batch()[0])
    assert penalty.item() == pytest.approx((length - 1) ** 2, abs=1e-5)


def test_the_penalty_teaches_the_critic_its_slope() -> None:
    critic = nn.Sequential(nn.Flatten(), nn.Linear(1024, 1))
    penalty = gradient_penalty(lambda x: critic(x).squeeze(1), *[batch()[0]] * 2)
    penalty.backward()
    weight = critic[1].weight
    norm = weight.detach().norm()
    expected = 2 * (norm - 1) * weight.detach() / norm
    torch.testing.assert_close(weight.grad, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", ["wgan-gp", "cwgan-gp"])
def test_a_critic_sees_the_rest_of_a_batch_by_its_standard_deviation_alone(name: str) -> None:
    images, labels = batch()
    copies, same = images[:1].expand_as(images), labels[:1].expand_as(labels)

    def scores(scale: float, images: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        model = make(name, minibatch_std=scale)
        return model.critic(images, labels)[0] if model.conditional else model.critic(images)

    alone = scores(0.0, images[:1], labels[:1])
    torch.testing.assert_close(alone, scores(0.0, images, labels)[:1])
    alike, mixed = scores(1.0, copies, same), scores(1.0, images, labels)
    assert alike.std() < 1e-5 < mixed.std()
    torch.testing.assert_close(alike[:1], alone, rtol=1e-2, atol=1e-2)
    assert (mixed[:1] - alone).abs() > 1e-4


def test_minimax_and_non_saturating_loss() -> None:
    """At D = 0 both have the slope 1/2; where D is sure, only the non-saturating one has any."""
    for logit, sharp, flat in ((0.0, -0.5, -0.5), (-8.0, -0.99966, -0.00034)):
        for name, slope in (("gan", sharp), ("gan-minimax", flat)):
            fake = torch.tensor([logit], requires_grad=True)
            make(name).generator_loss(fake).backward()
            assert fake.grad.item() == pytest.approx(slope, abs=1e-5)
    zero = torch.zeros(3)
    assert make("gan").generator_loss(zero).item() == pytest.approx(math.log(2))
    assert make("gan-minimax").generator_loss(zero).item() == pytest.approx(-math.log(2))


@pytest.mark.parametrize("weight", [0.0, 0.5, 2.0])
def test_the_auxiliary_classifiers_losses(weight: float) -> None:
    """Heads of zeros know nothing: log 2 for each side, log 10 for each digit."""
    model = make("acgan", aux_weight=weight)
    heads = (getattr(model.discriminator, name) for name in ("head", "digits", "std_head"))
    for parameter in (each for head in heads for each in head.parameters()):
        nn.init.zeros_(parameter)
    for optimizer in model.optimizers.values():
        optimizer.step = lambda: None
    losses = {name: value.item() for name, value in model.step(*batch()).items()}
    assert losses["discriminator"] == pytest.approx(2 * math.log(2), rel=1e-6)
    assert losses["auxiliary"] == pytest.approx(math.log(10), rel=1e-6)
    assert losses["auxiliary_of_generated"] == pytest.approx(math.log(10), rel=1e-6)
    assert losses["generator"] == pytest.approx(math.log(2) + weight * math.log(10), rel=1e-6)


def test_the_auxiliary_classifier_learns_from_real_images_alone() -> None:
    model, (images, labels) = make("acgan"), batch()
    model.decoder.forward = lambda noise, digits: (images * math.nan).requires_grad_()
    seen = []
    model.optimizers["discriminator"].step = lambda: seen.append(
        model.discriminator.digits.bias.grad.clone()
    )
    model.optimizers["generator"].step = lambda: None
    model.step(images, labels)
    assert torch.isfinite(seen[0]).all()


def test_a_hole_is_filled_and_its_surroundings_stay() -> None:
    model, (images, labels) = make("ccgan"), batch()
    model.step(images, labels)
    mask = torch.zeros(16, 1, 32, 32)
    mask[:, :, 8:20, 4:16] = 1
    first, second = (model.fill(images, mask, labels, torch.randn(16, 64)) for _ in range(2))
    hole = mask.expand_as(images) > 0
    assert torch.equal(first[~hole], images[~hole])
    assert not torch.isclose(first[hole], images[hole]).any()
    assert not torch.equal(first[hole], second[hole])  # another noise, another filling


def test_what_is_in_the_hole_is_not_seen_and_what_is_around_it_is() -> None:
    model, (images, labels) = make("ccgan"), batch()
    model.step(images, labels)
    noise, mask = torch.randn(16, 64), torch.zeros(16, 1, 32, 32)
    mask[:, :, 8:24, 8:24] = 1
    filled = model.fill(images, mask, labels, noise)
    inside, outside = images + mask, images + (1 - mask)
    assert torch.equal(model.fill(inside, mask, labels, noise), filled)
    middle = model.fill(outside, mask, labels, noise)[:, :, 12:20, 12:20]
    assert not torch.equal(middle, filled[:, :, 12:20, 12:20])


def test_filling_an_image_that_is_all_hole_is_sampling() -> None:
    model, (images, labels) = make("ccgan"), batch()
    model.step(images, labels)
    noise = torch.randn(16, 64)
    filled = model.fill(images, torch.ones(16, 1, 32, 32), labels, noise)
    torch.testing.assert_close(filled, model.sample(noise, labels))


def test_holes_are_squares_in_one_half_of_a_batch_and_whole_images_in_the_other() -> None:
    torch.manual_seed(0)
    mask = make("ccgan").holes(torch.zeros(800, 1, 32, 32))
    area = mask.sum((1, 2, 3))
    assert (area[:400] == 32 * 32).all()
    rows, columns = mask.amax(3).sum((1, 2)), mask.amax(2).sum((1, 2))
    assert torch.equal(rows, columns) and torch.equal(area, rows * columns)
    assert set(rows[400:].int().tolist()) == set(range(12, 31))
    assert mask[400:, 0, 0].any() and mask[400:, 0, -1].any()  # the borders are reached


def test_vaegan_measures_reconstruction_in_the_discriminators_features() -> None:
    model, (images, labels) = make("vaegan"), batch()
    model.decoder.forward = lambda noise, digits: images  # a perfect copy of every image
    losses = {name: float(value) for name, value in model_losses(model, images, labels).items()}
    assert losses["feature_reconstruction"] == pytest.approx(0, abs=1e-8)
    mean, logvar = model.encode(images, labels)
    kl = -0.5 * (1 + logvar - mean.square() - logvar.exp()).sum(1).mean()
    assert losses["kl"] == pytest.approx(kl.item(), rel=0.05)  # batch norm has moved a little


def model_losses(model, images: torch.Tensor, labels: torch.Tensor) -> dict[str, torch.Tensor]:
    for optimizer in model.optimizers.values():
        optimizer.step = lambda: None
    return model.step(images, labels)


def test_ppca_likelihood_is_that_of_a_multivariate_normal() -> None:
    torch.manual_seed(0)
    model = weights.build("ppca", 1, 2, {"components": 3})
    labels = torch.arange(80) % 2
    images = torch.randn(80, 1, 32, 32) * torch.linspace(0.1, 1, 32) + labels[:, None, None, None]
    model.fit(images, labels)
    found = model.log_likelihood(images, labels)
    for k in (0, 1):
        loadings = model.decoder.loadings[k].double()
        covariance = loadings.T @ loadings + model.variance[k].double() * torch.eye(1024)
        normal = MultivariateNormal(model.decoder.mean[k].double(), covariance)
        expected = normal.log_prob(images[labels == k].flatten(1).double())
        torch.testing.assert_close(found[labels == k], expected, rtol=1e-6, atol=0)


def test_ppca_finds_the_model_that_made_the_data() -> None:
    """More components than there are directions change nothing; sampling has their covariance."""
    torch.manual_seed(0)
    true = torch.randn(2, 1024) * 0.1
    labels = torch.zeros(4000, dtype=torch.long)
    images = (torch.randn(4000, 2) @ true + 0.01 * torch.randn(4000, 1024)).unflatten(
        1, (1, 32, 32)
    )
    model = weights.build("ppca", 1, 1, {"components": 4})
    model.fit(images, labels)
    assert model.variance[0].sqrt().item() == pytest.approx(0.01, rel=0.02)
    loadings = model.decoder.loadings[0]
    # The two directions that are there are kept, the others add next to nothing.
    angle = F.normalize(loadings[:2], dim=1) @ torch.linalg.qr(true.T)[0]
    assert angle.square().sum().item() == pytest.approx(2, abs=0.01)
    assert loadings[2:].norm() < 0.05 * loadings[:2].norm()
    drawn = model.sample(torch.randn(4000, 4), labels).flatten(1)
    wanted = images.flatten(1).clamp(-1, 1).var(0).mean()
    assert drawn.var(0).mean().item() == pytest.approx(wanted.item(), rel=0.05)


@pytest.mark.parametrize("n", [40, 1500])
def test_ppca_is_the_maximum_of_the_likelihood(n: int) -> None:
    """Noise of any other size makes the very images less likely, few images or many."""
    model = weights.build("ppca", 1, 1, {"components": 3})
    torch.manual_seed(0)
    images, labels = 0.1 * torch.randn(n, 1, 32, 32), torch.zeros(n, dtype=torch.long)
    model.fit(images, labels)
    loadings, variance = model.decoder.loadings[0].clone(), model.variance[0].clone()
    eigenvalues = loadings.square().sum(1) + variance
    found = model.log_likelihood(images, labels).mean()
    for change in (0.97, 1.03):
        model.variance[0] = change * variance
        length = (eigenvalues - change * variance).clamp_min(0).sqrt()
        model.decoder.loadings[0] = loadings * (length / loadings.norm(dim=1))[:, None]
        assert model.log_likelihood(images, labels).mean() < found


def test_more_components_than_a_digit_has_images() -> None:
    model = weights.build("ppca", 1, 2, {"components": 40})
    images, labels = torch.randn(60, 1, 32, 32), torch.arange(60) % 2
    with pytest.raises(UserError, match="choose at most 28"):
        model.fit(images, labels)


def test_cvae_plain_is_the_bound() -> None:
    plain, tuned = (models.load(name).settings_type() for name in ("cvae-plain", "cvae"))
    assert plain.beta == 1
    assert plain.model_dump(exclude={"beta"}) == tuned.model_dump(exclude={"beta"})


def test_r1_is_half_the_squared_slope_in_the_mean_of_many_steps() -> None:
    slope, images = torch.linspace(-1, 1, 1024), batch()[0]
    wanted = 0.5 * slope.square().sum().item()
    torch.manual_seed(0)
    drawn = [backbone.r1(lambda x: x.flatten(1) @ slope, images).item() for _ in range(2000)]
    assert sorted(set(drawn)) == [0, pytest.approx(8 * wanted, rel=1e-5)]
    assert sum(drawn) / len(drawn) == pytest.approx(wanted, rel=0.15)
