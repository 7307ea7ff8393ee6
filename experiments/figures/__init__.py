"""One look for every picture: charts in a light and a dark version, pictures, movies.

A study calls `save_chart`, `save_picture` or `save_movie`; each writes the files of one
figure and, beside them, ``<name>.json`` with all that a caption needs: what it shows in
words, the command that made it, its data, its seeds and its n.
"""

from experiments.figures.pictures import grid, sheet
from experiments.figures.save import save_chart, save_movie, save_picture
from experiments.figures.theme import THEMES, Style, Theme, label_lines, panels, style, title

__all__ = [
    "THEMES", "Style", "Theme", "grid", "label_lines", "panels", "save_chart", "save_movie",
    "save_picture", "sheet", "style", "title",
]  # fmt: skip
