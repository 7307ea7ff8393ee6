"""Which source is used, what is said about it, and what is refused."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from small_files import write_mnist, write_npz, write_svhn

from experiments.data import catalog, download, load, prepare
from experiments.profile import DataSettings
from experiments.support.errors import UserError
from experiments.support.layout import Layout

SMALL = DataSettings(rendered_train=60, rendered_test=50)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "runs", "smoke")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """No network; the list holds each time that it was looked for."""
    asked: list[list[str]] = []
    monkeypatch.setattr(
        download, "reachable", lambda names: (names and asked.append(names)) or set()
    )
    return asked


# --- data root ---


@pytest.mark.parametrize("zipped", [False, True])
def test_mnist_from_a_data_root(layout, root, monkeypatch, zipped):
    monkeypatch.setattr(catalog, "MNIST_MD5", write_mnist(root, zipped=zipped))
    assert prepare(layout, ["mnist"], DataSettings(), root) == {"mnist": "mnist"}
    data = load(layout, "mnist")
    assert data.x_train.shape == (40, 1, 32, 32) and data.y_test.tolist() == [*range(10)] * 4
    assert data.provenance["source"] == "data root" and not data.provenance["stand_in"]
    assert data.provenance["title"].startswith("MNIST: 40 training and 40 test")
    assert (data.channels, data.classes) == (1, 10)
    assert data.counts() == {"train": [4] * 10, "test": [4] * 10}


def test_svhn_from_a_data_root_reads_label_ten_as_zero(layout, root, monkeypatch):
    monkeypatch.setattr(catalog, "SVHN_MD5", write_svhn(root))
    assert prepare(layout, ["svhn"], DataSettings(), root) == {"svhn": "svhn"}
    data = load(layout, "svhn")
    assert data.x_train.shape == (30, 3, 32, 32)
    assert data.y_train[:11].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert "non-commercial" in data.provenance["licence"]


def test_own_images_from_an_npz(layout, root):
    write_npz(root / "letters.npz")
    assert prepare(layout, ["letters"], DataSettings(), root) == {"letters": "letters"}
    data = load(layout, "letters")
    assert data.x_train.shape == (40, 3, 32, 32) and data.classes == 4
    assert data.provenance["title"] == "letters: 40 training and 40 test images"
    assert json.loads(layout.sources.read_text()) == {"letters": "letters"}


def test_the_official_title_belongs_to_the_known_file_alone(layout, root):
    write_npz(root / "svhn.npz", classes=10)
    prepare(layout, ["svhn"], DataSettings(), root)
    assert load(layout, "svhn").provenance["title"] == "SVHN: 40 training and 40 test images"


def test_a_data_root_never_falls_back(layout, root, offline):
    write_npz(root / "letters.npz")
    with pytest.raises(UserError, match=r"holds no mnist.*MNIST/raw"):
        prepare(layout, ["letters", "mnist"], DataSettings(), root)
    assert not layout.home.exists(), "nothing is written when one of the datasets is missing"
    with pytest.raises(UserError, match="is no folder"):
        prepare(layout, ["mnist"], DataSettings(), root / "nowhere")
    assert offline == []


def test_one_missing_file_of_four_is_named(layout, root, monkeypatch):
    monkeypatch.setattr(catalog, "MNIST_MD5", write_mnist(root))
    (root / "MNIST/raw/t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(UserError, match="t10k-labels-idx1-ubyte is missing"):
        prepare(layout, ["mnist"], DataSettings(), root)


@pytest.mark.parametrize("name", ["../letters", "logs", "a;b"])
def test_a_name_that_would_break_paths_or_tables_is_refused(layout, root, name):
    write_npz(root / "logs.npz")
    write_npz(root / "a;b.npz")
    write_npz(root.parent / "letters.npz")
    with pytest.raises(UserError, match=r"Unknown dataset|will not do as a name"):
        prepare(layout, [name], DataSettings(), root)


def test_an_unknown_name_is_answered_with_the_nearest(layout, root):
    write_npz(root / "letters.npz")
    with pytest.raises(UserError, match="'leters': did you mean 'letters'"):
        prepare(layout, ["leters"], DataSettings(), root)
    for policy in ("auto", "real", "embedded"):
        with pytest.raises(UserError, match="'mnits': did you mean 'mnist'"):
            prepare(layout, ["mnits"], DataSettings(), None, policy)


# --- damaged files ---


def damage(root: Path, monkeypatch, name: str, change) -> None:
    monkeypatch.setattr(catalog, "MNIST_MD5", write_mnist(root))
    path = root / "MNIST" / "raw" / name
    path.write_bytes(change(path.read_bytes()))


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("train-images-idx3-ubyte", lambda b: b[:1000], "truncated: 1,000 bytes .* 31,376"),
        ("train-labels-idx1-ubyte", lambda b: b[:7], "truncated"),
        ("train-images-idx3-ubyte", lambda b: b"", "not an IDX file"),
        ("train-images-idx3-ubyte", lambda b: b"<html>" + b, "not an IDX file"),
        ("t10k-images-idx3-ubyte", lambda b: b[:11] + b"\x0e" + b[12:], "14x28"),
        ("t10k-images-idx3-ubyte", lambda b: b[:-1] + b"\x00", "wrong checksum"),
    ],
)
def test_a_damaged_mnist_file_is_named_and_nothing_is_written(
    layout, root, monkeypatch, name, change, message
):
    damage(root, monkeypatch, name, change)
    with pytest.raises(UserError, match=rf"{name}.*{message}.*again"):
        prepare(layout, ["mnist"], DataSettings(), root)
    assert not layout.home.exists()


def test_a_cut_gzip_file_is_named(layout, root, monkeypatch):
    monkeypatch.setattr(catalog, "MNIST_MD5", write_mnist(root, zipped=True))
    path = root / "MNIST/raw/train-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(UserError, match=r"ubyte\.gz is truncated"):
        prepare(layout, ["mnist"], DataSettings(), root)


def test_a_damaged_mat_file_is_named(layout, root, monkeypatch):
    md5 = write_svhn(root)
    path = root / "test_32x32.mat"
    path.write_bytes(path.read_bytes()[:3000])
    monkeypatch.setattr(catalog, "SVHN_MD5", md5)
    with pytest.raises(UserError, match=r"test_32x32\.mat has the wrong checksum"):
        prepare(layout, ["svhn"], DataSettings(), root)
    from experiments.data.formats import read_mat

    with pytest.raises(UserError, match=r"test_32x32\.mat is not a whole SVHN file"):
        read_mat(path)


def test_a_damaged_npz_is_named(layout, root):
    path = root / "letters.npz"
    write_npz(path)
    whole = path.read_bytes()
    for part in (whole[:2000], whole[: len(whole) // 2], b"", b"hello"):
        path.write_bytes(part)
        with pytest.raises(UserError, match=r"letters\.npz is not a whole npz"):
            prepare(layout, ["letters"], DataSettings(), root)
    assert not layout.home.exists()


@pytest.mark.parametrize(
    ("replace", "message"),
    [
        ({"y_test": None}, "lacks the array y_test"),
        ({"x_train": np.zeros((40, 32, 32, 2), np.uint8)}, r"shape \(40, 32, 32, 2\)"),
        ({"x_train": np.zeros((40, 20, 24), np.uint8)}, "grey"),
        ({"y_train": np.arange(40) % 4 + 1}, "no training image is labelled 0"),
        ({"y_train": np.arange(40) % 4 - 1}, "out of range"),
        ({"y_train": np.zeros(40, int), "y_test": np.zeros(40, int)}, "one class only"),
    ],
)
def test_an_npz_that_cannot_be_used_is_refused(layout, root, replace, message):
    write_npz(root / "letters.npz", **replace)
    with pytest.raises(UserError, match=rf"letters\.npz.*{message}"):
        prepare(layout, ["letters"], DataSettings(), root)
    assert not layout.home.exists()


def test_digits_beyond_nine_are_out_of_range(layout, root):
    write_npz(root / "mnist.npz", classes=12)
    with pytest.raises(UserError, match="labels out of range, 0 to 9 are expected"):
        prepare(layout, ["mnist"], DataSettings(), root)


# --- no network ---


def test_without_network_the_embedded_default_is_used_and_named(layout, offline, capsys):
    assert prepare(layout, ["mnist", "svhn"], SMALL) == {"mnist": "mnist", "svhn": "svhn-rendered"}
    assert offline == [["mnist", "svhn"]], "asked once for all"
    mnist, svhn = load(layout, "mnist"), load(layout, "svhn-rendered")
    assert mnist.counts() == {"train": [400] * 10, "test": [100] * 10}
    assert mnist.provenance["stand_in"] and svhn.provenance["stand_in"]
    assert "MNIST's training split" in mnist.provenance["title"]
    assert svhn.x_train.shape == (60, 3, 32, 32) and len(svhn.y_test) == 50
    assert svhn.provenance["asked"] == "svhn" and svhn.name == "svhn-rendered"
    assert "svhn: no network within 5 s; using the embedded default" in capsys.readouterr().err
    digits = {image.tobytes() for image in mnist.x_train}
    assert not any(image.tobytes() in digits for image in mnist.x_test)


def test_real_refuses_what_is_embedded(layout, offline):
    with pytest.raises(UserError, match="DATA=real, but mnist cannot be downloaded"):
        prepare(layout, ["mnist"], SMALL, None, "real")
    with pytest.raises(UserError, match="DATA=real refuses svhn-rendered"):
        prepare(layout, ["svhn-rendered"], SMALL, None, "real")
    assert not layout.home.exists()


def test_embedded_asks_no_network_and_no_data_root(layout, root, offline):
    assert prepare(layout, ["mnist"], SMALL, root, "embedded") == {"mnist": "mnist"}
    assert offline == []


def test_a_network_that_comes_back_changes_no_data(layout, offline, monkeypatch):
    prepare(layout, ["mnist"], SMALL)
    before = layout.data_receipt("mnist").stat().st_mtime_ns
    monkeypatch.setattr(download, "fetch", lambda *args: pytest.fail("downloaded"))
    prepare(layout, ["mnist"], SMALL)
    assert len(offline) == 1
    assert layout.data_receipt("mnist").stat().st_mtime_ns == before


def test_a_dead_name_server_costs_five_seconds_at_most(monkeypatch):
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.2)

    def never(*args, **options):
        time.sleep(3)
        raise OSError("no answer")

    monkeypatch.setattr(download.urllib.request, "urlopen", never)
    start = time.perf_counter()
    assert download.reachable(["mnist", "svhn"]) == set()
    assert time.perf_counter() - start < 1.5


def test_a_download_is_used_and_one_that_fails_falls_back(layout, root, monkeypatch, capsys):
    monkeypatch.setattr(download, "reachable", set)

    def broken(dataset: str, folder: Path) -> None:
        raise UserError("The download of mnist failed (cut off): try again.")

    monkeypatch.setattr(download, "fetch", broken)
    with pytest.raises(UserError, match="cut off"):
        prepare(layout, ["mnist"], SMALL, None, "real")
    assert prepare(layout, ["mnist"], SMALL) == {"mnist": "mnist"}
    assert "cut off" in capsys.readouterr().err
    assert load(layout, "mnist").provenance["source"] == "embedded"

    md5 = write_mnist(root)
    monkeypatch.setattr(catalog, "MNIST_MD5", md5)
    monkeypatch.setattr(download, "fetch", lambda name, folder: root.rename(folder))
    prepare(layout, ["mnist"], SMALL, None, "real")
    assert load(layout, "mnist").provenance["source"] == "download"


def test_torchvision_still_starts_where_we_ask():
    from torchvision.datasets import MNIST, SVHN

    assert {
        "mnist": MNIST.mirrors[0] + MNIST.resources[0][0],
        "svhn": SVHN.split_list["train"][0],
    } == download.FIRST_URL
    assert {name: SVHN.split_list[name.split("_")[0]][2] for name in catalog.SVHN_MD5} == (
        catalog.SVHN_MD5
    )


def test_torchvision_downloads_appear_only_when_whole(tmp_path, monkeypatch):
    from torchvision import datasets

    class Whole:
        split_list = datasets.SVHN.split_list

        def __init__(self, folder: Path, split: str, download: bool) -> None:
            if split == "test" and fail:
                raise RuntimeError("connection\nlost")
            folder.mkdir(exist_ok=True)
            (folder / self.split_list[split][1]).write_text(split)

    monkeypatch.setattr(datasets, "SVHN", Whole)
    fail = True
    with pytest.raises(UserError, match=r"failed \(connection lost\)"):
        download.fetch("svhn", tmp_path)
    assert not list(tmp_path.glob("*.mat"))
    fail = False
    download.fetch("svhn", tmp_path)
    assert {path.name for path in tmp_path.glob("*.mat")} == set(catalog.SVHN_MD5)


# --- what is already there ---


def test_nothing_changed_means_nothing_written_and_no_torch(layout, root):
    write_npz(root / "letters.npz")
    code = (
        "import sys; from pathlib import Path; from experiments.data import prepare;"
        "from experiments.support.layout import Layout;"
        "from experiments.profile import DataSettings;"
        f"prepare(Layout(Path({str(layout.runs)!r}), 'smoke'), ['letters'], DataSettings(),"
        f"Path({str(root)!r})); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    paths = (layout.data("letters"), layout.data_receipt("letters"), layout.sources)
    before = [path.stat().st_mtime_ns for path in paths]
    subprocess.run([sys.executable, "-c", code], check=True)
    assert [path.stat().st_mtime_ns for path in paths] == before


def test_a_changed_file_or_limit_is_noticed(layout, root):
    write_npz(root / "letters.npz")
    prepare(layout, ["letters"], DataSettings(), root)
    first = load(layout, "letters").provenance["sha256"]
    write_npz(root / "letters.npz", x_train=np.full((40, 20, 24, 3), 7, np.uint8))
    prepare(layout, ["letters"], DataSettings(), root)
    assert load(layout, "letters").provenance["sha256"] != first
    prepare(layout, ["letters"], DataSettings(train_limit=12), root)
    data = load(layout, "letters")
    assert len(data.y_train) == 12 and "12 of 40 training" in data.provenance["title"]
    assert data.provenance["subset"] == {"train_of": 40, "test_of": 40}


def test_a_second_data_step_keeps_what_the_first_resolved(layout, root):
    write_npz(root / "letters.npz")
    write_npz(root / "signs.npz")
    prepare(layout, ["letters"], DataSettings(), root)
    prepare(layout, ["signs"], DataSettings(), root)
    assert json.loads(layout.sources.read_text()) == {"letters": "letters", "signs": "signs"}


def test_damaged_or_missing_data_is_one_sentence(layout, root):
    with pytest.raises(UserError, match="is missing"):
        load(layout, "letters")
    write_npz(root / "letters.npz")
    prepare(layout, ["letters"], DataSettings(), root)
    path = layout.data("letters")
    whole = path.read_bytes()
    path.write_bytes(whole[:5000])
    with pytest.raises(UserError, match="is not a whole npz"):
        load(layout, "letters")
    arrays = dict(np.load(root / "letters.npz"))
    from experiments.data.canonical import canonicalise

    for split in ("train", "test"):
        pair = canonicalise(arrays[f"x_{split}"], arrays[f"y_{split}"])
        arrays[f"x_{split}"], arrays[f"y_{split}"] = pair
    arrays["y_train"] = arrays["y_train"][::-1]
    np.savez(path, **arrays)
    with pytest.raises(UserError, match="not what its data"):
        load(layout, "letters")


def test_an_unwritable_folder_is_one_sentence_and_keeps_the_old_data(layout, root, monkeypatch):
    write_npz(root / "letters.npz")
    prepare(layout, ["letters"], DataSettings(), root)
    import errno

    from experiments.data import dataset

    def full(path, **arrays):
        raise OSError(errno.ENOSPC, "No space left on device")

    write_npz(root / "letters.npz", x_train=np.full((40, 20, 24, 3), 7, np.uint8))
    with monkeypatch.context() as patched:
        patched.setattr(dataset.np, "savez", full)
        with pytest.raises(UserError, match="disk is full"):
            prepare(layout, ["letters"], DataSettings(), root)
    assert not layout.data_receipt("letters").exists(), "unfinished, so the next step repeats it"
    prepare(layout, ["letters"], DataSettings(), root)
    assert (load(layout, "letters").x_train == 7).all()
