"""The Word file: our styles, header and footer, figures as pictures with their texts, byte for byte the same."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from pilotproof.errors import PilotproofError
from pilotproof.pipeline.render import choose_renderer, chosen_formats
from tests.pipeline.test_render import FIGURE, SIMULATED

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BODY = (
    "::: {.bottom-line}\nOne sentence.\n:::\n\n# Part\n\n"
    "::: {.strands}\n| Strand | Measured |\n|--|--|\n| Learning | [0.18 SD]{.value} [meaning]{.meaning} |\n:::\n\n"
    f"::: {{.page-break}}\n:::\n\nSee @tbl-y and @fig-x.\n\n"
    f"| a | b |\n|---|--:|\n| 1 | 2 |\n\n: Two numbers {{#tbl-y}}\n\n{FIGURE}\n\n"
    "::: {.callout-note}\nText.\n:::\n"
)


def word(folder: Path, body: str = BODY, head: str = SIMULATED) -> dict[str, str]:
    """The parts of the Word file of a document, by their names."""
    (folder / "report.qmd").write_text(head + body, encoding="utf-8")
    choose_renderer("embedded").render(folder / "report.qmd", folder / "x.docx")
    with zipfile.ZipFile(folder / "x.docx") as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_text_stands_in_our_styles(folder):
    parts = word(folder)
    document = ET.fromstring(parts["word/document.xml"])
    styles = {}
    for paragraph in document.iter(f"{W}p"):
        text = "".join(piece.text or "" for piece in paragraph.iter(f"{W}t"))
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        styles[text] = None if style is None else style.get(f"{W}val")
    assert styles["A test"] == "Title" and styles["Part"] == "Heading1"
    assert styles["One sentence."] == "BottomLine"
    runs = {"".join(t.text or "" for t in run.iter(f"{W}t")): run.find(f"{W}rPr/{W}rStyle") for run in document.iter(f"{W}r")}
    assert runs["0.18 SD"].get(f"{W}val") == "StrandValue"
    assert styles["Table\u00a01: Two numbers"] == "TableCaption" and styles["Figure\u00a01: What it says."] == "ImageCaption"
    assert styles["Text."] == "Callout" and styles["District: Here"] == "Facts"
    known = {style.get(f"{W}styleId") for style in ET.fromstring(parts["word/styles.xml"]).iter(f"{W}style")}
    assert {style for style in styles.values() if style} <= known
    assert '<w:color w:val="1F4E79"' in parts["word/styles.xml"]


def test_tables_have_a_header_row_and_references_lead_to_what_they_name(folder):
    document = word(folder)["word/document.xml"]
    assert document.count("<w:tblHeader") == 2 and '<w:tblStyle w:val="Table"' in document
    targets = set(re.findall(r'w:anchor="([^"]+)"', document))
    assert targets == {"tbl-y", "fig-x"} <= set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]+)"', document))
    assert '<w:br w:type="page"' in document


def test_figures_are_png_and_keep_their_text(folder):
    parts = word(folder)
    assert 'descr="A line that rises"' in parts["word/document.xml"]
    assert [name.rsplit(".", 1)[1] for name in parts if name.startswith("word/media/")] == ["png"]


def test_every_page_names_pilot_district_status_and_origin(folder):
    parts = word(folder, head=SIMULATED.replace("title: A test", 'title: "R & D <1>"'))
    header = next(text for name, text in parts.items() if re.fullmatch(r"word/header\d*\.xml", name))
    footer = next(text for name, text in parts.items() if re.fullmatch(r"word/footer\d*\.xml", name))
    said = " ".join(ET.fromstring(header).itertext())
    assert "Simulated data: not a real pilot" in said and "R & D <1>" in said and "Here" in said
    assert "code 0123456789ab" in footer and " PAGE " in footer and " NUMPAGES " in footer
    assert "headerReference" in parts["word/document.xml"]
    assert {*re.search(r"<w:pgSz ([^/]*)/>", parts["word/document.xml"])[1].split()} == {'w:w="12240"', 'w:h="15840"'}
    assert "<dc:title>R &amp; D &lt;1&gt;</dc:title>" in parts["docProps/core.xml"]


def test_twice_the_same_bytes(folder):
    word(folder)
    first = (folder / "x.docx").read_bytes(), (folder / "reference.docx").read_bytes()
    word(folder)
    assert first == ((folder / "x.docx").read_bytes(), (folder / "reference.docx").read_bytes())


def test_the_formats_are_said_with_commas():
    assert chosen_formats("pdf,html") == ("pdf", "html")
    assert chosen_formats("DOCX, pdf,pdf") == ("pdf", "docx")
    for wrong in ("pdf,doc", "", "pdf;html"):
        with pytest.raises(PilotproofError, match="is not known; use pdf, html, docx"):
            chosen_formats(wrong)
