"""The settings of a profile: how much of everything, checked before anything runs."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from experiments.support import yaml
from experiments.support.errors import UserError, shorten, unknown
from experiments.support.names import KNOWN_DATASETS, check_name

Count = Annotated[int, Field(ge=1)]
Images = Annotated[int, Field(ge=1, le=1_000_000)]
"""Of which all are held in memory at once."""
Samples = Annotated[int, Field(ge=10, le=1_000_000)]
"""Among fewer there are no five nearest ones, which density and coverage look for."""
LARGEST_SEED = 2**32 - 1
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

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class DataSettings(Strict):
    train_limit: Count | None = Field(None, description="use at most this many training images")
    test_limit: Count | None = Field(None, description="use at most this many test images")
    rendered_train: Images = Field(8000, description="house numbers rendered for training")
    rendered_test: Images = Field(2000, description="house numbers rendered for testing")


class EvaluationSettings(Strict):
    samples: Samples = Field(10_000, description="images sampled from each finished run")
    trajectory_samples: Samples = Field(2000, description="images sampled at each trajectory point")
    manifold_images: Samples = Field(
        5000, description="images on each side of density and coverage"
    )


class Profile(Strict):
    """One YAML file of `experiments/profiles/`.

    ``models`` and ``judge`` hold settings; a section named after a dataset overrides
    them there: ``cgan: {images: 300000, svhn: {images: 700000}}``.
    """

    name: str = Field(description="smoke, quick, paper or the stem of the file")
    datasets: Annotated[list[str], Field(min_length=1)]
    seeds: Annotated[list[Annotated[int, Field(ge=0, le=LARGEST_SEED)]], Field(min_length=1)]
    studies: Annotated[list[str], Field(min_length=1)]
    data: DataSettings = DataSettings()
    judge: dict[str, Any] = {}
    models: Annotated[dict[str, dict[str, Any]], Field(min_length=1)]
    evaluation: EvaluationSettings = EvaluationSettings()
    trials: dict[str, Annotated[int, Field(ge=0)]] = Field(
        {}, description="settings tried per model before these"
    )

    @model_validator(mode="after")
    def nothing_is_named_twice(self) -> "Profile":
        lists: dict[str, Sequence[int | str]] = {
            "seed": self.seeds, "dataset": self.datasets, "study": self.studies,
        }  # fmt: skip
        for kind, names in lists.items():
            twice = [name for name, count in Counter(names).items() if count > 1]
            if twice:
                raise ValueError(f"the {kind} {twice[0]} is named twice")
        return self

    @model_validator(mode="after")
    def sections_are_datasets(self) -> "Profile":
        """Else a mistyped section would be left out of account without a word."""
        known = {*KNOWN_DATASETS, *self.datasets}
        for where, settings in [("judge", self.judge), *self.models.items()]:
            for name, value in settings.items():
                if isinstance(value, dict) and name not in known:
                    section = f"The section {shorten(repr(name))} of {where}"
                    raise UserError(f"{section}: {unknown('dataset', name, known)}")
        return self

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
    content = yaml.read(path, "profile")
    if not isinstance(content, dict):
        raise UserError(f"The profile {path} holds no settings: start from a copy of quick.yaml.")
    chosen = validate(Profile, {"name": path.stem, **content}, f"The profile {path.name}")
    for model in chosen.trials:
        if model not in chosen.models:
            raise UserError(
                f"The profile {path.name}, trials: {unknown('model', model, chosen.models)}"
            )
    return chosen


def validate(kind: type[Settings], content: dict[str, Any], where: str) -> Settings:
    """Build a settings object; the first problem becomes one sentence that names the key.

    As JSON, and strictly: there a list may stand for a tuple and a whole number for any, but
    neither text nor a truth value for a number.
    """
    try:
        return kind.model_validate_json(json.dumps(content, default=str), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        *sections, name = ["", *map(str, first["loc"])]
        if first["type"] == "extra_forbidden":
            check_renamed(kind, content, where)
            fields: Any = kind.model_fields
            for section in sections[1:]:
                where, fields = f"{where}, {section}", fields[section].annotation.model_fields
            raise UserError(f"{where}: {unknown('setting', name, fields)}") from None
        key = ascii(".".join([*sections, name]))[1:-1].lstrip(".")
        message = first["msg"].removeprefix("Value error, ").rstrip(".")
        if not key:
            raise UserError(f"{where} will not do: {message}.") from None
        raise UserError(
            f"{where}: {key} = {shorten(repr(first['input']))} will not do: "
            f"{message.lower().replace('array', 'list').replace('an object', 'a map')}."
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
