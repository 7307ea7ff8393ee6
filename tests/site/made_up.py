"""Small made-up assets: what a pipeline leaves behind, with numbers that a test can predict."""

import csv
import itertools
import json
from pathlib import Path
from statistics import mean
from typing import Any

COLUMNS = [
    "study", "dataset", "model", "seed", "condition", "metric",
    "value", "unit", "n", "direction", "run",
]  # fmt: skip

# metric: (study, direction, value of a VAE, value of a GAN, value of real images)
NUMBERS: dict[str, tuple[str, str, float, float, float | None]] = {
    "class_accuracy": ("recognition", "higher", 0.90, 0.99, 0.995),
    "coverage": ("fidelity", "higher", 0.50, 0.80, 0.90),
    "manifold_precision": ("fidelity", "higher", 0.60, 0.85, 0.90),
    "manifold_recall": ("fidelity", "higher", 0.55, 0.82, 0.90),
    "frechet": ("fidelity", "lower", 9.0, 2.0, 0.5),
    "sharpness": ("fidelity", "real", 0.40, 0.95, 1.0),
    "diversity": ("fidelity", "real", 8.0, 11.0, 12.0),
    "memorisation": ("samples", "real", 0.01, 0.04, 0.05),
    "training_seconds": ("training", "lower", 60.0, 150.0, None),
    "training_images": ("training", "lower", 1000.0, 1000.0, None),
    "images_per_second": ("training", "higher", 2000.0, 900.0, None),
    "seconds_to_class_accuracy_0.93": ("training", "lower", 80.0, 30.0, None),
}


def words(
    label: str, form: str, more: str, brief: str = "", smaller: bool = False
) -> dict[str, str]:
    """What `metrics.json` says of a metric."""
    return {
        "label": label,
        "form": form,
        "brief": brief,
        "leads": f"the {{a}} is {more} than the {{b}}",
        "alike": f"the {{a}} and the {{b}} are about equally {more.removeprefix('more ')}",
        "smaller": smaller,
    }


