"""Figures: files, sizes, captions, and that nothing half-done is left."""

import gzip
import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from experiments import figures
from experiments.figures import charts
from experiments.figures.movies import write_gif, write_mp4
from experiments.support.errors import UserError


@pytest.fixture
def canvas(tmp_path):
    """Figures know no study: whatever has these will do."""
    command = "python -m experiments draw training toy --profile tiny"
    return SimpleNamespace(
        folder=tmp_path, command=command, dataset="toy", source="Toy digits",
        profile=SimpleNamespace(name="tiny"), models=["vae", "cgan"], seeds=[0, 1],
    )  # fmt: skip


def line_chart(theme):
    figure, axes = figures.panels(height=2)
    axes.plot([1, 2], [3, 4], **figures.style("cgan").plot(theme))
    axes.set_title("Speed")
    figures.label_lines(axes, theme, [(2, 4, "CGAN", theme.colour("cgan"))])
    return figure


def test_a_chart_is_two_drawings_its_data_and_its_caption(canvas, tmp_path):
    data = pd.DataFrame({"seconds": [1.0, 2.0]})
    figures.save_chart(canvas, "speed", line_chart, alt="CGAN is fast.", n=50, data=data, seeds=[0])
    light = (tmp_path / "speed.light.svg").read_text()
    dark = (tmp_path / "speed.dark.svg").read_text()
    assert figures.THEMES[0].colour("cgan") in light
    for theme, drawing in zip(figures.THEMES, (light, dark), strict=True):
        assert f"fill: {theme.muted}" in drawing and f"fill: {theme.ink}" in drawing
    assert figures.THEMES[0].colour("cgan") not in dark
    assert figures.THEMES[1].colour("cgan") in dark
    assert "<text" not in light, "text has to be outlines: the reader may not have the font"
    record = json.loads((tmp_path / "speed.json").read_text())
    assert record["alt"] == "CGAN is fast." and record["n"] == 50 and record["seeds"] == [0]
    assert record["command"] == canvas.command and record["profile"] == "tiny"
    assert record["models"] == ["vae", "cgan"], "all, where none are named"
    assert record["source"] == "Toy digits" and record["data"] == "speed.csv"
    assert pd.read_csv(tmp_path / "speed.csv").equals(data)


def test_the_same_chart_twice_is_the_same_bytes(canvas, tmp_path):
    versions = []
    for _ in range(2):
        figures.save_chart(canvas, "speed", line_chart, alt="", n=1)
        versions.append((tmp_path / "speed.light.svg").read_bytes())
    assert versions[0] == versions[1]


THIRTEEN = [
    "ppca", "vae", "cvae-plain", "cvae", "gan", "gan-minimax", "dcgan", "wgan-gp", "cgan",
    "cwgan-gp", "acgan", "ccgan", "vaegan",
]  # fmt: skip


@pytest.mark.parametrize("theme", figures.THEMES, ids=lambda theme: theme.name)
def test_no_two_models_look_alike(theme):
    names = [*THIRTEEN, "real"]
    looks = {(theme.colour(m), str(figures.style(m).line)) for m in names}
    assert len(looks) == len(names), "lines differ in colour or in dashes"
    assert len({(theme.colour(m), figures.style(m).marker) for m in names}) == len(names)
    # Without colour: within a family, conditional or not, the marks alone tell them apart.
    for kind in {(figures.style(m).family, figures.style(m).conditional) for m in names}:
        own = [m for m in names if (figures.style(m).family, figures.style(m).conditional) == kind]
        assert len({figures.style(m).marker for m in own}) == len(own)


def test_styles_know_the_families_that_the_models_name():
    from experiments import models

    for name in THIRTEEN:
        kind = models.load(name)
        look = figures.style(name)
        assert (look.family, look.conditional) == (kind.family, kind.conditional), name
        assert (look.line == "solid") == kind.conditional


def test_names_are_readable_on_both_grounds():
    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return np.dot(linear, (0.2126, 0.7152, 0.0722))

    for theme in figures.THEMES:
        for model in [*THIRTEEN, "real"]:
            a, b = sorted(luminance(c) for c in (theme.colour(model), theme.ground))
            assert (b + 0.05) / (a + 0.05) >= 4.5, (theme.name, model)


