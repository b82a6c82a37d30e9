"""Whatever the file, there is a table or the clear error: no traceback, within 10 seconds and 1 GB, the file untouched."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.errors import DataError
from pilotproof.sources.detect import detect
from pilotproof.sources.grid import read_grid, table_of
from pilotproof.sources.json_records import read_json_records

MEGABYTE = 2**20
MOST_SECONDS = 10
MOST_BYTES = 1024 * MEGABYTE
SHOWN = "data/raw/x/file"
BOOK = b'<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>'
LINKS = b'<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
ENTITIES = b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(11))

Pieces = bytes | Iterable[bytes]


def workbook(sheet: Pieces, **parts: Pieces) -> Callable[[Path], None]:
    """Writes a workbook whose sheet has this XML, without holding it in memory."""

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, content in {"workbook.xml": BOOK, "_rels/workbook.xml.rels": LINKS, **parts}.items():
                _write_part(archive, name, content)
            _write_part(archive, "worksheets/sheet1.xml", sheet)

    return write


def _write_part(archive: zipfile.ZipFile, name: str, content: Pieces) -> None:
    with archive.open(f"xl/{name}", "w") as stream:
        for piece in (content,) if isinstance(content, bytes) else content:
            stream.write(piece)


def around(before: bytes, piece: bytes, times: int, after: bytes) -> Iterator[bytes]:
    yield before
    for _ in range(times):
        yield piece
    yield after


def sheet(cells: bytes) -> bytes:
    return b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"


def nested_zips(path: Path) -> None:
    """Zeros packed ten times over: every layer unpacks to a thousand times its size."""
    content = bytes(10 * MEGABYTE)
    for layer in range(10):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(f"{layer}.zip", content)
        content = packed.getvalue()
    path.write_bytes(content)


def false_size(path: Path) -> None:
    """A workbook whose directory says that its sheet, of 300 MB, has 100 bytes."""
    workbook(around(b"<worksheet>", b" " * MEGABYTE, 300, b"</worksheet>"))(path)
    content = path.read_bytes()
    size = (300 * MEGABYTE + len(b"<worksheet></worksheet>")).to_bytes(4, "little")
    path.write_bytes(content.replace(size, (100).to_bytes(4, "little")))


def many_parts(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(12_000):
            archive.writestr(str(number), b"")


def text(content: bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content) and None


HOSTILE = {
    "nested zips": (nested_zips, "a ZIP file that is no workbook"),
    "a sheet of 300 MB": (workbook(around(b"<worksheet>", b" " * MEGABYTE, 300, b"</worksheet>")), "a part of more than"),
    "a sheet with a false size": (false_size, "a damaged or cut-off file"),
    "shared texts of 60 MB": (
        workbook(sheet(b""), **{"sharedStrings.xml": around(b"<sst><si><t>", b"x" * MEGABYTE, 60, b"</t></si></sst>")}),
        "a part of more than",
    ),
    "12,000 parts": (many_parts, "thousands of files inside"),
    "a million columns": (
        workbook(around(b"<worksheet><sheetData><row>", b"<c><v>1</v></c>" * 1000, 1000, b"</row></sheetData></worksheet>")),
        "more than 16,384 columns",
    ),
    "two cells far apart": (
        workbook(sheet(b'<row><c><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "cells spread over 1,048,576 rows and 16,384 columns",
    ),
    "a row beyond the last": (workbook(sheet(b'<row r="999999999"><c><v>1</v></c></row>')), "out of place"),
    "a cell of 5 MB": (
        workbook(around(b"<worksheet><sheetData><row><c t='inlineStr'><is><t>", b"x" * MEGABYTE, 5, b"</t></is></c></row>")),
        "a cell of more than 1,000,000 characters",
    ),
    "merged cells over everything": (
        workbook(sheet(b"<row>" + b"<c><v>1</v></c>" * 99 + b"</row>" + b"<row/>" * 99_999 + b"<row><c><v>1</v></c></row>")),
        None,
    ),
    "a thousand merged ranges": (
        workbook(
            sheet(b"<row><c><v>1</v></c></row>" * 5_000).replace(
                b"</worksheet>", b"<mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 1000 + b"</mergeCells></worksheet>"
            )
        ),
        "merged cells over millions of cells",
    ),
    "a tag of 100 MB": (workbook(around(b'<worksheet x="', b"x" * MEGABYTE, 100, b'"/>')), "a tag of megabytes"),
    "a comment of 100 MB": (workbook(around(b"<worksheet><!--", b"x" * MEGABYTE, 100, b"--></worksheet>")), "a tag of megabytes"),
    "a billion laughs": (
        workbook(b'<!DOCTYPE x [<!ENTITY a0 "ha">' + ENTITIES + b"]>" + sheet(b"<row><c t='str'><v>&a11;</v></c></row>")),
        "a document type inside the workbook",
    ),
    "an external entity": (
        workbook(b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + sheet(b"<row><c><v>&a;</v></c></row>")),
        "a document type inside the workbook",
    ),
    "a dimension that is not true": (workbook(b'<worksheet><dimension ref="A1:XFD1048576"/></worksheet>'), "found 0 rows"),
    "CSV of a million columns": (text(b",".join(b"c%d" % n for n in range(10**6))), "1,000,000 columns"),
    "CSV with a cell of 5 MB": (text(b"id,x\n1," + b"x" * 5_000_000), "a cell of more than 1,000,000 characters"),
    "CSV with a quote never closed": (text(b'id,x\n1,"' + b"a,b\n" * 500_000), "a cell of more than 1,000,000 characters"),
    "CSV of delimiters": (text((b"," * 16_000 + b"\n") * 1300), "cells; expected at most 20,000,000"),
    "a file of 51 MB": (text(b"a" * 51 * MEGABYTE), "bytes; expected at most"),
    "stray bytes by the million": (text("é".encode() * 1_000_000 + b"\xe9" * 999_999 + b"\n"), "a cell of more than"),
    "rows that do not fit": (text(b"a,b,c\n" + b"1,2\n" * 90_000 + b"1,2,3\n"), "the same in 89,980 more rows, up to this one"),
    "NULs": (text(b"id,a\n" + bytes(5 * MEGABYTE)), "bytes that are no text (NUL)"),
}
HOSTILE_JSON = {
    "nested a million deep": (text(b"[" * 1_400_000), "levels deep"),
    "opened ten million times": (text(b"[" * 10_000_000), "objects and lists; expected at most"),
    "a number of 5 MB": (text(b'{"a":' + b"9" * 5_000_000 + b"}"), "a number of 5,000,000 digits"),
    "broken lines by the thousand": (text(b'{"a":1}\n' * 20 + b'{"a":}\n' * 100_000), "row 21: found broken JSON"),
    "a key twice among thousands": (
        text(json.dumps({f"k{n}": n for n in range(50_000)}).encode()[:-1] + b',"k7":1}'),
        "'k7' twice",
    ),
}


@pytest.mark.parametrize(("write", "said"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_tables(tmp_path, write, said):
    write(tmp_path / "file")
    try:
        table_of(read_grid(tmp_path / "file", shown_as=SHOWN))
    except DataError as error:
        assert said is not None and said in str(error)
    else:
        assert said is None


@pytest.mark.parametrize(("write", "said"), HOSTILE_JSON.values(), ids=HOSTILE_JSON)
def test_hostile_json(tmp_path, write, said):
    write(tmp_path / "file")
    with pytest.raises(DataError) as caught:
        read_json_records(tmp_path / "file", shown_as=SHOWN)
    assert said in str(caught.value)


# On Linux ru_maxrss is handed down from the process that started this one, here a test runner that may hold more than
# the limit itself; VmHWM counts from the new program on.
READ_ALL = """
import sys, time
from pathlib import Path
from pilotproof.errors import DataError
from pilotproof.sources.detect import detect
for path in sorted(Path(sys.argv[1]).iterdir()):
    started = time.monotonic()
    try:
        detect(path, shown_as=path.name)
    except DataError:
        pass
    print(time.monotonic() - started, path.name)
