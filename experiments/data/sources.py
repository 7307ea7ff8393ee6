"""Which source each dataset comes from, and the data step itself."""

import ast
import hashlib
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np

from experiments.data import canonical, download, embedded, formats
from experiments.data.dataset import ARRAYS, save
from experiments.errors import UserError, unknown
from experiments.files import read_json, sha256, write_json_if_changed
from experiments.layout import Layout
from experiments.profile import DataSettings

Policy = Literal["auto", "real", "embedded"]
Splits = dict[str, np.ndarray]

REAL = {"mnist", "svhn"}
STAND_IN = "svhn-rendered"
RESERVED = {"assets", "logs", STAND_IN}
"""Names that an npz cannot have: they are folders of a profile, or the stand-in."""

MNIST_MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}
SVHN_MD5 = {
    "train_32x32.mat": "e26dedcc434d2e4c54c9b2d4a06d8373",
    "test_32x32.mat": "eb5a983be6a315427106f1b164d9cef3",
}
SVHN_10K = "01d34a5476a8e45c3cd68c017864a800d7ced7f08f5feb6c8762ce739363e764"

MNIST_LICENCE = "MNIST: Y. LeCun, C. Cortes, C. J. C. Burges; CC BY-SA 3.0"
SVHN_LICENCE = "SVHN: non-commercial use only"


@dataclass(frozen=True)
class Source:
    """Where one dataset can be read, and what is said about it."""

    dataset: str
    kind: Literal["data root", "download", "embedded"]
    files: dict[str, Path]
    read: Callable[[], Splits]
    title: str  # with places for {train} and {test}
    licence: str
    classes: int | None = 10  # None: whatever the labels say


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
    write_json_if_changed(layout.sources, resolved)
    return resolved


def resolve(
    layout: Layout, asked: list[str], settings: DataSettings, root: Path | None, policy: Policy
) -> dict[str, Source]:
    """The source of each dataset, in the order: data root, download, embedded."""
    if policy == "embedded":
        return {name: _embedded(name, settings) for name in asked}
    found: dict[str, Source | None] = {}
    for name in asked:
        if name == STAND_IN:
            if policy == "real":
                raise UserError(f"DATA=real refuses {STAND_IN}: it is drawn, ask for svhn.")
            found[name] = _embedded(name, settings)
        elif root is not None:
            found[name] = _from_root(name, root)
        elif name not in REAL:
            raise unknown("dataset", name, REAL | {STAND_IN})
        else:
            found[name] = _torchvision(name, layout.runs / "downloads", "download")
            if found[name] is None and policy == "auto" and _stands(layout, name, settings):
                found[name] = _embedded(name, settings)
                _say(f"{name}: embedded, as before (DATA=real downloads the real one)")
    missing = [name for name, source in found.items() if source is None]
    online = download.reachable({name: download.url(name) for name in missing}) if missing else []
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
    source = _torchvision(name, folder, "download")
    if source is not None:
        return source
    if policy == "real":
        raise UserError(
            f"DATA=real, but {name} cannot be downloaded ({reason}): "
            "connect to a network or set DATA_ROOT to a folder that holds it."
        )
    source = _embedded(name, settings)
    _say(f"{name}: {reason}; using the embedded default, {source.dataset} (or set DATA_ROOT)")
    return source


def _from_root(name: str, root: Path) -> Source:
    if not root.is_dir():
        raise UserError(f"The data root {root} is no folder: set DATA_ROOT to one that is.")
    source = _torchvision(name, root, "data root") or _npz(name, root)
    if source is not None:
        return source
    own = {path.stem for path in root.glob("*.npz")} - RESERVED
    if name not in REAL:
        raise unknown("dataset", name, own | REAL | {STAND_IN})
    layout = "MNIST/raw/*-ubyte" if name == "mnist" else "train_32x32.mat and test_32x32.mat"
    raise UserError(
        f"The data root {root} holds no {name}: put {layout} or {name}.npz there, "
        "or leave DATA_ROOT unset."
    )


def _torchvision(name: str, root: Path, kind: Literal["data root", "download"]) -> Source | None:
    """MNIST or SVHN in torchvision's layout; None when none of its files is there."""
    if name == "mnist":
        raw = root / "MNIST" / "raw"
        files = {stem: _plain_or_gz(raw / stem) for stem in MNIST_MD5}
        title = "MNIST: {train} training and {test} test digits, the official split"
        read, licence = partial(_read_mnist, files), MNIST_LICENCE
    elif name == "svhn":
        files = {file: root / file for file in SVHN_MD5}
        title = "SVHN: {train} training and {test} test crops, the official split"
        read, licence = partial(_read_svhn, files), SVHN_LICENCE
    else:
        return None
    there = [path for path in files.values() if path.is_file()]
    if not there or (kind == "download" and len(there) < len(files)):
        return None
    for path in files.values():
        if path not in there:
            raise UserError(f"{path} is missing beside {there[0].name}: {formats.AGAIN}.")
    return Source(name, kind, files, read, title, licence)


