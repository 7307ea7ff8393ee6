"""What models tell of themselves: complete, read without torch, open to models of one's own."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from experiments import models
from experiments.models import facts
from experiments.runs import weights

ALL = models.names()
TEXTS = ("name", "full_name", "family", "objective", "networks")


@pytest.mark.parametrize("name", ALL)
def test_every_model_tells_all_there_is_to_know(name: str) -> None:
    told = facts.facts_of(name)
    assert all(told[key] for key in TEXTS) and told["papers"], name
    fields = models.load(name).settings_type.model_fields
    assert told["settings"].keys() == fields.keys()
    for setting, each in told["settings"].items():
        assert each["description"] and not each["description"].endswith("."), (name, setting)
        assert not each["reason"] or each["reason"].endswith("."), (name, setting)


@pytest.mark.parametrize("name", [n for n in ALL if not hasattr(models.load(n), "fit")])
def test_every_loss_that_a_step_returns_has_a_sentence(name: str) -> None:
    model = weights.build(name, 1, 10, {"width": 4, "batch_size": 8})
    losses = model.step(torch.rand(8, 1, 32, 32) * 2 - 1, torch.arange(8))
    told = facts.facts_of(name)["losses"]
    assert set(told) == set(losses) and all(text.endswith(".") for text in told.values())
    opponent = facts.facts_of(name)["opponent"]
    assert hasattr(model, opponent) if opponent else "generator" not in losses


@pytest.mark.parametrize("name", ALL)
def test_a_look_is_what_the_class_says(name: str) -> None:
    told, look = facts.facts_of(name), facts.look(name)
    assert vars(look) == {key: told[key] for key in ("name", "family", "conditional", "shade")}


def test_a_look_loads_no_torch() -> None:
    code = "import sys; from experiments.figures import theme; theme.style('cvae-plain'); " \
           "sys.exit('torch' in sys.modules)"  # fmt: skip
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_tables_have_an_order_that_is_not_the_alphabets() -> None:
    order = list(facts.facts(ALL))
    assert order[:4] == ["ppca", "vae", "cvae-plain", "cvae"] and order[-1] == "vaegan"


OWN = """
from pydantic import Field
from experiments.models import backbone, cvae

class Settings(cvae.Settings):
    cloud: float = Field(0.5, description="size of a cloud. It hides the rest.")

class Model(cvae.Model):
    settings_type = Settings
"""


def test_a_model_of_ones_own_needs_no_facts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "my_vae.py").write_text(OWN)
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
    monkeypatch.delitem(sys.modules, "experiments.models.my_vae", raising=False)
    told = facts.facts([*ALL, "my-vae"])
    assert list(told)[-1] == "my-vae", "below the others"
    own = told["my-vae"]
    assert own["name"] == "MY-VAE" and own["family"] == "vae" and own["conditional"]
    assert own["full_name"] == own["objective"] == "" and own["encoder"]
    assert own["losses"] == {} and own["papers"] == []
    assert own["settings"]["cloud"] == {
        "default": 0.5, "description": "size of a cloud", "reason": "It hides the rest.",
    }  # fmt: skip
    assert facts.look("my-vae") == facts.Look("MY-VAE", "vae", True, own["shade"])
    assert "my-vae" not in models.shipped() and set(models.shipped()) == set(ALL)


def test_a_family_that_is_said_in_another_way_is_asked_of_the_class(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "borrowed.py").write_text("from experiments.models.cgan import Model\n")
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(tmp_path)])
    look = facts.look("borrowed")
    assert (look.family, look.conditional) == ("gan", True)
