"""`collect` replaces what this project made, and nobody else's files."""

import json
import os
from pathlib import Path

import pytest

from experiments.pipeline.collect import bring_back, stage_prefix
from experiments.pipeline.replace import check_replaceable, made_here
from experiments.support.errors import UserError

PROVENANCE = {"profile": "smoke", "commit": "0", "datasets": {}, "studies": ["samples"]}


def make_result(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "provenance.json").write_text(json.dumps(PROVENANCE))
    (folder / "results.csv").write_text("study\n")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("kind", ["missing", "deep", "empty", "result"])
def test_what_may_be_replaced(kind: str, tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    if kind == "deep":
        assets = tmp_path / "a" / "b" / "assets"
    if kind == "empty":
        assets.mkdir()
    if kind == "result":
        make_result(assets)
    assert check_replaceable(assets, tmp_path / "runs") == assets.resolve()


def theirs(kind: str, home: Path) -> Path:
    """Something that is not ours, in the way of a result."""
    target = home / "target"
    if kind == "file":
        target.write_text("a thesis")
    elif kind == "below a file":
        (home / "file").write_text("a thesis")
        target = home / "file" / "assets"
    elif kind == "folder":
        target.mkdir()
        (target / "thesis.tex").write_text("a thesis")
    elif kind == "repository":
        make_result(target)
        (target / ".git").mkdir()
    elif kind == "half a marker":
        target.mkdir()
        (target / "provenance.json").write_text('{"profile": "sm')
    elif kind == "another's provenance":
        target.mkdir()
        (target / "provenance.json").write_text('{"profile": "mine"}')
    elif kind == "link":
        target.symlink_to(make_result(home / "elsewhere"))
    elif kind == "loop":
        target.symlink_to(home / "other")
        (home / "other").symlink_to(target)
    elif kind == "pipe":
        os.mkfifo(target)
    elif kind == "name too long":
        target = home / ("x" * 300)
    elif kind == "NUL":
        target = home / "a\0b"
    return target


KINDS = (
    "file", "below a file", "folder", "repository", "half a marker", "another's provenance",
    "link", "loop", "pipe", "name too long", "NUL",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_somebodys_is_left_alone(kind: str, tmp_path: Path) -> None:
    target = theirs(kind, tmp_path)
    before = contents(tmp_path)
    with pytest.raises(UserError) as told:
        check_replaceable(target, tmp_path / "runs")
    assert "\n" not in str(told.value)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(("assets", "runs"), [("x", "x"), ("x", "x/runs"), ("x/assets", "x")])
def test_runs_and_assets_lie_apart(assets: str, runs: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="lie in one another"):
        check_replaceable(tmp_path / assets, tmp_path / runs)


def test_home_is_no_folder_for_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # even an empty one
    with pytest.raises(UserError, match="not a folder for results"):
        check_replaceable(tmp_path, tmp_path.parent / "runs")


def test_a_killed_collection_gives_the_old_result_back(tmp_path: Path) -> None:
    assets = tmp_path / "assets"
    stage = tmp_path / f"{stage_prefix(assets)}abc"
    make_result(stage / "old")
    (stage / "new").mkdir()
    bring_back(assets)
    assert made_here(assets)
    assert not stage.exists()


def test_siblings_of_the_user_stay(tmp_path: Path) -> None:
    assets = make_result(tmp_path / "assets")
    for name in (".assets.old", ".assets.new", f"{stage_prefix(assets)}mine"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.tex").write_text("a thesis")
    before = contents(tmp_path)
    bring_back(assets)
    assert contents(tmp_path) == before
