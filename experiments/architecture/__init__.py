"""The architecture of a model, read from the module itself: networks, blocks, weights."""

from experiments.architecture.blocks import Block, Network, networks

__all__ = ["Block", "Network", "networks"]
