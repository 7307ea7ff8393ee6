"""How claims are written: lists, names and numbers in running text."""

NARROW = "\u202f"

SMALL = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen",
)  # fmt: skip


def join(parts: list[str]) -> str:
    """``A, B and C``."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def in_words(n: int) -> str:
    return SMALL[n] if n < len(SMALL) else str(n)


def share(value: float) -> str:
    """``97.6 %``."""
    return f"{100 * value:.1f}{NARROW}%"


def times(value: float) -> str:
    """How many times something: ``2.4``, ``1,240``."""
    return f"{value:.1f}" if value < 20 else f"{value:,.0f}"


def seconds(value: float) -> str:
    """``4.4 s``, ``2.5 min``; below a tenth two figures: ``0.0082 s``."""
    if value >= 120:
        return f"{value / 60:.1f}{NARROW}min"
    text = f"{value:.0f}" if value >= 10 else f"{value:.1f}" if value >= 0.1 else f"{value:.2g}"
    return f"{text}{NARROW}s"
