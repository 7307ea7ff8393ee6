"""What the page on in-painting says: who fills a hole best, by whose measure."""

from .safe import escape
from .table import REAL, Dataset, Number, Results
from .tables import framed, mark
from .vocabulary import capital, family, join, metric, name

KEYS = ("accuracy", "pixel_error")
SIMPLE = {
    "original": "Untouched", "neighbour": "Nearest training image", "empty": "Left empty",
}  # fmt: skip
HALF = 0.5


def ways(results: Results, dataset: str) -> list[tuple[str, str]]:
    """(model, way) of everything that was filled in: untouched images first, then the models
    in their order, then what needs no model."""
    table = results.table
    rows = table[(table["study"] == "inpainting") & (table["dataset"] == dataset)]
    found = {
        (str(model), str(condition).split("way=")[1])
        for model, condition in zip(rows["model"], rows["condition"], strict=True)
    }
    models = [pair for m in results.models for pair in sorted(found) if pair[0] == m]
    simple = [(REAL, way) for way in SIMPLE if (REAL, way) in found]
    return [*simple[:1], *models, *simple[1:]]


def shares(results: Results, dataset: str) -> list[float]:
    table = results.table
    rows = table[(table["study"] == "inpainting") & (table["dataset"] == dataset)]
    return sorted({float(text.split(";")[0].split("=")[1]) for text in rows["condition"]})


def filled(
    results: Results, dataset: str, model: str, way: str, key: str, share: float
) -> Number | None:
    return results.number(dataset, model, key, f"share={share};way={way}")


def filled_table(results: Results, dataset: Dataset) -> str:
    """A row per way to fill; for each share of the image that is hidden both numbers."""
    every, hidden = ways(results, dataset.name), shares(results, dataset.name)
    if not every:
        return ""
    top = "".join(
        f'<th scope="colgroup" colspan="2">{100 * share:.0f}\u202f% hidden</th>' for share in hidden
    )
    under = "".join(
        f'<th scope="col">{title}</th>' for _ in hidden for title in ("Read right", "Pixel error")
    )
    body = ""
    for model, way in every:
        cells = ""
        for share in hidden:
            for key in KEYS:
                number = filled(results, dataset.name, model, way, key, share)
                cells += f"<td>{mark(number) if number else '–'}</td>"
        body += (
            f'<tr><th scope="row" class="family-{family(model)}">{label(model, way)}</th>'
            f"{cells}</tr>"
        )
    number = filled(results, dataset.name, *every[0], "accuracy", hidden[0])
    n = f"n = {number.n:,} test images" if number else ""
    return framed(
        f'<table class="report"><thead><tr><td></td>{top}</tr><tr><td></td>{under}</tr></thead>'
        f"<tbody>{body}</tbody></table>",
        f"<b>{escape(dataset.title)}.</b> {n}, the same holes for all; median over the seeds. "
        f"{metric('pixel_error').label}: root mean square, in per cent of the range from black "
        "to white.",
        f"table-{dataset.name}-inpainting",
    )


def label(model: str, way: str) -> str:
    return SIMPLE[way] if model == REAL else escape(name(model))


def filling_leaders(results: Results, key: str, share: float = HALF) -> str:
    """Who is best at a share, and who cannot be told from it: ``the CCGAN on MNIST; the CVAE
    and the nearest training image on SVHN-10k``."""
    clauses: dict[str, list[str]] = {}
    for dataset in results.datasets:
        scored = {
            (model, way): number
            for model, way in ways(results, dataset.name)
            if way not in ("original", "empty")
            and (number := filled(results, dataset.name, model, way, key, share)) is not None
        }
        if len(scored) < 2:
            continue
        sign = -1 if next(iter(scored.values())).direction == "higher" else 1
        top = min(scored.values(), key=lambda number: sign * number.median)
        tied = [
            "the nearest training image" if model == REAL else f"the {escape(name(model))}"
            for (model, _), number in scored.items()
            if number.low - chance(number) <= top.high + chance(top)
            and top.low - chance(top) <= number.high + chance(number)
        ]
        clauses.setdefault(join(tied), []).append(escape(dataset.short))
    return "; ".join(f"{who} on {join(where)}" for who, where in clauses.items())


def chance(number: Number) -> float:
    """By how much a share of n images may differ by chance: half the 95 % interval."""
    if number.metric != "accuracy":
        return 0.0
    share = number.median
    return 1.96 * (share * (1 - share) / number.n) ** 0.5


def filling_claim(results: Results, key: str, share: float = HALF) -> str:
    """The leaders in a sentence; empty where nothing was filled."""
    leaders = filling_leaders(results, key, share)
    if not leaders:
        return ""
    what = {
        "accuracy": "Read as the true digit most often with half of the image hidden",
        "pixel_error": "Nearest to the pixels hidden there",
    }[key]
    return capital(f"{what}: {leaders}.")


def simple_told(results: Results, share: float = HALF) -> str:
    """Which models are worse than what needs no model: read right less often than the nearest
    training image, further from the hidden pixels than a hole that is left empty."""
    rivals = {
        "neighbour": ("accuracy", "the nearest training image is read right more often than"),
        "empty": ("pixel_error", "a hole left empty lies nearer to what was there than"),
    }
    told = []
    for way, (key, words) in rivals.items():
        for dataset in results.datasets:
            simple = filled(results, dataset.name, REAL, way, key, share)
            if simple is None:
                continue
            sign = 1 if simple.direction == "higher" else -1
            beaten = [
                f"the {escape(name(model))}"
                for model, how in ways(results, dataset.name)
                if model != REAL
                and (number := filled(results, dataset.name, model, how, key, share)) is not None
                and sign * (simple.median - number.median) > chance(simple) + chance(number)
                and not number.low <= simple.median <= number.high
            ]
            if beaten:
                verb = "fills" if len(beaten) == 1 else "fill"
                told.append(f"on {escape(dataset.short)} {words} what {join(beaten)} {verb} in")
    return f"What needs no model is not always worse: {'; '.join(told)}." if told else ""
