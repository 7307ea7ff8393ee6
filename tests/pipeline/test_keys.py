"""What makes a step stale, and what does not."""

import os
import shutil
import time
from pathlib import Path

import pytest

from experiments import models
from experiments.pipeline import keys as key
from experiments.pipeline import steps
from experiments.profile import Profile
from experiments.support import precision
from experiments.support.errors import UserError
from experiments.support.files import read_json, write_json
from experiments.support.layout import Layout

SOURCE = '''"""A module."""

def double(x):
    """Twice x."""
    return 2 * x  # why not
'''


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path, "tiny")
    write_json(made.data_receipt("toy"), {"sha256": "abc"})
    return made


@pytest.fixture
def profile() -> Profile:
    return Profile(
        name="tiny", datasets=["toy"], seeds=[0], studies=["samples"],
        models={
            "cgan": {"images": 100, "toy": {"width": 4}}, "vae": {}, "cvae-plain": {}, "ppca": {},
        },
    )  # fmt: skip


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the code that a test may change; keys are made from it."""
    copy = tmp_path / "experiments"
    shutil.copytree(key.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    monkeypatch.setattr(key, "PACKAGE", copy)
    monkeypatch.setattr(models, "__path__", [str(copy / "models")])
    forget()
    return copy


def forget() -> None:
    """Files do not change while a command runs, so that they are read once."""
    for read in (key.code_hash, key.imported, key._fits):
        read.cache_clear()


def all_keys(layout: Layout, profile: Profile) -> dict[str, key.Key]:
    forget()
    return {step.name: step.key for step in steps.plan(layout, profile, ["toy"])}


def stale(layout: Layout, profile: Profile, package: Path, file: str, text: str) -> set[str]:
    """The steps whose key changes when ``text`` is added to a file."""
    before = all_keys(layout, profile)
    path = package / file
    path.write_text(path.read_text() + text)
    after = all_keys(layout, profile)
    return {name for name in before if before[name] != after[name]}


def code_hash_of(path: Path, text: str) -> str:
    forget()
    path.write_text(text)
    return key.code_hash(path)


def test_only_what_code_does_counts(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    first = code_hash_of(path, SOURCE)
    assert code_hash_of(path, SOURCE.replace("why not", "because")) == first
    assert code_hash_of(path, SOURCE.replace("Twice x", "Double it")) == first
    assert code_hash_of(path, SOURCE.replace("2 * x", "(2\n        * x)")) == first
    assert code_hash_of(path, SOURCE.replace("2 * x", "3 * x")) != first


@pytest.mark.parametrize(
    "file",
    ["runs/training.py", "models/backbone.py", "models/cgan.py", "evaluation/manifold.py",
     "studies/samples.py", "figures/theme.py", "results.py", "pipeline/collect.py",
     "pipeline/execute.py"],
)  # fmt: skip
def test_comments_make_nothing_stale(
    layout: Layout, profile: Profile, package: Path, file: str
) -> None:
    assert stale(layout, profile, package, file, "\n# A remark.\n") == set()


@pytest.mark.parametrize("file", ["runs/training.py", "models/backbone.py", "data/pixels.py"])
def test_code_that_makes_weights_makes_runs_stale(
    layout: Layout, profile: Profile, package: Path, file: str
) -> None:
    changed = stale(layout, profile, package, file, "\nMORE = 1\n")
    assert changed >= {"train-toy-cgan-seed-0", "train-toy-vae-seed-0", "study-samples-toy"}


def test_a_model_makes_its_own_runs_stale(layout: Layout, profile: Profile, package: Path) -> None:
    changed = stale(layout, profile, package, "models/vae.py", "\nMORE = 1\n")
    assert changed == {"train-toy-vae-seed-0", "study-samples-toy"}


def test_a_variant_is_stale_with_the_model_that_it_imports(
    layout: Layout, profile: Profile, package: Path
) -> None:
    changed = stale(layout, profile, package, "models/cvae.py", "\nMORE = 1\n")
    assert changed == {"train-toy-cvae-plain-seed-0", "study-samples-toy"}


def test_fitting_makes_closed_forms_stale_alone(
    layout: Layout, profile: Profile, package: Path
) -> None:
    changed = stale(layout, profile, package, "runs/fitting.py", "\nMORE = 1\n")
    assert changed == {"train-toy-ppca-seed-0", "study-samples-toy"}


def test_what_a_key_hashes(layout: Layout, profile: Profile) -> None:
    """More files here would retrain every model there is."""
    made = steps.train(layout, profile, "toy", "cgan", 0).key["code"]
    assert set(made) == {*key.WEIGHTS, "models/cgan.py"}


def test_a_closed_form_is_told_without_loading_it() -> None:
    for name in models.names():
        assert key.closed_form(name) == hasattr(models.load(name), "fit"), name
    assert key.closed_form("ppca")


@pytest.mark.parametrize("changed", ["mine.py", "base.py"])
def test_a_model_outside_the_package_has_a_key(
    layout: Layout, profile: Profile, package: Path, tmp_path: Path, changed: str
) -> None:
    folder = tmp_path / "extra"
    folder.mkdir()
    (folder / "mine.py").write_text("from experiments.models import base, vae\n")
    (folder / "base.py").write_text("from experiments.models import backbone\n")
    models.__path__.append(str(folder))
    mine = profile.model_copy(update={"models": {"mine": {}, "vae": {}}})
    code = steps.train(layout, mine, "toy", "mine", 0).key["code"]
    assert set(code) == {*key.WEIGHTS, "mine.py", "base.py", "models/vae.py"}
    assert stale(layout, mine, folder, changed, "\nMORE = 1\n") == {
        "train-toy-mine-seed-0", "study-samples-toy",
    }  # fmt: skip
    assert stale(layout, mine, package, "models/vae.py", "\nMORE = 1\n") == {
        "train-toy-mine-seed-0", "train-toy-vae-seed-0", "study-samples-toy",
    }  # fmt: skip


@pytest.mark.parametrize("file", ["studies/samples.py", "figures/theme.py", "results.py"])
def test_a_figure_costs_no_training(
    layout: Layout, profile: Profile, package: Path, file: str
) -> None:
    assert stale(layout, profile, package, file, "\nMORE = 1\n") == {"study-samples-toy"}


@pytest.mark.parametrize(
    "file",
    [
        "studies/training.py",
        "pipeline/collect.py",
        "pipeline/execute.py",
        "runs/checkpoint.py",
        "support/progress.py",
    ],
)
def test_other_code_makes_nothing_stale(
    layout: Layout, profile: Profile, package: Path, file: str
) -> None:
    assert stale(layout, profile, package, file, "\nMORE = 1\n") == set()


def test_every_file_that_training_imports_is_known() -> None:
    """A new module under the loop either makes weights or is named as plumbing."""
    makers = {key.PACKAGE / name for name in (*key.WEIGHTS, key.FITTED)}
    makers |= {models.source(name) for name in models.names()}
    for path in sorted(makers):
        strange = {
            str(file.relative_to(key.PACKAGE)) for file in key.imported(path) - makers
        } - key.PLUMBING
        assert not strange, f"{path.name} imports {strange}: list it in key.WEIGHTS or PLUMBING"


def test_all_listed_files_exist() -> None:
    for name in (*key.WEIGHTS, key.FITTED, *key.PLUMBING):
        assert (key.PACKAGE / name).is_file(), name


def test_settings_seed_data_and_device_count(layout: Layout, profile: Profile) -> None:
    def made(seed: int = 0, device: str = "cpu", **overrides: object) -> key.Key:
        return steps.train(layout, profile, "toy", "cgan", seed, overrides, device).key

    first = made()
    assert made() == first
    assert first["settings"] == {"images": 100, "width": 4}
    assert made(seed=1) != first
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(precision, "present", lambda: ("cuda", "cpu"))
        assert made(device="cuda") != first
    with pytest.raises(UserError, match="has no device 'mps'"):
        made(device="mps")
    assert made(width=8) != first
    write_json(layout.data_receipt("toy"), {"sha256": "other"})
    assert made() != first


def test_an_override_gets_a_folder_of_its_own(layout: Layout, profile: Profile) -> None:
    plain = steps.train(layout, profile, "toy", "cgan", 0)
    other = steps.train(layout, profile, "toy", "cgan", 0, {"width": 8, "batch_size": 4})
    assert plain.receipt == layout.run_receipt("toy", "cgan", 0)
    assert other.receipt == layout.run_receipt("toy", "cgan", 0, "batch_size=4,width=8")
    assert other.command[-6:] == ("--set", "batch_size=4", "--set", "width=8", "--seed", "0")


def test_a_step_is_done_once_its_receipt_is_younger_than_its_key(
    layout: Layout, profile: Profile
) -> None:
    step = steps.judge(layout, profile, "toy")
    assert not step.done()
    step.announce()
    assert not step.done()
    write_json(step.receipt, {})
    assert step.done()
    announced = step.key_file.stat().st_mtime_ns
    step.announce()
    assert step.key_file.stat().st_mtime_ns == announced, "an unchanged key keeps its time"
    write_json(layout.data_receipt("toy"), {"sha256": "other"})
    other = steps.judge(layout, profile, "toy")
    assert not other.done()
    other.announce()
    assert not other.done()


def test_a_copied_run_is_not_trained_again(layout: Layout, profile: Profile) -> None:
    """Copying a folder may give a receipt an older time than its key."""
    import os

    step = steps.train(layout, profile, "toy", "cgan", 0)
    write_json(step.receipt, {"key": step.key})
    step.announce()
    os.utime(step.receipt, (1, 1))
    assert not step.done()
    step.announce()
    assert step.done()
    write_json(step.receipt, {"key": {**step.key, "seed": 5}})
    os.utime(step.receipt, (1, 1))
    step.announce()
    assert not step.done()


def test_keys_are_plain_json(layout: Layout, profile: Profile) -> None:
    for step in steps.plan(layout, profile, ["toy"]):
        step.announce()
        assert read_json(step.key_file) == step.key


def test_a_receipt_from_the_future_is_not_current_for_ever(
    layout: Layout, profile: Profile
) -> None:
    """Its key decides: of other settings it is stale, of these it is current, now and later."""
    step = steps.train(layout, profile, "toy", "cgan", 0)
    write_json(step.receipt, {"key": step.key})
    future = time.time() + 1e6
    os.utime(step.receipt, (future, future))
    step.announce()
    assert step.done()
    os.utime(step.receipt, (future, future))
    changed = steps.train(
        layout, profile.model_copy(update={"models": {"cgan": {"images": 7}}}), "toy", "cgan", 0
    )
    changed.announce()
    assert not changed.done()


def test_a_study_from_the_future(layout: Layout, profile: Profile) -> None:
    """Its receipt is a table without a key: what was made from another key is stale."""
    write_json(layout.judge_receipt("toy"), {})
    for seed in profile.seeds:
        for model in profile.models:
            write_json(layout.run_receipt("toy", model, seed), {})
    for receipt in layout.home.rglob("*.json"):
        os.utime(receipt, (1e9, 1e9))
    step = steps.study(layout, profile, "samples", "toy")
    step.announce()
    step.receipt.parent.mkdir(parents=True)
    step.receipt.write_text("study\n")
    future = time.time() + 1e6
    os.utime(step.receipt, (future, future))
    step.announce()
    assert step.done()
    os.utime(step.receipt, (future, future))
    less = profile.model_copy(update={"seeds": [1]})
    changed = steps.study(layout, less, "samples", "toy")
    changed.announce()
    assert not changed.done()


def test_a_key_file_from_the_future_makes_nothing_stale(layout: Layout, profile: Profile) -> None:
    step = steps.train(layout, profile, "toy", "cgan", 0)
    step.announce()
    write_json(step.receipt, {"key": step.key})
    future = time.time() + 1e6
    os.utime(step.key_file, (future, future))
    step.announce()
    assert step.done()
