"""Every figure of the results is on a page, nothing else of them reaches the site, and what
goes wrong while a page is made ends the build."""

import json
from pathlib import Path

import pytest

from tests.site import made_up
from tests.site.conftest import build, try_to_build


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    """Small results that a test may change."""
    folder = tmp_path / "results"
    folder.mkdir()
    made_up.write(folder, datasets=("mnist",), models=("cvae", "cgan"))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test builds."""
    (tmp_path / "build").mkdir()
    return tmp_path / "build"


def test_a_figure_that_no_page_places_fails_the_build(assets: Path, folder: Path) -> None:
    made_up.draw(assets, "fidelity", "forgotten", "mnist", "paper", ["cvae"])
    done = try_to_build(folder, assets)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "No page shows the figure fidelity/mnist/forgotten: place it in docs/fidelity.md" in said
    assert "Traceback" not in said


def test_what_another_run_left_stays_out_of_the_site(assets: Path, folder: Path) -> None:
    """Folders of a dataset and of a study that these results do not have."""
    made_up.draw(assets, "fidelity", "frechet", "other", "quick", ["cvae"])
    made_up.draw(assets, "departed", "frechet", "mnist", "quick", ["cvae"])
    told = json.loads((assets / "provenance.json").read_text())
    told["studies"] = ["fidelity", "models"]
    (assets / "provenance.json").write_text(json.dumps(told))
    site = build(folder, assets)
    assert (site / "assets/fidelity/mnist/frechet.light.svg").is_file()
    assert (site / "assets/results.csv").is_file()
    assert list(site.glob("assets/stylesheets/main.*.css")), "the theme lost its style"
    assert not (site / "assets/fidelity/other").exists()
    assert not (site / "assets/departed").exists()


def test_a_traceback_never_becomes_a_page(assets: Path, folder: Path) -> None:
    """A macro that raises ends the build, and no page is written with its message."""
    done = try_to_build(folder, assets, {"fidelity.md": '[[ cite("nobody1900") ]]'})
    assert done.returncode != 0
    assert "nobody1900" in done.stdout + done.stderr
    assert not list((folder / "site").glob("*.html"))


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("results.csv", None, "is missing"),
        ("results.csv", "study,dataset\n", "is damaged"),
        ("results.csv", "", "is damaged"),
        ("provenance.json", None, "is missing"),
        ("provenance.json", "{", "is damaged"),
    ],
)
def test_results_that_cannot_be_read_are_one_sentence(
    name: str, content: str | None, fault: str, assets: Path, folder: Path
) -> None:
    if content is None:
        (assets / name).unlink()
    else:
        (assets / name).write_text(content)
    done = try_to_build(folder, assets)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert f"{name} {fault}: make the results anew" in said and "Traceback" not in said
