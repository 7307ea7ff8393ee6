"""What code means, and what it only says."""

import ast
import shutil
from pathlib import Path

import pytest

from experiments import models
from experiments.pipeline import keys
from experiments.support import meaning
from experiments.support.meaning import Definition

SOURCE = '''"""A module."""

from pydantic import Field

from experiments.support.errors import UserError

SIZE: int = 3
"""How many."""

def double(x: int, most: float = 4) -> int:
    """Twice x."""
    if x > most:
        raise UserError(f"{x} is more than {most}: take less.")
    return SIZE * x  # why not

class Settings:
    rate: float = Field(0.1, gt=0, description="how fast")
    name: str

def other():
    return 5
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the code that a test may change; meanings are read from it."""
    copy = tmp_path / "experiments"
    shutil.copytree(meaning.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    monkeypatch.setattr(meaning, "PACKAGE", copy)
    monkeypatch.setattr(models, "__path__", [str(copy / "models")])
    keys.forget()
    yield copy
    keys.forget()


def of(package: Path, text: str, *names: str, file: str = "support/toy.py") -> str:
    (package / file).write_text(text)
    keys.forget()
    return meaning.meaning(*(Definition(package / file, name) for name in names))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("why not", "because"), ("Twice x.", "Double it."), ("How many.", "So many."),
        ("SIZE * x", "(SIZE\n        * x)"), ("x: int, most: float", "x, most: int"),
        (" -> int", ""), ("SIZE: int = 3", "SIZE = 3"), ("how fast", "its speed"),
        ("is more than {most}: take less", "is too much"), ("name: str", "name: bytes"),
        ("return 5", "return 6"), ('"""A module."""', ""),
        ("from pydantic import Field\n", "from pydantic import BaseModel, Field\n"),
    ],
)  # fmt: skip
def test_words_mean_nothing(package: Path, old: str, new: str) -> None:
    assert old in SOURCE
    first = of(package, SOURCE, "double", "Settings")
    assert of(package, SOURCE.replace(old, new), "double", "Settings") == first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SIZE: int = 3", "SIZE: int = 4"), ("SIZE * x", "SIZE + x"), ("x > most", "x >= most"),
        ("= 4)", "= 5)"), ("raise UserError", "raise ValueError"), ("0.1, gt=0", "0.2, gt=0"),
        ("gt=0", "ge=0"), ("    name: str", "    title: str"),
    ],
)  # fmt: skip
def test_what_acts_counts(package: Path, old: str, new: str) -> None:
    assert old in SOURCE
    first = of(package, SOURCE, "double", "Settings")
    assert of(package, SOURCE.replace(old, new), "double", "Settings") != first


def test_the_name_of_a_file_and_the_place_in_it_mean_nothing(package: Path) -> None:
    first = of(package, SOURCE, "double")
    assert of(package, SOURCE, "double", file="evaluation/moved.py") == first
    moved = SOURCE.replace("SIZE: int = 3\n", "") + "\nSIZE = 3\n"
    assert of(package, moved, "double") == first


def test_a_module_may_be_renamed(package: Path) -> None:
    """Those who use it call the same thing by another path."""
    (package / "evaluation/one.py").write_text("def f():\n    return 1\n")
    user = "from experiments.evaluation import one\n\ndef g():\n    return one.f()\n"
    first = of(package, user, "g")
    (package / "evaluation/one.py").rename(package / "evaluation/two.py")
    assert of(package, user.replace("one", "two"), "g") == first
    (package / "evaluation/two.py").write_text("def f():\n    return 2\n")
    assert of(package, user.replace("one", "two"), "g") != first


def test_what_is_called_counts_through_every_way_of_importing(package: Path) -> None:
    users = (
        "from experiments.evaluation.deep import f\n\ndef g():\n    return f()\n",
        "from experiments.evaluation import deep\n\ndef g():\n    return deep.f()\n",
        "import experiments.evaluation.deep\n\n"
        "def g():\n    return experiments.evaluation.deep.f()\n",
        "def g():\n    from experiments.evaluation.deep import f as h\n\n    return h()\n",
        "from experiments.evaluation import deep\n\ndef g():\n    return vars(deep)\n",
        "from experiments.evaluation.front import f\n\ndef g():\n    return f()\n",
    )
    (package / "evaluation/front.py").write_text("from experiments.evaluation.deep import f\n")
    deep = "def f():\n    return helper()\n\ndef helper():\n    return {value}\n"
    for user in users:
        seen = set()
        for value in (1, 2):
            (package / "evaluation/deep.py").write_text(deep.format(value=value))
            seen.add(of(package, user, "g"))
        assert len(seen) == 2, user


def test_a_neighbour_means_nothing(package: Path) -> None:
    """A new metric beside others touches those alone who call it."""
    before = keys.code_of_study("fidelity", "measure.measure_run")
    path = package / "evaluation/distances.py"
    path.write_text(path.read_text() + "\n\ndef another(x):\n    return x\n")
    keys.forget()
    assert keys.code_of_study("fidelity", "measure.measure_run") == before
    path.write_text(path.read_text().replace("def frechet(", "def frechet(*, "))
    keys.forget()
    assert keys.code_of_study("fidelity", "measure.measure_run") != before


@pytest.mark.parametrize("kind", sorted(keys.ENTRIES))
def test_every_entry_exists(kind: str) -> None:
    for dotted in keys.ENTRIES[kind]:
        here = meaning.entry(dotted)
        assert here.name in meaning.load(here.path).defined, dotted


@pytest.mark.parametrize("module", meaning.PLUMBING)
def test_all_plumbing_exists(module: str) -> None:
    path = meaning.PACKAGE / module
    assert path.is_dir() or path.with_suffix(".py").is_file()


def test_a_run_means_what_makes_weights(package: Path) -> None:
    """Each of these changes every run; no more files than these take part."""
    first = keys.code("train", "cgan")
    for file, old in (
        ("runs/training.py", "WARM_UP = 10"), ("models/backbone.py", "LATENT = 64"),
        ("data/pixels.py", "127.5"),
    ):  # fmt: skip
        path = package / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, old + "1"))
        keys.forget()
        assert keys.code("train", "cgan") != first, file
        path.write_text(text)
        keys.forget()
        assert keys.code("train", "cgan") == first


def test_a_model_means_itself_and_what_it_builds_on(package: Path) -> None:
    before = {name: keys.code("train", name) for name in ("cvae", "cvae-plain", "vae", "cgan")}
    path = package / "models/cvae.py"
    path.write_text(path.read_text().replace("class Model(", "class Model(object, "))
    keys.forget()
    changed = {name for name, code in before.items() if keys.code("train", name) != code}
    assert changed == {"cvae", "cvae-plain"}


def test_a_model_of_ones_own_that_imports_another(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "extra"
    folder.mkdir()
    (folder / "mine.py").write_text(
        "from experiments.models import base\n\nclass Model(base.Base):\n    pass\n"
    )
    (folder / "base.py").write_text("class Base:\n    def fit(self, images, labels): ...\n")
    models.__path__.append(str(folder))
    monkeypatch.setenv("EXTRA_MODELS", str(folder))
    keys.forget()
    before = keys.code("fit", "mine")
    assert models.closed_form("mine")
    (folder / "base.py").write_text("class Base:\n    def step(self, images, labels): ...\n")
    keys.forget()
    assert keys.code("fit", "mine") != before
    assert not models.closed_form("mine")


def test_a_closed_form_is_told_without_loading_it() -> None:
    for name in models.names():
        assert models.closed_form(name) == hasattr(models.load(name), "fit"), name
    assert models.closed_form("ppca")


def test_a_word_changed_everywhere_changes_no_meaning(package: Path) -> None:
    """Docstrings, descriptions, messages and annotations of the whole package."""
    from experiments import studies

    def every() -> dict[str, str]:
        keys.forget()
        found = {kind: keys.code(kind, "cgan") for kind in keys.ENTRIES}
        for study in studies.names():
            for half in ("measure.measure_run", "measure.measure", "draw.draw"):
                found[f"{study} {half}"] = keys.code_of_study(study, half)
        return found

    before, touched = every(), 0
    for path in package.rglob("*.py"):
        tree = ast.parse(path.read_text())
        reworded = Reworded()
        path.write_text(ast.unparse(ast.fix_missing_locations(reworded.visit(tree))))
        touched += reworded.count
    assert touched > 1500
    assert every() == before


class Reworded(ast.NodeTransformer):
    """Puts other words wherever words are for people alone."""

    def __init__(self) -> None:
        self.count = 0

    def other(self) -> ast.Constant:
        self.count += 1
        return ast.Constant("other words")

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            node.value = self.other()
            return node
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        if node.annotation:  # and so no argument of a lambda
            node.annotation = self.other()
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = self.other()
        return self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        if node.arg in ("description", "help"):
            node.value = self.other()
            return node
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        if isinstance(node.exc, ast.Call) and getattr(node.exc.func, "id", "") == "UserError":
            node.exc.args = [self.other()]
            return node
        return self.generic_visit(node)
