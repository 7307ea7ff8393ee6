"""The site is built from the assets in place, and from small made-up ones, once a session."""

import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.site import made_up
from tests.site.pages import PAGES, ROOT

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


def build(folder: Path, assets: Path) -> Path:
    """Build strictly, with ``assets`` in the place of the project's own; the site's folder."""
    done = try_to_build(folder, assets)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "WARNING" not in said, said
    return folder / "site"


def try_to_build(
    folder: Path, assets: Path, added: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The same, whether it works out or not; ``added``: what pages say at their end."""
    shutil.copy(ROOT / "mkdocs.yml", folder)
    ignore = shutil.ignore_patterns("assets", "__pycache__")
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=ignore)
    for page, text in (added or {}).items():
        with open(folder / "docs" / page, "a", encoding="utf-8") as file:
            file.write(f"\n{text}\n")
    (folder / "docs" / "assets").symlink_to("../assets")
    (folder / "assets").symlink_to(assets.resolve())
    return mkdocs(folder)


def mkdocs(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the pages of a folder that holds docs, assets and mkdocs.yml, into its ``site``."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SITE_URL": "", "REPOSITORY_URL": ""}
    environment.pop("ASSETS", None)
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", folder / "site"],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def assets() -> Path:
    """The assets that the project shows: the published ones, unless `ASSETS` names others."""
    return ROOT / (os.environ.get("ASSETS") or "assets")


@pytest.fixture(scope="session")
def site(assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("site"), assets)


@pytest.fixture(scope="session")
def build_made_up(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Build a site from made-up assets; the same ones only once."""

    @functools.cache
    def make(**options: object) -> Path:
        made_up.write(tmp_path_factory.mktemp("assets"), **options)  # type: ignore[arg-type]
        assets = made_up.last
        return build(tmp_path_factory.mktemp("made-up"), assets)

    return make


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The built site on a local port."""
    with serve(site) as url:
        yield url


@pytest.fixture(scope="session")
def made_up_address(build_made_up: Callable[..., Path]) -> Iterator[str]:
    """The same pages with results of every model, of a failed one and of one unknown."""
    with serve(build_made_up()) as url:
        yield url


@contextlib.contextmanager
def serve(site: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def macros(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What the pages are made with, without a page."""
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import macros
    from macros import references, settings, tables, text, verdicts  # noqa: F401

    yield macros


def results(macros: Any, folder: Path, **options: Any) -> Any:
    """Made-up results, without figures."""
    made_up.write(folder, figures=False, **options)
    return macros.Results(folder, (("cvae", "cgan"), ("vae", "dcgan")))


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Headless Chromium; without it one visible skip, or a failure if it is required."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if chromium is None:
        missing = "no Chromium on this machine: the built pages were not opened"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def visits(browser: object, address: str) -> dict[str, SimpleNamespace]:
    """Every page opened once, with all that happened: messages, failures, foreign requests."""
    return {page: visit(browser, f"{address}/{page}.html") for page in PAGES}


def visit(browser: object, url: str) -> SimpleNamespace:
    told = SimpleNamespace(messages=[], failed=[], foreign=[])
    context = browser.new_context(viewport={"width": 1440, "height": 900})  # type: ignore

    def admit(route: object) -> None:
        if route.request.url.startswith(url.rsplit("/", 1)[0]):  # type: ignore
            route.continue_()  # type: ignore
        else:
            told.foreign.append(route.request.url)  # type: ignore
            route.abort()  # type: ignore

    def failed(request: object) -> None:
        # A film's download is broken off by the browser once it has what it needs.
        if request.resource_type != "media":  # type: ignore
            told.failed.append(request.url)  # type: ignore

    context.route("**/*", admit)
    page = context.new_page()
    page.on("console", lambda m: told.messages.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: told.messages.append(str(error)))
    page.on("requestfailed", failed)
    page.on("response", lambda r: told.failed.append(r.url) if r.status >= 400 else None)
    page.goto(url, wait_until="load")
    told.images = page.evaluate(LOAD_IMAGES)
    told.films = page.evaluate(LOAD_FILMS)
    told.numbers = page.eval_on_selector_all(
        "data[value]", "all => all.map(e => ({...e.dataset, value: e.value, text: e.textContent}))"
    )
    told.structure = page.evaluate(STRUCTURE)
    page.set_viewport_size({"width": 360, "height": 740})
    told.width = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    return told


LOAD_IMAGES = """async () => {
  const images = [...document.images].filter(image => !image.closest("video"));
  for (const image of images) image.loading = "eager";
  await Promise.all(images.map(image => image.complete ||
    new Promise(done => { image.onload = image.onerror = done; setTimeout(done, 10000); })));
  return images.map(({src, alt, naturalWidth}) => ({src, alt, naturalWidth}));
}"""

LOAD_FILMS = """async () => {
  const films = [...document.querySelectorAll("video")];
  for (const film of films) { film.preload = "metadata"; }
  await Promise.all(films.map(film => film.readyState > 0 || film.error ||
    new Promise(done => {
      film.onloadedmetadata = film.onerror = done; film.load(); setTimeout(done, 10000);
    })));
  return films.map(film => ({src: film.currentSrc, ready: film.readyState > 0,
    controls: film.controls, muted: film.muted, poster: film.poster,
    label: film.getAttribute("aria-label")}));
}"""

STRUCTURE = """() => {
  const ids = [...document.querySelectorAll("article [id]")].map(e => e.id);
  return {
    headings: document.querySelectorAll("h1").length,
    language: document.documentElement.lang,
    twice: ids.filter((id, i) => ids.indexOf(id) !== i),
    unreachable: [...document.querySelectorAll("article *")].filter(e =>
      ["auto", "scroll"].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0
      && !e.closest("pre")).map(e => e.className || e.tagName),
    notDrawn: [...document.querySelectorAll("merror, .katex-error")].length,
  };
}"""
