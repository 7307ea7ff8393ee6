"""From the layers of a trace to what is drawn: networks, each a row of blocks.

A block is a layer that mixes its inputs (a convolution, a linear layer, a bare weight).
What only rescales or bends its output (a normalisation, an activation) belongs to it, and
so does the embedding of a digit that is added to it.
"""

import re
from collections.abc import Iterable, Iterator

from torch import nn

from experiments.figures.network import Block, Network
from experiments.models.backbone import Generative
from experiments.studies.models.trace import DIGIT, NORMS, Layer, Trace, is_norm, trace

NAMES = {
    "decoder": "Decoder", "discriminator": "Discriminator", "critic": "Critic",
    "encoder": "Encoder",
}  # fmt: skip


def networks(model: Generative, channels: int, classes: int) -> list[Network]:
    """The networks of a fresh model in the order in which it defines them, and, if it has
    weights outside of them, one row for these. The model is of no use afterwards."""
    watched = trace(model, channels, classes)
    roots = merge_heads(watched.layers.values(), [name for name, _ in model.named_children()])
    found, counted = [], set[int]()
    for members in roots:
        modules = [model.get_submodule(name) for name in members]
        weights = {id(w): w.numel() for module in modules for w in module.parameters()}
        own = {key: number for key, number in weights.items() if key not in counted}
        counted |= set(own)
        layers = [each for each in watched.layers.values() if each.path.split(".")[0] in members]
        blocks = assemble(layers, watched)
        if blocks:
            title = network_title(members[0], model.family)
            found.append(Network(title, sum(own.values()), "decoder" in members, blocks))
    rest = [
        Block(name, "weight", tuple(weight.shape), weight.numel(), bare=True)
        for name, weight in model.named_parameters(recurse=False)
    ]
    if rest:
        found.append(Network("Outside the networks", sum(b.weights for b in rest), False, rest))
    return found


def network_title(root: str, family: str) -> str:
    if root == "decoder" and family == "gan":
        return "Generator"
    return NAMES.get(root, root.replace("_", " ").capitalize())


def merge_heads(layers: Iterable[Layer], roots: list[str]) -> list[list[str]]:
    """Networks by name; a single layer that takes in the output of one network joins it."""
    groups = {root: [root] for root in roots}
    for layer in layers:
        before = {source.split(".")[0] for source in layer.sources} & set(groups) - {layer.path}
        if layer.path in groups and len(before) == 1:
            groups[before.pop()] += groups.pop(layer.path)
    return list(groups.values())


def assemble(layers: list[Layer], watched: Trace) -> list[Block]:
    """The blocks of one network, each with its column: one more than that of its parents."""
    blocks: list[Block] = []
    home: dict[str, int] = {}
    waiting: dict[str, Layer] = {}  # embeddings of the digit, until something takes them in
    # Tables of weights with an entry per digit, of which one was seen to be chosen by it.
    tables = {each.weight[0] for each in layers if each.weight and DIGIT in each.sources}
    for layer in layers:
        if isinstance(layer.module, nn.Embedding) and layer.sources <= {DIGIT}:
            waiting[layer.path] = layer
            continue
        before = {home[source] for source in layer.sources if source in home}
        if before and not mixes(layer):
            here = max(before)
            block = blocks[here]
            block.notes.append(describe(layer))
            block.weights += count(layer)
            if len(layer.shape) >= len(block.shape):
                block.shape = layer.shape
        else:
            here = len(blocks)
            block = Block(layer.path, describe(layer), layer.shape, count(layer),
                          bare=layer.module is None)  # fmt: skip
            blocks.append(block)
        home[layer.path] = here
        block.parents |= before - {here}
        block.inputs |= {source for source in layer.sources if "." not in source} - set(home)
        if layer.weight and layer.weight[0] in tables:
            block.inputs.add(DIGIT)
        block.notes += [each for each in layer.activations if each not in block.notes]
        for path in layer.sources & set(waiting):
            taken = waiting.pop(path)
            block.weights += count(taken)
            block.inputs |= taken.sources
    for layer in waiting.values():
        blocks.append(Block(layer.path, describe(layer), layer.shape, count(layer),
                            inputs=set(layer.sources)))  # fmt: skip
    for block in blocks:
        block.column = 1 + max((blocks[parent].column for parent in block.parents), default=-1)
    fed = {parent for block in blocks for parent in block.parents}
    for path, here in home.items():
        if path in watched.chosen and here not in fed:
            blocks[here].inputs.add(DIGIT)
    return blocks


def count(layer: Layer) -> int:
    if layer.module is None:
        number = 1
        for side in layer.weight:
            number *= side
        return number
    return sum(weight.numel() for weight in layer.module.parameters())


def mixes(layer: Layer) -> bool:
    """Whether a layer makes new features of its inputs: it has a matrix and is no normalisation."""
    if layer.module is None:
        return True
    matrix = any(weight.dim() > 1 for weight in layer.module.parameters())
    return matrix and not is_norm(layer.module)


def describe(layer: Layer) -> str:
    """A layer in few words: ``conv 4×4 ↓2`` halves the sides, ``↑2`` doubles them."""
    module = layer.module
    if module is None:
        return " × ".join(f"{side:,}" for side in layer.weight)
    if isinstance(module, nn.modules.conv._ConvNd):
        kernel = "×".join(map(str, module.kernel_size))
        arrow = "↑" if module.transposed else "↓"
        stride = f" {arrow}{module.stride[0]}" if module.stride[0] > 1 else ""
        return f"conv {kernel}{stride}"
    if is_norm(module):
        kind = next(part for part in parts_of(module) if type(part).__module__.endswith(NORMS))
        one_group = isinstance(kind, nn.GroupNorm) and kind.num_groups == 1
        plain = "layer norm" if one_group else words(kind)
        return f"{plain} by digit" if DIGIT in layer.sources else plain
    activation = {"ReLU": "ReLU", "LeakyReLU": "leaky ReLU", "ELU": "ELU", "GELU": "GELU",
                  "SiLU": "SiLU"}  # fmt: skip
    return activation.get(type(module).__name__, words(module))


def parts_of(module: nn.Module) -> Iterator[nn.Module]:
    return (part for part in module.modules() if not any(part.children()))


def words(module: nn.Module) -> str:
    """``BatchNorm2d`` -> ``batch norm``."""
    name = re.sub(r"(\d+d)?$", "", type(module).__name__)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
