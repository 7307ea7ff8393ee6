"""The page says which results it shows: the published ones, or others with a banner."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.site import made_up
from tests.site.pages import PAGES, ROOT

Build = Callable[..., Path]


def test_committed_results_are_the_published_ones() -> None:
    """Of what is committed, since another profile may have filled the folder since."""
    shown = subprocess.run(
        ["git", "show", "HEAD:assets/provenance.json"], cwd=ROOT, capture_output=True, text=True
    )
    text = shown.stdout if shown.returncode == 0 else (ROOT / "assets/provenance.json").read_text()
    told = json.loads(text)
    assert told["profile"] == "paper"
    assert not any(dataset["stand_in"] for dataset in told["datasets"].values())


def test_published_results_carry_no_banner(build_made_up: Build) -> None:
    site = build_made_up()
    for page in PAGES:
        assert 'class="profile-banner"' not in (site / f"{page}.html").read_text()


def test_other_results_carry_a_banner_and_pages_do_with_what_there_is(
    build_made_up: Build,
) -> None:
    """A quick profile, a dataset of one's own and a single model: all pages, a banner on each."""
    site = build_made_up(profile="quick", datasets=("shapes",), models=("cgan",), stand_in=True)
    for page in PAGES:
        html = (site / f"{page}.html").read_text()
        assert 'class="profile-banner"' in html
        assert "<b>quick</b>" in html and "shapes stands in for real data" in html
    home = (site / "index.html").read_text()
    assert "MNIST," not in home and "the CVAE" not in home


def test_pages_name_the_study_that_made_them(build_made_up: Build) -> None:
    site = build_made_up()
    for study in ("models", "samples", "training", "fidelity", "recognition", "data"):
        assert f"experiments/studies/{study}/" in (site / f"{study}.html").read_text()


def test_every_page_ends_with_its_limits(build_made_up: Build) -> None:
    site = build_made_up()
    for page in PAGES:
        html = (site / f"{page}.html").read_text()
        sections = html.split("<h2")
        assert ">Limits<" in sections[-1], page


def test_results_may_lie_in_another_folder(build_made_up: Build, tmp_path: Path) -> None:
    """With `ASSETS=folder` its files take the place of the published ones, and nothing else."""
    build_made_up()
    environment = {**os.environ, "ASSETS": str(made_up.last), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", tmp_path]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)
    shown = (tmp_path / "assets/results.csv").read_text()
    assert shown == (made_up.last / "results.csv").read_text()
    assert list(tmp_path.glob("assets/stylesheets/main.*.css")), "the theme lost its style"
