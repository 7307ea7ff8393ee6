"""Data: npz files of one's own, MNIST's and SVHN's own formats, and what was made of them."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from faults.arena import Case, Place
from small_files import idx_bytes, write_mnist, write_npz, write_svhn


def npz(**replace: np.ndarray | None) -> Callable[[Place], None]:
    return lambda place: write_npz(place.folder / "letters.npz", **replace)


def of(content: bytes) -> Callable[[Place], None]:
    return lambda place: (place.folder / "letters.npz").write_bytes(content) and None


def cut(share: float) -> Callable[[Place], None]:
    def arrange(place: Place) -> None:
        path = place.folder / "letters.npz"
        write_npz(path)
        content = path.read_bytes()
        path.write_bytes(content[: int(share * len(content))])

    return arrange


def flipped(place: Place) -> None:
    """One byte of the pixels is another: the zip file's checksum tells."""
    path = place.folder / "letters.npz"
    write_npz(path)
    content = bytearray(path.read_bytes())
    content[5000] ^= 255
    path.write_bytes(content)


def zipped(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def header(shape: str, kind: str = "|u1", text: str | None = None) -> bytes:
    """The head of an npy file that promises an array and holds none of it."""
    told = text or f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(told)) + told.encode()


class Evil:
    """Whoever unpickles it makes a folder."""

    def __reduce__(self) -> tuple:
        return Path.mkdir, (Path("hacked"),)


def evil() -> bytes:
    file = io.BytesIO()
    np.save(file, np.array([Evil()], object), allow_pickle=True)
    return zipped(**{name: file.getvalue() for name in ("x_train", "y_train", "x_test", "y_test")})


def little_memory(place: Place) -> None:
    from experiments.support import machine

    write_npz(place.folder / "letters.npz")
    place.patch.setattr(machine, "free_memory", lambda: 10_000)


def limited(place: Place) -> None:
    place.change_profile(data={"train_limit": 3})
    write_npz(place.folder / "letters.npz")


def folder_of(name: str) -> Callable[[Place], None]:
    return lambda place: (place.folder / name).mkdir()


def named(name: str, **options: object) -> Callable[[Place], None]:
    return lambda place: write_npz(place.folder / f"{name}.npz", **options)  # type: ignore[arg-type]


