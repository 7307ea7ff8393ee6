"""The benchmark runs and its numbers are what they say; how high they are is not tested."""

import time
from pathlib import Path

import pytest
from command import MODEL, run, write_profile

from experiments.results import Table
from experiments.runs import bench


def test_bench_prints_a_row_for_each_model(tmp_path: Path) -> None:
    table = Table("training", "mnist")
    table.add("cgan", "seconds_to_class_accuracy_0.93", 60.0, n=100, seed=0)
    table.add("cgan", "images_per_second", 1000.0, n=100, seed=0)
    table.write(tmp_path / "results.csv")
    models = {"cgan": MODEL, "vae": MODEL, "ppca": {"components": 2}}
    outcome = run(
        "bench", "--profile", write_profile(tmp_path, models=models), "--seconds", "0.01",
        "--datasets", "mnist", "--assets", tmp_path, "--device", "cpu",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    lines = outcome.out.splitlines()
    assert "to 93.0%" in next(line for line in lines if "of peak" in line)
    rows = {line.split()[1]: line.split() for line in lines if line.split()[:1] == ["mnist"]}
    assert set(rows) == {"cgan", "vae", "ppca"}
    assert rows["ppca"][2:4] == ["-", "-"], "a closed form has no speed of training"
    assert rows["ppca"][5] == "images/s"
    speed = float(rows["cgan"][2].replace(",", ""))
    assert float(rows["cgan"][-2].replace(",", "")) == pytest.approx(60_000 / speed, abs=1)
    assert rows["vae"][-1] == "-", "what was never published is not made up"


def test_rates_are_per_second() -> None:
    def busy() -> None:
        until = time.process_time() + 0.01
        while time.process_time() < until:
            pass

    assert bench.per_second(busy, 0.05, "cpu") == pytest.approx(100, rel=0.3)


def test_operations_of_a_step_are_counted() -> None:
    """A step of a model twice as wide costs more than twice as many operations."""
    from experiments.profile import Profile

    counts = []
    for width in (4, 8):
        profile = Profile(
            name="tiny", datasets=["mnist"], seeds=[0], studies=["samples"],
            models={"cvae": {"width": width}},
        )  # fmt: skip
        model = bench.make_model("cvae", "mnist", profile, "cpu")
        loop = bench.make_loop(model, "mnist", bf16=False)
        counts.append(bench.training_speed(loop, 0.01)[1])
    assert counts[1] > 2 * counts[0] > 0
