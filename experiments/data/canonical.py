"""The canonical form: images uint8 [N, C, 32, 32] with C = 1 or 3, labels int64 [N].

MNIST's 28x28 is padded with zeros, so that its pixels stay exact. Any other size is
resized with PIL's antialiased bicubic filter until its longer side is 32, and centred;
the shorter side is filled by repeating the edge, which never adds a line of its own.
"""

import numpy as np

from experiments.support.errors import UserError

SIDE = 32


def canonicalise(
    images: np.ndarray, labels: np.ndarray, where: str = "the dataset"
) -> tuple[np.ndarray, np.ndarray]:
    """Bring one split into the canonical form.

    Args:
        images: uint8 [N, H, W], [N, H, W, 1 or 3] or [N, 1 or 3, H, W].
        labels: integers [N] or [N, 1], from 0.
        where: the file and split, for error messages.

    Raises:
        UserError: another type or shape, labels that are no integers, below 0, or not
            one per image.
    """
    images, labels = np.asarray(images), np.asarray(labels)
    if images.dtype != np.uint8:
        raise UserError(
            f"{where}: the images are {images.dtype}; store them as uint8 from 0 to 255."
        )
    images = _channels_first(images, where)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.shape != (len(images),):
        raise UserError(
            f"{where}: {len(images):,} images but labels of shape {labels.shape}; "
            "there has to be one label for each image."
        )
    if not (np.issubdtype(labels.dtype, np.integer) or _whole(labels)):
        raise UserError(f"{where}: the labels are {labels.dtype}; number the classes 0, 1, 2, ….")
    labels = labels.astype(np.int64)
    if labels.min() < 0:
        raise UserError(f"{where}: the label {labels.min()} is out of range; classes start at 0.")
    return _to_side(images), labels


def check_classes(y_train: np.ndarray, y_test: np.ndarray, where: str) -> int:
    """The number of classes K; every class 0..K-1 has to be in both splits.

    A gap would leave an untrained class in every conditional model, and a class without
    test images has no accuracy.
    """
    classes = int(max(y_train.max(), y_test.max())) + 1
    if len(np.union1d(y_train, y_test)) < 2:
        raise UserError(f"{where} holds one class only; at least two are needed.")
    for split, labels in (("training", y_train), ("test", y_test)):
        there = np.unique(labels)
        if len(there) < classes:
            gaps = np.flatnonzero(there != np.arange(len(there)))
            missing = gaps[0] if len(gaps) else len(there)
            raise UserError(
                f"{where}: labels out of range, they go up to {classes - 1} but no {split} image "
                f"is labelled {missing}; number the classes from 0 without gaps."
            )
    return classes


def subset(labels: np.ndarray, limit: int | None) -> np.ndarray:
    """Indices (ascending) of at most ``limit`` images that keep the proportions of classes.

    The choice within a class is random with a fixed seed: the same limit, the same images.
    Every class keeps at least one image.
    """
    if limit is None or limit >= len(labels):
        return np.arange(len(labels))
    classes, counts = np.unique(labels, return_counts=True)
    if limit < len(classes):
        raise UserError(f"A limit of {limit} images is too few for {len(classes)} classes.")
    # Largest remainders, after one image for each class.
    share = counts / counts.sum() * (limit - len(classes))
    keep = 1 + np.floor(share).astype(int)
    keep = np.minimum(keep, counts)
    for index in np.argsort(np.floor(share) - share, kind="stable").tolist() * len(classes):
        if keep.sum() == limit:
            break
        keep[index] += keep[index] < counts[index]
    random = np.random.default_rng([0, len(labels), limit])
    chosen = [
        random.choice(np.flatnonzero(labels == label), size=count, replace=False)
        for label, count in zip(classes, keep, strict=True)
    ]
    return np.sort(np.concatenate(chosen))


def _channels_first(images: np.ndarray, where: str) -> np.ndarray:
    if images.ndim == 3:
        images = images[:, None]
    elif images.ndim == 4 and images.shape[-1] in (1, 3):
        images = images.transpose(0, 3, 1, 2)
    if images.ndim != 4 or images.shape[1] not in (1, 3) or 0 in images.shape:
        raise UserError(
            f"{where}: images of shape {images.shape} will not do; "
            "use [N, H, W], [N, H, W, C] or [N, C, H, W] with C = 1 or 3."
        )
    return np.ascontiguousarray(images)


def _whole(labels: np.ndarray) -> bool:
    return bool(
        np.issubdtype(labels.dtype, np.floating)
        and np.isfinite(labels).all()
        and (labels == np.round(labels)).all()
    )


def _to_side(images: np.ndarray) -> np.ndarray:
    height, width = images.shape[2:]
    if (height, width) == (SIDE, SIDE):
        return images
    if images.shape[1:] == (1, 28, 28):
        return np.pad(images, ((0, 0), (0, 0), (2, 2), (2, 2)))
    from PIL import Image

    scale = SIDE / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    resized = np.stack([
        [np.asarray(Image.fromarray(plane).resize(size, Image.Resampling.BICUBIC))
         for plane in image]
        for image in images
    ])  # fmt: skip
    gaps = [(SIDE - side) for side in resized.shape[2:]]
    pads = [(gap // 2, gap - gap // 2) for gap in gaps]
    return np.pad(resized, ((0, 0), (0, 0), *pads), mode="edge")
