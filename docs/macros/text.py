"""How the pages write: numbers with their units, lists and sentences."""

import re
from collections.abc import Collection

import markdown

from .safe import escape

NARROW = "\u202f"
"""Between a number and its unit."""

SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen",
)  # fmt: skip


def inline(text: str) -> str:
    """Markdown of one paragraph -> HTML without the paragraph."""
    html = markdown.markdown(" ".join(text.split()), extensions=["smarty"])
    return html.removeprefix("<p>").removesuffix("</p>")


def write(value: float, form: str) -> str:
    """A number as the page prints it, with its unit."""
    if form == "share":
        return f"{100 * value:.1f}{NARROW}%"
    if form == "seconds":
        if value < 10:
            return f"{value:.1f}{NARROW}s"
        return f"{value:.0f}{NARROW}s" if value < 120 else f"{value / 60:.1f}{NARROW}min"
    if form == "rate":
        return f"{value:,.0f}/s"
    if form == "count":
        return f"{value:,.0f}"
    if form == "decimals":
        return f"{value:.2f}"
    return significant(value)


def write_range(low: float, high: float, form: str) -> str:
    """``99.2–99.4 %``: the unit once, where both ends share it."""
    first, last = write(low, form), write(high, form)
    for unit in (f"{NARROW}%", f"{NARROW}s", f"{NARROW}min", "/s"):
        if first.endswith(unit) and last.endswith(unit):
            first = first.removesuffix(unit)
    # A dash beside a minus would read as two of them.
    return f"{first} to {last}" if "−" in first + last else f"{first}–{last}"


def bare_range(values: Collection[float], above: float, form: str) -> str:
    """The range without its unit, where the number above it shows the unit."""
    text = write_range(min(values), max(values), form)
    unit = write(above, form).lstrip("0123456789.,−")
    return text.removesuffix(unit) if unit and text.count(unit) == 1 else text


def significant(value: float, figures: int = 3) -> str:
    """Three figures that count: ``0.00123``, ``1.42``, ``12.4``, ``1,240``."""
    if value == 0:
        return "0"
    digits = figures - 1
    size = abs(value)
    while size >= 10 and digits > 0:
        size, digits = size / 10, digits - 1
    while size < 1:
        size, digits = size * 10, digits + 1
    return f"{value:,.{digits}f}".replace("-", "−")


def plain(value: object) -> str:
    """A setting's value as a reader writes it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, list):
        return escape(", ".join(map(str, value))) or "none"
    return escape(value)


def join(parts: list[str]) -> str:
    """``A, B and C``."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def count(number: int, what: str) -> str:
    """``four models``, ``1 run``: a number in words up to thirteen."""
    return f"{SMALL[number] if number < len(SMALL) else number} {what}{'' if number == 1 else 's'}"


def as_number(value: str) -> float:
    """For the order of values: what is no number comes after those that are."""
    return float(value) if re.fullmatch(r"-?[\d.]+", value) else float("inf")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower(label: str) -> str:
    """A label inside a line: its first letter small, unless it is a name."""
    return label if label.startswith(("Fréchet", "F1")) else label[:1].lower() + label[1:]
