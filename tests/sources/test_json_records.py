"""JSON in its several layouts gives records with their lines; every broken line is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.errors import DataError
from pilotproof.sources.json_records import Record, read_json_records

SHOWN = "data/raw/x/events.json"
CALIPER = {"sensor": "s", "sendTime": "2026-09-14T10:00:00Z", "dataVersion": "v"}


def read(folder: Path, content: str | bytes) -> list[Record]:
    path = folder / "events.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_json_records(path, shown_as=SHOWN)


@pytest.mark.parametrize(
    ("content", "records"),
    [
        ('{"a": 1}', [(1, {"a": 1})]),
        ('\n[{"a": 1},\n\n {"a": 2}]\n', [(2, {"a": 1}), (4, {"a": 2})]),
        ('{"a": 1}\r\n\r\n{"a": 2}\r\n', [(1, {"a": 1}), (3, {"a": 2})]),
        ('{"a": 1}\r{"a": 2}', [(1, {"a": 1}), (2, {"a": 2})]),
        ('{\n "a": 1\n}\n{\n "a": 2\n}', [(1, {"a": 1}), (4, {"a": 2})]),
        ('{\n "a": 1\n}\nBREAK\n{\n "a": 2\n}\nBREAK', [(1, {"a": 1}), (5, {"a": 2})]),
        ('\x1e{"a": 1}\n\x1e{"a": 2}\n', [(1, {"a": 1}), (2, {"a": 2})]),
        ('\ufeff{"a": "é"}', [(1, {"a": "é"})]),
        ('{"statements": [\n{"a": 1},\n{"a": 2}\n], "more": ""}', [(2, {"a": 1}), (3, {"a": 2})]),
        ('{"a": NaN}', [(1, {"a": None})]),
        ('{"statements": "text", "b": 1}', [(1, {"statements": "text", "b": 1})]),
        ('{"data": [{"a": 1}], "time": 3}', [(1, {"data": [{"a": 1}], "time": 3})]),
    ],
)
def test_layouts(tmp_path, content, records):
    assert read(tmp_path, content) == records


def test_events_are_taken_out_of_a_caliper_envelope(tmp_path):
    text = json.dumps({**CALIPER, "data": [{"a": 1}, {"a": 2}]}, indent=1)
    # line 1 {, 2 sensor, 3 sendTime, 4 dataVersion, 5 data, 6 the first event (three lines), 9 the second
    assert read(tmp_path, text) == [(6, {"a": 1}), (9, {"a": 2})]
    line = json.dumps({**CALIPER, "data": [{"a": 1}, {"a": 2}]})
    assert read(tmp_path, f"{line}\n{line}") == [(1, {"a": 1}), (1, {"a": 2}), (2, {"a": 1}), (2, {"a": 2})]


def test_utf_16_is_read(tmp_path):
    assert read(tmp_path, '{"a": "é"}\n'.encode("utf-16")) == [(1, {"a": "é"})]


def test_every_broken_line_is_named_and_the_others_are_read_past(tmp_path):
    with pytest.raises(DataError) as caught:
        read(tmp_path, '{"a": 1}\n{"a": \n{"a": 2}\n{"a": 3}}\n[1]\n{"a": 1e999}\n{"a": 4}\n{"a": 4}\n')
    assert [problem.row for problem in caught.value.problems] == [2, 4, 5, 6]
    assert "row 2: found broken JSON" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "found no records"),
        ("[]", "found no records"),
        ("null", "row 1: found null where records should be"),
        ('[{"a": 1},\n7]', "row 2: found 7 where a record should be"),
        ('{"statements": [null]}\n{"a": 1}', "row 1: found null where a record should be"),
        ('{\n"statements": [\n1]}', "row 3: found 1 where a record should be"),
        ('[{"a": 1},\n{"a": ', "row 2: found broken JSON"),
        ('{"a": 1, "a": 2}', "the key 'a' twice"),
        ('[{"b": {"a": 1, "a": 2}}]', "the key 'a' twice"),
        ('{"a": -Infinity}', "-Infinity, which is no number"),
        ('{"a": ' + "9" * 5000 + "}", "a number of 5,000 digits"),
        ("[" * 100_000, "levels deep"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "levels deep"),
        ("[" * 1_500_001, "about 1,500,001 objects and lists; expected at most 1,500,000"),
        (b'{"a": "\xff\x81"}', "bytes that are no text"),
        ('{"a": "\0"}', "NUL"),
    ],
)
def test_what_is_no_record_is_named(tmp_path, content, said):
    with pytest.raises(DataError) as caught:
        read(tmp_path, content)
    assert said in str(caught.value)


def test_half_a_character_is_marked_so_that_texts_can_be_written_again(tmp_path):
    text = r'{"half": "\ud83d!", "whole": "\ud83d\ude00", "typed": "\\ud83d"}'
    assert read(tmp_path, text) == [(1, {"half": "\ufffd!", "whole": "😀", "typed": r"\ud83d"})]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3), min_size=2, max_size=5),
    st.sampled_from(["lines", "array", "indented array", "documents"]),
)
def test_any_records_come_back_whatever_the_layout(tmp_path_factory, records, layout):
    text = {
        "lines": "\n".join(map(json.dumps, records)),
        "array": json.dumps(records),
        "indented array": json.dumps(records, indent=2),
        "documents": "\n".join(json.dumps(record, indent=2) for record in records),
    }[layout]
    assert [record for _, record in read(tmp_path_factory.mktemp("json"), text)] == records


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='{}[]",:1eNa \n\\u', max_size=60) | st.binary(max_size=100))
def test_any_text_gives_records_or_the_clear_error(tmp_path_factory, content):
    try:
        records = read(tmp_path_factory.mktemp("json"), content)
    except DataError as error:
        assert error.problems
    else:
        assert all(isinstance(record, dict) and row >= 1 for row, record in records)
