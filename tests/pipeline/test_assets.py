"""The published results are small enough to be cloned."""

import subprocess
from pathlib import Path

from experiments.pipeline.execute import RESTORE

ROOT = Path(__file__).parents[2]
ASSETS = ROOT / "assets"
MOVING = (".gif", ".mp4")


def test_the_published_results_are_small() -> None:
    """Everyone who clones the repository gets them: at most 45 MB in all."""
    files = [path for path in ASSETS.rglob("*") if path.is_file()]
    weights = megabytes([p for p in files if p.suffix == ".safetensors"])
    moving = megabytes([p for p in files if p.suffix in MOVING])
    assert weights <= 25
    assert moving <= 10
    assert megabytes(files) <= 45


def megabytes(files: list[Path]) -> float:
    return sum(path.stat().st_size for path in files) / 1e6


def test_the_way_back_to_the_published_results(tmp_path: Path) -> None:
    """The command that `make experiments` names restores what was committed, exactly: changed
    and lost files come back, new ones go, staged or not, and nothing else is touched."""

    def run(command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", command], cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return done.stdout

    def write(**files: str) -> None:
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    write(assets__results="published", assets__fidelity__svhn__a="published", notes="mine")
    run("git init -q && git add . && git -c user.name=A -c user.email=a@b commit -qm Start")
    run("rm -r assets")
    write(assets__results="other", assets__fidelity__rendered__a="other", assets__new="other")
    write(notes="mine, changed", draft="mine")
    run("git add assets/new")
    run(RESTORE)
    left = sorted(str(p.relative_to(tmp_path)) for p in (tmp_path / "assets").rglob("*"))
    assert left == ["assets/fidelity", "assets/fidelity/svhn", "assets/fidelity/svhn/a",
                    "assets/results"]  # fmt: skip
    assert (tmp_path / "assets/results").read_text() == "published"
    assert run("git status --porcelain").split("\n") == [" M notes", "?? draft", ""]


def test_the_way_back_is_told() -> None:
    for page in ("README.md", "docs/reproduce.md"):
        assert RESTORE in (ROOT / page).read_text(encoding="utf-8"), page
