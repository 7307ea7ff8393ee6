"""What the drawing of an architecture is made from: networks, each a row of blocks.

They are read from a module at work by the study `models`, and kept as a table in between.
"""

from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass
class Block:
    """One layer with what belongs to it. ``shape`` is that of one image's output, ``weights``
    counts all of the block's; ``notes`` name normalisations and activations. ``inputs`` of the
    model that enter here; ``parents`` are positions in the list of blocks of the network.
    ``bare``: a weight that belongs to no layer of torch's."""

    path: str
    kind: str
    shape: tuple[int, ...]
    weights: int
    notes: list[str] = field(default_factory=list)
    inputs: set[str] = field(default_factory=set)
    parents: set[int] = field(default_factory=set)
    column: int = 0
    bare: bool = False

    @property
    def name(self) -> str:
        """What the module itself calls the layer; numbers are no name."""
        last = self.path.rpartition(".")[2]
        return "" if last.isdecimal() else last.replace("_", " ")

    @property
    def part(self) -> str:
        """The named part of the network in which the layer lies, such as a view of the image."""
        inner = [word for word in self.path.split(".")[1:-1] if not word.isdecimal()]
        return inner[0].replace("_", " ") if inner else ""


@dataclass
class Network:
    """A row of the drawing. ``sampling``: whether an image can be drawn without it."""

    title: str
    weights: int
    sampling: bool
    blocks: list[Block]

    @property
    def heads(self) -> list[Block]:
        """The blocks whose output no other block takes in."""
        fed = {parent for block in self.blocks for parent in block.parents}
        return [block for place, block in enumerate(self.blocks) if place not in fed]


TOLD = ["network", "for_sampling", "layer", "kind", "then", "shape", "weights", "enters"]
"""The columns that mean something to a reader; the others say how blocks hang together."""


def to_frame(networks: list[Network]) -> pd.DataFrame:
    """One line per block."""
    return pd.DataFrame(
        [
            {
                "network": network.title, "for_sampling": network.sampling, "layer": block.path,
                "kind": block.kind, "then": ", ".join(block.notes),
                "shape": "x".join(map(str, block.shape)), "weights": block.weights,
                "enters": ", ".join(sorted(block.inputs)),
                "parents": " ".join(map(str, sorted(block.parents))), "column": block.column,
                "bare": block.bare, "row": row, "weights_of_row": network.weights,
            }
            for row, network in enumerate(networks)
            for block in network.blocks
        ]
    )  # fmt: skip


def from_frame(frame: pd.DataFrame) -> list[Network]:
    """The networks of which `to_frame` made a table."""
    return [
        Network(
            str(first.network), int(first.weights_of_row), bool(first.for_sampling),
            [block_of(line) for line in lines.itertuples()],
        )
        for _, lines in frame.groupby("row")
        for first in lines.head(1).itertuples()
    ]  # fmt: skip


def block_of(line: Any) -> Block:
    return Block(
        line.layer, line.kind, tuple(int(side) for side in line.shape.split("x") if side),
        int(line.weights), [note for note in line.then.split(", ") if note],
        {kind for kind in line.enters.split(", ") if kind},
        {int(parent) for parent in line.parents.split()}, int(line.column), bool(line.bare),
    )  # fmt: skip
