"""What reaches other people: the pins, the workflows, the branch that `make publish` pushes."""

import ast
import re
import socket
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions, version
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from command import PINS, ROOT, make
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FILES = list(PINS.values())
PAGE, EXPERIMENTS, TESTS = FILES
FROM_TORCH = ("nvidia-", "cuda-", "triton")  # torch itself names them by exact version


def pins(file: str) -> dict[str, Requirement]:
    lines = (ROOT / file).read_text().splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]
    return {canonicalize_name(pin.name): pin for pin in found}


def known(file: str = TESTS) -> dict[str, Requirement]:
    """All that is installed with a file: its own pins and those of the files before it."""
    layers = FILES[: FILES.index(file) + 1]
    return {name: pin for layer in layers for name, pin in pins(layer).items()}


def test_each_file_adds_to_the_one_before_it() -> None:
    for before, file in pairwise(FILES):
        assert (ROOT / file).read_text().startswith(f"-r {before}\n")
    assert len(known()) == sum(len(pins(file)) for file in FILES), "pinned twice"
    assert "torch" in pins(EXPERIMENTS)
    assert {"pytest", "ruff", "mypy", "torchmetrics", "prdc"} <= pins(TESTS).keys()


def test_every_pin_is_exact_and_names_no_host() -> None:
    for file in FILES:
        assert not re.search(r"https?:|--index|--extra|--find", (ROOT / file).read_text())
    for name, pin in known().items():
        assert re.fullmatch(r"==[^*]+", str(pin.specifier)), name


def test_what_is_installed_is_what_is_pinned() -> None:
    for name, pin in known().items():
        if pin.marker is None or pin.marker.evaluate():
            assert version(name) in pin.specifier, name


@pytest.mark.parametrize("file", FILES)
def test_all_that_the_packages_need_is_pinned_too(file: str) -> None:
    installed = known(file)
    missing = set()
    for name, pin in installed.items():
        try:
            needs = distribution(name).requires or []
        except PackageNotFoundError:
            assert pin.marker is not None and not pin.marker.evaluate(), name
            continue
        for need in map(Requirement, needs):
            extras = {"", *pin.extras}
            wanted = need.marker is None or any(need.marker.evaluate({"extra": e}) for e in extras)
            other = canonicalize_name(need.name)
            if wanted and other not in installed and not other.startswith(FROM_TORCH):
                missing.add(f"{other} (for {name})")
    assert not missing


def imported(folder: Path) -> set[str]:
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize(
    ("folder", "file"), [("docs", PAGE), ("experiments", EXPERIMENTS), ("tests", TESTS)]
)
def test_every_imported_package_is_pinned(folder: str, file: str) -> None:
    """In the file of its folder or one before it: what only tests need, such as the libraries
    that ours is compared with, is nowhere else imported."""
    packages = packages_distributions()
    for name in imported(ROOT / folder) - set(sys.stdlib_module_names):
        owners = {canonicalize_name(owner) for owner in packages.get(name, [])}
        assert not owners or owners & known(file).keys(), f"{folder} imports {name}: pin {owners}"


def workflows() -> list[Path]:
    return sorted((ROOT / ".github/workflows").glob("*.yml"))


def test_actions_are_pinned_by_commit() -> None:
    assert [path.name for path in workflows()] == ["pages.yml", "tests.yml"]
    for path in workflows():
        used = re.findall(r"uses:\s*(\S+)", path.read_text())
        assert used
        for action in used:
            assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action), action


def test_the_pages_workflow_builds_strictly_from_what_is_committed() -> None:
    jobs = yaml.safe_load(workflows()[0].read_text())["jobs"]
    steps = [step.get("run", "") for step in jobs["build"]["steps"]]
    assert "pip install -r docs/requirements.txt" in steps
    assert "mkdocs build --strict" in steps
    assert not any("experiments" in step for step in steps)
    assert jobs["deploy"]["permissions"] == {"pages": "write", "id-token": "write"}


