"""Each command by hand, on tiny embedded data."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer
from command import ROOT, environment, run, write_profile

from experiments import models
from experiments.__main__ import app
from experiments.cli import options
from experiments.pipeline import follow
from experiments.runs.run import Run
from experiments.support.layout import Layout

COMMANDS = [
    "data", "judge", "train", "samples", "readings", "reader", "measure", "draw", "study",
    "claims", "collect", "accept", "pipeline", "sample", "fill", "write", "bench",
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A runs folder in which each step was done by hand, one after the other."""
    folder = tmp_path_factory.mktemp("by-hand")
    write_profile(folder)
    for step in (
        ("data", "mnist", "--data", "embedded"),
        ("judge", "mnist"),
        ("train", "mnist", "cgan", "--seed", 0, "--seed", 1),
        ("train", "mnist", "vae", "--seed", 0, "--seed", 1),
        ("study", "samples", "mnist"),
    ):
        outcome = tiny(folder, *step)
        assert outcome.code == 0, outcome.err
    outcome = tiny(folder, "collect", "--assets", folder / "assets")
    assert outcome.code == 0, outcome.err
    return folder


def tiny(folder: Path, *arguments: object):
    return run(*arguments, "--profile", folder / "tiny.yaml", "--runs", folder / "runs")


def test_help_explains_every_option() -> None:
    group = typer.main.get_command(app)
    assert sorted(group.commands) == sorted(COMMANDS)
    for name, command in group.commands.items():
        text = run(name, "--help").out
        for option in command.params:
            if option.name == "help":
                continue
            assert getattr(option, "help", None), f"{name} {option.name} is not explained"
            flag = getattr(option, "is_flag", False)
            told = option.required or flag or option.default is not None
            assert told or "Default:" in option.help, f"{name} {option.name}: what if left out?"
            assert option.param_type_name == "argument" or option.opts[0] in text


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from experiments.__main__ import main; sys.argv = ['x', 'train', '--help'];"
        "main(); heavy = {'torch', 'pandas', 'sklearn', 'matplotlib'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_no_arguments_show_the_commands() -> None:
    outcome = run()
    assert outcome.code == 0
    assert all(name in outcome.out for name in COMMANDS)


@pytest.mark.parametrize("model", models.names())
def test_dry_run_of_training_shows_every_setting(model: str, tmp_path: Path) -> None:
    outcome = run(
        "train", "mnist", model, "--set", "train_size=3e2", "--runs", tmp_path, "--dry-run"
    )
    settings = json.loads(outcome.out)["settings"]
    assert settings["train_size"] == 300
    assert set(settings) == set(models.load(model).settings_type.model_fields)
    assert list(tmp_path.iterdir()) == []


def test_dry_run_of_the_pipeline_narrows_the_profile(tmp_path: Path) -> None:
    outcome = run(
        "pipeline", "--profile", "quick", "--models", "cgan, vae", "--seeds", "3 4",
        "--datasets", "mnist", "--runs", tmp_path, "--dry-run",
    )  # fmt: skip
    shown = json.loads(outcome.out)
    assert list(shown["profile"]["models"]) == ["cgan", "vae"]
    assert shown["profile"]["seeds"] == [3, 4]
    assert shown["datasets"] == ["mnist"]
    assert list(tmp_path.iterdir()) == []


def test_variables_are_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """What make exports reaches the command; an empty variable is one that is not set."""
    done = subprocess.run(
        [sys.executable, "-m", "experiments", "pipeline", "--dry-run"], cwd=ROOT, text=True,
        env=environment(PROFILE="smoke", MODELS="vae", JOBS="3", SEEDS="", DATA_ROOT=""),
        capture_output=True, check=True,
    )  # fmt: skip
    shown = json.loads(done.stdout)
    assert (shown["profile"]["name"], shown["jobs"]) == ("smoke", 3)
    assert list(shown["profile"]["models"]) == ["vae"]
    assert shown["data_root"] is None


def test_make_passes_every_variable_on() -> None:
    exported = next(
        line
        for line in (ROOT / "Makefile").read_text().splitlines()
        if line.startswith("export PRO")
    ).split()
    assert set(follow.OPTIONS) < set(exported)


def test_make_alone_explains_the_targets() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("experiments", "site", "serve", "test", "bench", "publish", "clean"):
        assert sum(line.startswith(f"make {target} ") for line in shown.splitlines()) == 1


