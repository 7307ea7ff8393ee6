"""Figures, one panel per dataset side by side: pictures, charts in both modes, movies."""

import re
from pathlib import Path
from typing import Any

from .facts import Dataset, Results
from .safe import read_json
from .text import inline


def read_record(assets: Path, path: str) -> dict[str, Any] | None:
    """What a figure says of itself; nothing if this result does not hold the figure."""
    file = assets / f"{path}.json"
    return read_json(file) if file.is_file() else None


def plate(
    results: Results,
    study: str,
    name: str,
    caption: str,
    limit: str = "",
    eager: bool = False,
) -> str:
    """One figure: a panel for each dataset that has it, the caption, a line on its limit.

    Empty if no dataset has it, as when the models that it compares were not trained.
    """
    panels = []
    for dataset in results.datasets:
        record = read_record(results.assets, f"{study}/{dataset.name}/{name}")
        if record is not None:
            panels.append(panel(f"assets/{study}/{dataset.name}/{name}", record, dataset, eager))
    if not panels:
        return ""
    text = f"<p>{inline(caption)}</p>" if caption.strip() else ""
    if limit:
        text += f'<p class="limit"><b>Limit.</b> {inline(limit)}</p>'
    identity = f"{study}-{name}"
    caption_html = f"<figcaption>{text}</figcaption>" if text else ""
    return (
        f'<figure class="plate plate--{len(panels)}" id="{identity}">'
        f'<div class="plate__panels">{"".join(panels)}</div>{caption_html}</figure>'
    )


def panel(path: str, record: dict[str, Any], dataset: Dataset, eager: bool) -> str:
    """One dataset's picture with its name above and its origin below."""
    alt, kind = record["alt"], record["kind"]
    size = f'width="{record["width"]}" height="{record["height"]}"'
    lazy = "" if eager else ' loading="lazy"'
    links = []
    if kind == "movie":
        preload = "metadata" if eager else "none"  # a page may hold a film of every model
        body = (
            f'<video controls muted playsinline loop preload="{preload}" {size} '
            f'style="--ratio: {record["height"]} / {record["width"]}" '
            f'poster="{path}.png" aria-label="{alt}" data-film>'
            f'<source src="{path}.mp4" type="video/mp4">'
            f'<img src="{path}.gif" alt="{alt}" {size} loading="lazy"></video>'
            f'<p class="described">{alt}</p>'
        )
        links += [(f"{path}.gif", "GIF"), (f"{path}.mp4", "MP4")]
    elif kind == "chart":
        both = "".join(
            f'<img src="{path}.{mode}.svg#only-{mode}" alt="{alt}" {size}{lazy}>'
            for mode in ("light", "dark")
        )
        body = enlarged(f"{path}.light.svg", both)
        links.append((f"{path}.light.svg", "image"))
    else:
        picture = f'<img class="picture" src="{path}.png" alt="{alt}" {size}{lazy}>'
        body = enlarged(f"{path}.png", picture)
        links.append((f"{path}.png", "image"))
    if record.get("data"):
        links.append((f"{path.rsplit('/', 1)[0]}/{record['data']}", "data"))
    stand_in = ' <span class="stand-in">stand-in</span>' if dataset.stand_in else ""
    return (
        f'<figure class="panel panel--{kind}" data-dataset="{dataset.name}">'
        f'<p class="panel__name">{dataset.short}{stand_in}</p>{body}'
        f"{origin(record, links)}</figure>"
    )


def enlarged(address: str, images: str) -> str:
    """A picture as a link that shows it larger. A chart's two variants share one link, whose
    name is the description of the variant that is shown."""
    return f'<a class="enlarge" href="{address}" title="Enlarge">{images}</a>'


def origin(record: dict[str, Any], links: list[tuple[str, str]]) -> str:
    """Data, seeds, n, the command, and what can be downloaded."""
    seeds = record.get("seeds") or []
    told = [str(record["source"]), f"n = {record['n']:,}"]
    if seeds:
        told.append(f"{'seed' if len(seeds) == 1 else 'seeds'} {', '.join(map(str, seeds))}")
    downloads = ", ".join(f'<a href="{href}" download>{text}</a>' for href, text in links)
    return (
        f'<div class="origin"><p>{"; ".join(told)}. Download: {downloads}.</p>'
        f"<p><code>{whole_options(record['command'])}</code></p></div>"
    )


def whole_options(command: str) -> str:
    """A command whose options are not torn apart at the end of a line."""
    return re.sub(r"--\S+(?: [^-\s]\S*)?", r'<span class="whole">\g<0></span>', command)
