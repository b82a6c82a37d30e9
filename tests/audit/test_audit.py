"""The audit: each kind of thing in each kind of file is found, and a harmless report passes."""

from __future__ import annotations

import base64
import json
import zipfile
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import typst

from pilotproof.audit import audit_pilot
from pilotproof.audit.run import EVIDENCE_FILE
from pilotproof.audit.signs import addresses, births, few_students, local_paths, small_cells_of_tables
from pilotproof.errors import PilotproofError
from pilotproof.findings import EVIDENCE_FILE as OF_FINDINGS
from tests.audit.conftest import write


def found(workspace, name: str = "spring") -> list[str]:
    return [str(breach) for breach in audit_pilot(name, workspace).breaches]


def test_a_harmless_report_passes(spring):
    assert found(spring) == []


def test_the_name_of_the_evidence_file_is_that_of_findings():
    assert EVIDENCE_FILE == OF_FINDINGS


SECRETS = {
    "S-7002": "an identifier",
    "s-7002": "an identifier",
    "Ada Quillfeather": "an identifier",
    "Quillfeather, Ada": "an identifier",
    "Ms Alvarez": "an identifier",
    "bo.ostrander@maple.example.org": "an e-mail address",
    "someone@elsewhere.example": "an e-mail address",
    "(555) 123-4567": "a telephone number",
    "+44 20 7946 0958": "a telephone number",
    "+4930901820": "a telephone number",
    "2014-03-09": "a day that could be a date of birth",
    "March 9, 2014": "a day that could be a date of birth",
    "/home/clerk/pilots": "a path of a computer",
    "C:\\Users\\clerk": "a path of a computer",
}


@pytest.mark.parametrize(("secret", "what"), SECRETS.items())
def test_each_kind_of_secret_in_text(spring, secret, what):
    write(spring.report("spring") / "report.qmd", f"The text says {secret}, and goes on.")
    assert any(what in breach for breach in found(spring))


def test_what_is_found_is_not_repeated(spring):
    write(spring.report("spring") / "report.qmd", "S-7002, Ada Quillfeather, bo.ostrander@maple.example.org, 555-123-4567")
    with pytest.raises(PilotproofError) as caught:
        audit_pilot("spring", spring).raise_breaches("spring")
    for secret in ("7002", "Quillfeather", "ostrander", "4567"):
        assert secret not in str(caught.value)


def html(folder: Path) -> None:
    write(folder / "spring.html", "<p>Student <b>S-7002</b></p>")


def hover(folder: Path) -> None:
    write(folder / "spring.html", '<svg><g><path d="M0 0"/><text data-hover="Student S-7002">x</text></g></svg>')


def alternative(folder: Path) -> None:
    write(folder / "spring.html", '<img alt="Score of S-7002" src="x.png">')


def picture(folder: Path) -> None:
    drawing = base64.b64encode(b"<svg><text>S-7002</text></svg>").decode()
    write(folder / "spring.html", f'<img alt="x" src="data:image/svg+xml;base64,{drawing}">')


def svg(folder: Path) -> None:
    write(folder / "figures/x.svg", "<svg><title>S-7002</title></svg>")


def csv(folder: Path) -> None:
    write(folder / "figures/x.csv", "who,score\nS-7002,50\n")


def as_json(folder: Path) -> None:
    write(folder / "evidence.json", '{"note": "S-7002"}')


def notebook(folder: Path) -> None:
    cell = nbformat.v4.new_code_cell("1")
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/html": "<td>S-7002</td>"})]
    write(folder / "notebooks/01-clean.ipynb", nbformat.writes(nbformat.v4.new_notebook(cells=[cell])))


def word(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / "spring.docx", "w") as archive:
        archive.writestr("word/document.xml", "<w:document><w:t>S-</w:t><w:t>7002</w:t></w:document>")


def properties(folder: Path) -> None:
    with zipfile.ZipFile(folder / "spring.docx", "w") as archive:
        archive.writestr("docProps/core.xml", "<dc:creator>S-7002</dc:creator>")


def pdf(folder: Path) -> None:
    (folder / "spring.pdf").write_bytes(typst.compile(b"#set page(width: 9cm)\nStudent S-7002"))


def pdf_title(folder: Path) -> None:
    (folder / "spring.pdf").write_bytes(typst.compile(b'#set document(title: "S-7002")\nNothing'))


def single_quotes(folder: Path) -> None:
    write(folder / "spring.html", "<p data-hover='S-7002'>x</p>")


def comment(folder: Path) -> None:
    write(folder / "figures/x.svg", "<svg><g><!-- S-7002 > 5 --><path d='M0 0'/></g></svg>")


def script(folder: Path) -> None:
    write(folder / "spring.html", '<script type="application/json">{"points": ["S-7002"]}</script>')


def written_otherwise(folder: Path) -> None:
    write(folder / "evidence.json", '{"note": "line\\nS\\u002d7002"}')


def key_of_json(folder: Path) -> None:
    write(folder / "manifest.json", '{"files": {"data/raw/scores_S-7002.csv": "0"}}')


def lines_of_notebook(folder: Path) -> None:
    write(folder / "notebooks/x.ipynb", '{"cells": [{"source": ["a\\n", "S-", "7002"], "outputs": []}]}')


