"""A Slurm of its own: one controller and one node on this machine, in one folder.

Configuration, key, sockets, state and logs lie in that folder and ports are whichever are free,
so that a cluster that this machine may belong to is neither used nor touched.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from getpass import getuser
from pathlib import Path
from shlex import quote

DAEMONS = ("munged", "slurmctld", "slurmd")
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"

# As little of the system as can be: no control groups, no accounting. The node claims more
# processors and memory than there may be, so that it is never what keeps jobs waiting.
CONFIGURATION = """\
ClusterName=tests
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
ReturnToService=2
KillWait=2
MinJobAge=3600
NodeName={host} NodeAddr=127.0.0.1 CPUs=16 RealMemory=64000
PartitionName=tests Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def missing() -> list[str]:
    """The programs that a cluster needs and this machine lacks."""
    return [name for name in DAEMONS if shutil.which(name, path=PATH) is None]


class Cluster:
    """``environment`` leads every command of Slurm, and Snakemake, to this cluster."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"SLURM_CONF": f"{folder}/slurm.conf", "PATH": f"{folder}/bin:{PATH}"}
        self.daemons: list[subprocess.Popen] = []

    def start(self) -> None:
        """Raises `AssertionError` with the logs when the node does not become idle."""
        for name in ("bin", "state", "spool"):
            (self.folder / name).mkdir()
        # Snakemake's plugin clears SLURM_CONF in a job, but calls srun there once more.
        srun = self.folder / "bin/srun"
        conf, real = self.environment["SLURM_CONF"], shutil.which("srun", path=PATH)
        srun.write_text(f'#!/bin/sh\nSLURM_CONF={quote(conf)} exec {real} "$@"\n')
        srun.chmod(0o700)
        key = self.folder / "munge.key"
        key.touch(0o600)
        key.write_bytes(secrets.token_bytes(128))
        # Nothing here uses control groups, but the node wants a plugin for them that can be loaded.
        version = self.ask("slurmd", "-V").split()[-1]
        none = "cgroup/v1" if version < "23.02" else "disabled"
        (self.folder / "cgroup.conf").write_text(f"CgroupPlugin={none}\n")
        (self.folder / "slurm.conf").write_text(
            CONFIGURATION.format(
                host=socket.gethostname().partition(".")[0], user=getuser(), folder=self.folder,
                ports=free_ports(2),
            )
        )  # fmt: skip
        self._daemon(
            "munged", "--foreground", "--force",
            *(f"--{name}={self.folder}/munge.{name.removesuffix('-file')}"
              for name in ("key-file", "socket", "pid-file", "log-file", "seed-file")),
        )  # fmt: skip
        self.wait(lambda: (self.folder / "munge.socket").exists())
        self._daemon("slurmctld", "-D", "-c")
        self._daemon("slurmd", "-D", "-c")
        self.wait(lambda: self.ask("sinfo", "--noheader", "--format=%T") == "idle")

    def _daemon(self, *words: str) -> None:
        with open(self.folder / f"{words[0]}.log", "w", encoding="utf-8") as log:
            self.daemons.append(
                subprocess.Popen(
                    words, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL,
                    stdout=log, stderr=log, start_new_session=True,
                )
            )  # fmt: skip

    def wait(self, happened: Callable[[], bool], seconds: float = 60) -> None:
        until = time.time() + seconds
        while not happened():
            assert all(daemon.poll() is None for daemon in self.daemons), self.logs()
            assert time.time() < until, self.logs()
            time.sleep(0.1)

    def logs(self) -> str:
        return "\n".join(
            f"{log.name}: {log.read_text(errors='replace')[-3000:]}"
            for log in sorted(self.folder.glob("*.log"))
        )

    def ask(self, *words: str) -> str:
        """What a command of Slurm answers; nothing while it cannot."""
        return subprocess.run(
            words, env={**os.environ, **self.environment}, capture_output=True, text=True,
            check=False,
        ).stdout.strip()  # fmt: skip

    def jobs(self, states: str = "PENDING,RUNNING", tell: str = "%k") -> list[str]:
        """One line for each job; the comment ``%k`` begins with the rule that it is for."""
        words = ["--noheader", f"--states={states}", f"--format={tell}"]
        return self.ask("squeue", *words).splitlines()

    def processes(self, command: str = "") -> list[int]:
        """All that lives by this cluster (daemons, jobs, whoever submits them), or those of them
        whose command line begins so."""
        mark = f"SLURM_CONF={self.environment['SLURM_CONF']}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                variables = (path / "environ").read_bytes().split(b"\0")
                if words.startswith(command) and mark in variables:
                    found.append(int(path.name))
        return found

    def stop(self) -> None:
        for wish in (signal.SIGTERM, signal.SIGKILL):
            until = time.time() + 5
            while (living := self.processes()) and time.time() < until:
                for process in living:
                    with suppress(ProcessLookupError):
                        os.kill(process, wish)
                for daemon in self.daemons:
                    daemon.poll()
                time.sleep(0.2)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster that is idle at first, and gone afterwards with all that ran on it."""
    made = Cluster(folder)
    try:
        made.start()
        yield made
    finally:
        made.stop()


def free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        return [
            stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
            for _ in range(number)
        ]
