"""The published results: small enough to be cloned, and the page stops at a broken notebook."""

from pathlib import Path

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


def test_a_traceback_never_becomes_a_page() -> None:
    """A notebook that fails must fail the build."""
    assert "allow_errors: false" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
