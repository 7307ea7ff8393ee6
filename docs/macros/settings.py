"""The settings of each model: all of them, or those of its own with the reason for each."""

from collections import Counter
from typing import Any

from .safe import escape
from .table import Dataset, Results
from .vocabulary import join, name, write

# Why a setting is there and what it moves; numbers are not repeated here, they may change.
REASONS = {
    "images": "The budget: what fits the time that a run may take. The page Training shows what "
    "the last part of it still changed.",
    "batch_size": "Images per step.",
    "learning_rate": "Step size of Adam; of the generator’s, where there are two.",
    "decay": "The part of the run, at its end, in which the step size falls to zero.",
    "average": "The weights that sample are an average over steps, which takes the last steps’ "
    "jitter out of the samples.",
    "digit_scale": "How loud the digit is beside the noise before training. A digit that is hard "
    "to hear is left to the noise, which an encoder fills and a sampler cannot.",
    "width": "The size of the networks, the same for all that share them.",
    "train_size": "All images of the training split, unless a number is set.",
    "likelihood": "Grey digits are read as probabilities of ink, coloured pixels as varying "
    "round the decoder’s mean.",
    "beta": "More weight on the KL divergence keeps the posteriors nearer to the prior, so that "
    "noise drawn from the prior is noise that the decoder knows. The price is a blurrier "
    "reconstruction.",
    "discriminator_rate": "Smaller than the generator’s step, or the discriminator wins before "
    "anything like a digit is drawn.",
    "critic_rate": "The critic may run ahead, since its penalty keeps its slope in bounds.",
    "critic_steps": "Steps of the critic for one of the generator, each on its part of the "
    "batch, so that more of them cost no more images.",
    "penalty": "The weight of the gradient penalty, that of its paper unless the table says "
    "otherwise.",
    "augment": "What is done to real and generated images alike before the opponent sees them. "
    "Where images are few it cannot learn them by heart.",
    "norm": "Normalisation in the discriminator.",
    "class_term": "The weight of reading the digit of real images. Too little, and the digit is "
    "not listened to; too much, and the variety within a digit falls.",
    "r1": "The weight of the penalty on the discriminator’s slope at real images, which keeps it "
    "from winning.",
    "spread": "How loud the variety within the batch is to the opponent. It makes the generator "
    "draw as many kinds of image as there are.",
    "dropout": "Units left out of the perceptron discriminator in each step, or it wins.",
    "blank": "The part of a batch whose hole is the whole image: these teach to draw without a "
    "context, the others to fill.",
    "least_hole": "The smallest side of a hole, in pixels.",
    "largest_hole": "The largest side of a hole, in pixels.",
    "likeness": "The weight of the reconstruction in features, against the adversarial term.",
    "components": "The length of the noise; the study of components shows what more or fewer do.",
}  # fmt: skip
OWN_REASONS = {
    ("cvae-plain", "beta"): "The bound itself. Nothing else differs from the CVAE.",
    ("vae", "beta"): "As in the CVAE, so that the two differ in nothing but the digit.",
    ("acgan", "class_term"): "The weight, for the generator, of being read as the digit asked "
    "for. More of it gives plainer digits and less variety.",
    ("gan", "width"): "A sixteenth of the units of the widest layer.",
    ("gan-minimax", "width"): "A sixteenth of the units of the widest layer.",
    ("gan", "discriminator_rate"): "Equal to the generator’s: dropout holds the perceptron back.",
    ("gan-minimax", "discriminator_rate"): "As in the GAN, so that only the loss differs; on house "
    "numbers smaller, since there the discriminator won at once in one trial of three, and the "
    "generator, left without a gradient, drew one picture of noise for the rest of its run.",
    ("vaegan", "beta"): "The weight of the KL divergence against the adversarial term, whose "
    "scale it has to meet.",
}  # fmt: skip


def reason(model: str, key: str) -> str:
    return OWN_REASONS.get((model, key), REASONS.get(key, "The model’s file tells."))