WORDS = {
    "class_accuracy": words(
        "Read as the digit asked for", "share", "more readable", "Read as asked"
    ),
    "coverage": words("Coverage of real images", "share", "more covering", "Coverage"),
    "manifold_recall": words(
        "Recall: real images among generated", "share", "more varied", "Recall"
    ),
    "frechet": words(
        "Fréchet distance to real images", "figures", "nearer", "Fréchet distance", True
    ),
    "sharpness": words("Sharpness (test images = 1)", "decimals", "sharper", "Sharpness"),
    "training_seconds": words("Training time", "seconds", "quicker", "", True),
    "images_per_second": words("Training speed", "rate", "faster", "Images a second"),
    "seconds_to_class_accuracy_0.93": words(
        "Time to 93 % class accuracy", "seconds", "sooner", "", True
    ),
}
"""The other metrics have no words, as those of a study of one's own may have none."""
CLAIMS: list[dict[str, Any]] = []
NAMES = {"cvae-plain": "CVAE-plain", "gan-minimax": "GAN minimax", "vaegan": "VAE-GAN"}
MODELS = (
    "ppca", "vae", "cvae-plain", "cvae", "gan", "gan-minimax", "dcgan", "wgan-gp", "cgan",
    "cwgan-gp", "acgan", "ccgan", "vaegan",
)  # fmt: skip
PAIRED = ("vae", "cvae", "dcgan", "cgan")
FAILED = "wgan-gp"
STRANGER = "my-flow"  # a model of one's own, of which the page knows nothing
FAMILIES = {"ppca": "linear", "vaegan": "hybrid"}  # the others' follow from their names
CONDITIONAL = ("ppca", "cvae", "cgan", "cwgan", "acgan", "ccgan", "vaegan", STRANGER)
TITLES = {"mnist": "MNIST: 600 training and 100 test digits", "svhn": "SVHN: crops"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="46" height="30"><path d="M0 0h9v9z"/></svg>'

last = Path()  # the folder written last


def write(
    folder: Path,
    profile: str = "paper",
    datasets: tuple[str, ...] = ("mnist", "svhn"),
    models: tuple[str, ...] = (*MODELS, STRANGER),
    stand_in: bool = False,
    swapped: tuple[str, str] | None = None,
    failed: str = FAILED,
    figures: bool = True,
    extra: tuple[dict[str, str], ...] | list[dict[str, str]] = (),
    text: str = "",
) -> None:
    """``swapped``: two models that change names in the table; ``failed``: one whose runs did;
    ``extra``: more rows; ``text``: what every title, source and name of a processor says."""
    global last
    last = folder
    rows = [row for dataset in datasets for row in numbers(dataset, models, failed)]
    rows += extra
    if swapped:
        other = dict(zip(swapped, reversed(swapped), strict=True))
        rows = [{**row, "model": other.get(row["model"], row["model"])} for row in rows]
    with open(folder / "results.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    told = {
        name: {"title": text or TITLES.get(name, name), "stand_in": stand_in, "train": 600,
               "test": 100, "licence": text or "own", "source": text or "data root",
               "sha256": "0" * 64}
        for name in datasets
    }  # fmt: skip
    provenance = {
        "profile": profile, "commit": "0123456789", "dirty": False, "versions": {},
        "machine": {"processor": text or "A processor", "cores": 2, "memory_gb": 8.0},
        "datasets": told, "models": list(models), "seeds": [0, 1], "run_seconds": 600.0,
        "settings": {m: {d: settings(m) for d in datasets} for m in models},
        "trials": {m: 1 for m in models},
        "made": "2026-01-01",
    }  # fmt: skip
    told_models = {model: facts(model) for model in models if model != STRANGER}
    for name, held in (
        ("provenance", provenance), ("models", told_models), ("metrics", WORDS),
        ("claims", {"rule": {}, "claims": CLAIMS, "pairs": compare(rows)}),
    ):  # fmt: skip
        (folder / f"{name}.json").write_text(json.dumps(held))
    if figures:
        for dataset in datasets:
            draw(folder, "fidelity", "frechet", dataset, profile, list(models), text)
            for model in models:
                if model != failed:
                    draw(folder, "models", f"strip-{model}", dataset, profile, [model], text)
                draw(folder, "models", f"architecture-{model}", dataset, profile, [model], text)


def facts(model: str) -> dict[str, Any]:
    """What a model says of itself, as short as may be."""
    return {
        "name": NAMES.get(model, model.upper()), "full_name": f"full name of {model}",
        "family": FAMILIES.get(model) or ("vae" if "vae" in model else "gan"),
        "conditional": model.startswith(CONDITIONAL), "encoder": "vae" in model,
        "opponent": "", "objective": "an objective", "likelihood": "", "networks": "shared",
        "papers": ["kingma2014"], "prior": [], "shade": 0,
        "losses": {"loss": f"What the loss of {model} is."},
        "settings": {key: {"default": 1, "description": "", "reason": f"The reason of {key}."}
                     for key in settings(model)},
    }  # fmt: skip


def compare(rows: list[dict[str, str]]) -> dict[str, Any]:
    """Dataset -> metric -> who is best and which two differ, as `claims.json` tells it: models
    whose means are within one per cent are alike."""
    found: dict[str, dict[str, dict[str, list[float]]]] = {}
    for row in rows:
        metrics = found.setdefault(row["dataset"], {})
        metrics.setdefault(row["metric"], {}).setdefault(row["model"], []).append(
            float(row["value"])
        )
    return {
        dataset: {metric: ranked(metric, models) for metric, models in metrics.items()}
        for dataset, metrics in found.items()
    }


def ranked(metric: str, models: dict[str, list[float]]) -> dict[str, Any]:
    direction = NUMBERS[metric][1] if metric in NUMBERS else "lower"
    means = {model: mean(values) for model, values in models.items()}
    floor = means.pop("real", 0.0)
    worse = {
        model: {"higher": -value, "lower": value, "real": abs(value - floor)}[direction]
        for model, value in means.items()
    }
    order = sorted(means, key=worse.__getitem__)
    pairs = [
        {
            "a": a, "b": b,
            "apart": abs(means[a] - means[b]) >= 0.01 * abs(means[b]),
            "better": a if abs(means[a] - means[b]) >= 0.01 * abs(means[b]) else "",
        }
        for a, b in itertools.combinations(order, 2)
    ]  # fmt: skip
    tied = [order[0]] if order else []
    tied += [p["b"] for p in pairs if p["a"] == tied[0] and not p["better"]]
    return {"best": tied if len(tied) < len(order) else [], "order": order, "pairs": pairs}


def settings(model: str) -> dict[str, object]:
    if model == "ppca":
        return {"components": 64}
    own = {"beta": 2.0} if "vae" in model else {"discriminator_rate": 0.0004}
    return {"images": 1000, "batch_size": 64, "width": 32, **own}


def numbers(dataset: str, models: tuple[str, ...], failed: str) -> list[dict[str, str]]:
    """The four paired models are best and equal within their family; each other one is a
    little worse than the one before it."""
    rows = []
    for metric, (study, direction, vae, gan, real) in NUMBERS.items():
        values: list[tuple[str, str, float]] = [] if real is None else [("real", "", real)]
        for model in models:
            conditional = model.startswith(CONDITIONAL)
            if model == failed or ("class_accuracy" in metric and not conditional):
                continue
            if metric == "images_per_second" and model == "ppca":
                continue
            value = gan if "gan" in model else vae
            if model not in PAIRED:
                away = 0.02 * (1 + models.index(model))
                value *= 1 + away if direction == "lower" else 1 - away
            values += [(model, str(seed), value * (1 + 0.001 * seed)) for seed in (0, 1)]
        for model, seed, value in values:
            rows.append(row(study, dataset, model, seed, metric, value, direction))
    if failed in models:
        rows += [row("training", dataset, failed, s, "failed", 1.0, "lower") for s in ("0", "1")]
    return rows


def row(
    study: str,
    dataset: str,
    model: str,
    seed: str,
    metric: str,
    value: float,
    direction: str,
    condition: str = "",
) -> dict[str, str]:
    return {
        "study": study, "dataset": dataset, "model": model, "seed": seed, "condition": condition,
        "metric": metric, "value": repr(value), "unit": "", "n": "100", "direction": direction,
        "run": "",
    }  # fmt: skip


def draw(
    assets: Path, study: str, name: str, dataset: str, profile: str, models: list[str],
    text: str = "",
) -> None:  # fmt: skip
    folder = assets / study / dataset
    folder.mkdir(parents=True, exist_ok=True)
    for mode in ("light", "dark"):
        (folder / f"{name}.{mode}.svg").write_text(SVG)
    (folder / f"{name}.csv").write_text("model,value\n")
    record = {
        "kind": "chart", "alt": f"The chart {name} of {dataset}. {text}", "dataset": dataset,
        "command": f"python -m experiments study {study} {dataset} --profile {profile}",
        "source": text or dataset, "profile": profile, "models": models, "seeds": [0, 1], "n": 100,
        "data": f"{name}.csv", "width": 46, "height": 30,
    }  # fmt: skip
    (folder / f"{name}.json").write_text(json.dumps(record))