N = 40
LABELS = np.arange(N) % 4
PIXELS = np.zeros((N, 20, 24, 3))
NPZ: dict[str, tuple[Callable[[Place], None], tuple[str, ...]]] = {
    "missing": (lambda place: None, ("Unknown dataset 'letters'",)),
    "nearly missing": (named("lettres"), ("did you mean 'lettres'?",)),
    "a folder": (folder_of("letters.npz"), ("Unknown dataset 'letters': known are mnist",)),
    "empty": (of(b""), ("not a whole npz",)),
    "text": (of(b"x_train: 1, 2, 3"), ("not a whole npz",)),
    "binary": (of(bytes(range(256)) * 9), ("not a whole npz",)),
    "cut to a half": (cut(0.5), ("not a whole npz",)),
    "cut at the end": (cut(0.999), ("not a whole npz",)),
    "one byte flipped": (flipped, ("not a whole npz",)),
    "an empty zip": (of(zipped()), ("lacks the array x_train",)),
    "a zip of text": (of(zipped(x_train=b"no array")), ("lacks the array y_train",)),
    "four texts": (
        of(zipped(x_train=b"1", y_train=b"1", x_test=b"1", y_test=b"1")),
        ("store them as uint8",),
    ),
    "an npy file": (of(header("(3,)") + b"abc"), ("not a whole npz",)),
    "a promise of a terabyte": (
        of(
            zipped(
                **dict.fromkeys(
                    ("x_train", "y_train", "x_test", "y_test"),
                    header("(10**12,)".replace("10**12", "1" * 13)),
                )
            )
        ),
        ("not a whole npz",),
    ),
    "a negative shape": (
        of(
            zipped(
                **dict.fromkeys(("x_train", "y_train", "x_test", "y_test"), header("(-1, 28, 28)"))
            )
        ),
        ("not a whole npz",),
    ),
    "a head that is code": (
        of(
            zipped(
                **dict.fromkeys(
                    ("x_train", "y_train", "x_test", "y_test"),
                    header("", text="__import__('os').abort()"),
                )
            )
        ),
        ("not a whole npz",),
    ),
    "a pickle": (of(evil()), ("not a whole npz file of plain arrays",)),
    "more than the memory": (little_memory, ("of memory", "are free")),
    "no x_train": (npz(x_train=None), ("lacks the array x_train",)),
    "no y_train": (npz(y_train=None), ("lacks the array y_train",)),
    "no x_test": (npz(x_test=None), ("lacks the array x_test",)),
    "no y_test": (npz(y_test=None), ("lacks the array y_test",)),
    "images as objects": (npz(x_train=np.array([None] * N)), ("plain arrays",)),
    "labels as objects": (npz(y_train=np.array(["a", 1] * 20, object)), ("plain arrays",)),
    "images as floats": (npz(x_train=PIXELS), ("float64", "uint8")),
    "images that are no numbers": (npz(x_train=PIXELS * np.nan), ("float64", "uint8")),
    "images of 16 bits": (npz(x_test=PIXELS.astype(np.uint16)), ("uint16", "test split")),
    "images of truth": (npz(x_train=PIXELS.astype(bool)), ("bool",)),
    "images as text": (npz(x_train=np.array(["a"] * N)), ("<U1",)),
    "images with fields": (npz(x_train=np.zeros(N, [("a", np.uint8)])), ("uint8",)),
    "one image": (npz(x_train=np.zeros((20, 24), np.uint8)), ("shape (20, 24)",)),
    "a number for images": (npz(x_train=np.uint8(3)), ("shape ()",)),
    "films": (npz(x_train=np.zeros((N, 5, 20, 24, 3), np.uint8)), ("(40, 5, 20, 24, 3)",)),
    "two channels": (npz(x_train=np.zeros((N, 20, 24, 2), np.uint8)), ("(40, 20, 24, 2)",)),
    "four channels": (npz(x_train=np.zeros((N, 20, 24, 4), np.uint8)), ("(40, 20, 24, 4)",)),
    "images without height": (npz(x_train=np.zeros((N, 0, 24, 3), np.uint8)), ("(40, 3, 0, 24)",)),
    "no images": (
        npz(x_train=np.zeros((0, 20, 24, 3), np.uint8), y_train=LABELS[:0]),
        ("(0, 3, 20, 24)",),
    ),
    "no test images": (
        npz(x_test=np.zeros((0, 20, 24, 3), np.uint8), y_test=LABELS[:0]),
        ("test split",),
    ),
    "nine images": (
        npz(x_train=np.zeros((9, 20, 24, 3), np.uint8), y_train=np.arange(9) % 4),
        ("train split: 9 images are too few",),
    ),
    "grey and coloured": (npz(x_test=np.zeros((N, 20, 24), np.uint8)), ("grey",)),
    "too few labels": (npz(y_train=LABELS[1:]), ("40 images", "(39,)")),
    "too many labels": (npz(y_test=np.arange(N + 1) % 4), ("40 images", "(41,)")),
    "one label": (npz(y_train=np.int64(1)), ("()",)),
    "labels one-hot": (npz(y_train=np.eye(4, dtype=int)[LABELS]), ("(40, 4)",)),
    "labels as text": (npz(y_train=LABELS.astype(str)), ("<U",)),
    "labels of truth": (npz(y_train=LABELS > 1), ("bool",)),
    "half labels": (npz(y_train=LABELS + 0.5), ("float64",)),
    "labels that are no numbers": (npz(y_train=LABELS * np.nan), ("float64",)),
    "infinite labels": (npz(y_train=LABELS + np.inf), ("float64",)),
    "complex labels": (npz(y_train=LABELS + 1j), ("complex128",)),
    "dates": (npz(y_train=np.array(["2026-01-01"] * N, "datetime64[D]")), ("datetime64",)),
    "labels below nothing": (npz(y_train=LABELS - 1), ("-1 is out of range",)),
    "labels from 1": (npz(y_train=LABELS + 1, y_test=LABELS + 1), ("labelled 0",)),
    "a label of 10^8": (npz(y_train=np.where(LABELS == 3, 10**8, LABELS)), ("labelled 3",)),
    "a label of 10^8 in the test": (
        npz(y_test=np.where(LABELS == 3, 10**8, LABELS)),
        ("training image is labelled 4",),
    ),
    "a label of 2^63": (
        npz(y_train=np.where(LABELS == 3, 2**63, LABELS).astype(np.uint64)),
        ("out of range",),
    ),
    "a gap": (npz(y_train=np.where(LABELS == 1, 2, LABELS)), ("labelled 1",)),
    "a class without test images": (npz(y_test=LABELS % 3), ("no test image is labelled 3",)),
    "one class": (npz(y_train=LABELS * 0, y_test=LABELS * 0), ("one class only",)),
    "fewer allowed than classes": (limited, ("limit of 3", "4 classes")),
}