def test_thin_lines_to_labels_begin_where_the_curves_end():
    """The panels share their limits, which a later panel may still widen."""
    models = ["cvae", "cgan", "cvae-plain", "acgan", "ccgan", "cwgan-gp", "vaegan", "gan", "dcgan"]
    steps = [(m, 0, k, 10.0**k, 5.0) for m in models for k in range(6 if m == "dcgan" else 4)]
    data = pd.DataFrame(steps, columns=["model", "seed", "point", "images", "frechet"])
    figure = charts.progress_chart(
        figures.THEMES[0], data, "images", "frechet", heading="", xlabel="", log=True
    )
    for axes, last in zip(figure.axes, (1e3, 1e5), strict=True):
        to_share = axes.transData + axes.transAxes.inverted()
        ends = {round(float(to_share.transform((x, 5.0))[0]), 3) for x in (1e3, last)}
        begins = {
            round(float(line.get_xdata()[0]), 3) for line in axes.lines
            if line.get_transform() is axes.transAxes
        }  # fmt: skip
        assert begins and begins <= ends


def test_labels_keep_their_distance_and_stay_near_and_inside():
    from experiments.figures.theme import spread

    assert spread([0.5, 0.1], 0.1) == [0.5, 0.1], "nothing in the way, nothing moved"
    placed = spread([0.5, 0.5, 0.5], 0.1)
    assert sorted(placed) == pytest.approx([0.4, 0.5, 0.6]), "a push is shared"
    crowd = spread([0.97, 0.98, 0.99, 0.99, 0.2], 0.1)
    assert min(np.diff(sorted(crowd))) >= 0.1 - 1e-9 and max(crowd) <= 1
    assert crowd[4] == 0.2, "the far one stays"
    assert max(spread([0.0] * 5, 0.1)) == pytest.approx(0.4) and min(spread([0.0] * 5, 0.1)) == 0


def test_grid_keeps_every_pixel():
    images = np.random.default_rng(0).integers(0, 256, (2, 3, 3, 4, 5), dtype=np.uint8)
    picture = np.asarray(figures.grid(images, scale=2, gap=1))
    assert picture.shape == (2 * 9 - 1, 3 * 11 - 1, 4)
    assert (picture[9:17:2, 22:32:2, :3] == images[1, 2].transpose(1, 2, 0)).all()
    assert picture[8, 0, 3] == 0 and picture[0, 10, 3] == 0, "gaps are transparent"


def test_sheet_makes_room_for_names_and_leaves_the_images_alone():
    images = np.full((2, 2, 1, 8, 8), 200, np.uint8)
    plain = figures.grid(images)
    named = figures.sheet(images, rows=["VAE", "CGAN"], columns=["0", "1"])
    assert named.width > plain.width and named.height > plain.height
    corner = named.crop((named.width - plain.width, named.height - plain.height, *named.size))
    assert np.array_equal(np.asarray(corner), np.asarray(plain))


