"""Where a model that samples comes from: a run, or a published file of weights."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from experiments import models, results
from experiments.profile import check_renamed
from experiments.runs import run as runs
from experiments.runs import weights
from experiments.runs.samples import sample_images
from experiments.support.errors import UserError, unknown
from experiments.support.records import Fields, wrong_field

if TYPE_CHECKING:
    from experiments.data import Dataset
    from experiments.models.backbone import Generative
    from experiments.profile import Profile
    from experiments.runs.run import Run
    from experiments.support.layout import Layout

FORMAT = 2
LARGE = 2**18
"""Weights of a matrix from which on eight bits each are enough: rounding averages out."""
SCALE = ".scale"  # ends the name of what the rows of such a matrix are multiplied by
ENDING = ".safetensors"
WANTED: Fields = {
    "format": int, "model": str, "family": str, "dataset": str, "channels": int, "classes": int,
    "proportions": list, "settings": dict, "conditional": bool,
}  # fmt: skip
"""The header of a published file, at least."""


@dataclass(frozen=True)
class Sampler:
    """A model in eval mode and what is known about it: the header of its published file."""

    model: "Generative"
    about: dict[str, Any]

    @property
    def name(self) -> str:
        return self.about["model"]

    @property
    def conditional(self) -> bool:
        return self.about["conditional"]

    @property
    def classes(self) -> int:
        return self.about["classes"]

    @property
    def proportions(self) -> np.ndarray:
        """Share [classes] of each class in the training split; sums to 1."""
        shares = np.array(self.about["proportions"], np.float64)
        return shares / shares.sum()

    def images(self, labels: np.ndarray, seed: int) -> np.ndarray:
        """uint8 [N, C, 32, 32] for labels [N]; an unconditional model takes no notice of them."""
        return sample_images(self.model, labels, seed)

    def of_noise(self, noise: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """uint8 [N, C, 32, 32] of given noise float32 [N, 64] and labels [N]."""
        from experiments.data.pixels import to_uint8

        return to_uint8(self.model.sample(torch.from_numpy(noise), torch.from_numpy(labels)))


def describe(run: "Run", data: "Dataset") -> dict[str, Any]:
    """The header of a run's weights."""
    shares = np.bincount(data.y_train, minlength=data.classes) / len(data.y_train)
    return {
        "format": FORMAT,
        "model": run.model,
        "family": run.family,
        "conditional": run.conditional,
        "dataset": run.dataset,
        "title": data.provenance["title"],
        "licence": data.provenance["licence"],
        "channels": data.channels,
        "classes": data.classes,
        "proportions": [round(float(share), 6) for share in shares],
        "settings": run.receipt["settings"],
        "run": run.name,
        "seed": run.seed,
        "images": run.receipt["images"],
    }


def from_run(
    layout: "Layout", dataset: str, model: str, seed: int = 0, variant: str = "default"
) -> Sampler:
    """The model of a finished run, in full precision. `UserError` when there is none."""
    from experiments.data import load

    receipt = layout.run_receipt(dataset, model, seed, variant)
    if not receipt.is_file():
        raise UserError(
            f"There is no finished run {dataset} {model} seed {seed} of the profile "
            f"{layout.profile}: train it first, or add --pretrained."
        )
    run = runs.Run.read(receipt.parent)
    if run.failed:
        raise UserError(f"The run {run.name} failed ({run.reason}): take another seed.")
    return Sampler(run.load(), describe(run, load(layout, dataset)))


def export_run(
    run: "Run", data: "Dataset", path: Path, chosen: str = "", profile: str = ""
) -> None:
    """Write what sampling needs, small; settings and origin in the header."""
    header = {**describe(run, data), "chosen": chosen, "profile": profile}
    weights.write_weights(path, pack(weights.sampling_state(run.load())), header)