def _npz(name: str, root: Path) -> Source | None:
    path = root / f"{name}.npz"
    if not re.fullmatch(r"[\w][\w.-]*", name) or name in RESERVED or not path.is_file():
        return None
    title = f"{name.upper() if name in REAL else name}: {{train}} training and {{test}} test images"
    if name == "svhn" and sha256(path) == SVHN_10K:
        title = (
            "SVHN-10k: {train} training and {test} test crops, both from the official test "
            "part, split by photo"
        )
    licence = {"mnist": MNIST_LICENCE, "svhn": SVHN_LICENCE}.get(name, "as its owner states")
    classes = 10 if name in REAL else None
    read = partial(formats.read_npz, path)
    return Source(name, "data root", {path.name: path}, read, title, licence, classes)


def _embedded(name: str, settings: DataSettings) -> Source:
    if name == "mnist":
        path = embedded.mnist_file()
        title = "MNIST-5k: {train} training and {test} test digits, all from MNIST's training split"
        return Source("mnist", "embedded", {path.name: path}, embedded.mnist, title, MNIST_LICENCE)
    if name in ("svhn", STAND_IN):
        files = embedded.house_number_files()
        sizes = (settings.rendered_train, settings.rendered_test)
        return Source(
            STAND_IN, "embedded", files, partial(embedded.house_numbers, *sizes),
            "svhn-rendered: {train} training and {test} test house numbers, drawn by the project "
            "as a stand-in for SVHN",
            "drawn by this project; MIT",
        )  # fmt: skip
    raise UserError(f"{name} has no embedded form: set DATA_ROOT to the folder of {name}.npz.")


def _stands(layout: Layout, name: str, settings: DataSettings) -> bool:
    """Whether an earlier data step already fell back to the embedded default of ``name``.

    Then it stays: an interrupted run must not change its data because a network came back.
    """
    receipt = layout.data_receipt(_embedded(name, settings).dataset)
    return receipt.is_file() and read_json(receipt)["source"] == "embedded"


def _write(layout: Layout, asked: str, source: Source, settings: DataSettings) -> None:
    receipt = layout.data_receipt(source.dataset)
    hashes = {name: sha256(path) for name, path in source.files.items()}
    request = _request(source, hashes, settings)
    written = receipt.is_file() and layout.data(source.dataset).is_file()
    if written and read_json(receipt).get("request") == request:
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


def _read_mnist(files: dict[str, Path]) -> Splits:
    names = dict(zip(("x_train", "y_train", "x_test", "y_test"), MNIST_MD5, strict=True))
    return {name: formats.read_idx(files[stem], MNIST_MD5[stem]) for name, stem in names.items()}


def _read_svhn(files: dict[str, Path]) -> Splits:
    splits = {}
    for split, name in zip(("train", "test"), SVHN_MD5, strict=True):
        splits[f"x_{split}"], splits[f"y_{split}"] = formats.read_mat(files[name], SVHN_MD5[name])
    return splits


def _request(source: Source, hashes: dict[str, str], settings: DataSettings) -> str:
    """A hash of all that the arrays depend on: source files, limits and our own code."""
    used = [canonical] if source.kind != "embedded" else [canonical, embedded]
    if source.dataset == STAND_IN:
        from experiments.data import rendered

        used.append(rendered)
    sizes = settings.model_dump() if source.dataset == STAND_IN else settings.model_dump(
        include={"train_limit", "test_limit"}
    )  # fmt: skip
    content: dict[str, Any] = {
        "kind": source.kind, "files": hashes, "settings": sizes, "title": source.title,
        "code": [_syntax(Path(str(module.__file__))) for module in used],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _syntax(path: Path) -> str:
    """The syntax tree of a file: comments and layout do not count."""
    return ast.dump(ast.parse(path.read_text(encoding="utf-8")))


def _plain_or_gz(path: Path) -> Path:
    zipped = path.with_name(path.name + ".gz")
    return zipped if zipped.is_file() and not path.is_file() else path


def _count(used: int, whole: int) -> str:
    return f"{used:,}" if used == whole else f"{used:,} of {whole:,}"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
