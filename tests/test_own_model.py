"""A model of one's own is one file in a folder of one's own and one line of a profile."""

import json
import sys
from pathlib import Path

import pytest
from command import run, write_profile

from experiments import models, results
from experiments.runs.run import Run
from experiments.support.layout import Layout

FILE = '''
"""Averages: the mean image of each digit, with a little cloud over it."""

import torch
import torch.nn.functional as F
from pydantic import BaseModel, ConfigDict
from torch import nn

from experiments.models import backbone


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    cloud: float = 0.3
    train_size: int | None = None


class Model(backbone.Generative):
    family = "linear"
    conditional = True
    settings_type = Settings

    def __init__(self, channels, classes, settings):
        super().__init__()
        self.settings = settings
        self.decoder = Decoder(channels, classes, settings.cloud)

    def fit(self, images, labels):
        for k in range(len(self.decoder.mean)):
            self.decoder.mean[k] = images[labels == k].mean(0)


class Decoder(nn.Module):
    def __init__(self, channels, classes, cloud):
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(classes, channels, 32, 32), requires_grad=False)
        self.cloud = cloud

    def forward(self, noise, labels):
        clouds = F.interpolate(noise.view(-1, 1, 8, 8), scale_factor=4.0, mode="bilinear")
        return (self.mean[labels] + self.cloud * clouds).clamp(-1, 1)
'''


@pytest.fixture
def own_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What `EXTRA_MODELS=folder` does when the program starts."""
    folder = tmp_path / "my models"
    folder.mkdir()
    (folder / "class_averages.py").write_text(FILE)
    monkeypatch.setattr(models, "__path__", [*models.__path__, str(folder)])
    monkeypatch.delitem(sys.modules, "experiments.models.class_averages", raising=False)
    return "class-averages"


def test_a_model_of_ones_own_stands_in_the_tables(own_model: str, tmp_path: Path) -> None:
    studies, line = ["fidelity", "recognition"], {own_model: {"cloud": 0.2}}
    profile = write_profile(tmp_path, seeds=[0], studies=studies, models=line)
    options = ["--profile", profile, "--runs", tmp_path / "runs"]
    steps = [
        ("data", "mnist", "--data", "embedded"),
        ("judge", "mnist"),
        ("train", "mnist", own_model),
        ("study", "fidelity", "mnist"),
        ("study", "recognition", "mnist"),
        ("pipeline", "--data", "embedded", "--assets", tmp_path / "assets"),
    ]
    outcomes = [run(*step, *options) for step in steps]
    assert [outcome.code for outcome in outcomes] == [0] * len(steps), outcomes
    # The pipeline would start processes, which is slow: the same steps were done one by one.
    assert "everything was there already" in outcomes[-1].out

    made = Run.read(Layout(tmp_path / "runs", "tiny").run("mnist", own_model, 0))
    assert made.closed_form and made.receipt["key"]["code"]
    table = results.read(tmp_path / "assets/results.csv")
    own = table[(table["model"] == own_model) & (table["condition"] == "")]
    assert set(own["metric"]) >= {"frechet", "coverage", "class_accuracy"}
    assert own["run"].str.startswith(f"mnist/{own_model}/default/seed-0").all()
    provenance = json.loads((tmp_path / "assets/provenance.json").read_text())
    assert provenance["models"] == [own_model]
    assert provenance["settings"][own_model]["mnist"] == {"cloud": 0.2, "train_size": None}
    assert (tmp_path / f"assets/models/mnist/{own_model}.safetensors").is_file()
