"""What is fuzzed, and with what: every reader of files from outside, fed noise, near misses and broken copies of good files.

A reader may give a result or raise PilotproofError. Anything else is a fault. Used by test_fuzz.py and by benchmarks/fuzz.py.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from hypothesis import strategies as st
from openpyxl import Workbook

from pilotproof.clean.corrections import corrections_of
from pilotproof.errors import PilotproofError
from pilotproof.findings.base import as_json
from pilotproof.findings.evidence_file import read_evidence
from pilotproof.instrument import load_instrument
from pilotproof.intake import Intake
from pilotproof.pilot import ErrorLogSource, Pilot, RosterSource, UsageSource, load_pilot
from pilotproof.plan import load_plan
from pilotproof.report.evidence_file import evidence_of
from pilotproof.sources.bundle import is_bundle, unpack_bundle
from pilotproof.sources.detect import detect
from pilotproof.sources.error_log import log_of_lines, log_of_table, table_of_records
from pilotproof.sources.event_streams import events_of_records, starts_as_json
from pilotproof.sources.flat_roster import read_flat_roster
from pilotproof.sources.grid import read_grid, table_of
from pilotproof.sources.json_records import read_json_records
from pilotproof.sources.large import columns_of, csv_relation, database
from pilotproof.sources.log_reader import LogPlace, read_log
from pilotproof.sources.passport import check_passports, load_passports
from pilotproof.sources.survey_formats import SURVEY_FORMATS, read_survey
from pilotproof.sources.text import read_text
from pilotproof.sources.usage_layouts import events_of, usage_table
from pilotproof.workspace import Workspace
from tests.conftest import PROJECT
from tests.hostile.strings import ALL, PATHS
from tests.report.conftest import demo_findings

DEMO = "nearpod"
RAW = PROJECT / "data/raw" / DEMO
SHOWN = "data/raw/x/file"
LINES = ErrorLogSource(file="x", format="lines", pattern="{time} [{severity}] {any}: {message}")
TABLE = ErrorLogSource(file="x", message_column="Message", time_column="Time")
USAGE = UsageSource(file="x", user_column="Student ID", time_column="Date")
RECORDS = ErrorLogSource(
    file="x", format="json", time_column="timestamp", message_column="verb.id", teacher_column="actor.account.name"
)
FLAT = RosterSource(format="flat", file="x", student_column="Student", class_column="Class")
TEXTS = [hostile.text.encode("utf-8", "surrogatepass")[:400] for hostile in ALL]
MARKS = [
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b'"',
    b"'",
    b",",
    b";",
    b"\t",
    b"\r",
    b"\n",
    b"\r\n",
    b"[",
    b"]",
    b"{",
    b"}",
    b"\\",
    b"<",
]
NUMBERS = [
    b"1e999",
    b"-1e-999",
    b"9" * 400,
    b"NaN",
    b"Infinity",
    b"0x1F",
    b"1_000",
    b"-0",
    b"",
    b"2026-02-30",
    b"24:61",
    b"99999-01-01",
]
YAML_BITS = [
    b"&a",
    b"*a",
    b"!!python/object/apply:os.system [id]",
    b"!!int x",
    b"!!timestamp x",
    b"? [a]",
    b": ",
    b"- ",
    b"|",
    b">",
    b"<<: ",
]
PIECES = [*TEXTS, *MARKS, *NUMBERS, *YAML_BITS]


# ---- how a good file is broken -----------------------------------------------------------------------------------------


def _insert(data: bytes, at: int, piece: bytes) -> bytes:
    return data[:at] + piece + data[at:]


def _overwrite(data: bytes, at: int, piece: bytes) -> bytes:
    return data[:at] + piece + data[at + len(piece) :]


def _cut(data: bytes, at: int, piece: bytes) -> bytes:
    return data[:at] + data[at + 1 + len(piece) * 7 :]


def _end(data: bytes, at: int, piece: bytes) -> bytes:
    return data[:at]


def _repeat(data: bytes, at: int, piece: bytes) -> bytes:
    return data[:at] + data[max(0, at - 40 - len(piece)) : at] * 3 + data[at:]


def _replace_cell(data: bytes, at: int, piece: bytes) -> bytes:
    start = max(data.rfind(mark, 0, at) for mark in (b",", b"\n", b": ")) + 1
    ends = [end for mark in (b",", b"\n", b"\r") if (end := data.find(mark, at)) >= 0]
    return data[:start] + piece + data[min(ends, default=len(data)) :]


def _move_lines(data: bytes, at: int, piece: bytes) -> bytes:
    end = data.find(b"\n", at) + 1
    return data[end:] + data[:end]


CHANGES = (_insert, _overwrite, _cut, _end, _repeat, _replace_cell, _replace_cell, _move_lines)
Steps = list[tuple[Callable[[bytes, int, bytes], bytes], float, bytes]]
STEPS = st.lists(
    st.tuples(st.sampled_from(CHANGES), st.floats(0, 1), st.one_of(st.sampled_from(PIECES), st.binary(max_size=6))),
    min_size=1,
    max_size=4,
)


def broken(data: bytes, steps: Steps) -> bytes:
    """The file after each change, made at a share of its length."""
    for change, share, piece in steps:
        data = change(data, int(share * len(data)), piece)
    return data


@cache
def workbook() -> bytes:
    """A small workbook with text, numbers, a date, a formula and two sheets."""
    book = Workbook()
    sheet = book.active
    for row in (
        ["Student", "Class", "Time", "Message"],
        ["s1", "c1", 46000.5, "x"],
        ["s2", "c2", "2026-09-14", "=1+1"],
        [None, 1.5, True, "é"],
    ):
        sheet.append(row)
    sheet["C2"].number_format = "yyyy-mm-dd hh:mm"
    sheet.merge_cells("A2:A3")
    book.create_sheet("Other").append(["a"])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def broken_workbook(steps: Steps, part: int) -> bytes:
    """The workbook with one of its parts broken, in a ZIP that is whole: nothing but the XML is at fault."""
    with zipfile.ZipFile(BytesIO(workbook())) as whole:
        parts = {name: whole.read(name) for name in sorted(whole.namelist())}
    name = list(parts)[part % len(parts)]
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for each, content in parts.items():
            made.writestr(each, broken(content, steps) if each == name else content)
    return stream.getvalue()


def _evidence() -> bytes:
    """evidence.json of the demo, from the findings that tests compare with."""
    return as_json(evidence_of(demo_findings()).model_dump(mode="json")).encode()


SUITABLE = {  # the good file of each reader; "table" and those not named here read nearly all
    "survey of qualtrics": "teacher_survey.csv",
    "survey of microsoft-forms": "microsoft.csv",
    "survey of google-forms": "survey.csv",
    "survey of surveymonkey": "surveymonkey.csv",
    "survey of redcap": "redcap.csv",
    "usage": "usage.csv",
    "JSON": "caliper.json",
    "events": "events.json",
    "JSON log": "events.jsonl",
    "text log": "log.txt",
    "table log": "log.csv",
    "flat roster": "flat.csv",
    "bundle": "roster.zip",
    "a named sheet": "book.xlsx",
    "evidence of another pilot": "evidence.json",
    "Parquet log": "log.parquet",
}


@cache
def good_files() -> dict[str, bytes]:
    """Files that are read without complaint: the demo's exports, JSON of three kinds, a text log, a workbook, a bundle."""
    files = {
        path.relative_to(RAW).as_posix(): b"".join(path.read_bytes().splitlines(keepends=True)[:200])
        for path in sorted(RAW.rglob("*.csv"))
    }
    events = [
        {"actor": {"account": {"name": f"s{n}"}}, "verb": {"id": "http://x/opened"}, "timestamp": f"2026-09-{n:02}T10:00:00Z"}
        for n in range(1, 9)
    ]
    files["events.json"] = json.dumps(events).encode()
    files["events.jsonl"] = b"".join(json.dumps(event).encode() + b"\n" for event in events)
    files["caliper.json"] = json.dumps({"data": [{"type": "Event", "actor": "s", "eventTime": "2026-09-14"}]}).encode()
    files["log.txt"] = b"2026-09-14 10:00:00 [ERROR] room 1: it stopped\n  at line 3\n2026-09-15 11:00:00 [INFO] room 2: fine\n"
    files["survey.csv"] = b'Timestamp,"How likely? [PU1]",Staff ID\n2026/09/14 10:00:00 AM GMT-5,Agree (4),T1\n'
    files["microsoft.csv"] = (
        b"ID,Start time,Completion time,Email,Name,How likely?\n1,9/14/26 10:00:00,9/14/26 10:05:00,a@b.c,A,Agree\n"
    )
    files["surveymonkey.csv"] = b"Respondent ID,Start Date,End Date,How likely?,\n,,,Often,Rarely\n1,09/14/2026,09/14/2026,x,\n"
    files["redcap.csv"] = b"record_id,redcap_event_name,q1,q2___1,survey_complete\n1,before,4,0,2\n"
    files["log.csv"] = b"Time,Message,Severity\n2026-09-14 10:00,it stopped,error\n"
    files["flat.csv"] = b"Student,Class,Teacher\ns1,c1,t1\ns2,c1,t1\n"
    files["log.parquet"] = _parquet()
    files["evidence.json"] = _evidence()
    files["book.xlsx"] = workbook()
    bundle = BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        for path in sorted((RAW / "roster").glob("*.csv")):
            archive.writestr(path.name, b"".join(path.read_bytes().splitlines(keepends=True)[:50]))
    files["roster.zip"] = bundle.getvalue()
    return files


