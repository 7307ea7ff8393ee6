"""The data step: which source each dataset comes from, and writing it down."""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any, Literal

from experiments.data import canonical, catalog, download
from experiments.data.catalog import Source, Splits
from experiments.data.dataset import ARRAYS, save
from experiments.profile import DataSettings
from experiments.support.errors import UserError, unknown
from experiments.support.files import clear_leftovers, read_record, sha256, write_json_if_changed
from experiments.support.layout import Layout
from experiments.support.meaning import meaning, whole
from experiments.support.names import REAL, STAND_IN, check_name

FEWEST = 10
"""Images of a split: among fewer there are no five nearest ones, which studies look for."""

Policy = Literal["auto", "real", "embedded"]


def prepare(
    layout: Layout,
    asked: list[str],
    settings: DataSettings,
    data_root: Path | None = None,
    policy: Policy = "auto",
) -> dict[str, str]:
    """Resolve, read, check and write each dataset; return ``{asked: resolved}``.

    What is already there and unchanged is left alone. All sources are resolved before
    anything is written, so that a missing dataset costs nothing.
    """
    sources = resolve(layout, asked, settings, data_root, policy)
    for name, source in sources.items():
        _write(layout, name, source, settings)
    resolved = {name: source.dataset for name, source in sources.items()}
    earlier = read_record(layout.sources)
    write_json_if_changed(layout.sources, {**earlier, **resolved})
    return resolved


def resolve(
    layout: Layout, asked: list[str], settings: DataSettings, root: Path | None, policy: Policy
) -> dict[str, Source]:
    """The source of each dataset, in the order: data root, download, embedded."""
    for name in asked:
        check_name("dataset", name)
    if policy == "embedded":
        return {name: catalog.built_in(name, settings) for name in asked}
    found: dict[str, Source | None] = {}
    for name in asked:
        if name == STAND_IN:
            if policy == "real":
                raise UserError(f"DATA=real refuses {STAND_IN}: it is drawn, ask for svhn.")
            found[name] = catalog.built_in(name, settings)
        elif root is not None:
            found[name] = catalog.in_data_root(name, root)
        elif name not in REAL:
            raise unknown("dataset", name, REAL | {STAND_IN})
        else:
            found[name] = catalog.in_torchvision_layout(name, layout.runs / "downloads", "download")
            if found[name] is None and policy == "auto" and _stands(layout, name, settings):
                found[name] = catalog.built_in(name, settings)
                _say(f"{name}: embedded, as before (DATA=real downloads the real one)")
    missing = [name for name, source in found.items() if source is None]
    online = download.reachable(missing)
    for name in missing:
        found[name] = _download_or_embedded(layout, name, settings, policy, name in online)
    return {name: source for name, source in found.items() if source is not None}


def _download_or_embedded(
    layout: Layout, name: str, settings: DataSettings, policy: Policy, online: bool
) -> Source:
    folder = layout.runs / "downloads"
    reason = f"no network within {download.CONNECT_SECONDS:.0f} s"
    if online:
        _say(f"{name}: downloading into {folder}")
        try:
            download.fetch(name, folder)
        except UserError as error:
            if policy == "real":
                raise
            reason = str(error).rstrip(".")
    source = catalog.in_torchvision_layout(name, folder, "download")
    if source is not None:
        return source
    if policy == "real":
        raise UserError(
            f"DATA=real, but {name} cannot be downloaded ({reason}): "
            "connect to a network or set DATA_ROOT to a folder that holds it."
        )
    source = catalog.built_in(name, settings)
    _say(f"{name}: {reason}; using the embedded default, {source.dataset} (or set DATA_ROOT)")
    return source


def _stands(layout: Layout, name: str, settings: DataSettings) -> bool:
    """Whether an earlier data step already fell back to the embedded default of ``name``.

    Then it stays: an interrupted run must not change its data because a network came back.
    """
    receipt = layout.data_receipt(catalog.built_in(name, settings).dataset)
    return read_record(receipt).get("source") == "embedded"


def _write(layout: Layout, asked: str, source: Source, settings: DataSettings) -> None:
    receipt = layout.data_receipt(source.dataset)
    hashes = {name: sha256(path) for name, path in source.files.items()}
    request = _request(source, hashes, settings)
    clear_leftovers(receipt.parent)
    written = layout.data(source.dataset).is_file()
    if written and read_record(receipt).get("request") == request:
        return
    arrays, whole = _read(source, settings)
    train, test = len(arrays["y_train"]), len(arrays["y_test"])
    title = source.title.format(train=_count(train, whole[0]), test=_count(test, whole[1]))
    save(layout, source.dataset, arrays, {
        "name": source.dataset, "asked": asked, "source": source.kind, "title": title,
        "stand_in": source.kind == "embedded", "files": hashes, "train": train, "test": test,
        "channels": arrays["x_train"].shape[1], "classes": int(arrays["y_train"].max()) + 1,
        "licence": source.licence, "request": request,
        "subset": {"train_of": whole[0], "test_of": whole[1]},
    })  # fmt: skip
    _say(f"{asked}: {title} ({source.kind})")


def _read(source: Source, settings: DataSettings) -> tuple[Splits, tuple[int, int]]:
    """The canonical arrays within the limits, and the size of the whole splits."""
    raw = source.read()
    where = " and ".join(str(path) for path in source.files.values())
    where = where if len(source.files) == 1 else source.dataset
    splits, whole = {}, []
    for split, limit in (("train", settings.train_limit), ("test", settings.test_limit)):
        images, labels = raw[f"x_{split}"], raw[f"y_{split}"]
        images, labels = canonical.canonicalise(images, labels, f"{where}, {split} split")
        whole.append(len(labels))
        keep = canonical.subset(labels, limit)
        if len(keep) < FEWEST:
            raise UserError(
                f"{where}, {split} split: {len(keep)} images are too few, bring at least {FEWEST}."
            )
        splits[f"x_{split}"], splits[f"y_{split}"] = images[keep], labels[keep]
    if splits["x_train"].shape[1:] != splits["x_test"].shape[1:]:
        raise UserError(f"{where}: training images are grey and test images RGB, or vice versa.")
    classes = canonical.check_classes(splits["y_train"], splits["y_test"], where)
    if source.classes is not None and classes != source.classes:
        raise UserError(
            f"{where}: labels out of range, 0 to {source.classes - 1} are expected and they go "
            f"up to {classes - 1}."
        )
    return {name: splits[name] for name in ARRAYS}, (whole[0], whole[1])


def _request(source: Source, hashes: dict[str, str], settings: DataSettings) -> str:
    """A hash of all that the arrays depend on: source files, limits and our own code."""
    modules = ["canonical", "embedded" if source.kind == "embedded" else "formats"]
    drawn = ["rendered"] if source.dataset == STAND_IN else []
    code = meaning(*(part for name in modules + drawn for part in whole(f"data.{name}")))
    fields = None if drawn else {"train_limit", "test_limit"}
    content: dict[str, Any] = {
        "kind": source.kind, "title": source.title, "files": hashes,
        "settings": settings.model_dump(include=fields),
        "code": code,
    }  # fmt: skip
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _count(used: int, whole: int) -> str:
    return f"{used:,}" if used == whole else f"{used:,} of {whole:,}"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
