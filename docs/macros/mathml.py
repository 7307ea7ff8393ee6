"""Equations: ``$…$`` in a line and ``$$…$$`` on their own become MathML when the site is built."""

import re

from latex2mathml.converter import convert

CODE = re.compile(r"(^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[^\n]*$|`+[^`\n]+`+)", re.M | re.S)
DISPLAY = re.compile(r"\$\$(.+?)\$\$", re.S)
INLINE = re.compile(r"(?<![\\$\w])\$(?=\S)([^$\n]+?)(?<=\S)\$(?![\w$])")


def render(markdown: str) -> str:
    """Convert every equation of a page, code aside."""
    pieces, end = [], 0
    for code in CODE.finditer(markdown):
        pieces += [equations(markdown[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*pieces, equations(markdown[end:])])


def equations(text: str) -> str:
    # In a <span> or <div>, because a paragraph that began with <math> would be taken as raw HTML.
    block = '<div class="equation" tabindex="0">{}</div>'
    text = DISPLAY.sub(lambda match: block.format(mathml(match[1], "block")), text)
    return INLINE.sub(lambda match: f'<span class="formula">{mathml(match[1])}</span>', text)


def mathml(latex: str, display: str = "inline") -> str:
    """One equation; its LaTeX stays readable as the alternative text."""
    return mend(convert(" ".join(latex.split()), display=display))


NAMES = "log|exp|min|max|det|tr|KL"


def mend(markup: str) -> str:
    """What browsers need that latex2mathml does not give: limits below their operators,
    upright names, and a thin space between a function's name and its argument."""
    markup = markup.replace("\n", "")
    markup = re.sub(rf"<mo>({NAMES})</mo>", r"<mi>\1</mi>", markup)
    markup = markup.replace("<mi>&#x0007E;</mi>", "<mo>&#x223C;</mo>")  # "is drawn from" has room
    if 'display="block"' in markup:
        markup = re.sub(
            r"<msub>(<mi>(?:min|max)</mi>)(<mi>.</mi>|<mrow>.*?</mrow>)</msub>",
            r'<munder>\1\2</munder><mspace width="0.167em"/>', markup,
        )  # fmt: skip
    return re.sub(
        rf"(?<!<msub>)(?<!<munder>)(<mi>(?:{NAMES})</mi>)(?=<m[is]|<mrow><mi|<munder)",
        r'\1<mo>&#x2061;</mo><mspace width="0.167em"/>', markup,
    )  # fmt: skip