def test_names_and_settings_are_read_as_people_write_them() -> None:
    assert options.split("mnist, svhn") == options.split("mnist svhn mnist") == ["mnist", "svhn"]
    pairs = ["a=3e-4", "b=1", "c=true", "d=[translate, colour]", "e=gaussian", "f=null"]
    assert options.parse_settings(pairs) == {
        "a": 3e-4, "b": 1, "c": True, "d": ["translate", "colour"], "e": "gaussian", "f": None,
    }  # fmt: skip


def test_the_runs_are_complete(home: Path) -> None:
    layout = Layout(home / "runs", "tiny")
    for seed in (0, 1):
        run_made = Run.read(layout.run("mnist", "cgan", seed))
        assert run_made.receipt["status"] == "finished"
        assert run_made.receipt["settings"]["images"] == 1600
        assert run_made.samples[0].shape == (200, 1, 32, 32)


@pytest.mark.parametrize(
    "step", [("judge", "mnist"), ("train", "mnist", "cgan"), ("study", "samples", "mnist")]
)
def test_what_is_there_is_not_made_again(home: Path, step: tuple[str, ...]) -> None:
    before = times(home / "runs")
    outcome = tiny(home, *step)
    assert outcome.code == 0
    assert "already there" in outcome.out
    assert times(home / "runs") == before


def times(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_changed_setting_is_a_run_of_its_own(home: Path) -> None:
    outcome = tiny(home, "train", "mnist", "cgan", "--set", "images=400")
    assert outcome.code == 0, outcome.err
    other = Run.read(Layout(home / "runs", "tiny").run("mnist", "cgan", 0, "images=400"))
    assert other.receipt["images"] == 400
    assert other.variant == "images=400"


def test_claims_are_decided_as_they_are_collected(home: Path) -> None:
    outcome = tiny(home, "claims")
    assert outcome.code == 0, outcome.err
    told, collected = (
        json.loads(path.read_text())
        for path in (home / "runs/tiny/claims.json", home / "assets/claims.json")
    )
    assert told == collected
    assert [claim["id"] for claim in told["claims"]] == ["copies"]
    assert "memorisation" in told["pairs"]["mnist"]


def test_collected_assets_are_complete(home: Path) -> None:
    from experiments import results

    assets = home / "assets"
    table = results.read(assets / "results.csv")
    assert set(table["dataset"]) == {"mnist"}
    provenance = json.loads((assets / "provenance.json").read_text())
    assert provenance["profile"] == "tiny"
    assert provenance["datasets"]["mnist"]["source"] == "embedded"
    assert provenance["settings"]["cgan"]["mnist"]["images"] == 1600
    assert provenance["run_seconds"] > 0
    assert (assets / "number.png").is_file()
    assert {path.name for path in assets.iterdir()} == {
        "samples", "models", "results.csv", "provenance.json", "models.json", "metrics.json",
        "claims.json", "number.png", "card.png",
    }  # fmt: skip
    frechet = json.loads((assets / "metrics.json").read_text())["frechet"]
    assert frechet["unit"] == "squared feature units" and frechet["smaller"]
    told = json.loads((assets / "models.json").read_text())
    assert next(iter(told)) == "ppca" and told["cgan"]["name"] == "CGAN", "in the order of tables"


@pytest.mark.parametrize("source", [["--pretrained"], ["--run-seed", "1"]])
def test_sample_writes_labelled_images(home: Path, tmp_path: Path, source: list[str]) -> None:
    out = tmp_path / "digits.npz"
    outcome = tiny(
        home, "sample", "mnist", "cgan", *source, "--n", 40, "--out", out,
        "--assets", home / "assets",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    with np.load(out) as file:
        assert file["images"].shape == (40, 1, 32, 32)
        assert file["images"].dtype == np.uint8
        assert np.bincount(file["labels"]).tolist() == [4] * 10


def test_sample_one_digit_as_pictures(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "sevens"
    outcome = tiny(
        home, "sample", "mnist", "cgan", "--pretrained", "--n", 3, "--digit", 7, "--format", "png",
        "--out", out, "--assets", home / "assets",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    assert len(list(out.glob("*.png"))) == 3
    assert (out / "labels.csv").read_text().splitlines()[1:] == [f"0000{i}.png,7" for i in range(3)]


def test_write_draws_a_number(home: Path, tmp_path: Path) -> None:
    outcome = run("write", "2026", "--out", tmp_path / "a.png", "--assets", home / "assets")
    assert outcome.code == 0, outcome.err
    again = run("write", "2026", "--out", tmp_path / "b.png", "--assets", home / "assets")
    assert again.code == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a bug of ours")

    monkeypatch.setattr("experiments.data.prepare", broken)
    with pytest.raises(KeyError):
        run("data", "mnist", "--runs", tmp_path)
