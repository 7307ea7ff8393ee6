"""The settings of a profile: how much of everything, checked before anything runs."""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from experiments.support.errors import UserError, unknown
from experiments.support.names import check_name

Count = Annotated[int, Field(ge=1)]
Settings = TypeVar("Settings", bound=BaseModel)


RENAMED = {
    "spread": "minibatch_std",
    "average": "ema_decay",
    "decay": "lr_decay_fraction",
    "digit_scale": "class_embedding_scale",
    "class_term": "aux_weight",
    "likeness": "feature_weight",
}
"""Settings of models by the names that they had."""


class Strict(BaseModel):
    """A typing error in a settings file is an error, not a new setting."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataSettings(Strict):
    train_limit: Count | None = Field(None, description="use at most this many training images")
    test_limit: Count | None = Field(None, description="use at most this many test images")
    rendered_train: Count = Field(8000, description="house numbers rendered for training")
    rendered_test: Count = Field(2000, description="house numbers rendered for testing")


class EvaluationSettings(Strict):
    samples: Count = Field(10_000, description="images sampled from each finished run")
    trajectory_samples: Count = Field(2000, description="images sampled at each trajectory point")
    manifold_images: Count = Field(5000, description="images on each side of density and coverage")


class Profile(Strict):
    """One YAML file of `experiments/profiles/`.

    ``models`` and ``judge`` hold settings; a section named after a dataset overrides
    them there: ``cgan: {images: 300000, svhn: {images: 700000}}``.
    """

    name: str = Field(description="smoke, quick, paper or the stem of the file")
    datasets: Annotated[list[str], Field(min_length=1)]
    seeds: Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]
    studies: Annotated[list[str], Field(min_length=1)]
    data: DataSettings = DataSettings()
    judge: dict[str, Any] = {}
    models: Annotated[dict[str, dict[str, Any]], Field(min_length=1)]
    evaluation: EvaluationSettings = EvaluationSettings()
    trials: dict[str, int] = Field({}, description="settings tried per model before these")

    @model_validator(mode="after")
    def names_are_safe(self) -> "Profile":
        """All of them become parts of paths."""
        for kind, names in (
            ("profile", [self.name]), ("dataset", self.datasets), ("study", self.studies),
            ("model", self.models),
        ):  # fmt: skip
            for name in names:
                check_name(kind, name)
        return self

    def model_settings(self, model: str, dataset: str) -> dict[str, Any]:
        """The settings this profile gives a model on a (resolved) dataset; not yet checked."""
        if model not in self.models:
            raise unknown("model", model, self.models)
        return resolve(self.models[model], dataset)

    def judge_settings(self, dataset: str) -> dict[str, Any]:
        return resolve(self.judge, dataset)


def resolve(section: dict[str, Any], dataset: str) -> dict[str, Any]:
    """Plain settings, overridden by the section of the dataset.

    A stand-in takes the section of what it stands for: ``svhn-rendered`` that of ``svhn``.
    """
    plain = {name: value for name, value in section.items() if not isinstance(value, dict)}
    own = section.get(dataset, section.get(dataset.removesuffix("-rendered"), {}))
    return {**plain, **own}


def names() -> list[str]:
    folder = resources.files("experiments") / "profiles"
    return sorted(Path(str(f)).stem for f in folder.iterdir() if str(f).endswith(".yaml"))


def load(name: str) -> Profile:
    """A profile by name, or by the path of a YAML file of one's own."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else None
    if path is None:
        if name not in names():
            raise unknown("profile", name, names())
        path = Path(str(resources.files("experiments") / "profiles" / f"{name}.yaml"))
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"There is no profile {path}: name one of {', '.join(names())}.") from None
    except yaml.YAMLError as error:
        line = str(error).splitlines()[0]
        raise UserError(f"The profile {path} is not valid YAML ({line}): mend it.") from None
    if not isinstance(content, dict):
        raise UserError(f"The profile {path} holds no settings: start from a copy of quick.yaml.")
    return validate(Profile, {"name": path.stem, **content}, f"The profile {path.name}")


def validate(kind: type[Settings], content: dict[str, Any], where: str) -> Settings:
    """Build a settings object; the first problem becomes one sentence that names the key."""
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            check_renamed(kind, content, where)
            raise UserError(f"{where}: {unknown('setting', key, kind.model_fields)}") from None
        raise UserError(
            f"{where}: {key} = {first['input']!r} will not do: {first['msg'].lower()}."
        ) from None


def check_renamed(kind: type[BaseModel], settings: Iterable[str], where: str) -> None:
    """Raise `UserError` for the former name of a setting: it names the one of today.

    A model of one's own may have a setting of such a name.
    """
    for name in settings:
        if name in RENAMED and name not in kind.model_fields:
            raise UserError(
                f"{where}: the setting {name!r} is now called {RENAMED[name]!r}: rename it."
            )
