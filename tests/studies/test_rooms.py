"""What a study asks for is known at once, and what it measured is drawn without torch."""

import subprocess
import sys

from experiments import studies

IMPORTED = """
import sys
from importlib import import_module
for name in {names}:
    import_module("experiments.studies." + name)
print(*sys.modules)
"""


def imported(*names):
    command = [sys.executable, "-c", IMPORTED.format(names=list(names))]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_needs_are_told_without_a_heavy_library():
    found = imported(*studies.names())
    assert (
        len(studies.names()) >= 4 and {f"experiments.studies.{n}" for n in studies.names()} <= found
    )
    assert not found & {"torch", "matplotlib", "captum", "scipy", "sklearn"}


def test_what_was_measured_is_drawn_without_torch_runs_and_judges():
    found = imported(*(f"{name}.draw" for name in studies.names()))
    rooms = {"runs", "judges", "readers", "data"}
    assert not found & {"torch", *(f"experiments.{room}" for room in rooms)}
