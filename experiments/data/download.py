"""torchvision's own downloads, behind one question that is answered within seconds."""

import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path

from experiments import files
from experiments.errors import UserError

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0


def reachable(urls: dict[str, str]) -> set[str]:
    """The names whose URL answers; all are asked at once, and nobody waits over 5 s."""
    answered: set[str] = set()

    def ask(name: str, url: str) -> None:
        request = urllib.request.Request(url, method="HEAD")
        try:
            urllib.request.urlopen(request, timeout=CONNECT_SECONDS).close()
        except (OSError, ValueError):
            return
        answered.add(name)

    # Threads, since a name server that does not answer blocks longer than any time-out.
    threads = [threading.Thread(target=ask, args=item, daemon=True) for item in urls.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(CONNECT_SECONDS)
    return set(answered)


def url(dataset: str) -> str:
    """The address that is asked first for ``mnist`` or ``svhn``."""
    from torchvision.datasets import MNIST, SVHN

    if dataset == "mnist":
        return MNIST.mirrors[0] + MNIST.resources[0][0]
    return SVHN.split_list["train"][0]


def fetch(dataset: str, folder: Path) -> None:
    """Download ``mnist`` or ``svhn`` into ``folder`` in torchvision's layout, md5-checked.

    Whole files that are already there stay. Raises `UserError` when the download fails.
    """
    from torchvision.datasets import MNIST, SVHN

    busy = f"Another process is downloading into {folder}: wait for it, then run this again."
    before = socket.getdefaulttimeout()
    with files.lock(folder / ".lock", busy):
        socket.setdefaulttimeout(READ_SECONDS)
        try:
            if dataset == "mnist":
                MNIST(folder, download=True)
            else:
                SVHN(folder, "train", download=True)
                SVHN(folder, "test", download=True)
        except urllib.error.URLError as error:
            raise _failed(dataset, error) from error
        except OSError as error:
            if error.errno is None or isinstance(error, TimeoutError | ConnectionError):
                raise _failed(dataset, error) from error
            raise files.explain(error, folder) from error
        except RuntimeError as error:
            raise _failed(dataset, error) from error
        finally:
            socket.setdefaulttimeout(before)


def _failed(dataset: str, error: Exception) -> UserError:
    reason = " ".join(str(error).split())[:200]
    return UserError(f"The download of {dataset} failed ({reason}): try again or set DATA_ROOT.")
