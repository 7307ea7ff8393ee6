"""Which pages there are, and where the project lies."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "index", "models", "samples", "training", "fidelity", "recognition", "components",
    "inpainting", "table", "data",
    "method", "reproduce",
]  # fmt: skip
