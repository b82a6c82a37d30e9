"""What a Word file needs beside report.qmd: a document that holds our styles, header and footer, and figures as PNG."""

from __future__ import annotations

import zipfile
from pathlib import Path
from string import Template
from typing import Any
from xml.sax.saxutils import escape

import yaml

from pilotproof.files import write_whole
from pilotproof.report.plain_text import as_read

REFERENCE = "reference.docx"  # named in the template's front-matter.yml
START_OF_TIME = (1980, 1, 1, 0, 0, 0)  # of ZIP; a real time would make two files differ
TINT = 0.07  # share of the accent in the ground of a box
BAND = '<w:p><w:pPr><w:pStyle w:val="Band"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'

SCHEMAS = "http://schemas.openxmlformats.org/"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml."
RELATION = SCHEMAS + "officeDocument/2006/relationships/"
PARTS = {"document": f"{KIND}document.main+xml"} | {part: f"{KIND}{part}+xml" for part in ("styles", "header", "footer")}


def write_reference(qmd: Path, template: Path) -> None:
    """Write reference.docx beside `qmd` from the XML in `template`/word and the document's own head.

    Pandoc takes styles, page size, header and footer from it, whichever program drives Pandoc.
    """
    words = _placeholders(read_head(qmd))
    parts = {f"word/{part}.xml": Template((template / "word" / f"{part}.xml").read_text(encoding="utf-8")) for part in PARTS}
    files = {name: part.substitute(words) for name, part in parts.items()}
    files = {"[Content_Types].xml": _content_types(), **_relations(), **files}

    def write(beside: Path) -> None:
        with zipfile.ZipFile(beside, "w") as archive:
            for name, text in files.items():
                archive.writestr(zipfile.ZipInfo(name, START_OF_TIME), text)

    write_whole(qmd.with_name(REFERENCE), write)


def read_head(qmd: Path) -> dict[str, Any]:
    """The YAML head of the document."""
    lines = qmd.read_text(encoding="utf-8").split("\n")
    return yaml.safe_load("\n".join(lines[1 : lines.index("---", 1)]))


def _placeholders(head: dict[str, Any]) -> dict[str, str]:
    accent = head["accent"].removeprefix("#").upper()
    channels = (int(accent[i : i + 2], 16) for i in (0, 2, 4))
    band = BAND.format(escape(head["band"])) if head.get("band") else ""
    said = {key: escape(as_read(str(head[key]))) for key in ("title", "district", "provenance")}
    wash = "".join(f"{int(255 - (255 - channel) * TINT):02X}" for channel in channels)
    return {**said, "accent": accent, "wash": wash, "band": band}


def _content_types() -> str:
    kinds = "".join(f'<Override PartName="/word/{part}.xml" ContentType="{kind}"/>' for part, kind in PARTS.items())
    packed = "application/vnd.openxmlformats-package.relationships+xml"
    return f'<Types xmlns="{SCHEMAS}package/2006/content-types"><Default Extension="rels" ContentType="{packed}"/>{kinds}</Types>'


def _relations() -> dict[str, str]:
    def one(identity: str, kind: str, target: str) -> str:
        return f'<Relationship Id="{identity}" Type="{RELATION}{kind}" Target="{target}"/>'

    parts = "".join(one(f"rId{part.title()}", part, f"{part}.xml") for part in PARTS if part != "document")
    lists = {"_rels/.rels": one("rId1", "officeDocument", "word/document.xml"), "word/_rels/document.xml.rels": parts}
    opening = f'<Relationships xmlns="{SCHEMAS}package/2006/relationships">'
    return {name: f"{opening}{entries}</Relationships>" for name, entries in lists.items()}
