"""Measure a study and draw it: the frame round each study's own ``measure`` and ``draw``."""

import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from experiments import results, studies
from experiments.profile import Profile
from experiments.studies.drawing import Drawing
from experiments.studies.kept import read_kept, write_kept
from experiments.studies.measuring import Measuring
from experiments.support.files import explain, read_json
from experiments.support.layout import Layout
from experiments.support.progress import Bar, track
from experiments.support.receipts import faults, read_receipt, write_receipt

Key = dict[str, Any]
KeyOfRun = Callable[[Any], Key]
"""The key of what a study measures in one run, of the run."""


def measure_study(
    name: str, layout: Layout, profile: Profile, dataset: str, key: Key | None = None,
    key_of_run: KeyOfRun = lambda run: {"files": run.receipt.get("files")},
) -> None:  # fmt: skip
    """Measure what is not measured yet; the result appears whole or not at all.

    An earlier result stays in place until the new one is complete. Raises `UserError` for an
    unknown name, a missing step, a full disk.
    """
    wanted = studies.needs(name, layout, profile, dataset)
    module = import_module(f"experiments.studies.{name}.measure")
    with track(f"measure {name} {dataset}", 1.0) as bar:
        table = results.Table(name, dataset)
        study = Measuring(name, layout, profile, dataset, wanted, table, bar=bar)
        if hasattr(module, "measure_run"):
            measure_runs(study, module.measure_run, key_of_run)
        module.measure(study)

        def write(folder: Path) -> None:
            study.table.write(folder / "results.csv")
            files = [folder / "results.csv", *write_kept(folder, study.kept)]
            write_receipt(folder / "measure.json", key or {}, files)

        replace_folder(layout.measured(name, dataset), write)


def measure_runs(study: Measuring, measure_run: Callable[..., None], key_of_run: KeyOfRun) -> None:
    """Every finished run by itself, but those that were measured from the same key before."""
    for run in study.each(study.finished, 0.7):
        folder = study.layout.measured_run(
            study.name, study.dataset, run.model, run.variant, run.seed
        )
        key = key_of_run(run)
        held = read_receipt(folder / "run.json")
        if not (held and held["key"] == key and not faults(folder / "run.json", held)):
            part = Measuring(
                study.name, study.layout, study.profile, study.dataset, study.needs,
                results.Table(study.name, study.dataset), bar=Bar("", 1.0),
            )  # fmt: skip
            share_what_was_read(study, part)
            measure_run(part, run)
            share_what_was_read(part, study)
            part.table.write(folder / "results.csv")
            files = [folder / "results.csv", *write_kept(folder, part.kept)]
            write_receipt(folder / "run.json", key, files)
        study.table.take(results.read(folder / "results.csv"))
        study.of_runs[run.name] = read_kept(folder)


def share_what_was_read(one: Measuring, other: Measuring) -> None:
    """Data, judges and readings are read once and not for every run."""
    for name in ("data", "judges", "real", "runs", "finished", "shared"):
        if name in vars(one):
            vars(other)[name] = vars(one)[name]


def draw_study(
    name: str, layout: Layout, profile: Profile, dataset: str, key: Key | None = None,
    command: str = "",
) -> None:  # fmt: skip
    """Draw every figure of a study from what was measured; they appear whole or not at all."""
    studies.check(name)
    module = import_module(f"experiments.studies.{name}.draw")
    source = read_json(layout.data_receipt(dataset))["title"]

    def write(folder: Path) -> None:
        study = Drawing(
            name, profile, dataset, layout.measured(name, dataset), folder,
            command or f"python -m experiments study {name} {dataset} --profile {profile.name}",
            source,
        )  # fmt: skip
        module.draw(study)
        files = [path for path in folder.rglob("*") if path.is_file()]
        write_receipt(folder / "draw.json", key or {}, files)

    with track(f"draw {name} {dataset}", 1.0):
        replace_folder(layout.figures(name, dataset), write)


def replace_folder(target: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` fill a new folder, which then takes the place of ``target``."""
    folder, old = (target.with_name(f".{target.name}.{kind}") for kind in ("part", "old"))
    try:
        clear(folder, old)
        folder.mkdir(parents=True)
        write(folder)
        if target.exists():
            target.rename(old)
        folder.rename(target)
    except OSError as error:
        raise explain(error, target) from error
    finally:
        clear(folder, old)


def clear(*folders: Path) -> None:
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
