"""A pilot whose every text is hostile makes a report in which each shows as text, and nothing on the machine is touched."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.conftest import copy_project
from tests.hostile.pilot import CATEGORY, CLASS, IN_PARAMS, IN_PROSE, poison, prose, shown
from tests.hostile.test_page_text import Page, plain
from tests.pipeline.test_report import FORMATS, run

IN_PICTURES = ("QPROBLEM", "QOUTPUTS")  # drawn, and said to who cannot see them
NOT_PRINTED = (*IN_PICTURES, "QLOGO", "QDOMAIN", "QCHECKED")
# Printed on the page. Ids of students and teachers, messages of errors, senders and agreements are not.
ON_PAGE = (
    *(mark for mark in IN_PARAMS if mark not in NOT_PRINTED),
    *("QROW", "QBECAUSE", "QTOLD", CATEGORY, "QINSTRUMENT", "QSUBSCALE", "QPUBLISHED"),
)


NUMBER = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the hostile pilot's report."""
    project = copy_project(tmp_path_factory.mktemp("hostile") / "project")
    poison(project)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    done = run(project, "report", "nearpod", "--renderer", "embedded", *FORMATS)
    assert done.returncode == 0, done.stderr + done.stdout
    assert {path: path.read_bytes() for path in before} == before, "no file of the project was written"
    return project / "reports/nearpod"


@pytest.fixture(scope="module")
def html(report: Path) -> Page:
    return Page((report / "nearpod.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("mark", ON_PAGE)
def test_each_text_shows_on_the_html_page(html, mark):
    text = plain("".join(html.text))
    where = [found.start() for found in re.finditer(mark, text)]
    assert where, "it is not on the page"
    assert {text[at : at + len(plain(shown(mark)))] for at in where} == {plain(shown(mark))}


def test_prose_of_the_district_shows_with_all_but_emphasis_and_links_as_text(html):
    text = plain("".join(html.text))
    for mark in IN_PROSE:
        assert plain(prose(shown(mark))).replace("---", "—") in text


def test_what_is_said_of_a_picture_is_the_text(html):
    said = [plain(value) for tag, name, value in html.attributes if (tag, name) in (("img", "alt"), ("svg", "aria-label"))]
    assert plain(shown("QLOGO")) in said
    for mark in IN_PICTURES:
        assert any(plain(shown(mark)) in alt for alt in said), mark


@pytest.mark.parametrize("mark", ON_PAGE)
def test_each_text_shows_in_word(report, mark):
    with zipfile.ZipFile(report / "nearpod.docx") as archive:
        document = archive.read("word/document.xml").decode()
    text = plain("".join(Page(re.sub(r"</w:p>|<w:br />", " ", document)).text))
    assert plain(shown(mark)) in text
    assert not re.search(r"<w:(instrText|fldSimple|altChunk|object)", document)


def test_each_text_shows_in_the_pdf(report):
    pages = [re.sub(r"\s", "", page.extract_text()) for page in PdfReader(report / "nearpod.pdf").pages]
    text = "".join(pages)
    for mark in ON_PAGE:
        is_whole = f"{mark}=1+1<b>x</b>" in text
        is_cut = any(mark in last[-400:] and "<b>x</b>" in first[:600] for last, first in pairwise(pages))  # by the end of a page
        assert is_whole or is_cut, mark
    assert "⟨thumbsupsign⟩" in text, "for which no font of the PDF has a letter"


def test_nothing_on_the_page_acts_or_leads_away(html, report):
    assert not {"script", "iframe", "object", "embed", "form", "base", "b", "foreignobject", "animate", "set"} & {*html.tags}
    led_to = [
        value
        for _, name, value in html.attributes
        if name.rpartition(":")[2] in ("href", "src", "data", "srcset", "action", "poster")
    ]
    ours = (report.parent / "references.bib").read_text(encoding="utf-8")
    for value in led_to:
        assert value.startswith(("#", "data:")) or value.removeprefix("https://doi.org/") in ours or value in ours, value
    assert "attacker" not in "".join(led_to)


def test_no_file_of_this_machine_is_in_the_report(report):
    secret = Path("/etc/passwd").read_text(encoding="utf-8").splitlines()[0]
    for path in report.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path.name


def test_figures_hold_the_texts_as_drawn_letters_only(report):
    for path in (report / "figures").glob("*.svg"):
        svg = path.read_text(encoding="utf-8")
        assert not re.search(r"<(script|foreignObject|image|a)\b", svg), path.name
        assert not re.search(r'(?:xlink:)?href="(?!#)', svg), path.name
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u200b]", svg), path.name


def test_evidence_holds_the_texts_as_they_were_typed(report):
    evidence = json.loads((report / "evidence.json").read_text(encoding="utf-8"))
    assert evidence["pilot"]["title"].startswith("QTITLE =1+1 <b>x</b><script>")


def test_formulas_are_neutralised_in_the_numbers_of_figures(report):
    cells = [
        cell
        for path in (report / "figures").glob("*.csv")
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
        for cell in row
    ]
    assert any(CLASS in cell or "QFEATURE" in cell for cell in cells), "texts of the pilot are in them"
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r＝")) and not NUMBER.fullmatch(cell)]
    assert not [cell for cell in cells if re.search("[\x00-\x1f\u202a-\u202e\u200b]", cell)]
