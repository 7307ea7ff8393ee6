"""Where pixels come from, and the proof of it.

``prepare`` resolves each dataset that was asked for to a source (a data root, a download
or the embedded default) and writes it in one canonical form; ``load`` reads that form.
"""

from experiments.data.dataset import Dataset, load
from experiments.data.sources import prepare

__all__ = ["Dataset", "load", "prepare"]