def test_a_movie_is_even_small_and_has_a_poster(canvas, tmp_path):
    frames = [np.full((33, 47, 3), 20 * i, np.uint8) for i in range(6)]
    figures.save_movie(canvas, "race", frames, fps=5, alt="Both learn.", n=10)
    with Image.open(tmp_path / "race.gif") as film:
        assert film.size == (24, 17) and film.n_frames == 6 and film.info["loop"] == 0
    import imageio.v2 as imageio

    with imageio.get_reader(tmp_path / "race.mp4") as reader:
        assert reader.get_meta_data()["size"] == (48, 34)
        assert reader.get_meta_data()["pix_fmt"].startswith("yuv420p")
    # faststart: the index stands before the pictures, so that play begins while it loads.
    content = (tmp_path / "race.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert np.asarray(Image.open(tmp_path / "race.png"))[0, 0].tolist() == [100] * 3
    assert json.loads((tmp_path / "race.json").read_text())["width"] == 48


@pytest.mark.parametrize("write, ending", [(write_gif, "gif"), (write_mp4, "mp4")])
def test_a_movie_gives_way_to_the_limit_or_says_so(tmp_path, write, ending):
    rng = np.random.default_rng(0)
    frames = [rng.integers(0, 256, (64, 64, 3), dtype=np.uint8) for _ in range(12)]
    path = tmp_path / f"noise.{ending}"
    write(path, frames, 5, 0.5, 10**9)
    free = path.stat().st_size
    write(path, frames, 5, 0.5, free // 2)
    assert path.stat().st_size <= free // 2
    with pytest.raises(UserError, match="cannot be made smaller"):
        write(path, frames, 5, 0.5, 100)


def test_a_slim_chart_is_the_same_drawing():
    from experiments.figures.svg import short_path, slim

    assert short_path("M 1.2345 2 \nL 3 4 \nL 5 4 \nQ 1 2 3.5 -4.25 \nz\nM 0 0 \n") == (
        "m1.23 2l1.77 2 2 0q-4-2-1.5-8.25zm-1.23-2"
    )
    many = "M 0 0 " + " ".join(f"L {i / 3} {i / 7}" for i in range(1, 1000))
    steps = short_path(many)[len("m0 0l") :].replace("-", " -").split()
    assert sum(map(float, steps[::2])) == pytest.approx(round(999 / 3, 2)), "errors do not add up"
    drawn = (
        '<svg><!-- A --><g id="figure_1"><defs><path id="long-name" d="M 0 0 L 1 1 "/></defs>\n'
        '<use xlink:href="#long-name" transform="translate(53.891 0)" style="fill: #59626c"/>'
        '<path clip-path="url(#long-name)"/></g></svg>'
    )
    assert slim(drawn) == (
        '<svg><defs><path id="i0" d="m0 0l1 1"/></defs><g>'
        '<use xlink:href="#i0" x="53.89" style="fill: #59626c"/>'
        '<path clip-path="url(#i0)"/></g></svg>'
    )


def test_a_slim_chart_keeps_its_colours():
    from experiments.figures.svg import slim

    drawn = '<svg><g style="fill: #e8ebee"><path clip-path="url(#p1)" style="fill: #1d2329"/></g>'
    assert slim(drawn) == drawn.replace("#p1", "#i0")


def test_a_word_that_comes_again_is_referred_to():
    from experiments.figures.svg import slim

    word = '<use xlink:href="#a"/><use xlink:href="#b" x="5"/>'
    letters = "".join(f'<path id="{n}" d="M 0 0 L 160 160 " transform="scale(0.015625)"/>'
                      for n in "ab")  # fmt: skip
    slimmed = slim(f'<svg><defs><style/></defs><g fill="red"><defs>{letters}</defs>{word}</g>'
                   f'<g fill="blue">{word}</g></svg>')  # fmt: skip
    assert slimmed.count("<use") == 4 and slimmed.count('xlink:href="#w0"') == 2
    assert slimmed.index('id="w0"') < slimmed.index('<g fill="red">')
    assert slimmed.count('d="m0 0l10 10" transform="scale(.25)"') == 2


def test_pictures_get_lighter_and_hardly_other():
    from experiments.figures.save import lighter

    rng = np.random.default_rng(0)
    coloured = figures.grid(rng.integers(0, 256, (1, 2, 3, 8, 8), dtype=np.uint8))
    before, after = (np.asarray(p).astype(int) for p in (coloured, lighter(coloured)))
    assert np.abs(before - after).max() <= 2 and (before[..., 3] == after[..., 3]).all()
    grey = figures.grid(rng.integers(0, 256, (1, 2, 1, 8, 8), dtype=np.uint8))
    assert lighter(grey).mode == "LA"
    assert np.array_equal(np.asarray(lighter(grey).convert("RGBA")), np.asarray(grey))


def test_a_slim_chart_is_worth_its_code(canvas, tmp_path, monkeypatch):
    """It saves more than a tenth of what is transferred, after gzip as before."""

    def sizes():
        figures.save_chart(canvas, "speed", line_chart, alt="CGAN is fast.", n=50)
        drawn = (tmp_path / "speed.light.svg").read_bytes()
        return np.array([len(drawn), len(gzip.compress(drawn))])

    slim = sizes()
    monkeypatch.setattr("experiments.figures.save.slim", str)
    assert (slim < 0.9 * sizes()).all()
