"""Whatever a person, a disk or a killed process can spoil: one sentence that says what to do,
exit code 2, nothing deleted, nothing half-written, and no minute of silence."""

import contextlib
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command import ROOT, environment
from faults import (
    arena,
    checkpoints,
    disks,
    images,
    machines,
    names,
    own_models,
    profiles,
    published,
    records,
    settings,
    using,
)
from faults.arena import Case, Place

TABLES = (
    profiles, settings, names, images, records, checkpoints, published, using, machines,
    own_models, disks,
)  # fmt: skip
CASES: list[Case] = [case for table in TABLES for case in table.CASES]
SECONDS = 5.0
"""The longest that anybody waits for a sentence."""


@contextlib.contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """A command that hangs fails its case, and not the whole suite."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"no sentence within {seconds} seconds")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("templates")
    return {start: arena.make(folder / start, start) for start in {case.start for case in CASES}}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_fault_is_one_sentence(
    case: Case, templates: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena.copy(templates[case.start], tmp_path)
    place = Place(tmp_path, monkeypatch)
    case.arrange(place)
    before, began = place.files(), time.monotonic()
    with no_longer_than(6 * SECONDS):
        outcome = place.run(case.words, case.variables)
    seconds = time.monotonic() - began
    assert outcome.code == 2, outcome
    sentence, *others = reversed(outcome.err.strip().splitlines())
    assert "Traceback" not in outcome.err and "Warning" not in outcome.err, outcome.err
    assert sentence.endswith(".") and sentence.isprintable() and len(sentence) < 900, sentence
    assert not [line for line in others if line.endswith(".")], f"more than one: {outcome.err}"
    assert not [word for word in case.told if word not in sentence], sentence
    assert seconds < SECONDS
    after = place.files()
    if case.stops:
        new = {Path(name) for name in after.keys() - before.keys()}
        assert not [path for path in new if path.name.startswith(".") or "part" in path.suffix], new
        receipts = {*arena.RECEIPTS} - {*case.whole}
        assert not [path for path in new if path.name in receipts], new
        after = {name: content for name, content in after.items() if name in before}
    assert after == before


def test_there_are_many_and_each_is_told_by_its_name() -> None:
    assert len(CASES) >= 300
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    "words",
    [
        "sample mnist cgan --out {folder}/a.npz",
        "sample mnist cgan --out {folder}/a.npz --pretrained",
        "sample mnist cgan --out {folder}/pictures --format png --n 3",
        "fill mnist --out {folder}/a.png --n 2",
        "write 2026 --out {folder}/a.png",
        "study samples mnist",
        "collect",
        "train mnist cgan --set images=400",
        "train mnist cgan --set learning_rate=1e-3",
        "train mnist cgan --set images=4e2",
        "judge mnist",
        "pipeline",
    ],
)
def test_without_a_fault_each_command_ends_well(
    words: str, templates: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the sentences above could come from something else."""
    arena.copy(templates["done"], tmp_path)
    outcome = Place(tmp_path, monkeypatch).run(words)
    assert outcome.code == 0, outcome


def test_a_checkpoint_without_a_fault_is_gone_on_with(
    templates: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena.copy(templates["begun"], tmp_path)
    place = Place(tmp_path, monkeypatch)
    assert (place.run_of("cgan") / "checkpoint.pt").is_file()
    assert place.run("train mnist cgan").code == 0
    assert not (place.run_of("cgan") / "checkpoint.pt").exists()


@pytest.mark.parametrize("record", ["runs/tiny/sources.json", "runs/tiny/mnist/data.json"])
def test_the_data_step_makes_its_own_records_again(
    record: str, templates: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena.copy(templates["data"], tmp_path)
    whole = (tmp_path / record).read_bytes()
    for damage in (b"", b"[]", b"{}", whole[:20]):
        (tmp_path / record).write_bytes(damage)
        assert Place(tmp_path, monkeypatch).run("data mnist").code == 0
        assert (tmp_path / record).read_bytes() == whole


def test_what_a_killed_process_left_is_cleared_by_the_next(
    templates: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arena.copy(templates["begun"], tmp_path)
    place = Place(tmp_path, monkeypatch)
    killed = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                            capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    folder = place.run_of("cgan")
    left = folder / f".checkpoint.{killed}.pt"
    at_work, other = folder / ".checkpoint.1.pt", folder / ".notes.txt"
    for path in (left, at_work, other, place.dataset / f".data.{killed}.npz"):
        path.write_bytes(b"half a file")
    assert place.run("train mnist cgan").code == 0
    assert place.run("data mnist").code == 0
    assert not left.exists() and not list(place.dataset.glob(".data.*"))
    assert at_work.exists(), "its process lives"
    assert other.exists(), "it is nobody's temporary file"


def test_a_stopped_pipeline_leaves_nothing_in_the_temporary_folder(
    templates: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from experiments.pipeline import workflow
    from experiments.support.errors import UserError

    arena.copy(templates["data"], tmp_path)
    place, everybodys = Place(tmp_path, monkeypatch), tmp_path / "temporary"
    everybodys.mkdir()
    monkeypatch.setenv("TMPDIR", str(everybodys))
    own, seen = place.home / ".tmp", []

    def stop(_: object, ended: Callable[[], bool]) -> None:
        until = time.monotonic() + 60
        while not (seen or ended()) and time.monotonic() < until:
            seen.extend(own.iterdir())
            time.sleep(0.05)
        raise UserError("Stopped.")

    monkeypatch.setattr(workflow, "watch", stop)
    assert place.run("pipeline").code == 2
    assert seen, "else this proves nothing"
    assert not own.exists()
    assert list(everybodys.iterdir()) == []


def test_a_disk_that_is_really_full(
    templates: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk of 100 KB in a namespace of its own, where the system lets tests have one."""
    if not shutil.which("unshare") or subprocess.run(["unshare", "-rm", "true"]).returncode:
        pytest.skip("no mount namespaces here")
    arena.copy(templates["done"], tmp_path)
    disk = tmp_path / "disk"
    disk.mkdir()
    paths = {"--profile": "tiny.yaml", "--runs": "runs", "--assets": "disk/assets"}
    words = [word for name, path in paths.items() for word in (name, str(tmp_path / path))]
    words = [sys.executable, "-m", "experiments", "collect", *words]
    inside = 'mount -t tmpfs -o size=100k tmpfs "$0" && { "$@"; code=$?; ls -A "$0"; exit $code; }'
    done = subprocess.run(["unshare", "-rm", "sh", "-c", inside, str(disk), *words], cwd=ROOT,
                          capture_output=True, text=True, env=environment())  # fmt: skip
    assert done.returncode == 2, done
    assert "Traceback" not in done.stderr and "free some space" in done.stderr.splitlines()[-1]
    assert done.stdout == "", "something is left on the disk"
