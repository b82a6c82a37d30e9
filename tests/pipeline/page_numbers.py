"""The numbers of a finished page, from its PDF and from its HTML, and its tables as a reader sees them."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from tests.pipeline.expected_rows import fragments_of, rows_of
from tests.pipeline.pdf_page import FOOT, FORMULAS, HEAD

NUMBER = re.compile(r"(?<![\w.,])[−+]?\d+(?:,\d{3})*(?:\.\d+)?(?![\w])%?")
LEADERS = re.compile(r"(?:\. ?){6,}\d+")  # of the contents, with the number of the page
UNREAD = {"style", "script", "svg", "math", "head", "nav", "footer"}
VOID = {"img", "br", "hr", "meta", "link", "input", "col", "wbr"}


def numbers(text: str) -> Counter[str]:
    """Every number with its sign and percent sign, and how often it stands there. Part of a word, such as a hash, is none."""
    return Counter(NUMBER.findall(text))


def text_of_pdf(pdf: Path) -> str:
    """The text between head and foot of all pages, without formulas and the numbers of the contents, on one line."""
    parts: list[str] = []

    def take(text: str, page: list[float], line: list[float], font: dict[str, Any] | None, _: float) -> None:
        height = line[4] * page[1] + line[5] * page[3] + page[5]
        is_formula = font is not None and FORMULAS in str(font.get("/BaseFont", ""))
        if FOOT - 2 < height < HEAD + 2 and not is_formula:
            parts.append(text)

    for page in PdfReader(pdf).pages:
        page.extract_text(visitor_text=take)
        parts.append(" ")
    return " ".join(LEADERS.sub("", " ".join("".join(parts).split())).split())


def text_of_html(html: Path) -> str:
    """The text between head and foot of the page, without formulas, on one line."""
    return " ".join(_read(html).text.split())


def tables_of(html: Path) -> dict[str, list[list[str]]]:
    """The rows of each table by its name, the heading first."""
    return _read(html).tables


def _read(html: Path) -> _Page:
    page = _Page()
    page.feed(html.read_text(encoding="utf-8"))
    page.close()
    return page


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.tables: dict[str, list[list[str]]] = {}
        self._unread: list[str] = []
        self._counts: list[int | None] = []  # the number of the last item of each open list, None where items have none
        self._rows: list[list[str]] | None = None
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD or (self._unread and tag not in VOID):
            self._unread.append(tag)
        self.text += " " if tag in {"p", "li", "td", "th", "div", "br", "tr", "h1", "h2", "h3", "caption", "figcaption"} else ""
        if tag in ("ol", "ul"):
            self._counts.append(0 if tag == "ol" else None)
        elif tag == "li" and self._counts and self._counts[-1] is not None:
            self._counts[-1] += 1
            self.text += f" {self._counts[-1]}. " if not self._unread else ""
        if tag == "table":
            self._rows = self.tables.setdefault(dict(attrs).get("id") or "", [])
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in ("td", "th") and self._rows:
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if self._unread and tag == self._unread[-1]:
            self._unread.pop()
        if tag in ("ol", "ul") and self._counts:
            self._counts.pop()
        if tag in ("td", "th") and self._cell is not None and self._rows:
            self._rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if not self._unread:
            self.text += data
            if self._cell is not None:
                self._cell.append(data)


def disagreements(report: Path, findings: dict[str, Any]) -> list[str]:
    """Where the PDF and the HTML of a report (without the end of its name) say other numbers than each other or findings."""
    pdf, html = text_of_pdf(report.with_suffix(".pdf")), text_of_html(report.with_suffix(".html"))
    tables = tables_of(report.with_suffix(".html"))
    found = []
    for name, cells in rows_of(findings):
        if not any(_holds(row, cells) for row in tables.get(name, [])):
            found.append(f"HTML, {name}: no row with {cells}")
        if " ".join(cells) not in pdf:
            found.append(f"PDF: nowhere {' '.join(cells)}")
    for fragment in fragments_of(findings):
        found += [f"{form}: nowhere {fragment}" for form, text in (("PDF", pdf), ("HTML", html)) if fragment not in text]
    again = {number for rows in tables.values() for cell in rows[0] for number in numbers(cell)}  # headings, on every page
    more, less = numbers(pdf) - numbers(html), numbers(html) - numbers(pdf)
    found += [f"only in the PDF: {number}, {times} times" for number, times in more.items() if number not in again]
    found += [f"only in the HTML: {number}, {times} times" for number, times in less.items()]
    return found


def _holds(row: list[str], cells: list[str]) -> bool:
    return any(row[i : i + len(cells)] == cells for i in range(len(row) - len(cells) + 1))
