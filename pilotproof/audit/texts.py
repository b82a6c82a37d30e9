"""The text of every kind of file that a report consists of, hidden parts included: metadata, attributes, pictures in pages."""

from __future__ import annotations

import base64
import html
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pilotproof.errors import PilotproofError

DATA_URI = re.compile(r"data:(?P<type>[\w/+.-]+)?[\w;=-]*;base64,(?P<content>[A-Za-z0-9+/=\\n\s]+)")
OUTLINES = re.compile(r"<(path|use|clipPath|polygon|polyline)\b[^>]*/?>|<style\b.*?</style>", re.DOTALL)
TAG = re.compile(r"<(?P<inside>[^<>]*)>")
SPOKEN = re.compile(r"""\b(?:alt|title|aria-[\w]+|data-[\w-]+|content|href|src|id|name|value|label)\s*=\s*"([^"]*)\"""")
PROGRAM = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
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
    body = PROGRAM.sub(" ", OUTLINES.sub(" ", parts[0].text))
    spoken = [value for tag in TAG.finditer(body) for value in SPOKEN.findall(tag["inside"])]
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


READERS: dict[str, Callable[[Path], Iterator[Passage]]] = {
    ".pdf": _pdf,
    ".html": _page,
    ".svg": _page,
    ".docx": _word,
    ".parquet": _table,
}
