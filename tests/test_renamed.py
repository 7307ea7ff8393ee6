"""Former names of settings: refused wherever settings come from, with the name of today."""

from pathlib import Path

import pytest
from command import run, write_profile
from pydantic import BaseModel

from experiments import models
from experiments.profile import RENAMED, validate
from experiments.runs import weights
from experiments.sampling.source import FORMAT, load_pretrained
from experiments.support.errors import UserError

SETTINGS = {name: models.load(name).settings_type.model_fields for name in models.names()}


def owner(setting: str) -> str:
    return next(name for name, own in SETTINGS.items() if setting in own)


@pytest.mark.parametrize("old", RENAMED)
def test_the_new_name_is_told(old: str) -> None:
    model = owner(RENAMED[old])
    assert not any(old in own for own in SETTINGS.values())
    with pytest.raises(UserError, match=f"{old!r} is now called {RENAMED[old]!r}"):
        weights.build(model, 1, 10, {old: 0.5})


def test_on_the_command_line(tmp_path: Path) -> None:
    outcome = run("train", "mnist", "cgan", "--set", "class_term=1", "--dry-run")
    assert outcome.code == 2 and "'aux_weight'" in outcome.sentence


def test_in_a_profile(tmp_path: Path) -> None:
    mine = write_profile(tmp_path, models={"cgan": {"mnist": {"average": 0.9}}})
    options = ["--profile", mine, "--runs", tmp_path / "runs", "--data", "embedded"]
    outcome = run("pipeline", *options, "--assets", tmp_path / "assets")
    assert outcome.code == 2 and outcome.sentence == (
        "The settings of cgan on mnist: the setting 'average' is now called 'ema_decay': rename it."
    )


def test_an_unknown_section_of_a_profile(tmp_path: Path) -> None:
    mine = write_profile(tmp_path, evaluaton={"samples": 3})
    outcome = run("pipeline", "--profile", mine, "--runs", tmp_path / "runs")
    assert outcome.code == 2 and "did you mean 'evaluation'?" in outcome.sentence


def test_in_published_weights(tmp_path: Path) -> None:
    model = weights.build("cgan", 1, 10, {"width": 4})
    about = {
        "format": FORMAT, "model": "cgan", "family": "gan", "dataset": "mnist", "title": "MNIST",
        "licence": "none", "run": "", "seed": 0, "images": 1, "channels": 1, "classes": 10,
        "proportions": [0.1] * 10, "conditional": True, "settings": {"width": 4, "spread": 0.3},
    }  # fmt: skip
    path = tmp_path / "cgan.safetensors"
    weights.write_weights(path, weights.sampling_state(model), about)
    with pytest.raises(UserError, match=r"cgan\.safetensors .* now called 'minibatch_std'"):
        load_pretrained(path)
    about["settings"] = {"width": 4, "norm": "batch"}  # of training alone, and gone
    weights.write_weights(path, weights.sampling_state(model), about)
    assert load_pretrained(path).name == "cgan"


def test_a_model_of_ones_own_may_have_such_a_setting() -> None:
    class Settings(BaseModel, extra="forbid"):
        decay: float = 0.5

    assert validate(Settings, {"decay": 0.1}, "Mine").decay == 0.1
    with pytest.raises(UserError, match="now called 'minibatch_std'"):
        validate(Settings, {"spread": 1}, "Mine")
