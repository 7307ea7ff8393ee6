"""The kinds of step there are: the one table that the plan, the Snakefile and the commands read.

A new kind is one entry here, a function in `plan` that says what such a step reads, and its
command. Everything is a pattern over the same wildcards, so that a file tells which command
made it, and a command which file it makes.
"""

from dataclasses import dataclass
from typing import Any

RUN = "{dataset}/{model}/{variant}/seed-{seed}"
STUDY = "studies/{study}/{dataset}"


@dataclass(frozen=True)
class Kind:
    """``command`` of `python -m experiments` with its arguments, and the receipt that it writes
    last, below `runs/<profile>`.

    Of what can start, the highest ``priority`` does. ``device``: it takes ``--device``;
    ``narrowed``: also ``--models`` and ``--seeds``.
    """

    name: str
    command: str
    receipt: str
    priority: int = 0
    device: bool = False
    narrowed: bool = False


OF_RUN = "{dataset} {model} --seed {seed}{settings}"
READER = "{source}-real-{real}-ratio-{ratio}-seed-{seed}"

KINDS = {
    kind.name: kind
    for kind in (
        Kind("judge", "judge {dataset}", "{dataset}/judge/judge.json", 90),
        Kind("real", "readings {dataset}", "{dataset}/real/readings.json", 60),
        Kind("train", f"train {OF_RUN}", f"{RUN}/run.json", 50, device=True),
        Kind("samples", f"samples {OF_RUN}", f"{RUN}/samples.json", 70, device=True),
        Kind("readings", f"readings {OF_RUN}", f"{RUN}/readings.json", 70, device=True),
        Kind("reader", "reader {dataset} {source} --real {real} --ratio {ratio} --seed {seed}",
             f"{{dataset}}/readers/{READER}/reader.json", 80, device=True),
        Kind("measure", "measure {study} {dataset}", f"{STUDY}/measured/measure.json", 20,
             device=True, narrowed=True),
        Kind("draw", "draw {study} {dataset}", f"{STUDY}/figures/draw.json", 10,
             device=True, narrowed=True),
    )
}  # fmt: skip


def words(kind: str, wildcards: dict[str, Any]) -> list[str]:
    """The command of one step: ``["train", "mnist", "cgan", "--seed", "0"]``."""
    variant = str(wildcards.get("variant", "default"))
    pairs = [] if variant == "default" else variant.split(",")
    settings = "".join(f" --set {pair}" for pair in pairs)
    return KINDS[kind].command.format(**wildcards, settings=settings).split()
