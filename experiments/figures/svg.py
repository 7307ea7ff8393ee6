"""Make matplotlib's SVG smaller without changing what it looks like.

A page shows dozens of charts, and letters as outlines cost most of their bytes: short names,
no comments, steps in place of places, and two decimals of a point. Half the bytes go, and two
fifths of what is transferred after gzip: a third of the whole page Training.
"""

import re
from collections import Counter
from itertools import pairwise

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def slim(text: str) -> str:
    """The same drawing in about half the bytes."""
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(
        r' d="([^"]*)"( transform="scale\(0\.015625\)")?',
        lambda path: outline(path[1]) if path[2] else f' d="{short_path(path[1])}"',
        text,
    )
    moved = r'(<use [^>]*?)transform="translate\(([-\d.]+)(?: 0)?\)"'
    text = re.sub(moved, r'\1x="\2"', text)
    text = re.sub(
        r'(?<= (?:x|y)=")-?\d+\.\d+(?=")', lambda value: short_number(float(value[0])), text
    )
    text = once(re.sub(r">\s+<", "><", short_names(text)))
    return re.sub(r"<g>(<(?:path|use)[^>]*/>)</g>", r"\1", text)


def once(text: str) -> str:
    """Outlines of letters first, so that a word that is written again is only referred to."""
    letters = re.compile(r"<defs>((?:<path id=[^>]*/>)+)</defs>")
    outlines = "".join(letters.findall(text))
    text = letters.sub("", text)
    words = Counter(WORD.findall(text))
    names = {word: f"w{base36(place)}" for place, word in enumerate(words) if words[word] > 1}
    content = "".join(f'<g id="{name}">{word}</g>' for word, name in names.items())
    text = WORD.sub(lambda match: refer(names, match[0]), text)
    if not outlines:
        return text
    return re.sub(
        "<svg[^>]*>", lambda opening: f"{opening[0]}<defs>{outlines}{content}</defs>", text, count=1
    )


def refer(names: dict[str, str], word: str) -> str:
    return f'<use xlink:href="#{names[word]}"/>' if word in names else word


def outline(data: str) -> str:
    """A letter in steps of a 400th of its size; matplotlib counts in 6,400ths."""
    numbers = re.sub(r"-?\d+(?:\.\d+)?", lambda value: str(round(float(value[0]) / 16)), data)
    return f' d="{short_path(numbers)}" transform="scale(.25)"'


def short_path(data: str) -> str:
    """``M 1.2345 2 \\nL 3 4 `` -> ``m1.23 2l1.77 2``: steps are shorter than places.

    Steps are counted from the rounded place before, so that no error adds up.
    """
    words = re.findall(r"[A-Za-z]|-?\d+\.?\d*(?:e-?\d+)?", data)
    if set(filter(str.isalpha, words)) - set("MLQCz"):
        return data
    found, command = [], ""
    here = start = [0.0, 0.0]
    points: list[float] = []
    for word in words:
        if word.isalpha():
            found.append(word.lower())
            command = word
            if word == "z":
                here = start
            continue
        points.append(round(float(word), 2))
        if len(points) == 2 * {"M": 1, "L": 1, "Q": 2, "C": 3}[command]:
            found += [short_number(points[i] - here[i % 2]) for i in range(len(points))]
            here = points[-2:]
            start = here if command == "M" else start
            points = []
    short = re.sub(r" ?([mlqcz]) ?", r"\1", " ".join(found)).replace(" -", "-")
    return repeated(short)


def repeated(path: str) -> str:
    """Leave out a command that is the same as the one before."""
    parts = re.findall(r"[mlqcz][^mlqcz]*", path)
    kept = parts[:1]
    for before, part in pairwise(parts):
        again = part[0] == before[0] and part[0] in "lqc"
        kept.append((part[1:] if part[1] == "-" else " " + part[1:]) if again else part)
    return "".join(kept)


def short_number(value: float) -> str:
    text = f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0\.", r"\1.", text)


WORD = re.compile(r"(?:<use [^>]*/>){2,}")  # letters side by side

# A colour may look like a name: fill: #e8ebee.
REFERENCE = re.compile(r'(?<=href="#)[^"]+|(?<=url\(#)[^)]+')


def short_names(text: str) -> str:
    """Names as short as their number allows; those that nobody refers to are left out."""
    used = dict.fromkeys(REFERENCE.findall(text))
    names = {name: "i" + base36(place) for place, name in enumerate(used)}

    def rename(match: re.Match[str]) -> str:
        return f' id="{names[match[1]]}"' if match[1] in names else ""

    return REFERENCE.sub(lambda match: names[match[0]], re.sub(r' id="([^"]*)"', rename, text))


def base36(number: int) -> str:
    high, low = divmod(number, 36)
    return (base36(high) if high else "") + DIGITS[low]
