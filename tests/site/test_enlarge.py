"""Pictures can be enlarged: by mouse, by keyboard, in both schemes, by links that have names."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.site.pages import PAGES

NAMELESS = """() => [...document.querySelectorAll("a[href]")].filter(link =>
  link.checkVisibility() && link.tabIndex >= 0 && !link.textContent.trim() &&
  !link.getAttribute("aria-label") &&
  ![...link.querySelectorAll("img")].some(image => image.checkVisibility() && image.alt.trim())
).map(link => link.outerHTML.slice(0, 200))"""

# What a press of Tab would reach and nobody would see.
EMPTY = """() => [...document.querySelectorAll("article a[href]")].filter(link =>
  link.checkVisibility() && link.tabIndex >= 0 && link.getBoundingClientRect().height < 1
).map(link => link.outerHTML.slice(0, 200))"""

PICTURE = """() => {
  const stage = document.querySelector("dialog.enlarged");
  const image = [...stage.querySelectorAll("img")].find(one => one.offsetWidth);
  const style = getComputedStyle(stage);
  return {source: image.src, width: image.getBoundingClientRect().width,
    ground: style.backgroundColor, page: getComputedStyle(document.body).backgroundColor,
    covers: stage.getBoundingClientRect().width >= innerWidth};
}"""


@pytest.fixture(scope="module", params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def reader(browser: Any, scheme: str) -> Iterator[Any]:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("page", PAGES)
def test_every_link_has_a_name_and_can_be_seen(reader: Any, address: str, page: str) -> None:
    reader.goto(f"{address}/{page}.html", wait_until="domcontentloaded")
    assert reader.evaluate(NAMELESS) == []
    assert reader.evaluate(EMPTY) == []


@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize("kind", ["chart", "picture"])
def test_a_picture_is_larger_on_the_ground_of_the_page(
    reader: Any, scheme: str, address: str, kind: str, width: int
) -> None:
    reader.set_viewport_size({"width": width, "height": 900})
    reader.goto(f"{address}/models.html")
    link = reader.locator(f".panel--{kind} a.enlarge").first
    link.scroll_into_view_if_needed()
    shown = link.evaluate("a => a.getBoundingClientRect().width")
    link.focus()
    reader.keyboard.press("Enter")
    told = reader.evaluate(PICTURE)
    assert told["width"] > shown
    assert told["ground"] == told["page"] and told["covers"]
    assert kind != "chart" or f".{scheme}.svg" in told["source"]
    reader.keyboard.press("Escape")
    assert not reader.locator("dialog.enlarged").is_visible()
    assert link.evaluate("a => a === document.activeElement"), "the reader lost the place"
    link.click()
    assert reader.locator("dialog.enlarged").is_visible()
    reader.get_by_role("button", name="Close").click()
    assert not reader.locator("dialog.enlarged").is_visible()


def test_without_the_script_the_link_opens_the_picture(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/fidelity.html")
    link = page.locator(".panel--chart a.enlarge").first
    assert page.request.get(f"{address}/{link.get_attribute('href')}").ok
    context.close()
