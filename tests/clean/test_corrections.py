"""Corrections are data with a reason and an expiry: each is carried out as written, or stops the run by name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotproof.clean.cleaned import Account
from pilotproof.clean.corrections import Corrections, identifier_columns
from pilotproof.clean.flow import BY_CORRECTION
from pilotproof.errors import DataError, ParamsError
from pilotproof.intake import Intake
from pilotproof.pilot import load_pilot
from pilotproof.sources.raw import RawTable, require_rows
from pilotproof.workspace import Workspace

PROJECT = Path(__file__).resolve().parents[2]
SHOWN = "data/raw/x/corrections.yaml"
REASON = "  because: keyed twice\n  told: Ms Alder, test office\n  date: 2026-10-12\n"


def scores() -> RawTable:
    frame = pd.DataFrame(
        {
            "id": ["007", "8", " S9", "s9"],
            "post": ["140", "55", "", "55"],
            "note": ["a", "b", "c", "d"],
        },
        index=[2, 3, 5, 6],
        dtype="str",
    )
    return RawTable("data/raw/x/o.csv", frame)


def load(folder: Path, *entries: str, identifiers: tuple[str, ...] = ("id",)) -> Corrections:
    """corrections.yaml with these entries: the lines of each after `file`, without who and why."""
    path = folder / "corrections.yaml"
    lines = "".join(f"- file: o.csv\n{entry}{REASON}" for entry in entries)
    path.write_text(f"corrections:\n{lines}" if entries else "corrections: []\n", encoding="utf-8")
    return Corrections.load(path, shown_as=SHOWN, files=["o.csv", "log.csv"], identifiers=identifiers)


SET = "  column: post\n  where: {id: 007}\n  set: 41\n  expect: {above: 100}\n"


def test_a_cell_is_set_and_everything_else_stays(tmp_path):
    table, original = scores(), scores()
    corrected = load(tmp_path, SET).apply("o.csv", table)
    assert corrected.frame["post"].tolist() == ["41", "55", "", "55"], "007 in YAML is the id 007, not the number 7"
    assert corrected.frame.drop(columns="post").equals(original.frame.drop(columns="post"))
    assert table.frame.equals(original.frame), "the table given is not altered"
    assert corrected.removed_by_correction == 0


@pytest.mark.parametrize(
    ("entry", "column", "values"),
    [
        ("  column: post\n  row: 2\n  set: null\n  expect: {equals: 140}\n", "post", ["", "55", "", "55"]),
        ("  column: post\n  row: 5\n  set: '050'\n  expect: {equals: null}\n", "post", ["140", "55", "050", "55"]),
        (
            "  column: post\n  where: {post: 55}\n  rows: 2\n  set: 54.5\n  expect: {below: 60}\n",
            "post",
            ["140", "54.5", "", "54.5"],
        ),
        ("  column: id\n  where: {id: S9}\n  set: s9\n  expect: {one_of: [S9, S-9]}\n", "id", ["007", "8", "s9", "s9"]),
        (
            "  column: note\n  where: {id: 8, note: b}\n  set: 2026-09-14\n  expect: {equals: b}\n",
            "note",
            ["a", "2026-09-14", "c", "d"],
        ),
        ("  column: note\n  where: {id: 8}\n  row: 3\n  set: no\n  expect: {one_of: [b, c]}\n", "note", ["a", "no", "c", "d"]),
    ],
)
def test_rows_are_named_by_their_values_or_their_number(tmp_path, entry, column, values):
    assert load(tmp_path, entry).apply("o.csv", scores()).frame[column].tolist() == values


def test_rows_are_removed_and_stay_in_the_account(tmp_path):
    raw = load(tmp_path, "  where: {post: 55}\n  rows: 2\n  remove: true\n").apply("o.csv", scores())
    assert raw.frame.index.tolist() == [2, 5] and raw.removed_by_correction == 2
    assert require_rows(raw, 4) is raw, "the file has its four records still"
    # 4 records: 2 kept, 2 removed
    account = Account(file=raw.file, records=raw.records, kept=len(raw.frame), removed={BY_CORRECTION: 2})
    assert account.records == 2 + 2


def test_entries_are_carried_out_in_their_order(tmp_path):
    second = "  column: post\n  where: {id: 007}\n  set: 42\n  expect: {equals: 41}\n"
    assert load(tmp_path, SET, second).apply("o.csv", scores()).frame["post"].tolist()[0] == "42"
    with pytest.raises(DataError, match="expected '41'"):
        load(tmp_path, second, SET).apply("o.csv", scores())


def test_other_files_are_left_alone(tmp_path):
    table = scores()
    assert load(tmp_path, SET).apply("log.csv", table) is table


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (SET.replace("007", "7"), "found no rows that match; expected 1, as `rows` says"),
        (SET.replace("007", "S-1"), "found no rows that match"),
        (SET.replace("where: {id: 007}", "row: 4"), "found no rows that match"),
        (
            "  column: note\n  where: {post: 55}\n  set: x\n  expect: {equals: b}\n",
            r"found 2 rows that match (rows 3, 6); expected 1",
        ),
        ("  where: {id: 8}\n  rows: 3\n  remove: true\n", "found 1 row that matches (rows 3); expected 3"),
        (SET.replace("100", "140"), "found '140' in row 2; expected a number above 140 in row 2. The file changed"),
        (SET.replace("{above: 100}", "{equals: 139}"), "found '140' in row 2; expected '139' in row 2"),
        (SET.replace("{above: 100}", "{one_of: [1, 2]}"), "expected one of '1', '2' in row 2"),
        (SET.replace("{above: 100}", "{above: 100, below: 120}"), "expected a number above 100 and a number below 120"),
        (SET.replace("set: 41", "set: 140"), "found a cell that already is what the entry sets"),
        (
            SET.replace("column: post", "column: Post"),
            "found no column 'Post'; expected columns of data/raw/x/o.csv (id, post, note)",
        ),
        (SET.replace("{id: 007}", "{ID: 007}"), "found no column 'ID'"),
        (
            "  column: post\n  row: 2\n  remove: true\n  expect: {below: 100}\n",
            "found '140' in row 2; expected a number below 100",
        ),
    ],
)
def test_an_entry_that_no_longer_fits_stops_the_run_by_name_and_line(tmp_path, entry, said):
    with pytest.raises(DataError) as caught:
        load(tmp_path, entry).apply("o.csv", scores())
    message = str(caught.value)
    assert message.startswith(f"{SHOWN} cannot be used:\n  - row 2, ") and "of o.csv: found" in message
    assert said in message


def test_all_entries_that_do_not_fit_are_named_together(tmp_path):
    with pytest.raises(DataError) as caught:
        load(tmp_path, SET.replace("007", "x"), SET, SET.replace("007", "y")).apply("o.csv", scores())
    assert [problem.row for problem in caught.value.problems] == [2, 2 + 2 * 8]  # each entry has eight lines


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("  column: post\n  set: 1\n  expect: {above: 1}\n", "which rows are meant"),
        ("  column: post\n  row: 2\n  expect: {above: 1}\n", "either `set` or `remove: true`"),
        ("  column: post\n  row: 2\n  set: 1\n  remove: true\n  expect: {above: 1}\n", "either `set` or `remove: true`"),
        ("  column: post\n  row: 2\n  set: 1\n", "what must still be true of it"),
        ("  row: 2\n  remove: true\n", "a row number alone may move"),
        ("  row: 2\n  remove: true\n  expect: {above: 1}\n", "the column it is about"),
        ("  column: post\n  row: 2\n  set: 1\n  expect: {}\n", "at least one of equals"),
        ("  colum: post\n  row: 2\n  set: 1\n", "Did you mean 'column'?"),
        ("  column: post\n  row: 1\n  set: 1\n  expect: {above: 1}\n", "2"),
    ],
)
def test_an_entry_that_does_not_say_enough_is_refused(tmp_path, entry, said):
    with pytest.raises(ParamsError) as caught:
        load(tmp_path, entry)
    assert said in str(caught.value)


def test_who_and_why_are_required(tmp_path):
    path = tmp_path / "corrections.yaml"
    path.write_text(f"corrections:\n- file: o.csv\n{SET}")
    with pytest.raises(ParamsError) as caught:
        Corrections.load(path, shown_as=SHOWN, files=["o.csv"])
    assert all(f"corrections.1.{key}: found nothing" in str(caught.value) for key in ("because", "told", "date"))


def test_an_entry_for_a_file_that_is_never_read_is_an_error(tmp_path):
    path = tmp_path / "corrections.yaml"
    path.write_text(f"corrections:\n- file: other.csv\n{SET}{REASON}")
    with pytest.raises(DataError, match=r"row 2, post of other\.csv: found a file that the pilot does not read"):
        Corrections.load(path, shown_as=SHOWN, files=["o.csv"])


def test_an_entry_that_was_never_carried_out_is_an_error(tmp_path):
    corrections = load(tmp_path, SET)
    with pytest.raises(DataError, match="a correction that was not carried out"):
        corrections.table()
    corrections.apply("o.csv", scores())
    assert len(corrections.table()) == 1


def test_no_file_is_no_correction(tmp_path):
    table = scores()
    corrections = Corrections.load(tmp_path / "corrections.yaml", shown_as=SHOWN, files=[])
    assert corrections.apply("o.csv", table) is table and corrections.table().empty
    assert load(tmp_path).table().empty


def test_the_list_for_the_report_shows_no_identifier_and_no_text(tmp_path):
    corrections = load(
        tmp_path,
        SET,
        "  column: id\n  row: 6\n  set: S10\n  expect: {equals: s9}\n",
        "  column: note\n  row: 2\n  set: Jo Doe was absent\n  expect: {equals: a}\n",
        "  where: {post: 55, note: d}\n  remove: true\n",
        "  column: post\n  where: {note: c}\n  set: 12\n  expect: {equals: null}\n",
    )
    for _ in range(2):  # a file may be read twice
        corrections.apply("o.csv", scores())
    listed = corrections.table()
    assert listed.drop(columns=["because", "told"]).to_numpy().tolist() == [
        ["o.csv", "post", 1, "not shown", "not shown"],  # `post` is a value to find rows by, in the fourth entry
        ["o.csv", "id", 1, "not shown", "not shown"],
        ["o.csv", "note", 1, "not shown", "not shown"],
        ["o.csv", "", 1, "", "removed"],
        ["o.csv", "post", 1, "not shown", "not shown"],
    ]
    assert set(listed["told"]) == {"Ms Alder, test office, 2026-10-12"}
    corrections = load(tmp_path, SET, "  column: post\n  row: 5\n  set: null\n  expect: {equals: x}\n".replace("null", "12"))
    with pytest.raises(DataError):
        corrections.apply("o.csv", scores())
    shown = load(tmp_path, SET)
    shown.apply("o.csv", scores())
    assert shown.table().loc[0, ["before", "after"]].tolist() == ["140", "41"]


def test_columns_that_name_people_are_known_from_the_params():
    pilot = load_pilot("nearpod", Workspace.open(PROJECT))
    assert {"Student ID", "Teacher", "Q1"} <= identifier_columns(pilot.sources.model_dump())
    assert "Minutes" not in identifier_columns(pilot.sources.model_dump())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["1", "2", "3"]), min_size=1, max_size=12), st.sampled_from(["1", "2", "3"]), st.integers(1, 4))
def test_removal_takes_exactly_the_rows_it_says_or_stops(tmp_path_factory, cells, value, rows):
    folder = tmp_path_factory.mktemp("c")
    corrections = load(folder, f"  where: {{a: {value}}}\n  rows: {rows}\n  remove: true\n")
    raw = RawTable("data/raw/x/o.csv", pd.DataFrame({"a": cells}, index=range(2, len(cells) + 2), dtype="str"))
    if cells.count(value) != rows:
        with pytest.raises(DataError):
            corrections.apply("o.csv", raw)
    else:
        left = corrections.apply("o.csv", raw)
        assert left.frame["a"].tolist() == [cell for cell in cells if cell != value]
        assert left.records == len(cells)


def test_cleaning_sees_the_corrected_text(tmp_path):
    """The demo pilot with one lesson of 45 minutes corrected to 90: 45 minutes, or 0.75 hours, more in all."""
    for folder in ("notebooks", "params"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    shutil.copytree(PROJECT / "data/raw/nearpod", tmp_path / "data/raw/nearpod")
    workspace = Workspace.open(tmp_path)
    before = Intake.open("nearpod", workspace).sessions()
    raw = pd.read_csv(workspace.raw("nearpod") / "sessions.csv", dtype=str)
    row = raw.index[(raw["Minutes"] == "45") & ~raw.duplicated(keep=False) & raw["Date"].str.startswith("2026-09-2")][0] + 2
    entry = f"  column: Minutes\n  row: {row}\n  set: 90\n  expect: {{equals: 45}}\n{REASON}"
    (workspace.raw("nearpod") / "corrections.yaml").write_text(f"corrections:\n- file: sessions.csv\n{entry}")
    intake = Intake.open("nearpod", workspace)
    after = intake.sessions()
    hours = [cleaned.tables["sessions"]["session_hours"].sum() for cleaned in (before, after)]
    assert hours[1] - hours[0] == pytest.approx((90 - 45) / 60)
    assert intake.corrections.table()[["before", "after"]].to_numpy().tolist() == [["45", "90"]]
