"""Profiles: files that are none, YAML with traps, values that will not do."""

from collections.abc import Callable
from functools import partial
from typing import Any

import yaml
from faults.arena import PROFILE, Case, Place


def written(content: bytes | str) -> Callable[[Place], None]:
    data = content.encode() if isinstance(content, str) else content
    return lambda place: place.profile.write_bytes(data) and None


def changed(**changes: object) -> Callable[[Place], None]:
    return lambda place: place.change_profile(**changes)


def laughs(opening: str, closing: str, key: bool) -> str:
    """Nine lines that stand for a billion words."""
    one = [f"k{i}: " if key else "" for i in range(10)]
    rows = [f"a0: &a0 {opening}" + ", ".join(f"{k}lol" for k in one) + closing]
    for i in range(1, 9):
        names = ", ".join(f"{k}*a{i - 1}" for k in one)
        rows.append(f"a{i}: &a{i} {opening}{names}{closing}")
    return "\n".join(rows)


def renamed(name: str) -> Callable[[Place], None]:
    return lambda place: place.profile.rename(place.folder / name) and None


def folder_instead(place: Place) -> None:
    place.profile.unlink()
    place.profile.mkdir()


def loop_instead(place: Place) -> None:
    place.profile.unlink()
    place.profile.symlink_to(place.profile)


TEXTS: dict[str, tuple[bytes | str, str]] = {
    "binary": (bytes(range(256)), "no text in UTF-8"),
    "utf-16": (yaml.safe_dump(PROFILE).encode("utf-16"), "no text in UTF-8"),
    "latin-1": ("# für mich\nseeds: [0]\n".encode("latin-1"), "no text in UTF-8"),
    "a NUL": ("seeds: [0]\0\n", "not valid YAML"),
    "a bell": ("seeds: [0] # \a\n", "not valid YAML"),
    "empty": ("", "holds no settings"),
    "a comment": ("# to do\n", "holds no settings"),
    "a list": ("- mnist\n", "holds no settings"),
    "a number": ("3\n", "holds no settings"),
    "a word": ("quick\n", "holds no settings"),
    "two documents": ("seeds: [0]\n---\nseeds: [1]\n", "not valid YAML"),
    "tabs": ("models:\n\tcgan: {}\n", "not valid YAML"),
    "an open bracket": ("seeds: [0\n", "not valid YAML"),
    "an open quote": ("name: 'mine\n", "not valid YAML"),
    "an open brace": ("models: {cgan: {\n", "not valid YAML"),
    "a colon too many": ("seeds: 0: 1\n", "not valid YAML"),
    "a tag that runs code": ("seeds: !!python/object/apply:os.abort []\n", "not valid YAML"),
    "a tag of one's own": ("seeds: !mine [0]\n", "not valid YAML"),
    "a key that is a list": ("[1, 2]: 3\n", "not valid YAML"),
    "an anchor that is not there": ("seeds: *mine\n", "not valid YAML"),
    "an impossible date": ("name: 2026-99-99\n", "not valid YAML"),
    "a number of 5,000 digits": (f"seeds: [{'9' * 5000}]\n", "not valid YAML"),
    "no float": ("seeds: [!!float x]\n", "not valid YAML"),
    "no base64": ("name: !!binary ä\n", "not valid YAML"),
    "a merge of nothing": ("<<: 3\n", "not valid YAML"),
    "a map in itself": ("models: &m {cgan: *m}\n", "contains itself"),
    "a list in itself": ("seeds: &s [0, *s]\n", "contains itself"),
    "a circle of two": ("models: &m {cgan: {a: &n {b: *m}}, vae: *n}\n", "contains itself"),
    "lists 10,000 deep": ("[" * 10_000 + "]" * 10_000, "nested too deeply"),
    "maps 10,000 deep": ("{a: " * 10_000 + "1" + "}" * 10_000, "nested too deeply"),
    "dashes 10,000 deep": ("- " * 10_000 + "1", "nested too deeply"),
    "a bomb of lists": (laughs("[", "]", False), "its anchors stand for more"),
    "a bomb of maps": (laughs("{", "}", True), "its anchors stand for more"),
    "a megabyte": ("# nothing to see\n" * 60_000, "larger than 64 KB"),
    "seeds twice": ("seeds: [0]\nseeds: [1]\n", "'seeds' is there twice"),
    "a model twice": ("models: {cgan: {}, cgan: {}}\n", "'cgan' is there twice"),
    "a setting twice": ("models: {cgan: {width: 4, width: 8}}\n", "'width' is there twice"),
    "a section twice": ("judge: {svhn: {}, svhn: {}}\n", "'svhn' is there twice"),
}

