"""Averages: the mean image of each digit, with a little cloud over it."""

import torch
import torch.nn.functional as F
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from experiments.models import backbone
from experiments.models.about import About


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")
    cloud: float = Field(
        0.3, description="how thick the cloud is. Without it every seven is the same."
    )
    train_size: int | None = None


class Model(backbone.Generative):
    about = About(
        name="Averages",
        full_name="mean image of each digit",
        objective="a mean for each digit",
        networks="none, but a cloud",
    )
    family = "linear"
    conditional = True
    settings_type = Settings

    def __init__(self, channels: int, classes: int, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.decoder = Decoder(channels, classes, settings.cloud)

    def fit(self, images: Tensor, labels: Tensor) -> None:
        for k in range(len(self.decoder.mean)):
            self.decoder.mean[k] = images[labels == k].mean(0)


class Decoder(nn.Module):
    def __init__(self, channels: int, classes: int, cloud: float) -> None:
        super().__init__()
        self.mean = nn.Parameter(torch.zeros(classes, channels, 32, 32), requires_grad=False)
        self.cloud = cloud

    def forward(self, noise: Tensor, labels: Tensor) -> Tensor:
        clouds = F.interpolate(noise.view(-1, 1, 8, 8), scale_factor=4.0, mode="bilinear")
        return (self.mean[labels] + self.cloud * clouds).clamp(-1, 1)
