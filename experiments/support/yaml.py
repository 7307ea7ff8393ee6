"""YAML as people write it in a profile or after `--set`, without its traps.

A key that stands twice is refused, and so are anchors that let a page of text stand for a
gigabyte, or for itself. ``1e-4`` is a number, as everywhere but in YAML 1.1.
"""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from experiments.support.errors import UserError, shorten

LARGEST = 2**16
"""Bytes of a file: the published profile has 3,000, and a parser takes a second for these."""


class Loader(yaml.SafeLoader):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.sizes: dict[int, int] = {}  # of each node: the nodes that it stands for

    def compose_node(self, parent: Any, index: Any) -> Any:
        alias = self.check_event(yaml.AliasEvent)
        node: Any = super().compose_node(parent, index)
        if alias and id(node) not in self.sizes:
            raise yaml.YAMLError("an anchor contains itself")
        if not alias:
            parts = [] if isinstance(node, yaml.ScalarNode) else node.value
            if isinstance(node, yaml.MappingNode):
                parts = [part for pair in parts for part in pair]
            self.sizes[id(node)] = 1 + sum(self.sizes[id(part)] for part in parts)
        if self.sizes[id(node)] > LARGEST:
            raise yaml.YAMLError("its anchors stand for more than a profile can hold")
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        names = Counter(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))
        for name, count in names.items():
            if count > 1:
                raise yaml.YAMLError(f"{shorten(name)!r} is there twice")
        return super().construct_mapping(node, deep)

    def construct_power(self, node: Any) -> float:
        """``3e5`` is a whole number, so that it can be a number of images."""
        value = float(node.value)
        return int(value) if value.is_integer() else value


POWER = "tag:power"
Loader.add_implicit_resolver(
    POWER, re.compile(r"[-+]?\d+(\.\d*)?[eE][-+]?\d+$"), list("-+0123456789")
)
Loader.yaml_implicit_resolvers = {
    first: sorted(pairs, key=lambda pair: pair[0] != POWER)  # before YAML's own numbers
    for first, pairs in Loader.yaml_implicit_resolvers.items()
}
Loader.add_constructor(POWER, Loader.construct_power)


def parse(text: str) -> Any:
    """The content of a YAML text. Raises `ValueError`, in a few words, for any other text."""
    try:
        return yaml.load(text, Loader)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise ValueError(line + shorten(str(error.problem))) from None
    except (yaml.YAMLError, ValueError, OverflowError, AttributeError, TypeError) as error:
        raise ValueError(shorten(str(error).splitlines()[0])) from None


def read(path: Path, kind: str) -> Any:
    """The content of a YAML file. Raises `UserError`, which names it a ``kind``."""
    try:
        with open(path, "rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError("it is larger than 64 KB")
        return parse(content.decode("utf-8"))
    except FileNotFoundError:
        raise UserError(f"There is no {kind} {path}: name one that is there.") from None
    except OSError as error:
        where = shorten(str(path))
        raise UserError(f"The {kind} {where} cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise UserError(f"The {kind} {path} is no text in UTF-8: save it as such.") from None
    except ValueError as error:
        raise UserError(f"The {kind} {path} is not valid YAML ({error}): mend it.") from None