def mnist(name: str, change: Callable[[bytes], bytes | None], zipped: bool = False):
    """MNIST's own files, one of them damaged (or missing, where the change gives none)."""

    def arrange(place: Place) -> None:
        from experiments.data import catalog

        place.patch.setattr(catalog, "MNIST_MD5", write_mnist(place.folder, zipped=zipped))
        path = place.folder / "MNIST" / "raw" / name
        content = change(path.read_bytes())
        path.unlink()
        if content is not None:
            path.write_bytes(content)

    return arrange


def svhn(change: Callable[[bytes], bytes | None], checked: bool = True):
    def arrange(place: Place) -> None:
        from experiments.data import catalog

        place.patch.setattr(catalog, "SVHN_MD5", write_svhn(place.folder))
        path = place.folder / "test_32x32.mat"
        content = change(path.read_bytes())
        path.unlink()
        if content is not None:
            path.write_bytes(content)
        if not checked:  # as if the damage were the original's
            import hashlib

            names = ("train_32x32.mat", "test_32x32.mat")
            paths = [place.folder / name for name in names]
            sums = {p.name: hashlib.md5(p.read_bytes()).hexdigest() for p in paths}
            place.patch.setattr(catalog, "SVHN_MD5", sums)

    return arrange


def mat(**arrays: np.ndarray) -> bytes:
    from scipy.io import savemat

    file = io.BytesIO()
    savemat(file, arrays)
    return file.getvalue()


