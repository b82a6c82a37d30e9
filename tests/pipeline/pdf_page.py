"""Read a PDF by its boxes: what stands where it should not, and what its structure says."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pypdfium2
from pypdf import PdfReader

Box = tuple[float, float, float, float]  # left, bottom, right, top in points from the lower left corner

INCH = 72
LEFT, RIGHT = 1 * INCH, 7.5 * INCH  # the text of US Letter with margins of one inch
FOOT, HEAD = 0.9 * INCH, 10 * INCH  # body text stands between these; the head begins higher still with a band
EDGE = 0.3 * INCH  # what most printers leave white
SPACE = 2.6  # points, at 10.5 pt
DESCENDER = 4.0  # points by which a g on the last line hangs below the text
FORMULAS = "NewCM"  # the font of formulas, in which an index may touch its letter and a bar lies over it
ON_OTHER = "on other text"
SLACK = 1.0  # points by which two letters may touch, such as a raised one


def misplaced(pdf: Path) -> list[str]:
    """Text outside the margins, in the foot or the head of a page without belonging there, or on other text."""
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for number, page in enumerate(document, start=1):
        text = page.get_textpage()
        boxes = [_of_letters(text, text.get_rect(i)) for i in range(text.count_rects())]
        faults = [(what, box) for what, box in _faults(boxes) if what != ON_OTHER or not _is_formula(text, box)]
        found += [f"page {number}: {what}: {text.get_text_bounded(*box)!r}" for what, box in faults]
        foot = " ".join(text.get_text_bounded(bottom=0, top=FOOT - DESCENDER).split())
        if not foot.endswith(f"Page {number} of {len(document)}") or not foot.startswith("Pilot "):
            found.append(f"page {number}: the foot holds {foot!r}")
        text.close()
        page.close()
    document.close()
    return found


def _of_letters(text: pypdfium2.PdfTextPage, box: Box) -> Box:
    """The box without the space that a broken line ends with: it may hang over the margin."""
    left, bottom, right, top = box
    return (left, bottom, right - SPACE if text.get_text_bounded(*box).endswith(" ") else right, top)


def _is_formula(text: pypdfium2.PdfTextPage, box: Box) -> bool:
    index = text.get_index(box[0] + SLACK, (box[1] + box[3]) / 2, 4, 4)
    if index is None:
        return False
    name = ctypes.create_string_buffer(200)
    pypdfium2.raw.FPDFText_GetFontInfo(text, index, name, len(name), ctypes.c_int())
    return FORMULAS in name.value.decode("utf-8", "replace")


def _faults(boxes: list[Box]) -> Iterator[tuple[str, Box]]:
    for box in boxes:
        if box[0] < LEFT - SLACK or box[2] > RIGHT + SLACK or box[1] < EDGE or box[3] > 11 * INCH - EDGE:
            yield "outside the margins", box
        if box[1] < HEAD < box[3] - SLACK:
            yield "half in the head", box
    for one, other in combinations(boxes, 2):
        if min(one[2], other[2]) - max(one[0], other[0]) > SLACK and min(one[3], other[3]) - max(one[1], other[1]) > SLACK:
            yield ON_OTHER, one


def elements(pdf: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every element of the structure tree in reading order: its kind (/Table, /TH, /Figure …) and its entries."""
    found: list[tuple[str, dict[str, Any]]] = []

    def visit(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                visit(child)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append((str(node["/S"]), node))
            visit(node.get("/K"))

    visit(PdfReader(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"])
    return found
