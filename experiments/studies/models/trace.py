"""Which layers a model has, in what order and fed by what, learnt by watching it work.

Every function that touches a tensor is watched while the model samples and makes one
training step; each tensor remembers which layers, or which inputs of the model, it was
made from. Nothing is known of any model beforehand, so one's own is drawn as well.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from experiments.models.backbone import Generative

IMAGE, NOISE, DIGIT = "image", "noise", "digit"
"""What enters a model: tensors made from an input carry its name among their sources."""

BATCH = 8  # images of the step: enough for batch norm, and for a critic that splits them
WEIGHT = "weight:"  # source of a tensor that is a bare weight and no layer's output

ACTIVATIONS = {
    "relu": "ReLU", "leaky_relu": "leaky ReLU", "elu": "ELU", "gelu": "GELU", "silu": "SiLU",
    "selu": "SELU", "softplus": "softplus", "tanh": "tanh", "sigmoid": "sigmoid",
    "softmax": "softmax",
}  # fmt: skip
NORMS = ("batchnorm", "instancenorm", "normalization")  # modules of torch.nn.modules
PASSIVE = (nn.Identity, nn.Flatten, nn.Unflatten)  # they leave the numbers as they are
CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)

Sources = frozenset[str]


@dataclass
class Layer:
    """One layer as it was first called: ``shape`` of its output for one image, and where its
    input came from. ``module`` is None for a bare weight, which has ``weight`` alone."""

    path: str
    module: nn.Module | None
    sources: Sources
    shape: tuple[int, ...]
    weight: tuple[int, ...] = ()
    activations: list[str] = field(default_factory=list)


def is_norm(module: nn.Module) -> bool:
    """A normalisation, or a module that holds one and computes nothing else of its own."""
    if not any(module.children()):
        return type(module).__module__.rpartition(".")[2] in NORMS
    parts = [part for part in module.modules() if not any(part.children())]
    return any(map(is_norm, parts)) and all(
        is_norm(part) or isinstance(part, nn.Embedding) for part in parts
    )


def layers_of(module: nn.Module, path: str) -> Iterator[tuple[str, nn.Module]]:
    """The modules that count as one layer: torch's own, normalisations, and whatever has
    neither parts nor bare weights."""
    container = isinstance(module, CONTAINERS)
    built_in = type(module).__module__.startswith("torch.nn")
    empty = not any(module.children()) and not list(module.parameters())
    if not container and (built_in or is_norm(module) or empty):
        yield path, module
        return
    for name, part in module.named_children():
        yield from layers_of(part, f"{path}.{name}")


def tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, dict):
        yield from tensors(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from tensors(each)


class Trace(TorchFunctionMode):
    """``layers`` by path in the order of their first call, once `trace` has filled it.

    ``chosen``: layers among whose outputs the digit picks one, inside a network.
    """

    def __init__(self, model: Generative) -> None:
        super().__init__()
        self.layers: dict[str, Layer] = {}
        self.chosen: set[str] = set()
        self.within_layer = self.within_network = 0
        # Tensors are kept, so that no other one takes over an id.
        self.known: dict[int, tuple[Tensor, Sources]] = {}
        modules: dict[str, nn.Module] = {}
        for name, network in model.named_children():
            modules.update(layers_of(network, name))
            network.register_forward_pre_hook(self.enter_network)
            network.register_forward_hook(self.leave_network)
        for path, module in modules.items():
            module.register_forward_pre_hook(self.enter_layer)
            module.register_forward_hook(self.leave_layer(path), with_kwargs=True)
        owned = {id(weight) for module in modules.values() for weight in module.parameters()}
        for path, weight in model.named_parameters():
            if id(weight) not in owned:
                self.mark(weight, {WEIGHT + path})

    def mark(self, value: Any, sources: Iterable[str]) -> None:
        for tensor in tensors(value):
            self.known[id(tensor)] = tensor, frozenset(sources)

    def sources(self, value: Any) -> Sources:
        found = (self.known.get(id(tensor), (None, frozenset()))[1] for tensor in tensors(value))
        return frozenset().union(*found)

    def enter_network(self, *_: Any) -> None:
        self.within_network += 1

    def leave_network(self, *_: Any) -> None:
        self.within_network -= 1

    def enter_layer(self, *_: Any) -> None:
        self.within_layer += 1

    def leave_layer(self, path: str) -> Callable[..., None]:
        def leave(module: nn.Module, args: Any, kwargs: Any, result: Any) -> None:
            self.within_layer -= 1
            sources = self.sources([args, kwargs])
            if isinstance(module, PASSIVE):
                self.mark(result, sources)
            else:
                self.record(Layer(path, module, sources, shape_of(result)))
                self.mark(result, {path})

        return leave

    def record(self, layer: Layer) -> None:
        """The first call counts, but for one whose input was a constant."""
        known = self.layers.setdefault(layer.path, layer)
        known.sources = known.sources or layer.sources

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        name = getattr(func, "__name__", "")
        if self.within_layer:
            return result
        if name in ("randn", "randn_like"):
            self.mark(result, {NOISE})
        elif name == "__setitem__":
            self.mark(args[0], self.sources([args, kwargs]))
        elif not name.endswith("_like") and not name.startswith("new_"):
            self.follow(name, self.sources([args, kwargs]), args, result)
        return result

    def follow(self, name: str, sources: Sources, args: Any, result: Any) -> None:
        """Hand the sources of a function's arguments on to its result."""
        weights = {source for source in sources if source.startswith(WEIGHT)}
        others = sources - weights
        if weights and others:  # a bare weight meets data: that is a layer of its own
            paths = [weight.removeprefix(WEIGHT) for weight in sorted(weights)]
            for path, weight in zip(paths, sorted(weights), strict=True):
                shape = next(t.shape for t, of in self.known.values() if of == {weight})
                self.record(Layer(path, None, others, shape_of(result), tuple(shape)))
            self.mark(result, paths)
            return
        if sources:
            self.mark(result, sources)
        if not self.within_network:
            return
        made_by = [path for path in self.layers if path in sources]
        if name in ACTIVATIONS and made_by:
            seen = self.layers[made_by[-1]].activations
            if ACTIVATIONS[name] not in seen:
                seen.append(ACTIVATIONS[name])
        given = [self.sources(argument) for argument in args]
        if {DIGIT} in given:
            self.chosen |= frozenset().union(*given) & set(self.layers)


def shape_of(result: Any) -> tuple[int, ...]:
    """The shape of one image's part of a layer's output."""
    return tuple(next(tensors(result)).shape[1:])


def trace(model: Generative, channels: int, classes: int) -> Trace:
    """Watch a fresh model sample and, unless it has a closed form, make one step.

    Random images: only shapes and ways are of interest. The model is of no use afterwards.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        images = torch.rand(BATCH, channels, 32, 32) * 2 - 1
        noise = torch.randn(BATCH, model.latent_dim)
        labels = torch.arange(BATCH) % classes
        watch = Trace(model)
        for tensor, source in ((images, IMAGE), (noise, NOISE), (labels, DIGIT)):
            watch.mark(tensor, {source})
        with watch:
            with torch.no_grad():
                model.decoder(noise, labels)
            if not hasattr(model, "fit"):
                model.step(images, labels)
    return watch
