"""Run the commands as a person would, in this process (fast) or in one of their own."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from experiments.__main__ import main
from experiments.pipeline import follow

ROOT = Path(__file__).parent.parent

MODEL = {"images": 1600, "batch_size": 20, "width": 4, "ema_decay": 0.9}
"""Settings with which a model is bad, but does not count as collapsed."""

TINY: dict[str, Any] = {
    "datasets": ["mnist"],
    "seeds": [0, 1],
    "studies": ["samples"],
    "data": {"train_limit": 200, "test_limit": 100, "rendered_train": 40, "rendered_test": 20},
    "judge": {"images": 600, "width": 4, "label_width": 4},
    "models": {"cgan": MODEL, "vae": MODEL},
    "evaluation": {"samples": 200, "trajectory_samples": 50, "manifold_images": 100},
}
"""A profile whose every step takes moments."""


PINS = {
    "page": "docs/requirements.txt",
    "experiments": "requirements.txt",
    "tests": "requirements-dev.txt",
}
"""The layers of the environment that make sets up, each upon the one before it."""


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The complaint: the last line, after what was said of progress; never a traceback."""
        assert "Traceback" not in self.err, self.err
        return self.err.strip().splitlines()[-1]


def write_profile(folder: Path, name: str = "tiny", **changes: Any) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({**TINY, **changes}), encoding="utf-8")
    return path


def run(*arguments: object, **variables: str) -> Outcome:
    """One command in this process, untouched by variables that the tests were started with."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        for name in follow.OPTIONS:
            patch.delenv(name, raising=False)
        for name, value in variables.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["experiments", *map(str, arguments)])
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main()
            except SystemExit as error:
                code = error.code if isinstance(error.code, int) else 1
    return Outcome(code, out.getvalue(), err.getvalue())


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in follow.OPTIONS}
    return {**kept, "OMP_NUM_THREADS": "1", **more}


def start(*arguments: object, code: str = "", **more: str) -> subprocess.Popen:
    """One command in a process of its own; ``code`` runs in it first."""
    before = f"{code}\nimport sys; from experiments.__main__ import main; sys.exit(main())"
    words = ["-c", before] if code else ["-m", "experiments"]
    return subprocess.Popen(
        [sys.executable, *words, *map(str, arguments)], cwd=ROOT, env=environment(**more),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # Ctrl-C has to work in it, even if the tests were started where it does not.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def finish(process: subprocess.Popen, seconds: float = 300) -> Outcome:
    out, err = process.communicate(timeout=seconds)
    return Outcome(process.returncode, out, err)


def make(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A target of the Makefile in ``cwd``, with the environment that the tests run in."""
    venv = environment_for_make(cwd)
    return subprocess.run(
        ["make", *words, f"VENV={venv}"], cwd=cwd, capture_output=True, text=True, check=False,
        env=environment(),
    )  # fmt: skip


def environment_for_make(cwd: Path) -> Path:
    """A folder that make takes for one it made: links into this environment, and the stamps."""
    venv = cwd.parent / "venv"
    if not venv.exists():
        venv.mkdir()
        for part in Path(sys.prefix).iterdir():
            if not part.name.startswith("pins-"):
                (venv / part.name).symlink_to(part)
        pinned = ""
        for name, file in PINS.items():  # in the order of their making
            pinned += (cwd / file).read_text(encoding="utf-8")
            checksum = subprocess.run(
                ["cksum"], input=pinned, capture_output=True, text=True, check=True
            ).stdout.split()[0]
            (venv / f"pins-{name}-{checksum}").touch()
    return venv