def pack(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Large matrices [..., rows, columns] as integers of eight bits and a scale for each row:
    half the room of 16 bits."""
    packed = {}
    for name, value in state.items():
        if value.numel() < LARGE or not value.is_floating_point():
            packed[name] = value
            continue
        scale = (value.float().abs().amax(-1, keepdim=True) / 127).clamp_min(1e-12)
        packed[name] = (value.float() / scale).round().to(torch.int8)
        packed[name + SCALE] = scale
    return packed


def unpack(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What `pack` was given, but for rounding."""
    return {
        name: value * state[name + SCALE] if name + SCALE in state else value
        for name, value in state.items() if not name.endswith(SCALE)
    }  # fmt: skip


def load_pretrained(path: Path) -> Sampler:
    """Read a published model back. `UserError` for a file that is missing, cut short, of
    another kind, or that holds the weights of another model."""
    packed, about = _read(path)
    try:
        kind = models.load(about["model"]).settings_type
        check_renamed(kind, about["settings"], "Its header")
        # A training setting that the code no longer has is no reason to refuse weights that fit.
        known = kind.model_fields
        settings = {name: value for name, value in about["settings"].items() if name in known}
        model = weights.build(about["model"], about["channels"], about["classes"], settings)
    except UserError as error:
        raise UserError(f"{path} cannot be used: {error}") from None
    try:
        state = unpack(packed)
    except RuntimeError:  # scales of another shape
        state = {}
    needed = set(weights.sampling_state(model))
    if set(state) != needed:
        raise UserError(
            f"{path} holds the weights of another model: name the model it was made by."
        )
    return Sampler(weights.load_state(model, state, path), about)


def open_pretrained(assets: Path, dataset: str, model: str) -> Sampler:
    """``assets/models/<dataset>/<model>.safetensors``; a wrong name gets the nearest one."""
    folder = assets / "models"
    datasets = sorted(path.name for path in folder.glob("*/") if any(path.glob("*" + ENDING)))
    if not datasets:
        raise UserError(f"There are no pretrained models in {folder}: run `make experiments`.")
    if dataset not in datasets:
        raise unknown("pretrained dataset", dataset, datasets)
    there = sorted(path.stem for path in (folder / dataset).glob("*" + ENDING))
    if model not in there:
        raise unknown(f"pretrained model of {dataset}", model, there)
    sampler = load_pretrained(folder / dataset / (model + ENDING))
    if sampler.name != model:
        raise UserError(
            f"{folder / dataset / (model + ENDING)} holds the weights of another model, "
            f"{sampler.name}: put the file of {model} back."
        )
    return sampler


def export_pretrained(
    layout: "Layout", profile: "Profile", datasets: list[str], folder: Path
) -> list[Path]:
    """Write ``folder/<dataset>/<model>.safetensors``: the median seed of every model.

    A model that diverged with every seed has no file. Returns the files written.
    """
    from experiments.data import load

    written = []
    for dataset in datasets:
        data = load(layout, dataset)
        values = quality(layout, profile, dataset)
        for model in profile.models:
            made = runs.read_runs(layout, dataset, [model], profile.seeds)
            finished = [run for run in made if not run.failed]
            if finished:
                run, chosen = median_run(finished, values)
                path = folder / dataset / (model + ENDING)
                export_run(run, data, path, chosen, profile.name)
                written.append(path)
    return written


Quality = dict[tuple[str, str, int], float]


def quality(layout: "Layout", profile: "Profile", dataset: str) -> Quality:
    """The headline numbers that the studies found: ``{(metric, model, seed): value}``."""
    found = {}
    for study in profile.studies:
        table = results.read(layout.results(study, dataset))
        rows = table[(table["condition"] == "") & table["seed"].notna()]
        for row in rows.itertuples():
            found[row.metric, row.model, int(row.seed)] = float(row.value)
    return found


def median_run(finished: "list[Run]", values: Quality) -> "tuple[Run, str]":
    """The run of median quality, and by which number it was chosen.

    Conditional models by class accuracy, the others by Frechet distance; of an even number
    of runs the worse of the middle two. Without that number (its study was left out) the
    first run.
    """
    first = finished[0]
    metric = "class_accuracy" if first.conditional else "frechet"
    scored = {
        run.seed: (values[metric, run.model, run.seed], run)
        for run in finished
        if (metric, run.model, run.seed) in values
    }
    if not scored:
        return first, "the first seed"
    # From worst to best, so that the lower middle is the worse one.
    order = sorted(scored.values(), key=lambda pair: pair[0], reverse=metric == "frechet")
    seeds = ", ".join(str(seed) for seed in sorted(scored))
    return order[(len(order) - 1) // 2][1], f"median {metric.replace('_', ' ')} of seeds {seeds}"


def header(path: Path) -> dict[str, Any]:
    """What a published file says of itself, without building its model."""
    return _read(path)[1]


def _read(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Packed weights and a header that makes sense. Raises `UserError`."""
    packed, about = weights.read_weights(path)
    wrong = wrong_field(about, WANTED)
    if not wrong:
        shares = about["proportions"]
        fits = {
            "format": about["format"] == FORMAT,
            "channels": about["channels"] in (1, 3),
            "classes": about["classes"] == len(shares) > 0,
            "proportions": all(
                isinstance(share, float | int) and 0 <= share <= 1 for share in shares
            )
            and sum(shares) > 0,
        }
        wrong = next((f"{name!r} is wrong" for name, right in fits.items() if not right), "")
    if wrong:
        raise UserError(
            f"{path} is no pretrained model of this project ({wrong}): put the "
            "published file back, or run `make experiments`."
        )
    return packed, about
