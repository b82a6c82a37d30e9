"""Open an HTML page in Chromium, and see what is wrong with it as a person would."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

PHONE, TABLET, DESKTOP = 360, 768, 1280  # pixels
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None)
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH (Debian: apt-get install chromium)")

# Two pieces of text lie on each other when their boxes do, less the air above and below the letters. In a formula they may: a bar
# lies over its letter.
MISPLACED = """() => {
  const found = [], shown = node => node.textContent.trim().slice(0, 60)
  const scrolls = node => node.closest('.wide') !== null && !node.matches('.wide')
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways')
  for (const node of document.body.querySelectorAll('*')) {
    const box = node.getBoundingClientRect()
    if (box.width && box.right > innerWidth + 0.5 && !scrolls(node)) found.push(`too wide: ${node.tagName} ${shown(node)}`)
  }
  const boxes = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange()
  for (let node; (node = walker.nextNode());) {
    if (!node.textContent.trim() || !node.parentElement.checkVisibility() || node.parentElement.closest('math')) continue
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) {
      const air = box.height * 0.2
      boxes.push({left: box.left + 1, right: box.right - 1, top: box.top + air, bottom: box.bottom - air, text: shown(node)})
    }
  }
  boxes.sort((one, other) => one.top - other.top)
  boxes.forEach((one, i) => {
    for (let j = i + 1; j < boxes.length && boxes[j].top < one.bottom; j++)
      if (boxes[j].left < one.right && one.left < boxes[j].right) found.push(`on each other: ${one.text} / ${boxes[j].text}`)
  })
  return found
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window. While it is open nothing else in the process may run an event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def opened(
    browser: Browser, html: Path, *, width: int, scheme: str = "light", requests: list[str] | None = None
) -> Iterator[Page]:
    """The page in a window of `width` pixels; whatever it asks for beside itself is refused and put into `requests`."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    own = html.resolve().as_uri()

    def answer(route) -> None:
        if route.request.url.split("#")[0] == own:
            route.continue_()
        else:
            (requests if requests is not None else []).append(route.request.url)
            route.abort()

    context.route("**/*", answer)
    page = context.new_page()
    page.goto(own)
    yield page
    context.close()


def misplaced(browser: Browser, html: Path) -> list[str]:
    """What is too wide, lies on other text, or comes from elsewhere, on a phone, a tablet and a desktop."""
    found = []
    for width in (PHONE, TABLET, DESKTOP):
        requests: list[str] = []
        with opened(browser, html, width=width, requests=requests) as page:
            page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
            found += [f"{width} px: {what}" for what in page.evaluate(MISPLACED)]
        found += [f"{width} px: asks for {url}" for url in requests]
    return found
