"""torchvision's own downloads, behind one question that is answered within seconds."""

import socket
import threading
import urllib.request
from pathlib import Path
from urllib.error import URLError

from experiments.support import files
from experiments.support.errors import UserError

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0

FIRST_URL = {
    "mnist": "https://ossci-datasets.s3.amazonaws.com/mnist/train-images-idx3-ubyte.gz",
    "svhn": "http://ufldl.stanford.edu/housenumbers/train_32x32.mat",
}
"""What torchvision asks for first, repeated here since importing it takes seconds."""


def reachable(datasets: list[str]) -> set[str]:
    """Those whose first URL answers; all are asked at once, and nobody waits over 5 s."""
    answered: set[str] = set()

    def ask(name: str) -> None:
        request = urllib.request.Request(FIRST_URL[name], method="HEAD")
        try:
            urllib.request.urlopen(request, timeout=CONNECT_SECONDS).close()
        except (OSError, ValueError):
            return
        answered.add(name)

    # Threads, since a name server that does not answer blocks longer than any time-out.
    threads = [threading.Thread(target=ask, args=(name,), daemon=True) for name in datasets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(CONNECT_SECONDS)
    return set(answered)


def fetch(dataset: str, folder: Path) -> None:
    """Download ``mnist`` or ``svhn`` into ``folder`` in torchvision's layout, md5-checked.

    The files appear there when all of them are whole; what an interrupted download left in
    ``.part`` is used again. Raises `UserError` when the download fails.
    """
    busy = f"Another process is downloading into {folder}: wait for it, then run this again."
    before = socket.getdefaulttimeout()
    with files.lock(folder / ".lock", busy):
        socket.setdefaulttimeout(READ_SECONDS)
        try:
            _fetch(dataset, folder / ".part", folder)
        except (RuntimeError, EOFError, URLError, TimeoutError, ConnectionError) as error:
            reason = " ".join(str(error).split())[:200]
            raise UserError(
                f"The download of {dataset} failed ({reason}): try again or set DATA_ROOT."
            ) from error
        except OSError as error:
            raise files.explain(error, folder) from error
        finally:
            socket.setdefaulttimeout(before)


def _fetch(dataset: str, part: Path, folder: Path) -> None:
    from torchvision.datasets import MNIST, SVHN

    if dataset == "mnist":
        MNIST(part, download=True)
        done = ["MNIST"]
    else:
        done = [SVHN.split_list[split][1] for split in ("train", "test")]
        for split in ("train", "test"):
            SVHN(part, split, download=True)
    for name in done:
        (part / name).rename(folder / name)