@pytest.mark.parametrize(
    "spoil",
    [
        single_quotes,
        comment,
        script,
        written_otherwise,
        key_of_json,
        lines_of_notebook,
        html,
        hover,
        alternative,
        picture,
        svg,
        csv,
        as_json,
        notebook,
        word,
        properties,
        pdf,
        pdf_title,
    ],
)
def test_each_kind_of_file(spring, spoil):
    spoil(spring.report("spring"))
    assert any("an identifier of the raw data, of the form A-9999" in breach for breach in found(spring))


def test_processed_tables(spring):
    pd.DataFrame({"student_id": ["S-7002"], "score": [1.0]}).to_parquet(spring.processed("spring") / "students.parquet")
    assert found(spring) == [
        "data/processed/spring/students.parquet (column student_id): an identifier of the raw data, of the form A-9999"
    ]


def test_a_file_that_cannot_be_read_is_said_not_passed(spring):
    (spring.report("spring") / "spring.docx").write_bytes(b"no archive")
    with pytest.raises(PilotproofError, match="cannot be read"):
        audit_pilot("spring", spring)


def test_people_of_a_table_that_the_pilot_does_not_read(spring):
    write(spring.raw("spring") / "old/roster.csv", "Student ID,Last Name\nS-8001,Umberleigh\n")
    write(spring.report("spring") / "report.qmd", "Umberleigh's score")
    assert any("an identifier of the raw data, of the form Aaaaaaaaaa" in breach for breach in found(spring))


def test_without_a_report_there_is_nothing_to_audit(spring):
    (spring.report("spring") / "report.qmd").unlink()
    with pytest.raises(PilotproofError, match="no report"):
        audit_pilot("spring", spring)


def test_names_that_are_ordinary_words_are_told_only_as_full_names(spring):
    """Cy Page: 'Page 3 of 16' names nobody."""
    write(spring.report("spring") / "report.qmd", "Page 3 of 16")
    assert found(spring) == []
    write(spring.report("spring") / "report.qmd", "Cy Page scored 60")
    assert any("identifier" in breach for breach in found(spring))


# ---- signs by themselves -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "+0.15",
        "+12 to 30",
        "+1.84 2.49 9.00 0.478",
        "+1,234 567",
        "0.123-456-7890",
        "2026-10-16",
        "sha 555123456789",
        "1,234",
        "12345-6789-1234",
    ],
)
def test_other_numbers_are_no_addresses(text):
    assert list(addresses(text)) == []


@pytest.mark.parametrize("text", ["2026-10-16", "Davis 1989", "October 16, 2026", "version 2014.3.9.1"])
def test_other_days_are_no_births(text):
    assert list(births(text, year=2026)) == []


@pytest.mark.parametrize("text", ["https://example.org/home/x", "data/raw/spring", "../data/x", "and/or", "km/h", "</tmp"])
def test_other_paths_are_not_local(text):
    assert list(local_paths(text, places=("/somewhere/project",))) == []


def test_the_project_s_own_folder_is_found():
    assert [sign.shown for sign in local_paths("in /somewhere/project/x", places=("/somewhere/project",))] == [
        "/somewhere/project"
    ]


@pytest.mark.parametrize(
    ("text", "is_few"),
    [
        ("over 4 students", True),
        ("1 student left", True),
        ("10 students", False),
        ("fewer than 9 students", False),
        ("< 9 students", False),
        ("grade 6 students", False),
        ("0 students", False),
        ("1.4 students", False),
        ("230 students", False),
        ("4 of 25 students", True),
        ("12 of 25 students", False),
    ],
)
def test_sentences_about_few(text, is_few):
    assert bool(list(few_students(text, least=10))) is is_few


PAGE = """<table><caption>Table 1: Mean scores</caption>
<tr><th>Group</th><th>Students</th><th>Classes</th></tr><tr><td>treated</td><td>{students}</td><td>4</td></tr></table>
<table><caption>Table 2: Students, mathematics: removed</caption>
<tr><th>Rule</th><th>Treated</th></tr><tr><td>Moved</td><td>({minus}{left_out}) 120</td></tr></table>"""


@pytest.mark.parametrize(("students", "left_out", "few"), [(126, 23, 0), (7, 23, 1), (126, 3, 1), (7, 3, 2), ("&lt; 10", 10, 0)])
def test_cells_of_tables(students, left_out, few):
    page = PAGE.format(students=students, left_out=left_out, minus="−")
    assert len(list(small_cells_of_tables(page, least=10))) == few


def test_counts_in_evidence(spring):
    content = {"outcomes": [{"treated": {"students": 8, "clusters": 3}, "contrasts": [{"n_treated": 126, "n_comparison": 9}]}]}
    write(spring.report("spring") / EVIDENCE_FILE, json.dumps(content))
    assert [breach.rsplit(", ", 1)[1] for breach in found(spring)] == [
        "outcomes[0].treated.students = 8",
        "outcomes[0].contrasts[0].n_comparison = 9",
    ]


def test_counts_behind_a_figure(spring):
    write(spring.report("spring") / "figures/x.csv", "class,students,mean\nC1,25,50.1\nC2,8,49.0\nC3,,\n")
    assert found(spring) == ["reports/spring/figures/x.csv: a group that is too small, 8 in row 3 of the column “students”"]