def _parquet() -> bytes:
    held = BytesIO()
    times = pa.array([datetime(2026, 9, day) for day in range(1, 25)])
    pq.write_table(pa.table({"who": ["S-1", "S-2", None] * 8, "at": times, "n": [1.5, None] * 12}), held, row_group_size=10)
    return held.getvalue()


# ---- the readers -------------------------------------------------------------------------------------------------------


def _columns(path: Path) -> None:
    with database() as connection:
        relation = csv_relation(path, shown_as=SHOWN)
        columns_of(connection, relation, shown_as=SHOWN)


def _bundle(path: Path) -> None:
    if is_bundle(path, shown_as=SHOWN):
        folder = path.with_suffix(f".{path.stat().st_mtime_ns}")
        unpack_bundle(path, folder, shown_as=SHOWN)
        assert {each.parent for each in folder.rglob("*")} <= {folder}, "nothing lands outside"


READERS: dict[str, Callable[[Path], object]] = {
    "detect": lambda path: detect(path, shown_as=SHOWN),
    "table": lambda path: table_of(read_grid(path, shown_as=SHOWN)),
    "a named sheet": lambda path: read_grid(path, shown_as=SHOWN, sheet="Other"),
    "survey": lambda path: read_survey(read_grid(path, shown_as=SHOWN)),
    **{
        f"survey of {tool.name}": lambda path, name=tool.name: read_survey(read_grid(path, shown_as=SHOWN), name)
        for tool in SURVEY_FORMATS
    },
    "usage": lambda path: events_of(usage_table(read_grid(path, shown_as=SHOWN)), USAGE),
    "JSON": lambda path: read_json_records(path, shown_as=SHOWN),
    "events": lambda path: events_of_records(read_json_records(path, shown_as=SHOWN), file=SHOWN),
    "starts as JSON": starts_as_json,
    "JSON log": lambda path: table_of_records(read_json_records(path, shown_as=SHOWN), RECORDS, file=SHOWN),
    "text log": lambda path: log_of_lines(read_text(path, shown_as=SHOWN), LINES, file=SHOWN),
    "table log": lambda path: log_of_table(table_of(read_grid(path, shown_as=SHOWN)), TABLE),
    "flat roster": lambda path: read_flat_roster(table_of(read_grid(path, shown_as=SHOWN)), FLAT, district="D"),
    "bundle": _bundle,
    "large log": _columns,
    "Parquet log": lambda path: read_log(LogPlace(SHOWN, path=path)),
    "evidence of another pilot": lambda path: read_evidence(path, shown_as=SHOWN),
}


