"""Use trained models: labelled images to a file, a number to a picture, weights to publish.

Needs torch, so that the commands import it when they run and not before.
"""

from experiments.sampling.files import sample_to_file
from experiments.sampling.number import write_number
from experiments.sampling.source import (
    Sampler,
    export_pretrained,
    export_run,
    from_run,
    load_pretrained,
    open_pretrained,
)

__all__ = [
    "Sampler", "export_pretrained", "export_run", "from_run", "load_pretrained",
    "open_pretrained", "sample_to_file", "write_number",
]  # fmt: skip
