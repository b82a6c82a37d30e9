"""Every hostile text, in every place of a page, shows as text in HTML, Word and PDF, and does nothing else."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from pilotproof.pipeline.render import Embedded
from pilotproof.report import format as fmt
from pilotproof.report.block import figure_block, table
from pilotproof.report.figure_data import FigureData
from pilotproof.report.plain_text import as_read
from tests.conftest import PROJECT
from tests.hostile.strings import ALL, FORMULAS, MARKUP, SCRIPTS, UNSEEN, Hostile

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><path d="M0 20 L40 0" stroke="black"/></svg>'
HEAD = (
    "---\ntitle: '{title}'\ndistrict: D\ntool: T\nwindow: W\ndata-received: R\nprovenance: P\naccent: '#1f4e79'\nlang: en\n---\n"
)
STRAIGHT = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'"})
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PLACES = ("start", "middle", "cell", "bullet", "bold", "heading")
KINDS = [hostile.kind for hostile in ALL]


def plain(text: str) -> str:
    """Texts as they are compared: Pandoc curls quotation marks, and every space counts as one."""
    return " ".join(text.translate(STRAIGHT).split())


def mark(place: str, number: int) -> str:
    return f"Q{PLACES.index(place)}Q{number}Q"


def document(texts: list[str], drawing: Path) -> str:
    """Each text at the start of a paragraph, within one, in a table, a list and a heading, bold, and as what is spoken."""
    parts = []
    for number, text in enumerate(texts):
        said = fmt.text(text)
        end = {place: f" {mark(place, number)}E" for place in PLACES}
        cell = table(["A", "B"], [[mark("cell", number), f"{said}{end['cell']}"]], align="ll", widths=[20, 80])
        parts += [
            f"{mark('start', number)}\n\n{said}{end['start']}",
            f"{mark('middle', number)} {said}{end['middle']}",
            cell,
            f"- {mark('bullet', number)}\n\n- {said}{end['bullet']}",
            f"{mark('bold', number)} **{said}**{end['bold']}",
            f"# {mark('heading', number)} {said}{end['heading']}",
            figure_block(drawing, name=f"x{number}", message=said, spoken=f"spoken {said}").markdown,
        ]
    return HEAD.format(title="T") + "\n\n".join(parts) + "\n"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """report.html, .docx and .pdf with all hostile texts."""
    root = tmp_path_factory.mktemp("hostile")
    shutil.copytree(PROJECT / "reports/_template", root / "reports/_template")
    shutil.copyfile(PROJECT / "reports/references.bib", root / "reports/references.bib")
    folder = root / "reports/x"
    (folder / "figures").mkdir(parents=True)
    drawing = folder / "figures/x.svg"
    drawing.write_text(SVG)
    qmd = folder / "report.qmd"
    qmd.write_text(document([hostile.text for hostile in ALL], drawing), encoding="utf-8")
    Embedded("embedded").render(qmd, folder / "x.html", folder / "x.docx", folder / "x.pdf")
    return folder


class Page(HTMLParser):
    """The text of a page, its elements by name, and every attribute."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags, self.attributes = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data):
        self.text.append(data)


def between(text: str, place: str, number: int) -> str:
    found = re.search(f"{mark(place, number)}(?!E)(.*?){mark(place, number)}E", text, re.S)
    assert found is not None, f"{KINDS[number]}: the page has no {place}"
    return plain(found[1].removeprefix("</w:t>"))


