"""Exports come into the raw folder as they are, with a passport each; never over another file, never half."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml

from pilotproof.errors import DataError, ParamsError
from pilotproof.pilot import load_pilot
from pilotproof.sources.detect import detect
from pilotproof.sources.passport import check_passports, load_passports, loose_ends, sha256_of
from pilotproof.sources.receive import Receipt, receive
from pilotproof.workspace import Workspace

PROJECT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 10, 16)
RAW = "data/raw/nearpod"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A project with the demo's params and an empty raw folder."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "params").mkdir()
    shutil.copy(PROJECT / "params" / "nearpod.yaml", tmp_path / "params")
    return Workspace.open(tmp_path)


def sent(workspace: Workspace, name: str, content: str | bytes) -> Path:
    """A file as it arrives, outside the raw folder."""
    path = workspace.root / "mail" / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def bundle(workspace: Workspace, **files: str) -> Path:
    path = sent(workspace, "roster.zip", b"")
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def take(workspace: Workspace, *files: Path, **stated: object) -> list[Receipt]:
    return receive("nearpod", files, workspace, received=TODAY, **stated)


def all_files(workspace: Workspace) -> list[str]:
    folder = workspace.raw("nearpod")
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_file_is_copied_and_gets_its_passport(workspace):
    path = sent(workspace, "outcomes.csv", "Student ID,Pretest\nS-1,2\n\nS-2,3\n")
    receipt = take(workspace, path, sent_by="Assessment office", agreement="DSA 7", delete_by=date(2027, 7, 1))[0]
    assert (workspace.raw("nearpod") / "outcomes.csv").read_bytes() == path.read_bytes()
    passport = load_passports("nearpod", workspace).of("outcomes.csv")
    assert passport == receipt.passport
    assert passport.sha256 == sha256_of(path) and passport.rows == 2
    assert (passport.received, passport.delete_by) == (TODAY, date(2027, 7, 1))
    assert (passport.sent_by, passport.agreement) == ("Assessment office", "DSA 7")
    assert passport.one_row_is == "the scores of one student", "the params say what this file is used for"


def test_what_is_not_stated_is_said_so_and_the_data_go_after_a_year(workspace):
    passport = take(workspace, sent(workspace, "x.csv", "a\n1\n"))[0].passport
    assert (passport.sent_by, passport.agreement, passport.one_row_is) == ("not stated", "not stated", "one record")
    assert passport.delete_by == date(2027, 10, 16)


@pytest.mark.parametrize(
    ("content", "kind", "one_row_is", "rows"),
    [
        ("a;b\n1;2\n", "table", "one record", 1),
        ("id,x\n1,Zoë\n".encode("utf-16"), "table", "one record", 1),
        ('{"a": 1}\n{"a": 2}\n', "JSON", "one event", 2),
        ('[\n{"a": 1}]', "JSON", "one event", 1),
        ("2026-09-14 10:00:01 ERROR down, again\n2026-09-14 10:00:02 INFO up\n", "text log", "one line of a log", 2),
        ("WARN [14/Sep/2026:10:00:01 +0200] a\n\n", "text log", "one line of a log", 1),
        ("Sep 14 10:00:01 host app: down\n", "text log", "one line of a log", 1),
        ("Test of 2026-09-14,x\n1,2\n", "table", "one record", 1),
        ("sourcedId,identifier,role\nu1,S-1,student\n", "OneRoster users", "one student or teacher", 1),
    ],
)
def test_the_kind_and_the_records_are_told_from_the_content(workspace, content, kind, one_row_is, rows):
    found = detect(sent(workspace, "any-name", content), shown_as="any-name")
    assert (found.kind, found.one_row_is, found.rows) == (kind, one_row_is, rows)


def test_a_survey_s_three_header_rows_are_no_records(workspace):
    columns = "EndDate,Status,Finished,ResponseId"
    ids = ",".join('"{""ImportId"":""x""}"' for _ in range(4))
    path = sent(workspace, "survey.csv", f"{columns}\nEnd,Status,Finished,Id\n{ids}\na,b,c,d\n")
    assert detect(path, shown_as="survey.csv").rows == 1


def test_a_log_too_large_for_the_memory_is_counted_as_it_goes_by(workspace):
    path = sent(workspace, "log.csv", b"at;what\n" + (b"2026-09-14 10:00:00;" + b"x" * 979 + b"\n") * 53_000)
    found = detect(path, shown_as="log.csv")
    assert (found.kind, found.rows) == ("log", 53_000), "53,000 lines of 1,000 bytes are more than 50 MB"


def test_the_sheet_that_the_params_name_is_the_one_counted(workspace):
    book = openpyxl.Workbook()
    book.active.append(["about this export"])
    sheet = book.create_sheet("Scores")
    for row in (["Student ID"], ["S-1"], ["S-2"]):
        sheet.append(row)
    book.save(workspace.root / "scores.xlsx")
    params = yaml.safe_load(workspace.params("nearpod").read_text())
    params["sources"]["outcomes"] |= {"file": "scores.xlsx", "sheet": "Scores"}
    workspace.params("nearpod").write_text(yaml.safe_dump(params))
    receipt = take(workspace, workspace.root / "scores.xlsx")[0]
    assert receipt.passport.rows == 2
    assert receipt.notes == ("read the sheet 'Scores'; not read: 'Sheet'",)


def test_a_file_goes_where_the_params_look_for_it(workspace):
    params = yaml.safe_load(workspace.params("nearpod").read_text())
    params["sources"]["outcomes"]["file"] = "autumn/outcomes.csv"
    workspace.params("nearpod").write_text(yaml.safe_dump(params))
    assert take(workspace, sent(workspace, "outcomes.csv", "a\n1\n"))[0].file == "autumn/outcomes.csv"


def test_what_a_person_wrote_in_source_yaml_stays(workspace):
    take(workspace, sent(workspace, "one.csv", "a\n1\n"))
    path = workspace.raw("nearpod") / "source.yaml"
    text = "# asked for on Monday\n" + path.read_text().replace("rows: 1", "rows:   1   # counted by hand")
    path.write_text(text)
    take(workspace, sent(workspace, "two.csv", "a\n1\n2\n"))
    assert path.read_text().startswith(text)
    assert [(passport.file, passport.rows) for passport in load_passports("nearpod", workspace).files] == [
        ("one.csv", 1),
        ("two.csv", 2),
    ]


@pytest.mark.parametrize("form", ["files: []\n", "files:\n", "in one line", "indented"])
def test_source_yaml_may_be_written_in_other_forms(workspace, form):
    take(workspace, sent(workspace, "one.csv", "a\n1\n"))
    path = workspace.raw("nearpod") / "source.yaml"
    if form == "in one line":
        form = json.dumps(yaml.safe_load(path.read_text()), default=str)
    elif form == "indented":
        form = path.read_text().replace("\n", "\n   ").rstrip()
    path.write_text(form)
    if form == "files:\n":
        with pytest.raises(ParamsError, match=r"source\.yaml"):
            take(workspace, sent(workspace, "two.csv", "a\n1\n"))
    else:
        take(workspace, sent(workspace, "two.csv", "a\n1\n"))
        assert load_passports("nearpod", workspace).of("two.csv").rows == 1


def test_the_same_file_again_changes_nothing(workspace):
    path = sent(workspace, "one.csv", "a\n1\n")
    take(workspace, path, sent_by="Office")
    before = (workspace.raw("nearpod") / "source.yaml").read_text()
    receipt = take(workspace, path, sent_by="Somebody else")[0]
    assert not receipt.is_new and receipt.passport.sent_by == "Office"
    assert (workspace.raw("nearpod") / "source.yaml").read_text() == before


def test_a_file_that_lies_in_the_raw_folder_already_gets_a_passport_where_it_is(workspace):
    path = workspace.raw("nearpod") / "sub" / "one.csv"
    path.parent.mkdir(parents=True)
    path.write_text("a\n1\n")
    assert take(workspace, path)[0].file == "sub/one.csv"
    assert all_files(workspace) == ["source.yaml", "sub/one.csv"]


def test_another_file_of_the_same_name_is_refused_with_both_hashes(workspace):
    first = sent(workspace, "one.csv", "a\n1\n")
    take(workspace, first)
    second = sent(workspace, "later/one.csv", "a\n2\n")
    with pytest.raises(DataError, match=f"{RAW}/one.csv") as caught:
        take(workspace, second, sent(workspace, "two.csv", "a\n1\n"))
    message = str(caught.value)
    assert sha256_of(first)[:12] in message and sha256_of(second)[:12] in message
    assert "received on 2026-10-16" in message and "such as one-2.csv" in message
    assert all_files(workspace) == ["one.csv", "source.yaml"], "the good one was not taken either"


def test_a_file_that_is_gone_does_not_let_another_one_take_its_passport(workspace):
    take(workspace, sent(workspace, "one.csv", "a\n1\n"))
    (workspace.raw("nearpod") / "one.csv").unlink()
    with pytest.raises(DataError, match="expected the file of its passport, received on 2026-10-16"):
        take(workspace, sent(workspace, "one.csv", "a\n2\n"))
    assert not take(workspace, sent(workspace, "one.csv", "a\n1\n"))[0].is_new
    assert all_files(workspace) == ["one.csv", "source.yaml"], "restored as it was received"


def test_all_that_cannot_be_taken_is_named_at_once_and_nothing_is_taken(workspace):
    link = workspace.root / "link.csv"
    link.symlink_to(sent(workspace, "good.csv", "a\n1\n"))
    bad = [
        (link, "a link to another place"),
        (workspace.root / "params", "a folder"),
        (workspace.root / "none.csv", "no such file"),
        (sent(workspace, "source.yaml", "a\n"), "a name that Pilotproof uses itself"),
        (sent(workspace, "empty.csv", ""), "an empty file"),
        (sent(workspace, "cut.xlsx", b"PK\x03\x04"), "a damaged or cut-off file"),
        (sent(workspace, "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an old Excel workbook"),
        (sent(workspace, "ragged.csv", "a,b\n1,2,3\n"), "found 3 cells"),
    ]
    with pytest.raises(DataError) as caught:
        take(workspace, sent(workspace, "good.csv", "a\n1\n"), *(path for path, _ in bad))
    assert all(said in str(caught.value) for _, said in bad)
    assert not workspace.raw("nearpod").exists()


def test_two_files_of_one_name_are_refused(workspace):
    with pytest.raises(DataError, match="two files of this name"):
        take(workspace, sent(workspace, "one.csv", "a\n1\n"), sent(workspace, "b/one.csv", "a\n1\n"))


def test_a_file_without_rows_is_said_to_be_empty(workspace):
    assert take(workspace, sent(workspace, "log.csv", "who,when\n"))[0].notes == (
        "it holds no rows: ask whether anything was recorded",
    )


def test_the_same_contents_under_two_names_are_noticed(workspace):
    take(workspace, sent(workspace, "one.csv", "a\n1\n"))
    assert take(workspace, sent(workspace, "copy.csv", "a\n1\n"))[0].notes == ("the same contents as one.csv",)


def test_names_that_some_system_cannot_hold_are_changed_and_kept_in_the_passport(workspace):
    receipt = take(workspace, sent(workspace, 'a:b "c".csv', "a\n1\n"))[0]
    assert (receipt.file, receipt.passport.sent_as) == ("a-b -c-.csv", 'a:b "c".csv')


def test_a_link_inside_the_raw_folder_leads_nowhere(workspace):
    (workspace.raw("nearpod")).mkdir(parents=True)
    (workspace.root / "elsewhere").mkdir()
    (workspace.raw("nearpod") / "roster").symlink_to(workspace.root / "elsewhere")
    path = sent(workspace, "users.csv", "sourcedId,identifier,role\nu1,S-1,student\n")
    with pytest.raises(DataError, match="a link in the pilot's raw folder that leads elsewhere"):
        take(workspace, path)
    assert not list((workspace.root / "elsewhere").iterdir())


ROSTER = {
    "orgs.csv": "sourcedId,name,type,parentSourcedId\nd1,District,district,\n",
    "users.csv": "sourcedId,identifier,role\nu1,S-1,student\nu2,t-1,teacher\n",
}


def test_a_roster_bundle_is_unpacked_into_its_folder(workspace):
    extra = {
        "academicSessions.csv": "sourcedId,schoolYear\na,2027\n",
        "demographics.csv": "birthDate\n2015-01-01\n",
        "a.exe": "x",
    }
    receipts = take(workspace, bundle(workspace, **{f"export/{name}": text for name, text in (ROSTER | extra).items()}))
    assert all_files(workspace) == ["roster/academicSessions.csv", "roster/orgs.csv", "roster/users.csv", "source.yaml"]
    users = load_passports("nearpod", workspace).of("roster/users.csv")
    assert (users.rows, users.one_row_is, users.sent_as) == (2, "one student or teacher", "roster.zip/users.csv")
    assert receipts[0].notes == ("not unpacked from roster.zip: export/demographics.csv, export/a.exe",)


def test_a_bundle_cannot_write_outside_its_folder(workspace):
    slips = {"../../../orgs.csv": ROSTER["orgs.csv"], "/tmp/users.csv": ROSTER["users.csv"], "..\\..\\evil.csv": "a\n1\n"}
    before = {path for path in workspace.root.parent.rglob("*") if "data" not in path.parts}
    take(workspace, bundle(workspace, **slips))
    assert all_files(workspace) == ["roster/orgs.csv", "roster/users.csv", "source.yaml"]
    after = {path for path in workspace.root.parent.rglob("*") if "data" not in path.parts}
    assert {path.name for path in after - before} <= {"mail", "roster.zip"}


def test_a_bundle_with_two_rosters_is_refused(workspace):
    with pytest.raises(DataError, match=r"two files named b/users\.csv"):
        take(workspace, bundle(workspace, **ROSTER, **{"b/users.csv": "x"}))


def test_an_unknown_pilot_is_refused(workspace):
    with pytest.raises(ParamsError, match="no such pilot"):
        receive("other", [], workspace, received=TODAY)


def test_params_that_are_not_finished_yet_do_not_stop_a_file(workspace):
    workspace.params("nearpod").write_text("title: to do\n")
    assert take(workspace, sent(workspace, "one.csv", "a\n1\n"))[0].is_new


def test_loose_ends_are_told_and_stop_nothing(workspace):
    text = workspace.params("nearpod").read_text().replace("is_simulated: true", "is_simulated: false")
    workspace.params("nearpod").write_text(text)
    shutil.copytree(PROJECT / RAW, workspace.raw("nearpod"))
    take(workspace, *(sent(workspace, f"{name}.csv", f"a\n{name}\n") for name in ("extra", "gone")))
    (workspace.raw("nearpod") / "gone.csv").unlink()
    (workspace.raw("nearpod") / "notes.txt").write_text("call the school")
    (workspace.raw("nearpod") / "truth.json").unlink()
    pilot = load_pilot("nearpod", workspace)
    ends = loose_ends("nearpod", pilot, check_passports("nearpod", pilot, workspace), workspace)
    assert [(end.file, end.found) for end in ends] == [
        (f"{RAW}/extra.csv", "a file that no key of the params file names"),
        (f"{RAW}/notes.txt", "a file that no key of the params file names, and without a passport"),
        (f"{RAW}/source.yaml", "the passport of a file that is gone (gone.csv, received on 2026-10-16)"),
    ]


def two_tables(workspace: Workspace) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["How to read this file"])
    for name, score in (("Fall", 1), ("Spring", 2)):
        sheet = book.create_sheet(name)
        for row in (["Student ID", "Score"], ["S-1", score], ["S-2", score]):
            sheet.append(row)
    book.create_sheet("Spring").append(["S-3", 3])
    path = sent(workspace, "two.xlsx", b"")
    book.save(path)
    return path


def test_several_sheets_with_records_are_named_instead_of_reading_the_first(workspace):
    path = two_tables(workspace)
    with pytest.raises(DataError, match="2 sheets with records: 'Fall', 'Spring'") as caught:
        take(workspace, path)
    assert '--sheet "Fall"' in str(caught.value) and all_files(workspace) == []


def test_the_sheet_that_is_named_is_counted_and_the_params_are_to_name_it_too(workspace):
    receipt = take(workspace, two_tables(workspace), sheet="Spring")[0]
    assert receipt.passport.rows == 2
    assert any("read the sheet 'Spring'" in note for note in receipt.notes)
    assert any('sheet: "Spring"' in note for note in receipt.notes)


def test_a_sheet_that_is_not_there_is_refused(workspace):
    with pytest.raises(DataError, match="no sheet 'Winter'"):
        take(workspace, two_tables(workspace), sheet="Winter")


def test_a_workbook_with_one_table_and_instructions_needs_no_sheet(workspace):
    path = two_tables(workspace)
    book = openpyxl.load_workbook(path)
    del book["Spring"]
    book.save(path)
    assert take(workspace, path)[0].passport.rows == 2
