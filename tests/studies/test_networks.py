"""Architectures: what is read from a module is what the module has, whoever wrote it."""

import pytest
import torch
from torch import nn

from experiments import models
from experiments.figures.network import from_frame, to_frame
from experiments.models import backbone
from experiments.runs import weights
from experiments.studies.kept import read_kept, write_kept
from experiments.studies.models.blocks import networks

SMALL = {"width": 4}


def build(name, channels=1, **settings):
    given = settings or ({"components": 6} if name == "ppca" else SMALL)
    return weights.build(name, channels, 10, given)


@pytest.mark.parametrize("name", [n for n in models.names() if not n.startswith("toy")])
def test_every_weight_is_drawn_once(name):
    model = build(name, channels=3)
    rows = networks(model, 3, 10)
    assert sum(row.weights for row in rows) == sum(w.numel() for w in model.parameters())
    for row in rows:
        assert sum(block.weights for block in row.blocks) == row.weights, row.title
    sampling = [row for row in rows if row.sampling]
    assert len(sampling) == 1
    assert sampling[0].weights == sum(w.numel() for w in model.decoder.parameters())
    entering = set().union(*(block.inputs for block in sampling[0].blocks))
    assert ("digit" in entering) == model.conditional and "noise" in entering


def test_the_generator_of_a_cgan():
    generator, discriminator = networks(build("cgan"), 1, 10)
    assert (generator.title, discriminator.title) == ("Generator", "Discriminator")
    assert [block.shape for block in generator.blocks] == [
        (16, 4, 4), (8, 8, 8), (4, 16, 16), (1, 32, 32),
    ]  # fmt: skip
    assert [block.kind for block in generator.blocks] == ["linear"] + 3 * ["conv 4×4 ↑2"]
    assert generator.blocks[0].notes == ["batch norm by digit", "ReLU"]
    assert generator.blocks[-1].notes == ["tanh"] and not generator.blocks[-1].inputs
    # 16 channels of 4 x 4 for each of 64 noises and 10 digits, and their batch norm by digit.
    assert generator.blocks[0].weights == 64 * 256 + 10 * 256 + 2 * 10 * 16
    heads = {block.name: block for block in discriminator.heads}
    assert heads["digits"].shape == (10,) and "digit" in heads["digits"].inputs
    assert heads["head"].shape == (1,) and not heads["head"].inputs


def test_a_single_layer_joins_the_network_that_feeds_it():
    encoder, decoder = networks(build("cvae"), 1, 10)
    assert encoder.title == "Encoder" and decoder.title == "Decoder"
    assert encoder.blocks[-1].name == "posterior" and encoder.blocks[-1].inputs == {"digit"}
    assert encoder.blocks[0].inputs == {"image"} and decoder.blocks[0].inputs >= {"noise"}


def test_an_unconditional_decoder_hears_of_no_digit():
    _, decoder = networks(build("vae"), 1, 10)
    assert "batch norm" in decoder.blocks[0].notes
    assert all("digit" not in block.inputs for block in decoder.blocks)


def test_a_view_of_the_image_enters_beside_the_noise():
    painter, _ = networks(build("ccgan"), 1, 10)
    start = next(block for block in painter.blocks if block.name == "start")
    assert {painter.blocks[parent].part for parent in start.parents} == {"context"}
    assert painter.blocks[0].inputs == {"image"}


def test_a_closed_form_is_its_matrices():
    decoder, rest = networks(build("ppca"), 1, 10)
    loadings, mean = decoder.blocks
    assert (loadings.name, loadings.kind) == ("loadings", "10 × 6 × 1,024")
    assert (mean.name, mean.kind) == ("mean", "10 × 1,024")
    assert loadings.inputs == {"noise", "digit"} and mean.parents == {0}
    assert [block.name for block in rest.blocks] == ["variance"] and not rest.sampling


class Own(backbone.Generative):
    """Bare weights, a block without a name, a layer that nothing reaches, no labels."""

    family, conditional = "gan", False

    def __init__(self):
        super().__init__()
        self.decoder = OwnDecoder()
        self.judge = nn.Sequential(nn.Flatten(), nn.LayerNorm(1024), nn.Linear(1024, 1))
        self.unused = nn.Linear(3, 3)
        self.optimizers = {"all": torch.optim.SGD(self.parameters(), 0.1)}

    def step(self, images, labels):
        noise = torch.randn(len(images), 64)
        loss = (self.judge(images) - self.judge(self.decoder(noise, labels))).mean()
        backbone.descend(self.optimizers["all"], loss)
        return {"loss": loss}


class OwnDecoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.matrix = nn.Parameter(torch.randn(64, 1024))
        self.refine = nn.utils.parametrizations.spectral_norm(nn.Conv2d(1, 1, 3, padding=1))

    def forward(self, noise, labels):
        return torch.tanh(self.refine((noise @ self.matrix).view(-1, 1, 32, 32)))


def test_a_model_of_ones_own():
    generator, judge = networks(Own(), 1, 10)
    assert [block.name for block in generator.blocks] == ["matrix", "refine"]
    assert generator.blocks[1].shape == (1, 32, 32) and generator.blocks[1].notes == ["tanh"]
    assert judge.title == "Judge" and judge.weights == 2 * 1024 + 1024 + 1
    assert judge.blocks[-1].shape == (1,) and judge.blocks[-1].parents == {0}


@pytest.mark.parametrize("name", ["cgan", "ccgan", "ppca", "vae"])
def test_what_is_drawn_later_is_what_was_read(name, tmp_path):
    rows = networks(build(name), 1, 10)
    write_kept(tmp_path, {"blocks": to_frame(rows)})
    assert from_frame(read_kept(tmp_path)["blocks"]) == rows
