"""Judges: deterministic, careful about what they are fed, refused when damaged."""

import json

import numpy as np
import pytest
import torch

from experiments.evaluation import augment
from experiments.judges import judge
from experiments.judges import training as judge_training
from experiments.support.errors import UserError
from experiments.support.progress import Bar

TINY = judge_training.JudgeSettings(images=256, batch_size=64, width=4, label_width=4)


def coloured(n, seed):
    """Three classes told apart by brightness: what even a tiny judge learns at once."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    images = (40 + 80 * labels)[:, None, None, None] + rng.normal(0, 8, (n, 3, 32, 32))
    return np.clip(images, 0, 255).astype(np.uint8), labels.astype(np.int64)


def train(images, labels, settings=TINY, seed=0):
    return judge_training.train_judge(images, labels, settings, 4, seed, Bar("", 1))


@pytest.fixture(scope="module")
def trained():
    return train(*coloured(120, 0))


def weights(network):
    return torch.cat([value.double().flatten() for value in network.state_dict().values()])


def test_same_seed_same_weights_and_another_seed_others(trained):
    torch.rand(3)  # the global generator must not matter
    assert torch.equal(weights(trained), weights(train(*coloured(120, 0))))
    assert not torch.equal(weights(trained), weights(train(*coloured(120, 0), seed=1)))


def test_a_judge_learns():
    images, labels = coloured(300, 0)
    learned = train(images, labels, TINY.model_copy(update={"images": 3000}))
    test, truth = coloured(100, 1)
    assert (judge.read(learned, test)[1].argmax(1) == truth).mean() > 0.9


def test_read_gives_features_and_probabilities_that_do_not_depend_on_the_batch(trained):
    images, _ = coloured(30, 2)
    features, probabilities = judge.read(trained, images)
    assert features.shape == (30, judge.FEATURES) and features.dtype == np.float64
    assert probabilities.shape == (30, 3) and probabilities.sum(1) == pytest.approx(1)
    assert judge.read(trained, images, batch=7)[0] == pytest.approx(features, abs=0.02)


@pytest.mark.parametrize("wrong", [lambda x: x / 255.0, lambda x: x.astype(np.int64)])
def test_images_in_another_range_are_refused(trained, wrong):
    with pytest.raises(ValueError, match="uint8"):
        judge.read(trained, wrong(coloured(4, 0)[0]))


def saved(folder, trained):
    receipt = {"accuracy": {"features": 0.5, "labels": 0.6}}
    judge.save_judges(folder, {"features": trained, "labels": trained}, receipt, {})


def test_judges_come_back_as_they_were_saved(tmp_path, trained):
    saved(tmp_path, trained)
    loaded = judge.load_judges(tmp_path)
    images, _ = coloured(5, 3)
    for role in (loaded.features, loaded.labels):
        assert not role.training
        assert np.array_equal(judge.read(role, images)[0], judge.read(trained, images)[0])
    assert loaded.accuracy == {"features": 0.5, "labels": 0.6} and len(loaded.sha256) == 64


@pytest.mark.parametrize("damage", ["cut", "gone", "other"])
def test_damaged_weights_are_one_sentence(tmp_path, trained, damage):
    saved(tmp_path, trained)
    path = tmp_path / "labels.safetensors"
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(
            content[:-9] if damage == "cut" else content[:-1] + bytes([content[-1] ^ 1])
        )
    with pytest.raises(UserError, match=r"labels\.safetensors is missing or damaged"):
        judge.load_judges(tmp_path)


def test_the_judge_step_trains_on_one_split_and_scores_on_the_other(tmp_path):
    from experiments.data import Dataset
    from experiments.support.layout import Layout

    images, labels = coloured(120, 0)
    facts = {"sha256": "0" * 64, "classes": 3}
    layout = Layout(tmp_path, "tiny")
    settings = TINY.model_dump() | {"images": 2000}
    # The test labels are turned round: a judge that had seen them would not be wrong.
    data = Dataset("toy", images, labels, images[:50], 2 - labels[:50], facts)
    judge_training.make_judges(layout, data, settings, {})
    receipt = json.loads(layout.judge_receipt("toy").read_text())
    assert receipt["n"] == 50 and receipt["accuracy"]["labels"] < 0.6
    assert np.sum(receipt["confusion"]["labels"]) == 50
    assert receipt["report"]["features"]["0"]["n"] == (labels[:50] == 2).sum()
    hashes = {receipt["judges"][role]["sha256"] for role in judge.ROLES}
    assert len(hashes) == 2, "two judges, not one twice"
    with pytest.raises(UserError, match="did you mean 'width'"):
        judge_training.make_judges(layout, data, {"witdh": 3}, {})


def test_augmentation_keeps_shape_range_and_place():
    rng = np.random.default_rng(0)
    images = torch.rand(16, 3, 32, 32) * 2 - 1
    assert torch.allclose(augment.warp(images, rng, 0, 0, 0), images, atol=1e-5)
    assert torch.equal(augment.recolour(images, rng, 0, 0), images)
    assert torch.equal(augment.recolour(images, rng, 0, 1), -images)
    changed = augment.recolour(images, rng, 0.5, 0.5)
    assert changed.shape == images.shape and changed.abs().max() <= 1
    covered = (augment.cut_out(images, rng, 8) != images).float().mean((1, 2, 3))
    assert covered.min() > 0 and covered.max() <= 64 / 1024


def test_a_shift_moves_by_pixels():
    image = torch.full((200, 1, 32, 32), -1.0)
    image[:, :, 16, 16] = 1
    moved = augment.warp(image, np.random.default_rng(0), 3, 0, 0)
    place = (moved + 1).mean((1,)).clamp(min=0)
    rows = (place.sum(2) * torch.arange(32.0)).sum(1) / place.sum((1, 2))
    assert (rows - 16).abs().max() <= 3.01 and (rows - 16).abs().max() > 2
