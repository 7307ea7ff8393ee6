"""What made the results: data, settings, code and machine, as the runs themselves tell it.

Results may be collected long after they were made, by another version on another machine. So
commits, versions and processors are those of the runs; who collected them stands apart.
"""

import os
import platform
import sys
from collections import Counter
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from experiments.profile import Profile
from experiments.support.files import read_json
from experiments.support.layout import Layout
from experiments.support.machine import dirty, git, processor

PACKAGES = ("torch", "torchvision", "scikit-learn", "numpy", "snakemake")


def provenance(layout: Layout, profile: Profile, datasets: list[str]) -> dict[str, Any]:
    """The content of ``provenance.json``. Where runs differ the most frequent answer comes first:
    ``commit`` is the first of ``commits``."""
    runs = {
        (model, dataset, seed): read_json(layout.run_receipt(dataset, model, seed))
        for model in profile.models
        for dataset in datasets
        for seed in profile.seeds
    }
    every, first = list(runs.values()), profile.seeds[0]
    commits = by_frequency(run["commit"] for run in every)
    processors = by_frequency(run["processor"] for run in every)
    return {
        "profile": profile.name, "commit": commits[0], "commits": commits,
        "dirty": any(run.get("dirty") for run in every),
        "versions": versions(every), "machine": {**machine(), "processor": processors[0]},
        "processors": processors, "collected_by": collector(),
        "datasets": {name: read_json(layout.data_receipt(name)) for name in datasets},
        "models": list(profile.models), "seeds": profile.seeds, "studies": profile.studies,
        "trials": profile.trials,
        "settings": {
            model: {name: runs[model, name, first]["settings"] for name in datasets}
            for model in profile.models
        },
        "run_seconds": round(sum(run["seconds"] for run in every), 1),
        "made": datetime.now(UTC).date().isoformat(),
    }  # fmt: skip


def by_frequency(values: Any) -> list[str]:
    """Each value once, the most frequent first."""
    return [value for value, _ in Counter(values).most_common()]


def versions(runs: list[dict[str, Any]]) -> dict[str, str]:
    """Python and torch of the runs, all versions of each that took part."""
    found: dict[str, list[str]] = {}
    for run in runs:
        for name, number in run["versions"].items():
            found.setdefault(name, []).append(number)
    return {name: ", ".join(by_frequency(numbers)) for name, numbers in found.items()}


def collector() -> dict[str, Any]:
    """The process that put the results together."""
    return {
        "commit": git("rev-parse", "HEAD"),
        "dirty": dirty(),
        "versions": {name: version(name) for name in PACKAGES},
    }


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": processor(), "cores": os.cpu_count(), "memory_gb": round(memory),
        "python": platform.python_version(), "platform": f"{platform.system()} {sys.platform}",
    }  # fmt: skip
