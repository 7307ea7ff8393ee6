"""A campaign: the whole tree of processes is killed again and again, at random moments."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from command import MODEL, finish, start, write_profile

from experiments.support.files import sha256

KILLS = 30
LONGEST = 2.5  # seconds until a kill


def pipeline(folder: Path) -> subprocess.Popen:
    return start(
        "pipeline", "--profile", folder / "tiny.yaml", "--runs", folder / "runs",
        "--assets", folder / "assets", "--data", "embedded",
    )  # fmt: skip


def family(pid: int) -> list[int]:
    """A process and all that descend from it, the youngest first."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it has ended meanwhile
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, todo = [], [pid]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found[::-1]


def kill_all(process: subprocess.Popen) -> None:
    for pid in family(process.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.communicate()


def outcome(folder: Path) -> tuple[dict[str, str], list[str]]:
    """The weights of every run, and the rows of the results in which no clock had a part."""
    weights = {
        str(path.relative_to(folder)): sha256(path)
        for path in (folder / "runs").rglob("weights.safetensors")
    }
    rows = (folder / "assets/results.csv").read_text().splitlines()
    return weights, [row for row in rows if "second" not in row]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are found in /proc")
def test_thirty_kills_change_nothing(tmp_path: Path) -> None:
    settings = {
        "seeds": [0], "studies": ["samples"],
        "models": {"cgan": {**MODEL, "images": 4000}, "vae": {**MODEL, "images": 4000}},
    }  # fmt: skip
    folders = {name: tmp_path / name for name in ("straight", "killed")}
    for folder in folders.values():
        folder.mkdir()
        write_profile(folder, **settings)
    assert finish(pipeline(folders["straight"])).code == 0

    killed, chance = folders["killed"], random.Random(0)
    kills = 0
    while kills < KILLS:
        process = pipeline(killed)
        time.sleep(chance.uniform(0.2, LONGEST))
        if process.poll() is None:
            kill_all(process)
            kills += 1
        else:  # it was faster: something is lost, and the campaign goes on
            assert finish(process).code == 0
            lost = chance.choice(sorted((killed / "runs").rglob("*.json")))
            lost.unlink()
    until = time.time() + 120
    while (last := finish(pipeline(killed))).code == 2 and time.time() < until:
        assert "Another" in last.sentence  # its last steps are ending
        time.sleep(0.5)
    assert last.code == 0, last.err
    assert outcome(killed) == outcome(folders["straight"])
    left = [path for path in (tmp_path / "killed").rglob("*") if ".part" in path.name]
    assert not left, "something half-written was left behind"