def try_reader(name: str, path: Path, content: bytes) -> str:
    """`read` or `refused`; any other exception goes through."""
    path.write_bytes(content)
    return _outcome(lambda: READERS[name](path))


def _outcome(read: Callable[[], object]) -> str:
    try:
        read()
    except PilotproofError as error:
        assert str(error).strip(), "an error without words"
        return "refused"
    return "read"


# ---- whole exports through cleaning ------------------------------------------------------------------------------------


READINGS = {
    "outcomes.csv": "students",
    "teacher_survey.csv": "teacher_scales",
    "acceptance_survey.csv": "teacher_scales",
    "sessions.csv": "sessions",
    "observations.csv": "observations",
    "lesson_coding.csv": "lesson_coding",
    "usage.csv": "usage",
    "roster/users.csv": "students",
    "roster/enrollments.csv": "students",
    "roster/classes.csv": "students",
    "roster/orgs.csv": "students",
    "error_log.csv": "errors",
}


def try_cleaning(file: str, workspace: Workspace, content: bytes) -> str:
    """Read and clean one export of the demo that was broken; the file is put right again."""
    path = workspace.raw(DEMO) / file
    whole = path.read_bytes()
    path.write_bytes(content)
    try:
        return _outcome(lambda: _clean(READINGS[file], workspace))
    finally:
        path.write_bytes(whole)