status = Path("/proc/self/status")
if status.exists():
    most = int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
else:
    import resource
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(most, file=sys.stderr)
"""


def test_none_of_them_takes_more_than_10_seconds_or_1_gb(tmp_path):
    """All in one process of its own, held to 1 GB by what it used at most; the files are as they were."""
    pytest.importorskip("resource", reason="memory is measured as Unix does")
    for number, (write, _) in enumerate((HOSTILE | HOSTILE_JSON).values()):
        write(tmp_path / str(number))
    before = {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in tmp_path.iterdir()}
    done = subprocess.run([sys.executable, "-c", READ_ALL, tmp_path], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(before)
    assert max(float(line.split()[0]) for line in lines) < MOST_SECONDS
    assert int(done.stderr.splitlines()[-1]) < MOST_BYTES
    assert {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in tmp_path.iterdir()} == before


def read_anything(path: Path) -> None:
    """Read in every way; only the clear error may come of it."""
    for read in (lambda: table_of(read_grid(path, shown_as=SHOWN)), lambda: detect(path, shown_as=SHOWN)):
        try:
            read()
        except DataError as error:
            assert error.problems and str(error).startswith(SHOWN)


@pytest.fixture(scope="module")
def good_workbook(tmp_path_factory) -> bytes:
    book = openpyxl.Workbook()
    for row in (["id", "score"], ["s1", 1.5], ["s2", "=B2"], ["s3", True]):
        book.active.append(row)
    book.active.merge_cells("A1:A2")
    path = tmp_path_factory.mktemp("book") / "good.xlsx"
    book.save(path)
    return path.read_bytes()


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_workbook_cut_off_or_with_flipped_bytes(tmp_path_factory, good_workbook, data):
    content = bytearray(good_workbook)
    if data.draw(st.booleans(), "is cut off"):
        content = content[: data.draw(st.integers(0, len(content) - 1))]
    for _ in range(data.draw(st.integers(0, 4), "flips") if content else 0):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("flipped") / "file"
    path.write_bytes(content)
    read_anything(path)
    assert path.read_bytes() == content


TAGS = st.sampled_from(
    [
        *"<row> </row> <row/> <c> </c> <c/> <v> </v> <v/> <f/> <is> </is> <t> </t> <rPh> </rPh> 1 -1e999 x &amp;".split(),
        *[
            '<row r="2">',
            '<row r="x">',
            '<c r="B1">',
            '<c r="ZZZZZ1">',
            '<c t="s">',
            '<c t="d">',
            '<c s="9">',
            '<c s="-1" t="b">',
        ],
        *['<mergeCell ref="A1:B2"/>', '<mergeCell ref="B2:A1"/>', '<mergeCell ref="A0:A999999999"/>', '<c t="inlineStr">'],
    ]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(TAGS, max_size=14))
def test_any_xml_in_a_sheet(tmp_path_factory, tags):
    path = tmp_path_factory.mktemp("xml") / "file"
    workbook(sheet("".join(tags).encode()))(path)
    read_anything(path)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [b"a", b'"', b",", b";", b"\n", b"\r", b"\0", b"\xc3\xa9", b"\xe9", b"\xff\xfe", b"\xef\xbb\xbf", b"sep=,"]
        ),
        max_size=30,
    )
)
def test_any_mix_of_marks_encodings_and_line_ends(tmp_path_factory, pieces):
    path = tmp_path_factory.mktemp("mix") / "file"
    path.write_bytes(b"".join(pieces))
    read_anything(path)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"{", b"[{", b"<html", b""]),
    st.binary(max_size=400),
)
def test_any_bytes_behind_a_known_beginning(tmp_path_factory, start, rest):
    path = tmp_path_factory.mktemp("bytes") / "file"
    path.write_bytes(start + rest)
    read_anything(path)
