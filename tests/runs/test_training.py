"""The loop: budgets, resumption, averages, precision, divergence."""

from pathlib import Path

import numpy as np
import pytest
import torch

from experiments.data import Dataset
from experiments.runs import checkpoint, samples, training, weights
from experiments.runs.run import Run
from experiments.runs.samples import make_samples
from experiments.support.errors import UserError
from experiments.support.layout import Layout
from experiments.support.progress import Bar
from experiments.support.random import seed_torch

SETTINGS = {"images": 320, "batch_size": 16, "width": 4}


@pytest.fixture
def data() -> Dataset:
    rng = np.random.default_rng(0)
    labels = np.arange(80) % 10
    images = rng.integers(0, 256, (80, 1, 32, 32)).astype(np.uint8)
    facts = {"classes": 10, "sha256": "toy"}
    return Dataset("toy", images, labels, images[:20], labels[:20], facts)


def loop(data: Dataset, model: str = "cgan", seed: int = 0, bf16: bool = False, **settings):
    seed_torch(seed, "training/weights")
    fresh = weights.build(model, 1, 10, {**SETTINGS, **settings})
    return training.Training(data, fresh.settings, seed, checkpoint.start(fresh), bf16)


def everything(state: checkpoint.State) -> list[torch.Tensor]:
    parts = [*state.model.state_dict().values(), *state.ema.state_dict().values()]
    for optimizer in state.model.optimizers.values():
        for moments in optimizer.state_dict()["state"].values():
            parts += [moments["exp_avg"], moments["exp_avg_sq"]]
    return parts


