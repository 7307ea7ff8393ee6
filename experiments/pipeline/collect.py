"""Put one profile's complete result where the page reads it.

`assets/` is always whole and of one profile: the new content is built beside it and takes
its place in one go, so that a killed or a different run never leaves half a page.
"""

import json
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.evaluation import registry
from experiments.pipeline.provenance import provenance
from experiments.pipeline.replace import check_replaceable, made_here
from experiments.profile import Profile
from experiments.support.errors import UserError
from experiments.support.files import explain, read_json, write_atomically, write_json, write_text
from experiments.support.layout import Layout

if TYPE_CHECKING:
    import pandas as pd


def collect(layout: Layout, profile: Profile, datasets: list[str], assets: Path) -> None:
    """Replace ``assets`` by the studies, results and models of a profile's datasets.

    Raises `UserError` when a study is missing, two studies claim one number, or the folder
    cannot be written or is not ours to replace; ``assets`` then is as it was.
    """
    assets = check_replaceable(assets, layout.runs)
    stage = None
    try:
        assets.parent.mkdir(parents=True, exist_ok=True)
        bring_back(assets)
        # A new name each time: what lies beside it under any other name is somebody else's.
        stage = Path(tempfile.mkdtemp(prefix=stage_prefix(assets), dir=assets.parent))
        new, old = stage / "new", stage / "old"
        new.mkdir()
        write_assets(new, layout, profile, datasets)
        if assets.exists():
            assets.rename(old)
        new.rename(assets)
    except shutil.Error as error:  # an OSError too; of all that was not copied the first will do
        *_, reason = error.args[0][0]
        raise UserError(
            f"{assets} could not be written ({reason}): free some space or choose another folder "
            "with ASSETS; what was there is as it was."
        ) from error
    except OSError as error:
        raise explain(error, assets) from error
    finally:
        if stage:
            if not assets.exists() and (stage / "old").exists():
                (stage / "old").rename(assets)
            shutil.rmtree(stage, ignore_errors=True)


def stage_prefix(assets: Path) -> str:
    return f".{assets.name}.collect-"


def bring_back(assets: Path) -> None:
    """Mend what a killed collection left: the old result where it had none in its place yet.

    A folder beside ``assets`` counts as ours by its name and by what it holds, both.
    """
    for stage in sorted(assets.parent.glob(f"{stage_prefix(assets)}*")):
        held = {path.name for path in stage.iterdir()} if stage.is_dir() else {"not ours"}
        if stage.is_symlink() or not held <= {"new", "old"}:
            continue
        if not assets.exists() and made_here(stage / "old"):
            (stage / "old").rename(assets)
        shutil.rmtree(stage, ignore_errors=True)


def write_assets(folder: Path, layout: Layout, profile: Profile, datasets: list[str]) -> None:
    from experiments import models
    from experiments.models.facts import facts
    from experiments.sampling import export_pretrained, write_number
    from experiments.sampling.card import write_card

    for study in profile.studies:
        for dataset in datasets:
            drawn, results = layout.figures(study, dataset), layout.results(study, dataset)
            if not ((drawn / "draw.json").is_file() and results.is_file()):
                raise UserError(
                    f"The study {study} of {dataset} is not finished: run `make experiments`."
                )
            target = folder / study / dataset
            shutil.copytree(drawn, target, ignore=shutil.ignore_patterns("draw.json"))
            shutil.copy(results, target / "results.csv")
    numbers = every_result(layout, profile, datasets)
    write_atomically(folder / "results.csv", lambda path: numbers.to_csv(path, index=False))
    write_text(folder / "metrics.json", plain(told_metrics()))
    write_text(folder / "claims.json", plain(decided(numbers, layout, profile, datasets)))
    export_pretrained(layout, profile, datasets, folder / "models")
    with suppress(UserError):  # no model here can be asked for these digits
        write_number("2026", folder / "number.png", assets=folder)
        write_card(folder / "card.png", assets=folder)
    told = facts(list({*models.shipped(), *profile.models}))
    write_text(folder / "models.json", json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    write_json(folder / "provenance.json", provenance(layout, profile, datasets))


def every_result(layout: Layout, profile: Profile, datasets: list[str]) -> "pd.DataFrame":
    """One table of every number, in the order of the profile; units and directions as the
    metrics are declared now. Raises `UserError` when two studies claim one number."""
    import pandas as pd

    from experiments import results

    tables = [
        results.read(layout.results(study, dataset))
        for study in profile.studies
        for dataset in datasets
    ]
    whole = pd.concat(tables, ignore_index=True)
    results.check(whole, layout.profile)
    for column in ("unit", "direction"):
        told = {name: getattr(metric, column) for name, metric in registry.metrics().items()}
        whole[column] = whole["metric"].map(told)
    return whole


def decided(
    numbers: "pd.DataFrame", layout: Layout, profile: Profile, datasets: list[str]
) -> dict[str, Any]:
    """The claims and pairs that a table of all results decides."""
    from experiments.claims.decide import decide
    from experiments.models.facts import facts

    models = {model: told["name"] for model, told in facts(list(profile.models)).items()}
    titles = {name: read_json(layout.data_receipt(name))["title"] for name in datasets}
    return decide(numbers, models, {name: text.split(":")[0] for name, text in titles.items()})


def told_metrics() -> dict[str, dict[str, Any]]:
    """What pages print of each metric."""
    return {
        name: {key: getattr(metric, key) for key in WORDS}
        for name, metric in registry.metrics().items()
    }


WORDS = ("unit", "direction", "study", "label", "brief", "form", "leads", "alike", "smaller")


def plain(content: Any) -> str:
    """JSON in one line, its letters as they are."""
    return json.dumps(content, ensure_ascii=False) + "\n"
