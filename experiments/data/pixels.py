"""The one place where stored pixels and the numbers inside models meet."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


def to_float(images: "np.ndarray | torch.Tensor") -> "torch.Tensor":
    """uint8 pixels 0..255 -> float32 in [-1, 1], same shape (and device, for a tensor)."""
    import torch

    return torch.as_tensor(images).float() / 127.5 - 1


def to_uint8(images: "torch.Tensor") -> np.ndarray:
    """Float in [-1, 1] -> uint8 0..255, rounded; values outside the range are clamped."""
    import torch

    pixels = ((images.detach().float() + 1) * 127.5).round().clamp(0, 255)
    return pixels.to(torch.uint8).cpu().numpy()