def git(*words: str, cwd: Path) -> str:
    return subprocess.run(
        ["git", *words], cwd=cwd, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_publish_pushes_the_built_page_and_touches_nothing_else(tmp_path: Path) -> None:
    """Against a bare repository on disk. The page itself is a stand-in: building it has tests
    of its own, so that `make` is told that `site` is made by a shorter recipe."""
    remote, clone = tmp_path / "remote.git", tmp_path / "clone"
    git("init", "--quiet", "--bare", str(remote), cwd=tmp_path)
    git("init", "--quiet", "--initial-branch", "main", str(clone), cwd=tmp_path)
    git("config", "user.name", "Somebody", cwd=clone)
    git("config", "user.email", "somebody@example.com", cwd=clone)
    git("remote", "add", "elsewhere", str(remote), cwd=clone)
    stand_in = (ROOT / "Makefile").read_text() + "\nsite:\n\t@true\n"
    (clone / "Makefile").write_text(stand_in)
    for name in FILES:
        (clone / name).parent.mkdir(exist_ok=True)
        (clone / name).write_text((ROOT / name).read_text())
    (clone / ".gitignore").write_text("/site/\n")
    git("add", ".", cwd=clone)
    git("commit", "--quiet", "-m", "Start", cwd=clone)
    (clone / "note.txt").write_text("not committed")
    status, head = git("status", "--porcelain", cwd=clone), git("rev-parse", "HEAD", cwd=clone)

    for page in ("first", "second"):
        (clone / "site/sub").mkdir(parents=True, exist_ok=True)
        (clone / "site/index.html").write_text(page)
        (clone / "site/sub/page.html").write_text(page)
        done = make("publish", "REMOTE=elsewhere", cwd=clone)
        assert done.returncode == 0, done.stderr
        assert git("show", "gh-pages:index.html", cwd=remote) == page
        names = git("ls-tree", "-r", "--name-only", "gh-pages", cwd=remote).splitlines()
        assert sorted(names) == [".nojekyll", "index.html", "sub/page.html"]
        assert git("rev-list", "--count", "gh-pages", cwd=remote) == "1", "old pages do not pile up"

    assert git("status", "--porcelain", cwd=clone) == status
    assert git("rev-parse", "HEAD", cwd=clone) == head
    assert git("branch", "--show-current", cwd=clone) == "main"
    assert git("branch", "--list", "main", cwd=remote) == ""


def test_each_target_installs_what_it_needs_and_no_more() -> None:
    text = (ROOT / "Makefile").read_text()
    needs = {"PAGE": ("site", "serve"), "ALL": ("experiments", "bench", "install"),
             "TESTS": ("test",)}  # fmt: skip
    for layer, targets in needs.items():
        for target in targets:
            assert f"\n{target}: $({layer}) ##" in text
    assert "torch" not in known(PAGE)


def test_new_pins_are_added_to_the_environment_they_need(tmp_path: Path) -> None:
    """What `make` would install, seen without installing it: the layers whose pins changed."""
    clone = tmp_path / "clone"
    for name in (*FILES, "Makefile"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text((ROOT / name).read_text())

    def installs(target: str) -> list[str]:
        said = make("--dry-run", target, cwd=clone).stdout
        return re.findall(r"pip install .* -r (\S+)", said)

    assert installs("test") == []
    for file, changed in ((TESTS, FILES[2:]), (EXPERIMENTS, FILES[1:]), (PAGE, FILES)):
        with open(clone / file, "a") as pinned:
            pinned.write("# new\n")
        assert installs("test") == changed
        assert installs("site") == [name for name in changed if name == PAGE]


@pytest.mark.parametrize("target", ["site", "clean"])
def test_only_an_environment_made_here_is_removed(target: str, tmp_path: Path) -> None:
    theirs = tmp_path / "home"
    theirs.mkdir()
    (theirs / "thesis.tex").write_text("years of work")
    done = subprocess.run(
        ["make", target, f"VENV={theirs}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "was not made here and stays as it is" in done.stderr
    assert (theirs / "thesis.tex").read_text() == "years of work"


def test_a_port_in_use_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        for asked in (str(port), "eight", "70000"):
            done = make("serve", f"PORT={asked}", cwd=ROOT)
            assert done.returncode == 2
            assert f"Port {asked} cannot be had" in done.stderr and "PORT=8001" in done.stderr
            assert "Traceback" not in done.stderr


@pytest.mark.parametrize("remote", ["nowhere", "broken"])
def test_a_failed_publication_leaves_no_branch(remote: str, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git("init", "--quiet", "--initial-branch", "main", str(clone), cwd=tmp_path)
    git("config", "user.name", "Somebody", cwd=clone)
    git("config", "user.email", "somebody@example.com", cwd=clone)
    git("remote", "add", "broken", str(tmp_path / "not a repository"), cwd=clone)
    (clone / "Makefile").write_text((ROOT / "Makefile").read_text() + "\nsite:\n\t@true\n")
    for name in FILES:
        (clone / name).parent.mkdir(exist_ok=True)
        (clone / name).write_text((ROOT / name).read_text())
    (clone / "site").mkdir()
    (clone / "site/index.html").write_text("page")
    git("add", "Makefile", cwd=clone)
    git("commit", "--quiet", "-m", "Start", cwd=clone)
    done = make("publish", f"REMOTE={remote}", cwd=clone)
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr
    assert git("branch", "--list", "gh-pages", cwd=clone) == ""
