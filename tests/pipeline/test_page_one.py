"""Page one as it leaves the building: on one sheet in every language, each part said to be in its own."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader

from pilotproof.findings import Findings
from pilotproof.pipeline.render import choose_renderer
from pilotproof.report.front_matter import front_matter
from pilotproof.report.page_one import page_one
from pilotproof.report.strands import strands
from pilotproof.report.strings import ENGLISH, Language
from tests.pipeline import browser, pdf_page
from tests.pipeline.browser import DESKTOP, PHONE, needs_browser, opened
from tests.pipeline.test_pages import LONG_NAME, LONG_TITLE, WCAG
from tests.report.conftest import demo_findings

LOOK = {"is-draft": True, "accent": "#1f4e79", "page-logo": None, "page-logo-alt": None}
HEAD = {"lang": "en", "bibliography": "../references.bib"}
SPANISH = Language(code="es", own_words={"district mathematics benchmark": "la prueba de matemáticas del distrito"})
NUMBER = re.compile(r"[−+]?\d+(?:[.,]\d+)*")


def at_length(findings: Findings) -> Findings:
    """The same with names as long as they come."""
    pilot = {"title": LONG_TITLE, "district": LONG_NAME, "tool": "Adaptive Practice with Immediate Feedback for Schools"}
    outcome = findings.primary.model_copy(update={"label": "statewide assessment of mathematics and quantitative reasoning"})
    return findings.model_copy(update={"pilot": findings.pilot.model_copy(update=pilot), "outcomes": (outcome,)})


def write(folder: Path, findings: Findings, language: Language) -> Path:
    head = front_matter(findings, LOOK, HEAD, language)
    rest = "# What was tried\n\nThe rest.\n\n# References\n\n::: {#refs}\n:::\n"
    (folder / "report.qmd").write_text(f"{head}\n{page_one(findings, language).markdown}\n\n{rest}", encoding="utf-8")
    choose_renderer("embedded").render(folder / "report.qmd", *(folder / f"x.{form}" for form in ("pdf", "html", "docx")))
    return folder


def sheets(folder: Path) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(folder / "x.pdf").pages]


@pytest.mark.parametrize("language", [ENGLISH, SPANISH], ids=["en", "es"])
@pytest.mark.parametrize("change", [lambda found: found, at_length], ids=["demo", "long names"])
def test_page_one_holds_everything_on_one_sheet(folder, language, change):
    findings = change(demo_findings())
    write(folder, findings, language)
    found = sheets(folder)
    assert len(found) == (2 if language is ENGLISH else 3)
    for sheet, edition in zip(found, [language, ENGLISH] if language is not ENGLISH else [ENGLISH], strict=False):
        for strand in strands(findings, edition):
            assert edition.say(f"strand.{strand.name}") in sheet
            assert strand.value.replace("\u00a0", " ") in sheet
        assert edition.say("ladder") in sheet and edition.say("tier.4") in sheet and edition.say("strands") in sheet
        assert edition.say(f"choice.{findings.decision.choice}") in sheet
    assert "What was tried" in found[-1] and pdf_page.misplaced(folder / "x.pdf") == []


def test_both_sheets_hold_the_same_numbers(folder):
    write(folder, demo_findings(), SPANISH)
    spanish, english = (sheet.split(start, 1)[1] for sheet, start in zip(sheets(folder), ("2026 Con", "We cannot"), strict=False))
    foot = re.compile(r"Pilot nearpod · .*")
    numbers = [
        Counter(edition.digits(number.strip(".,")) for number in NUMBER.findall(foot.sub("", sheet)))
        for sheet, edition in ((spanish, SPANISH), (english, ENGLISH))
    ]
    assert numbers[0] == numbers[1] and sum(numbers[0].values()) > 50


def test_each_part_says_its_language(folder):
    write(folder, demo_findings(), SPANISH)
    spoken = Counter(str(entries.get("/Lang", "en")) for kind, entries in pdf_page.elements(folder / "x.pdf") if kind == "/Table")
    assert spoken == {"es": 2, "en": 2}
    html = (folder / "x.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in html
    for part in ('<div class="bottom-line"', '<div class="strands"', '<h2 class="unnumbered unlisted"'):
        assert len(re.findall(f'{part}[^>]* lang="es"', html)) == (2 if part.startswith("<h2") else 1)
    contents = html.split("<nav", 1)[1].split("</nav>", 1)[0]
    assert "ESSA evidence ladder" in contents and "aspectos" not in contents


def test_the_title_block_is_in_the_language_of_page_one(folder):
    write(folder, demo_findings(), SPANISH)
    first = sheets(folder)[0]
    assert "Herramienta: Nearpod" in first and "Fechas: 14 de septiembre al 9 de octubre de 2026" in first
    assert "Draft: may still change" in first and "Borrador: puede cambiar" in first


@needs_browser
@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_page_one_is_readable_on_a_phone_and_by_a_screen_reader(folder, width):
    write(folder, at_length(demo_findings()), SPANISH)
    with browser.chromium() as chromium:
        assert browser.misplaced(chromium, folder / "x.html") == []
        with opened(chromium, folder / "x.html", width=width) as page:
            found = Axe().run(page, options=WCAG)
            assert found.violations_count == 0, found.generate_report()
            table = page.locator(".strands table").first
            assert table.evaluate("one => one.scrollWidth <= one.closest('.wide').clientWidth")
            assert page.get_by_role("row").count() >= 20  # cards on a phone are still rows of a table