CHANGES: dict[str, tuple[dict[Any, object], tuple[str, ...]]] = {
    "a mistyped key": ({"sedes": [0]}, ("'sedes'", "did you mean 'seeds'?")),
    "a key in capitals": ({"SEEDS": [0]}, ("'SEEDS'",)),
    "a key that is a number": ({1: 2}, ("1",)),
    "a key that is true": ({True: 2}, ("Unknown setting 'true'",)),
    "a key of 10,000 letters": ({"x" * 10_000: 2}, ("Unknown setting",)),
    "a key with a new line": ({"a\nb": 2}, (r"a\nb",)),
    "a name that is a number": ({"name": 3}, ("name = 3",)),
    "a name that is nothing": ({"name": None}, ("name = None",)),
    "an empty name": ({"name": ""}, ("will not do as a name",)),
    "a name that climbs": ({"name": "../x"}, ("will not do as a name",)),
    "a name of 65 letters": ({"name": "x" * 65}, ("will not do as a name",)),
    "one dataset as text": ({"datasets": "mnist"}, ("datasets = 'mnist'", "list")),
    "datasets as a map": ({"datasets": {"mnist": 1}}, ("datasets", "valid list")),
    "no datasets": ({"datasets": []}, ("datasets",)),
    "a dataset that is a number": ({"datasets": [1]}, ("datasets.0 = 1",)),
    "a dataset that is nothing": ({"datasets": [None]}, ("datasets.0 = None",)),
    "a list in the datasets": ({"datasets": [["mnist"]]}, ("datasets.0",)),
    "a dataset twice": ({"datasets": ["mnist", "mnist"]}, ("dataset mnist is named twice",)),
    "an unknown dataset": ({"datasets": ["mnits"]}, ("did you mean 'mnist'?",)),
    "one seed": ({"seeds": 0}, ("seeds = 0", "list")),
    "no seeds": ({"seeds": []}, ("seeds",)),
    "seeds that are nothing": ({"seeds": None}, ("seeds = None",)),
    "a seed that is true": ({"seeds": [True]}, ("seeds.0 = True",)),
    "a seed that is text": ({"seeds": ["0"]}, ("seeds.0 = '0'",)),
    "a seed that is a word": ({"seeds": ["zero"]}, ("seeds.0 = 'zero'",)),
    "half a seed": ({"seeds": [0.5]}, ("seeds.0 = 0.5",)),
    "a negative seed": ({"seeds": [-1]}, ("seeds.0 = -1",)),
    "a seed that is no number": ({"seeds": [float("nan")]}, ("seeds.0 = nan",)),
    "an infinite seed": ({"seeds": [float("inf")]}, ("seeds.0 = inf",)),
    "a seed of 64 bits": ({"seeds": [2**64]}, ("seeds.0",)),
    "a seed twice": ({"seeds": [0, 1, 0]}, ("seed 0 is named twice",)),
    "no studies": ({"studies": []}, ("studies",)),
    "a study that is a number": ({"studies": [1]}, ("studies.0 = 1",)),
    "a study twice": ({"studies": ["samples", "samples"]}, ("study samples is named twice",)),
    "an unknown study": ({"studies": ["sampels"]}, ("did you mean 'samples'?",)),
    "no models": ({"models": {}}, ("models",)),
    "models as a list": ({"models": ["cgan"]}, ("models", "will not do")),
    "a model without settings": ({"models": {"cgan": None}}, ("models.cgan = None",)),
    "a model that is a number": ({"models": {"cgan": 3}}, ("models.cgan = 3",)),
    "a model that is a list": ({"models": {"cgan": []}}, ("models.cgan = []",)),
    "an unknown model": ({"models": {"cgn": {}}}, ("did you mean 'cgan'?",)),
    "data as a list": ({"data": []}, ("data = []",)),
    "a mistyped limit": ({"data": {"train_limt": 5}}, ("did you mean 'train_limit'?",)),
    "a limit of nothing": ({"data": {"train_limit": 0}}, ("data.train_limit = 0",)),
    "a limit that is true": ({"data": {"train_limit": True}}, ("data.train_limit = True",)),
    "a limit that is text": ({"data": {"test_limit": "5"}}, ("data.test_limit = '5'",)),
    "a broken limit": ({"data": {"test_limit": 5.5}}, ("data.test_limit = 5.5",)),
    "an infinite limit": ({"data": {"test_limit": float("inf")}}, ("data.test_limit = inf",)),
    "a limit below the classes": ({"data": {"train_limit": 9}}, ("limit of 9", "10 classes")),
    "a billion house numbers": ({"data": {"rendered_train": 10**9}}, ("rendered_train",)),
    "samples of nothing": ({"evaluation": {"samples": 0}}, ("evaluation.samples = 0",)),
    "too few samples": ({"evaluation": {"samples": 5}}, ("evaluation.samples = 5",)),
    "too few images of a manifold": (
        {"evaluation": {"manifold_images": 1}},
        ("evaluation.manifold_images = 1",),
    ),
    "samples that are true": ({"evaluation": {"samples": True}}, ("evaluation.samples = True",)),
    "a billion samples": ({"evaluation": {"samples": 10**9}}, ("evaluation.samples",)),
    "a mistyped evaluation": ({"evaluation": {"sampels": 9}}, ("did you mean", "samples")),
    "judge as a list": ({"judge": []}, ("judge = []",)),
    "judge that is nothing": ({"judge": None}, ("judge = None",)),
    "trials of nobody": ({"trials": {"cgn": 3}}, ("trials", "did you mean 'cgan'?")),
    "trials below nothing": ({"trials": {"cgan": -1}}, ("trials.cgan = -1",)),
    "trials that are true": ({"trials": {"cgan": True}}, ("trials.cgan = True",)),
}

