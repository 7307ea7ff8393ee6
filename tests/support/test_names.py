"""Names that become part of a path, checked before anything is written."""

from pathlib import Path

import pytest
import yaml
from command import TINY, run, write_profile

from experiments.support.errors import UserError
from experiments.support.names import check_name

UNSAFE = (
    "", ".", "..", "../x", "a/b", "-x", ".x", "<b>", "a b", "a\0", "a\n", "é", "a,b", "x" * 65,
)  # fmt: skip


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe_names_are_refused(name: str) -> None:
    with pytest.raises(UserError) as told:
        check_name("dataset", name)
    assert "\n" not in str(told.value) and "\0" not in str(told.value)


@pytest.mark.parametrize("name", ["mnist", "svhn-rendered", "a.b_c-1", "7", "x" * 64])
def test_safe_names_are_taken(name: str) -> None:
    assert check_name("dataset", name) == name


@pytest.mark.parametrize(
    "words",
    [
        ("data", "../x"), ("judge", "../x"), ("train", "../x", "cgan"), ("train", "mnist", "../x"),
        ("study", "../x", "mnist"), ("pipeline", "--datasets", "../x"),
        ("pipeline", "--models", "../x"), ("train", "mnist", "cgan", "--set", "width=../../../x"),
        ("train", "mnist", "cgan", "--set", "../x=1"),
    ],
)  # fmt: skip
def test_no_command_writes_under_such_a_name(words: tuple[str, ...], tmp_path: Path) -> None:
    options = ["--profile", write_profile(tmp_path), "--runs", tmp_path / "deep" / "er" / "runs"]
    if words[0] in ("train", "judge"):
        assert run("data", "mnist", "--data", "embedded", *options).code == 0
    before = sorted(tmp_path.rglob("*"))
    extra = ["--assets", tmp_path / "assets"] if words[0] == "pipeline" else []
    outcome = run(*words, *options, *extra)
    assert outcome.code == 2, outcome
    assert outcome.sentence
    left = set(tmp_path.rglob("*")) - set(before)
    assert not [path for path in left if path.is_file() and path.name != ".lock"]


@pytest.mark.parametrize("field", ["name", "datasets", "studies", "models"])
def test_names_in_a_profile(field: str, tmp_path: Path) -> None:
    bad = {"name": "../x", "datasets": ["../x"], "studies": ["../x"], "models": {"../x": {}}}
    profile = tmp_path / "mine.yaml"
    profile.write_text(yaml.safe_dump({**TINY, field: bad[field]}))
    outcome = run("pipeline", "--profile", profile, "--runs", tmp_path / "runs", "--dry-run")
    assert outcome.code == 2, outcome
    assert "will not do as a name" in outcome.sentence


def test_a_missing_device_costs_no_finished_run(tmp_path: Path) -> None:
    options = ["--profile", write_profile(tmp_path), "--runs", tmp_path / "runs"]
    assert run("data", "mnist", "--data", "embedded", *options).code == 0
    receipt = tmp_path / "runs/tiny/mnist/cgan/default/seed-0/run.json"
    receipt.parent.mkdir(parents=True)
    receipt.write_text('{"key": "of a night"}')
    outcome = run("train", "mnist", "cgan", "--device", "mps", *options)
    assert (outcome.code, receipt.is_file()) == (2, True), outcome
    assert "has no device" in outcome.sentence
    outcome = run("train", "mnist", "cgan", "--set", "batch_size=100000", *options)
    assert outcome.code == 2, outcome


def test_an_impossible_batch_costs_no_finished_run(tmp_path: Path) -> None:
    profile = write_profile(tmp_path, models={"cgan": {"batch_size": 100_000}})
    options = ["--profile", profile, "--runs", tmp_path / "runs"]
    assert run("data", "mnist", "--data", "embedded", *options).code == 0
    receipt = tmp_path / "runs/tiny/mnist/cgan/default/seed-0/run.json"
    receipt.parent.mkdir(parents=True)
    receipt.write_text('{"key": {"of": "a night"}}')
    outcome = run("train", "mnist", "cgan", *options)
    assert "batch_size = 100000" in outcome.sentence
    assert receipt.is_file()
