"""The finished pages as their readers meet them: boxes, structure, accessibility, in PDF and in a browser."""

from __future__ import annotations

import shutil
import struct
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

from pilotproof.pipeline.render import choose_renderer
from pilotproof.report.front_matter import DRAFT, SIMULATED
from tests.conftest import PROJECT
from tests.pipeline import browser, pdf_page
from tests.pipeline.browser import DESKTOP, PHONE, needs_browser, opened

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
LONG_TITLE = "Adaptive mathematics practice with immediate feedback in grades 6, 7 and 8 of all middle schools and annexes"
LONG_NAME = "Consolidated Independent School District of Upper Maple Valley and the Surrounding Townships"
ORIGIN = "code 0123456789ab · params ba9876543210 · data received October 16, 2026"
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def png(width: int, height: int) -> bytes:
    """A red picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = (b"\0" + b"\xc0\x10\x10" * width) * height
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document with everything that a page may carry, its names as long as they come: draft, logo, wide table, callout."""
    folder = tmp_path_factory.mktemp("full") / "reports" / "x"
    shutil.copytree(PROJECT / "reports/_template", folder.parent / "_template")
    shutil.copyfile(PROJECT / "reports/references.bib", folder.parent / "references.bib")
    (folder / "figures").mkdir(parents=True)
    (folder / "figures/x.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><path d="M0 200 L400 0" stroke="black"/></svg>'
    )
    (folder / "logo.png").write_bytes(png(400, 90))
    head = {
        "title": LONG_TITLE,
        "subtitle": "Pilot report",
        "tool": "Tool",
        "window": "September 14 to October 9, 2026",
        "district": LONG_NAME,
        "data-received": "October 16, 2026",
        "band": f"{DRAFT} · {SIMULATED}",
        "provenance": f"Pilot with-a-rather-long-name-2026 · {ORIGIN}",
        "accent": "#6b21a8",
        "page-logo": "logo.png",
        "page-logo-alt": "Coat of arms of the district",
        "renderer": "quarto",
        "lang": "en",
        "bibliography": "../references.bib",
    }
    (folder / "report.qmd").write_text(f"---\n{yaml.safe_dump(head)}---\n\n{_body()}", encoding="utf-8")
    choose_renderer("embedded").render(folder / "report.qmd", *(folder / f"x.{form}" for form in ("pdf", "html", "docx")))
    return folder


def _body() -> str:
    wide = "| " + " | ".join(f"column {i}" for i in range(10)) + " |\n|" + "---|" * 10 + "\n"
    rows = "".join("| " + " | ".join(f"value {row}.{i}" for i in range(10)) + " |\n" for row in range(70))
    return (
        "::: {.bottom-line}\nOne sentence.\n:::\n\n# First part {.unnumbered}\n\n"
        f"Word {LONG_WORD} and @tbl-wide.\n\n{wide}{rows}\n: A table over pages {{#tbl-wide}}\n\n"
        '![What it says.](figures/x.svg){#fig-x fig-alt="A line that rises" width=100%}\n\n'
        '::: {.callout-note title="Note"}\nSee @fig-x.\n:::\n\n## A part of it\n\n'
        "Text [@dong2013].\n\n# References\n\n::: {#refs}\n:::\n"
    )


@pytest.fixture(scope="module")
def pages(full: Path, made: Path) -> dict[str, Path]:
    """Two reports, without the ends of their files' names."""
    return {"full": full / "x", "demo": made / "reports/nearpod/nearpod"}


@pytest.mark.parametrize("name", ["full", "demo"])
def test_nothing_in_the_pdf_is_cut_off_or_lies_on_something_else(pages, name):
    assert pdf_page.misplaced(pages[name].with_suffix(".pdf")) == []