@pytest.mark.parametrize("model", ["cvae", "cgan"])
def test_a_resumed_run_ends_bit_identical(
    data: Dataset, model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    straight = loop(data, model)
    straight.run(tmp_path / "a.pt", {}, Bar("", 1))

    class Killed(Exception):
        pass

    monkeypatch.setattr(training, "CHECKPOINT_SECONDS", 0.0)
    broken = loop(data, model)
    step = broken.step

    def step_or_die(indices: torch.Tensor):
        if broken.state.step == 13:
            raise Killed
        return step(indices)

    broken.step = step_or_die
    with pytest.raises(Killed):
        broken.run(tmp_path / "b.pt", {"run": 1}, Bar("", 1))

    again = loop(data, model)
    assert checkpoint.resume(tmp_path / "b.pt", again.state, {"run": 1})
    assert 0 < again.state.step < 20 and again.state.seconds > 0
    torch.manual_seed(99)  # whatever random state the new process has
    again.run(tmp_path / "b.pt", {"run": 1}, Bar("", 1))
    pairs = zip(everything(straight.state), everything(again.state), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    names = [set(row) - {"seconds"} for row in again.state.history]
    assert [{k: r[k] for k in n} for r, n in zip(again.state.history, names, strict=True)] == [
        {k: r[k] for k in n} for r, n in zip(straight.state.history, names, strict=True)
    ]


def test_a_checkpoint_of_other_settings_is_not_taken(data: Dataset, tmp_path: Path) -> None:
    made = loop(data)
    checkpoint.save(tmp_path / "c.pt", made.state, {"settings": 1})
    assert not checkpoint.resume(tmp_path / "c.pt", loop(data).state, {"settings": 2})
    assert not checkpoint.resume(tmp_path / "none.pt", loop(data).state, {})


def test_a_checkpoint_cut_short_is_one_sentence(data: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    checkpoint.save(path, loop(data).state, {})
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(UserError, match="cut short: delete it"):
        checkpoint.resume(path, loop(data).state, {})


def test_a_checkpoint_without_one_of_its_optimizers_is_not_taken(
    data: Dataset, tmp_path: Path
) -> None:
    """Generator and discriminator go on from one and the same step, or not at all."""
    path, made = tmp_path / "c.pt", loop(data)
    del made.state.model.optimizers["discriminator"]
    checkpoint.save(path, made.state, {})
    with pytest.raises(UserError, match="damaged"):
        checkpoint.resume(path, loop(data).state, {})


def test_seeds_differ_and_repeat(data: Dataset, tmp_path: Path) -> None:
    finals = []
    for seed in (0, 0, 1):
        run = loop(data, seed=seed)
        run.run(tmp_path / "x.pt", {}, Bar("", 1))
        finals.append(run.state.ema.decoder.start.weight)
    assert torch.equal(finals[0], finals[1]) and not torch.equal(finals[0], finals[2])


def test_batches_go_once_through_the_data_an_epoch() -> None:
    steps = training.batches(20, 6, seed=3, first=0)
    first = [next(steps) for _ in range(3)]
    assert len(torch.cat(first).unique()) == 18
    resumed = training.batches(20, 6, seed=3, first=2)
    assert torch.equal(next(resumed), first[2]) and torch.equal(next(resumed), next(steps))


def test_learning_rate_falls_to_zero_at_the_end() -> None:
    rates = [training.learning_rate_factor(step, 100, 0.5) for step in (0, 49, 50, 75, 100)]
    assert rates == [1, 1, 1, 0.5, 0]
    assert training.learning_rate_factor(100, 100, 0.0) == 1


def test_the_average_carries_batch_norms_statistics(data: Dataset) -> None:
    run = loop(data, ema_decay=0.9)
    run.step(torch.arange(16))
    averaged = dict(run.state.ema.named_buffers())
    trained = dict(run.state.model.named_buffers())
    name = "decoder.norms.0.norm.running_var"
    assert not torch.equal(averaged[name], torch.ones_like(averaged[name]))
    decay = 1 / (training.WARM_UP + 1)
    wanted = decay * torch.ones_like(trained[name]) + (1 - decay) * trained[name]
    torch.testing.assert_close(averaged[name], wanted)


def test_no_average_means_the_trained_weights(data: Dataset) -> None:
    run = loop(data, ema_decay=0)
    run.step(torch.arange(16))
    pairs = zip(run.state.ema.parameters(), run.state.model.parameters(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_bf16_reaches_the_activations(data: Dataset) -> None:
    seen = []
    run = loop(data, bf16=True)
    run.state.model.discriminator.encoder.register_forward_hook(
        lambda module, inputs, output: seen.append(output.dtype)
    )
    run.step(torch.arange(16))
    assert set(seen) == {torch.bfloat16}
    assert all(p.dtype == torch.float32 for p in run.state.model.parameters())


def test_weights_in_bf16_are_never_stale(data: Dataset) -> None:
    """The generator's step must see the discriminator as its own step just left it."""

    def generator_loss(bf16: bool, rate: float) -> float:
        run = loop(data, bf16=bf16, discriminator_rate=rate)
        return float(run.step(torch.arange(16))["generator"])

    fresh, stale, rounded = (
        generator_loss(False, 1e-2), generator_loss(False, 1e-9), generator_loss(True, 1e-2),
    )  # fmt: skip
    assert abs(rounded - fresh) < 0.1 * abs(stale - fresh)


def test_a_run_writes_what_it_promises(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "COLLAPSED", 0.0)  # 20 steps teach nothing
    layout = Layout(tmp_path, "test")
    training.train(layout, data, "cgan", SETTINGS, 0, device="cpu")
    run = Run.read(layout.run("toy", "cgan", 0))
    assert not run.failed and run.conditional and run.family == "gan"
    assert run.receipt["images"] == 320 and run.receipt["steps"] == 20
    make_samples(layout, run, data, 30, {}, "cpu")
    images, labels = run.samples
    assert images.shape == (30, 1, 32, 32) and images.dtype == np.uint8 and len(labels) == 30
    history = run.history()
    assert list(history["step"])[-1] == 20 and history["seconds"].is_monotonic_increasing
    points = run.trajectory()
    assert points[-1].images == 320 and points[-1].seconds <= run.receipt["seconds"]
    shots = run.snapshots()
    assert shots["images"].shape[1:] == (40, 1, 32, 32) and shots["steps"][0] == 0
    # The run's samples come from its weights, and the last point agrees to 16 bits.
    again = samples.sample_images(run.load(), labels, 0)
    assert np.array_equal(again, images)
    late = samples.sample_images(run.load(points[-1]), labels, 0)
    assert np.abs(late.astype(int) - images).max() <= 2
    assert not (run.folder / "checkpoint.pt").exists()


def test_a_diverged_run_is_told_and_has_no_samples(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = training.Training.step

    def explode(self, indices):
        losses = step(self, indices)
        nan = {"generator": torch.tensor(float("nan"))}
        return {**losses, **nan} if self.state.step > 5 else losses

    monkeypatch.setattr(training.Training, "step", explode)
    layout = Layout(tmp_path, "test")
    training.train(layout, data, "cgan", SETTINGS, 0, device="cpu")
    run = Run.read(layout.run("toy", "cgan", 0))
    assert run.failed and run.receipt["status"] == "diverged"
    assert "not a number" in run.receipt["reason"]
    make_samples(layout, run, data, 30, {}, "cpu")
    assert run.receipt["steps"] == 6 and not (run.folder / "samples.npz").exists()


def test_collapsed_samples_are_found() -> None:
    rng = np.random.default_rng(0)
    real = rng.integers(0, 256, (50, 1, 8, 8)).astype(np.uint8)
    assert training.collapsed(np.repeat(real[:1], 50, 0), real)
    assert not training.collapsed(real[::-1], real)


def test_impossible_settings_are_one_sentence(data: Dataset, tmp_path: Path) -> None:
    layout = Layout(tmp_path, "test")
    for settings, word in (({"train_size": 81}, "train_size"), ({"batch_size": 200}, "batch_size")):
        with pytest.raises(UserError, match=word):
            training.train(layout, data, "vae", {**SETTINGS, **settings}, 0, device="cpu")
        assert not layout.run_receipt("toy", "vae", 0).exists()


def test_training_on_a_part_of_the_data(data: Dataset) -> None:
    run = loop(data, train_size=32)
    assert len(run.images) == len(run.labels) == 32
    assert not torch.equal(run.labels, torch.from_numpy(data.y_train[:32]))


def test_samples_have_the_training_splits_proportions(data: Dataset) -> None:
    labels = samples.training_labels(data, 5000, 0)
    assert np.bincount(labels, minlength=10) / 5000 == pytest.approx(np.full(10, 0.1), abs=0.02)


def test_two_classes_give_enough_snapshots_for_a_film() -> None:
    noise, labels = training.fixed_noise(2, 64, training.SNAPSHOT_COPIES)
    assert len(noise) == len(labels) == 10
    assert np.bincount(labels).tolist() == [5, 5]
    assert len(training.fixed_noise(10, 64, training.SNAPSHOT_COPIES)[0]) == 40
