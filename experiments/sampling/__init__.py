"""Use trained models: labelled images to a file, holes filled in, a number to a picture,
weights to publish.

Needs torch, so that the commands import it when they run and not before.
"""

from experiments.sampling.files import sample_to_file
from experiments.sampling.filling import Images, check_fill, fill_to_file, read_images
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
    "Images", "Sampler", "check_fill", "export_pretrained", "export_run", "fill_to_file",
    "from_run", "load_pretrained", "open_pretrained", "read_images", "sample_to_file",
    "write_number",
]  # fmt: skip