IMAGES, TEST_LABELS = "train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
FORMATS: dict[str, tuple[str, Callable[[Place], None], tuple[str, ...]]] = {
    "idx missing": ("mnist", mnist(TEST_LABELS, lambda _: None), (TEST_LABELS, "is missing")),
    "idx empty": ("mnist", mnist(IMAGES, lambda _: b""), (IMAGES, "not an IDX file")),
    "idx of text": ("mnist", mnist(IMAGES, lambda _: b"P5 28 28"), (IMAGES, "not an IDX file")),
    "idx of another magic": ("mnist", mnist(IMAGES, lambda b: b"\0\0\x0d" + b[3:]),
                             (IMAGES, "not an IDX file")),
    "idx of two dimensions": ("mnist", mnist(IMAGES, lambda b: b[:3] + b"\2" + b[4:]),
                              (IMAGES, "not an IDX file")),
    "idx cut short": ("mnist", mnist(IMAGES, lambda b: b[:-1]), (IMAGES, "truncated")),
    "idx that promises 2^32 images": ("mnist", mnist(IMAGES, lambda b: b[:4] + b"\xff" * 4 + b[8:]),
                                      (IMAGES, "truncated")),
    "idx of other images": ("mnist", mnist(IMAGES, lambda b: idx_bytes(np.zeros((40, 27, 28)))),
                            ("27x28",)),
    "idx with one byte flipped": ("mnist", mnist(IMAGES, lambda b: b[:-1] + bytes([b[-1] ^ 1])),
                                  (IMAGES, "checksum")),
    "idx with more behind": ("mnist", mnist(TEST_LABELS, lambda b: b + b"\0"),
                             (TEST_LABELS, "checksum")),
    "gz that is none": ("mnist", mnist(f"{IMAGES}.gz", lambda b: b"x" * 99, True), ("gzip",)),
    "gz cut short": ("mnist", mnist(f"{IMAGES}.gz", lambda b: b[: len(b) // 2], True),
                     ("truncated or no gzip",)),
    "gz empty": ("mnist", mnist(f"{IMAGES}.gz", lambda b: b"", True), ("IDX",)),
    "gz with a byte flipped": ("mnist", mnist(
        f"{IMAGES}.gz", lambda b: b[:500] + bytes([b[500] ^ 255]) + b[501:], True), ("gz",)),
    "gz that swells": ("mnist", mnist(
        f"{IMAGES}.gz", lambda b: gzip.compress(bytes(2**27), 1), True), ("IDX",)),
    "mat missing": ("svhn", svhn(lambda _: None), ("test_32x32.mat is missing",)),
    "mat cut short": ("svhn", svhn(lambda b: b[:-9]), ("test_32x32.mat", "checksum")),
    "mat of text": ("svhn", svhn(lambda _: b"X: 3", False), ("not a whole SVHN file",)),
    "mat without images": ("svhn", svhn(lambda _: mat(y=np.ones(3)), False), ("not a whole",)),
    "mat of another shape": ("svhn", svhn(lambda _: mat(
        X=np.zeros((28, 28, 1, 3), np.uint8), y=np.ones(3, np.uint8)), False), ("(28, 28, 1, 3)",)),
    "mat with label 11": ("svhn", svhn(lambda _: mat(
        X=np.zeros((32, 32, 3, 3), np.uint8), y=np.array([1, 2, 11], np.uint8)), False),
        ("out of range",)),
    "mnist.npz of four classes": ("mnist", named("mnist"), ("0 to 9",)),
    "svhn.npz of eleven classes": ("svhn", named("svhn", n=44, classes=11), ("0 to 9",)),
    "a root without the files": ("mnist", lambda place: None, ("holds no mnist",)),
}  # fmt: skip


def damaged(change: Callable[[Path], object]) -> Callable[[Place], None]:
    """What the data step made."""
    return lambda place: change(place.dataset / "data.npz") and None


def rewritten(**changes: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with np.load(path) as file:
            arrays = {name: file[name] for name in file.files}
        for name, value in changes.items():
            arrays.pop(name)
            if value is not None:
                arrays[name] = value  # type: ignore[assignment]
        np.savez(path, **arrays)

    return change


MADE: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "is missing"),
    "empty": (lambda p: p.write_bytes(b""), "not a whole npz"),
    "cut short": (lambda p: p.write_bytes(p.read_bytes()[:5000]), "not a whole npz"),
    "of text": (lambda p: p.write_text("[1, 2]"), "not a whole npz"),
    "lacking an array": (rewritten(y_test=None), "lacks the array y_test"),
    "with other labels": (rewritten(y_test=np.zeros(100, int)), "not what its data.json"),
    "with other images": (rewritten(x_train=np.zeros((200, 1, 32, 32), np.uint8)), "not what"),
    "with objects": (rewritten(x_train=np.array([None])), "plain arrays"),
}

CASES = [
    *(Case(f"npz: {name}", "data letters --data-root {folder}", told, arrange)
      for name, (arrange, told) in NPZ.items()),
    *(Case(f"format: {name}", f"data {dataset} --data-root {{folder}}", told, arrange)
      for name, (dataset, arrange, told) in FORMATS.items()),
    *(Case(f"data.npz: {name}, {command.split()[0]}", command, ("data.npz", told), damaged(change),
           start="data")
      for name, (change, told) in MADE.items() for command in ("judge mnist", "train mnist cgan")),
    Case("root: not there", "data mnist --data-root {folder}/none", ("is no folder",)),
    Case("root: a file", "data mnist --data-root {profile}", ("is no folder",)),
    Case("root: no fallback", "pipeline --data-root {folder}", ("holds no mnist",)),
    Case("policy: the stand-in as real", "data svhn-rendered --data real", ("DATA=real refuses",)),
    Case("policy: one's own as embedded", "data letters --data embedded", ("Unknown dataset",)),
    Case("policy: unknown", "data mnist --data fake", ("--data",)),
    *(Case(f"policy: {name}, a folder of a profile", f"data {name} --data-root {{folder}}",
           ("Unknown dataset",), named(name)) for name in ("logs", "keys", "locks", "assets")),
    Case("policy: no network", "data mnist --data real", ("DATA=real", "DATA_ROOT"),
         lambda place: place.patch.setattr("experiments.data.download.reachable", lambda _: set())),
    Case("policy: one of two is missing", "data svhn-rendered letters --data embedded",
         ("Unknown dataset 'letters'",)),
]  # fmt: skip