@pytest.fixture(scope="module")
def html(pages: Path) -> Page:
    return Page((pages / "x.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def word(pages: Path) -> str:
    """The text of the Word file, with a space between paragraphs."""
    with zipfile.ZipFile(pages / "x.docx") as archive:
        body = ElementTree.fromstring(archive.read("word/document.xml"))
    lines = [
        "".join(
            piece.text or "" if piece.tag == f"{W}t" else " " for piece in paragraph.iter() if piece.tag in (f"{W}t", f"{W}br")
        )
        for paragraph in body.iter(f"{W}p")
    ]
    return " ".join(lines)


@pytest.mark.parametrize("place", PLACES)
def test_every_text_shows_as_text_in_html(html, place):
    text = "".join(html.text)
    seen = {KINDS[n]: between(text, place, n) for n in range(len(ALL))}
    assert seen == {hostile.kind: plain(hostile.on_page) for hostile in ALL}


@pytest.mark.parametrize("place", PLACES)
def test_every_text_shows_as_text_in_word(word, place):
    seen = {KINDS[n]: between(word, place, n) for n in range(len(ALL))}
    assert seen == {hostile.kind: plain(hostile.on_page) for hostile in ALL}


@pytest.mark.parametrize("place", ["start", "middle", "bold"])
def test_every_text_in_latin_letters_shows_as_text_in_the_pdf(pages, place):
    text = re.sub(r"\s|Page \d+ of \d+", "", "".join(page.extract_text() for page in PdfReader(pages / "x.pdf").pages))
    for number, hostile in enumerate(ALL):
        if hostile.on_page.isascii() and len(hostile.on_page) < 300:  # letters without a font of their own are another matter
            found = re.search(f"{mark(place, number)}(?!E)(.*?){mark(place, number)}E", text)
            assert found is not None, hostile.kind
            assert re.sub(r"\s", "", plain(hostile.on_page)) in plain(found[1]).replace("…", "...").replace("−", "-"), (
                hostile.kind
            )


def test_what_is_spoken_for_a_figure_is_the_text(html):
    spoken = [plain(value) for tag, name, value in html.attributes if (tag, name) == ("img", "alt")]
    quoted = {hostile.kind: plain(f"{hostile.on_page} spoken {hostile.on_page}") for hostile in ALL}
    assert dict(zip(quoted, spoken, strict=True)) == quoted


def test_the_html_page_holds_no_element_that_acts_and_no_address(html, pages):
    assert not {"script", "iframe", "object", "embed", "form", "base", "svg", "link", "video", "audio"} & {*html.tags}
    assert html.tags.count("style") == (1 + 1), "that of the template and the colour of the pilot"
    assert not [name for _, name, _ in html.attributes if name.startswith("on") or name in ("srcset", "action")]
    styles = {value for _, name, value in html.attributes if name == "style"}
    assert all(re.fullmatch(r"(width: ?\d+%;?|text-align: left;)*", value) for value in styles), styles
    led_to = {value for _, name, value in html.attributes if name in ("href", "src", "data", "poster", "content")}
    assert not [value for value in led_to if re.match(r"(?i)\s*(https?|ftp|file|javascript|//)", value)]
    css = "".join(re.findall(r"<style.*?</style>", (pages / "x.html").read_text(), re.S))
    assert "url(" not in css and "@import" not in css


def test_the_word_file_has_no_field_no_link_out_and_no_part_that_runs(pages):
    with zipfile.ZipFile(pages / "x.docx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name in parts if re.search(r"vba|embeddings|activeX|\.bin", name)]
    document = parts["word/document.xml"]
    assert not re.search(rb"<w:(instrText|fldSimple|altChunk|object|hyperlink)", document)
    assert b'TargetMode="External"' not in b"".join(body for name, body in parts.items() if name.endswith(".rels"))


def test_the_pdf_has_no_action_no_attachment_and_no_link_out(pages):
    reader = PdfReader(pages / "x.pdf")
    catalogue = reader.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/JavaScript", "/EmbeddedFiles", "/AF"} & {*catalogue, *catalogue.get("/Names", {})}
    for page in reader.pages:
        for annotation in page.get("/Annots", []):
            action = annotation.get_object().get("/A")
            assert action is None or action.get_object().get("/S") == "/GoTo"


def test_no_file_of_this_machine_stands_on_a_page(pages, html, word):
    secret = Path("/etc/passwd").read_text().splitlines()[0] if Path("/etc/passwd").is_file() else "root:x:0:0"
    pdf = "".join(page.extract_text() for page in PdfReader(pages / "x.pdf").pages)
    assert secret not in "".join(html.text) and secret not in word and secret not in pdf


@pytest.mark.parametrize("hostile", ALL, ids=KINDS)
def test_escaped_and_read_again_a_text_is_what_the_page_shows(hostile: Hostile):
    assert as_read(fmt.text(hostile.text)) == " ".join(hostile.on_page.split())
    assert "\n" not in fmt.text(hostile.text)


def test_the_corpus_has_each_kind_once():
    assert len({*KINDS}) == len(KINDS) and len(ALL) > 80
    assert all(group for group in (MARKUP, FORMULAS, UNSEEN, SCRIPTS))


@pytest.mark.parametrize("hostile", ALL, ids=KINDS)
def test_a_text_in_the_numbers_of_a_figure_is_no_formula(hostile: Hostile, tmp_path):
    path = FigureData.of([hostile.text], [[hostile.text], [-1.5]]).write(tmp_path / "x.csv")
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert rows[0] == rows[1] and rows[2] == ["-1.5"], "numbers stay numbers"
    assert not rows[0][0].startswith(tuple("=+-@\t\r＝＋－＠"))
    assert rows[0][0].removeprefix("'") == " ".join(hostile.on_page.split())