CASES = [
    *(Case(f"profile: {name}", "pipeline", (told,), written(text))
      for name, (text, told) in TEXTS.items()),
    *(Case(f"profile: {name}", "pipeline", told,
           partial(Place.write_profile, changes=changes))
      for name, (changes, told) in CHANGES.items()),
    Case("profile: a folder", "pipeline", ("cannot be read (Is a directory)",), folder_instead),
    Case("profile: a loop of links", "pipeline", ("Too many levels",), loop_instead),
    Case("profile: not there", "pipeline --profile {folder}/none.yaml", ("no profile",)),
    Case("profile: nearly there", "pipeline --profile papr", ("did you mean 'paper'?",)),
    Case("profile: a path of 5,000 letters", f"pipeline --profile {'x' * 5000}.yaml",
         ("File name too long",)),
    Case("profile: a file name of 70 letters", f"pipeline --profile {{folder}}/{'x' * 70}.yaml",
         ("will not do as a name",), renamed(f"{'x' * 70}.yaml")),
    Case("profile: a file name with a space", "pipeline --profile '{folder}/my own.yaml'",
         ("will not do as a name",), renamed("my own.yaml")),
    Case("profile: a file name with a dot first", "pipeline --profile {folder}/.mine.yaml",
         ("will not do as a name",), renamed(".mine.yaml")),
]  # fmt: skip
