"""The architecture of a model, read from the module itself: networks, blocks, weights."""

from experiments.figures.network.blocks import Block, Network, networks

__all__ = ["Block", "Network", "networks"]