@pytest.mark.parametrize("name", ["full", "demo"])
def test_the_pdf_says_its_structure(pages, name):
    found = pdf_page.elements(pages[name].with_suffix(".pdf"))
    kinds = [kind for kind, _ in found]
    assert kinds.count("/Table") > 0 and kinds.count("/TH") >= 2 * kinds.count("/Table") and "/H1" in kinds
    spoken = [entries.get("/Alt") for kind, entries in found if kind == "/Figure"]
    assert spoken and all(spoken)
    root = PdfReader(pages[name].with_suffix(".pdf")).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"].startswith("en")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_every_pdf_page_names_pilot_district_status_and_origin(full):
    sheets = [" ".join(page.extract_text().split()) for page in PdfReader(full / "x.pdf").pages]
    assert len(sheets) > 2
    for number, text in enumerate(sheets, start=1):
        assert f"{DRAFT} · {SIMULATED}" in text and f"Page {number} of {len(sheets)}" in text
        assert LONG_TITLE in text and LONG_NAME in text
        assert ORIGIN in text


def test_the_logo_and_the_colour_are_on_the_pages(full):
    spoken = [str(entries["/Alt"]) for kind, entries in pdf_page.elements(full / "x.pdf") if kind == "/Figure"]
    assert spoken == ["Coat of arms of the district", "A line that rises"]
    html = (full / "x.html").read_text(encoding="utf-8")
    assert 'alt="Coat of arms of the district"' in html and "--accent-of-pilot: #6b21a8" in html
    content = b"".join(page.get_contents().get_data() for page in PdfReader(full / "x.pdf").pages)
    assert b"0.41960785 0.12941177 0.65882355 rg" in content or b"0.41960785 0.12941177 0.65882355 scn" in content  # 6b 21 a8


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as opened_browser:
        yield opened_browser


@needs_browser
@pytest.mark.parametrize("name", ["full", "demo"])
def test_nothing_in_the_html_page_is_too_wide_or_lies_on_something_else_or_comes_from_elsewhere(chromium, pages, name):
    assert browser.misplaced(chromium, pages[name].with_suffix(".html")) == []


@needs_browser
@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [("demo", DESKTOP, "light"), ("demo", PHONE, "dark"), ("full", DESKTOP, "dark"), ("full", PHONE, "light")],
)
def test_axe_finds_nothing_against_wcag_2_1_aa(chromium, pages, name, width, scheme):
    with opened(chromium, pages[name].with_suffix(".html"), width=width, scheme=scheme) as page:
        found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
    assert len(found.response["passes"]) > 15  # it did look


@needs_browser
def test_a_wide_table_scrolls_in_its_own_place_by_the_keyboard(chromium, full):
    with opened(chromium, full / "x.html", width=PHONE) as page:
        region = page.get_by_role("region", name="Table 1: A table over pages")
        region.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.activeElement.scrollLeft > 0", timeout=2000)
        assert page.evaluate("scrollX") == 0


@needs_browser
def test_the_keyboard_reaches_the_report_first_and_everything_shows_its_focus(chromium, full):
    with opened(chromium, full / "x.html", width=DESKTOP) as page:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
        assert page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.tagName") == "MAIN"
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        assert page.evaluate("document.activeElement.textContent") == "Table\u00a01"


@needs_browser
def test_the_html_page_has_landmarks_headings_in_order_and_contents_that_lead_there(chromium, pages):
    with opened(chromium, pages["demo"].with_suffix(".html"), width=DESKTOP) as page:
        for role in ("banner", "main", "navigation", "contentinfo"):
            assert page.get_by_role(role).count() == 1, role
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => +one.tagName[1])")
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        linked = page.evaluate("[...document.querySelectorAll('nav a')].map(one => one.getAttribute('href'))")
        assert len(linked) == levels.count(2) and all(page.locator(target).count() == 1 for target in linked)
        assert page.evaluate("[...document.querySelectorAll('th')].every(one => one.scope)")
        assert page.evaluate("[...document.querySelectorAll('img')].every(one => one.alt)")


@needs_browser
@pytest.mark.parametrize("name", ["full", "demo"])
def test_on_paper_the_page_is_light_and_nothing_is_hidden(chromium, pages, name):
    with opened(chromium, pages[name].with_suffix(".html"), width=DESKTOP, scheme="dark") as page:
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate(
            "[...document.querySelectorAll('.wide')].every(one => getComputedStyle(one).overflowX === 'visible')"
        )
        assert not page.locator("nav").is_visible()
