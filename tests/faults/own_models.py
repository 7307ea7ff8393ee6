"""Model files of one's own in `EXTRA_MODELS`."""

import sys
from collections.abc import Callable

from faults.arena import Case, Place

GOOD = """
from experiments.models import vae

class Settings(vae.Settings):
    pass

class Model(vae.Model):
    settings_type = Settings
"""


def own(text: str | bytes, name: str = "mine") -> Callable[[Place], None]:
    """What `EXTRA_MODELS={folder}/models` does when the program starts."""

    def arrange(place: Place) -> None:
        from experiments import models

        folder = place.folder / "models"
        folder.mkdir()
        content = text.encode() if isinstance(text, str) else text
        (folder / f"{name}.py").write_bytes(content)
        place.patch.setattr(models, "__path__", [models.__path__[0], str(folder)])
        # Nothing is left in memory, nor on the disk, of one case for the next.
        place.patch.setattr(sys, "dont_write_bytecode", True)
        place.patch.delitem(sys.modules, f"experiments.models.{name}", raising=False)

    return arrange


def after(text: str) -> str:
    return GOOD + text


BASE = "from experiments.models import backbone\n"
KIND = BASE + "class Model(backbone.Generative):\n    "
FILES: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "a syntax error": ("class Model(:\n", ("mine.py, line 1", "not valid Python")),
    "an open bracket": (GOOD + "x = (1,\n", ("not valid Python",)),
    "a NUL": (GOOD.encode() + b"\0", ("not valid Python",)),
    "no text": (bytes(range(128, 256)), ("not valid Python",)),
    "in UTF-16": (GOOD.encode("utf-16"), ("not valid Python",)),
    "10,000 brackets": ("x = " + "(" * 10_000 + ")" * 10_000, ("not valid Python",)),
    "an import that is not there": ("import nowhere\n", ("cannot be loaded", "nowhere")),
    "a name that is not there": (
        "from experiments.models.backbone import Nobody\n",
        ("cannot be loaded", "Nobody"),
    ),
    "an error on its way": ("1 / 0\n", ("cannot be loaded", "ZeroDivisionError")),
    "a missing file": ("open('nowhere.txt')\n", ("cannot be loaded", "nowhere.txt")),
    "an error of two lines": ("raise ValueError('one\\ntwo')\n", ("cannot be loaded", "one")),
    "an end": ("raise SystemExit(0)\n", ("cannot be loaded",)),
    "empty": ("", ("no class Model",)),
    "no Model": (BASE, ("no class Model",)),
    "a Model in small letters": (KIND.replace("Model", "model") + "pass\n", ("no class Model",)),
    "a Model that is a number": ("Model = 3\n", ("no class Model",)),
    "a Model that is a function": ("def Model(): pass\n", ("no class Model",)),
    "a Model of its own kind": ("class Model: pass\n", ("backbone.Generative",)),
    "a Model without a family": (KIND + "conditional = True\n", ("no family",)),
    "a Model without conditional": (KIND + "family = 'vae'\n", ("no conditional",)),
    "a Model that learns nothing": (
        KIND + "family = 'vae'; conditional = True\n",
        ("neither step nor fit",),
    ),
    "settings that are none": (after("    settings_type = None\n"), ("settings_type",)),
    "settings that are a dictionary": (after("    settings_type = {}\n"), ("settings_type",)),
    "settings of another kind": (after("    settings_type = dict\n"), ("settings_type",)),
    "a method out of place": (after("   step = 3\n"), ("not valid Python",)),
}
NAMES = ("my-model", "my model", "2gan", "Mine", "größe", "a.b")

CASES = [
    *(Case(f"own model: {name}", "train mnist mine", ("mine.py", *told), own(text), start="data",
           variables={"EXTRA_MODELS": "{folder}/models"}) for name, (text, told) in FILES.items()),
    *(Case(f"own model: in a pipeline, {name}", "pipeline --models mine", ("mine.py",), own(text),
           variables={"EXTRA_MODELS": "{folder}/models"})
      for name, (text, _) in list(FILES.items())[:1]),
    *(Case(f"own model: named {name}", "train mnist mine", ("EXTRA_MODELS", "name of a model"),
           own(GOOD, name), start="data", variables={"EXTRA_MODELS": "{folder}/models"})
      for name in NAMES),
    *(Case(f"own model: with the name of {name}", "pipeline", (name, "ships here"),
           own(GOOD, name), variables={"EXTRA_MODELS": "{folder}/models"})
      for name in ("cgan", "backbone")),
    Case("own model: another one", "train mnist mime", ("did you mean 'mine'?",), own(GOOD),
         start="data", variables={"EXTRA_MODELS": "{folder}/models"}),
    Case("own model: a setting of another", "train mnist mine --set r1=3", ("Unknown setting",),
         own(GOOD), start="data", variables={"EXTRA_MODELS": "{folder}/models"}),
    Case("own model: a value that will not do", "train mnist mine --set beta=true",
         ("beta = True",), own(GOOD), start="data",
         variables={"EXTRA_MODELS": "{folder}/models"}),
    Case("own model: too wide", "train mnist mine --set width=100000000", ("of memory",), own(GOOD),
         start="data", variables={"EXTRA_MODELS": "{folder}/models"}),
]  # fmt: skip