def told_settings(results: Results, model: str) -> dict[str, dict[str, Any]]:
    """Dataset -> setting -> value, as the runs resolved them."""
    told: dict[str, dict[str, Any]] = results.provenance.get("settings", {}).get(model, {})
    return {d.name: told[d.name] for d in results.datasets if d.name in told}


def usual(results: Results) -> dict[str, Any]:
    """The values that most runs share, of settings that most models have."""
    values: dict[str, list[str]] = {}
    holders: dict[str, set[str]] = {}
    originals: dict[str, Any] = {}
    for model in results.models:
        for own in told_settings(results, model).values():
            for key, value in own.items():
                values.setdefault(key, []).append(repr(value))
                holders.setdefault(key, set()).add(model)
                originals[repr(value)] = value
    shared = {}
    for key, all_values in values.items():
        text, times = Counter(all_values).most_common(1)[0]
        common = len(holders[key]) >= 3 and 2 * len(holders[key]) > len(results.models)
        if common and 2 * times > len(all_values):
            shared[key] = originals[text]
    return shared


def own_settings(results: Results, model: str) -> str:
    """What sets a model's training apart from the others', with the reason for each setting."""
    told, shared = told_settings(results, model), usual(results)
    keys = dict.fromkeys(key for own in told.values() for key in own)
    apart = [
        key for key in keys
        if key not in shared
        or any(own.get(key, shared[key]) != shared[key] for own in told.values())
    ]  # fmt: skip
    if not apart:
        return ""
    columns = [d for d in results.datasets if d.name in told]
    body = "".join(
        f'<tr><th scope="row"><code>{escape(key)}</code></th>'
        + "".join(f"<td>{plain(told[d.name].get(key))}</td>" for d in columns)
        + f'<td class="why">{reason(model, key)}</td></tr>'
        for key in apart
    )
    title = f"Settings of the {name(model)} and why"
    return block(title, columns, body, ("Why",))


def shared_settings(results: Results) -> str:
    """``batch_size 64, decay 0.5 …``: what nearly all models are trained with."""
    parts = [
        f"`{key}` {plain(value)}" for key, value in usual(results).items()
        if value not in (None, [])
    ]  # fmt: skip
    return join(parts) if parts else "none"


def settings(results: Results) -> str:
    """Every setting of every model, one column per dataset, as the runs resolved them."""
    blocks = []
    for model in results.models:
        told = told_settings(results, model)
        columns = [d for d in results.datasets if d.name in told]
        if not columns:
            continue
        keys = list(dict.fromkeys(key for d in columns for key in told[d.name]))
        body = "".join(
            f'<tr><th scope="row"><code>{escape(key)}</code></th>'
            + "".join(f"<td>{plain(told[d.name].get(key))}</td>" for d in columns)
            + "</tr>"
            for key in keys
        )
        blocks.append(block(f"Settings of the {name(model)}", columns, body))
    return "".join(blocks)


def block(title: str, columns: list[Dataset], body: str, more: tuple[str, ...] = ()) -> str:
    """A table of settings behind its title."""
    heads = [escape(d.short) for d in columns] + list(more)
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (
        f"<details><summary>{title}</summary>"
        f'<div class="table" role="region" tabindex="0" aria-label="{title}">'
        f'<table class="settings"><thead><tr><td></td>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></details>"
    )


def plain(value: Any) -> str:
    """A setting's value as a reader writes it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return write(value, "count") if abs(value) >= 10_000 else str(value)
    if isinstance(value, list):
        return escape(", ".join(map(str, value))) or "none"
    return escape(str(value))


def trials(results: Results) -> str:
    """How many settings were tried for each model before the published ones were chosen."""
    told: dict[str, Any] = results.provenance.get("trials", {})
    known = [model for model in results.models if model in told]
    if not known:
        return ""
    tried: dict[Any, list[str]] = {}
    for model in sorted(known, key=lambda model: -int(told[model])):
        tried.setdefault(told[model] or "none", []).append(f"the {name(model)}")
    counts = "; ".join(f"{count} for {join(models)}" for count, models in tried.items())
    return f"**Trials.** Settings tried, short runs included: {counts}."