def _clean(reading: str, workspace: Workspace) -> None:
    intake = replace(_intake(workspace), problems=[])
    getattr(intake, reading)()


@cache
def _intake(workspace: Workspace) -> Intake:
    return Intake.open(DEMO, workspace)


# ---- params, corrections, passports, instruments, plans ----------------------------------------------------------------

CORRECTIONS = b"""corrections:
  - file: outcomes.csv
    where: {Student ID: S1001}
    column: Posttest
    expect: {above: 100}
    set: 10
    because: typed twice
    told: the teacher
    date: 2026-10-20
"""


@dataclass(frozen=True)
class YamlFile:
    """A file of YAML, where it lies, and who reads it."""

    path: str
    good: bytes
    read: Callable[[Workspace], object]


@cache
def yaml_files() -> dict[str, YamlFile]:
    """Every kind of YAML that is read."""

    def corrections(workspace: Workspace) -> None:
        corrections_of(DEMO, demo(), workspace)

    return {
        "params": YamlFile(f"params/{DEMO}.yaml", (PROJECT / f"params/{DEMO}.yaml").read_bytes(), lambda w: load_pilot(DEMO, w)),
        "passports": YamlFile(f"data/raw/{DEMO}/source.yaml", (RAW / "source.yaml").read_bytes(), _passports),
        "corrections": YamlFile(f"data/raw/{DEMO}/corrections.yaml", CORRECTIONS, corrections),
        "instrument": YamlFile(
            "params/instruments/tam.yaml",
            (PROJECT / "params/instruments/tam.yaml").read_bytes(),
            lambda w: load_instrument("tam", w),
        ),
        "plan": YamlFile(
            f"params/plans/{DEMO}.yaml", (PROJECT / f"params/plans/{DEMO}.yaml").read_bytes(), lambda w: load_plan(DEMO, w)
        ),
    }


@cache
def demo() -> Pilot:
    """The demo pilot's params."""
    return load_pilot(DEMO, Workspace.open(PROJECT))


def _passports(workspace: Workspace) -> None:
    load_passports(DEMO, workspace)
    check_passports(DEMO, demo(), workspace)


def try_yaml(kind: str, workspace: Workspace, content: bytes) -> str:
    """Read a YAML file that was broken; it is put right again, or taken away."""
    file = yaml_files()[kind]
    path = workspace.root / file.path
    before = path.read_bytes() if path.is_file() else None
    path.write_bytes(content)
    try:
        return _outcome(lambda: file.read(workspace))
    finally:
        path.unlink() if before is None else path.write_bytes(before)


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(10**30), 2**63, 0, -1]),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.text(max_size=20),
    st.sampled_from([hostile.text[:300] for hostile in ALL if hostile.text.isprintable()]),
    st.sampled_from([path for path in PATHS if path.isprintable()]),
    st.sampled_from(["%Y %Y", "%", "%Q", "%-d", "(a+)+$", "{time}{message}", "{any}" * 30, "(?P<x>", "a" * 5000]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.text(max_size=8), st.integers()), inner, max_size=3)
    ),
    max_leaves=6,
)


def with_value(tree: Any, places: Iterable[int], value: Any) -> Any:
    """The tree with another value somewhere in it; `places` says which way to go at each fork."""
    for place in places:
        if isinstance(tree, dict) and tree:
            key = list(tree)[place % len(tree)]
            return tree | {key: with_value(tree[key], list(places)[1:], value)}
        if isinstance(tree, list) and tree:
            at = place % len(tree)
            return [*tree[:at], with_value(tree[at], list(places)[1:], value), *tree[at + 1 :]]
        break
    return value


def yaml_with(kind: str, places: list[int], value: Any) -> bytes:
    """The good file as YAML with one value of another kind in it."""
    tree = yaml.safe_load(yaml_files()[kind].good)
    return yaml.safe_dump(with_value(tree, places, value), allow_unicode=True).encode("utf-8", "surrogatepass")
