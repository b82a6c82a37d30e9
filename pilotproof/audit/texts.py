"""The text of every kind of file that a report consists of, hidden parts included: metadata, attributes, pictures in pages."""

from __future__ import annotations

import base64
import html
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilotproof.errors import PilotproofError

DATA_URI = re.compile(r"data:(?P<type>[\w/+.-]+)?[\w;=-]*;base64,(?P<content>[A-Za-z0-9+/=\\n\s]+)")
OUTLINES = re.compile(r"<(path|use|clipPath|polygon|polyline)\b[^>]*/?>|<style\b.*?</style>", re.DOTALL)
TAG = re.compile(r"<(?P<inside>[^<>]*)>")
SPOKEN = re.compile(
    r"""\b(?:alt|title|aria-[\w]+|data-[\w-]+|content|href|src|id|name|value|label)\s*=\s*(?:"([^"]*)"|'([^']*)')"""
)
PROGRAM = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
DATA_IN_SCRIPT = re.compile(r"<script\b[^>]*json[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
UNREADABLE = ("image/png", "image/jpeg", "application/pdf")  # keys of a notebook's outputs
MARKUP = ("text/html", "image/svg+xml")
PICTURES = ("image/svg+xml",)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text and where it stands: 'page 3', 'picture'; empty for a whole file."""

    place: str
    text: str


def passages(path: Path) -> Iterator[Passage]:
    """Everything in the file that can be read. Raises PilotproofError for a file that is not what its name says."""
    read = READERS.get(path.suffix.lower(), _plain)
    try:
        yield from read(path)
    except (OSError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile) as error:
        raise PilotproofError(
            f"{path.name} cannot be read to be checked ({type(error).__name__}); make the report again."
        ) from None


def _plain(path: Path) -> Iterator[Passage]:
    yield from _with_pictures(path.read_text(encoding="utf-8", errors="replace"))


def _page(path: Path) -> Iterator[Passage]:
    yield from _of_markup(path.read_text(encoding="utf-8", errors="replace"))


def _of_markup(text: str, place: str = "") -> Iterator[Passage]:
    """The words of a page, and those in attributes: alternative texts, hover values, links."""
    parts = list(_with_pictures(text, place))
    yield from parts[1:]
    whole = parts[0].text
    unseen = COMMENT.findall(whole) + DATA_IN_SCRIPT.findall(whole)
    yield Passage(f"{place or 'page'}, comments and data", html.unescape("\n".join(unseen)))
    body = PROGRAM.sub(" ", OUTLINES.sub(" ", COMMENT.sub(" ", whole)))
    spoken = [one or other for tag in TAG.finditer(body) for one, other in SPOKEN.findall(tag["inside"])]
    yield Passage(place, html.unescape(TAG.sub(_between, body)))
    yield Passage(f"{place or 'page'}, hidden values", html.unescape("\n".join(spoken)))


def _between(tag: re.Match[str]) -> str:
    """What a tag separates: nothing inside a line of words, words otherwise."""
    name = tag["inside"].lstrip("/").split(" ", 1)[0].lower()
    return "" if name in ("b", "i", "em", "strong", "span", "a", "sub", "sup", "code", "w:t", "w:r", "w:rpr") else "\n"


def _with_pictures(text: str, place: str = "") -> Iterator[Passage]:
    """The text without pictures written into it, then the text of those that are drawings."""
    found = list(DATA_URI.finditer(text))
    yield Passage(place, DATA_URI.sub("", text))
    seen = set()
    for uri in found:
        content = uri["content"].replace("\\n", "").strip()
        if uri["type"] in PICTURES and content not in seen:
            seen.add(content)
            drawing = base64.b64decode(content + "=" * (-len(content) % 4)).decode("utf-8", errors="replace")
            yield from _of_markup(drawing, "picture")


def _word(path: Path) -> Iterator[Passage]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".svg")):
                yield from _of_markup(archive.read(name).decode("utf-8", errors="replace"), name)


def _pdf(path: Path) -> Iterator[Passage]:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    try:
        yield Passage("metadata", "\n".join(f"{key}: {value}" for key, value in document.get_metadata_dict().items()))
        for number in range(len(document)):
            yield Passage(f"page {number + 1}", document[number].get_textpage().get_text_range())
        for number in range(document.count_attachments()):
            attached = document.get_attachment(number)
            yield Passage(f"attachment {attached.get_name()}", bytes(attached.get_data()).decode("utf-8", errors="replace"))
    finally:
        document.close()
    yield Passage("metadata (XMP)", " ".join(XMP.findall(path.read_bytes().decode("latin-1"))))


XMP = re.compile(r"<x:xmpmeta.*?</x:xmpmeta>", re.DOTALL)


def _table(path: Path) -> Iterator[Passage]:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    for name in table.column_names:
        kind = table.schema.field(name).type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            values = pc.unique(table[name]).to_pylist()
            yield Passage(f"column {name}", "\n".join(str(value) for value in values if value is not None))


def _json(path: Path) -> Iterator[Passage]:
    """Every value as it is meant, not as it is written: "Jos\\u00e9", and a name behind the \\n of a line end."""
    yield from _of_value(json.loads(path.read_text(encoding="utf-8")), "")


def _of_value(value: Any, key: str) -> Iterator[Passage]:
    if key in UNREADABLE:
        return
    if isinstance(value, list) and all(isinstance(part, str) for part in value) and (key in MARKUP or key in LINES):
        value = "".join(value)  # notebooks keep texts as lists of lines
    if isinstance(value, dict):
        yield Passage("", "\n".join(value))
        for name, part in value.items():
            yield from _of_value(part, name)
    elif isinstance(value, list):
        texts = [str(part) for part in value if not isinstance(part, dict | list)]
        yield Passage("", "\n".join(texts))
        for part in value:
            if isinstance(part, dict | list):
                yield from _of_value(part, "")
    elif key in MARKUP:
        yield from _of_markup(str(value))
    else:
        yield from _with_pictures(str(value))


LINES = ("source", "text", "text/plain", "text/markdown", "traceback")

READERS: dict[str, Callable[[Path], Iterator[Passage]]] = {
    ".pdf": _pdf,
    ".html": _page,
    ".svg": _page,
    ".docx": _word,
    ".parquet": _table,
    ".json": _json,
    ".ipynb": _json,
}
