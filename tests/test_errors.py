"""Messages for people who use spreadsheets: every problem, the worst first, and no thousand lines alike."""

from __future__ import annotations

from pilotproof.errors import DataError, Problem


def problem(file: str, row: int | None = None, column: str | None = None, found: str = "x") -> Problem:
    return Problem(file=file, row=row, column=column, found=found, expected="a number", action="Correct it.")


def test_a_file_that_cannot_be_read_comes_before_missing_columns_and_these_before_bad_cells():
    said = str(DataError([problem("cells.csv", 2, "A"), problem("column.csv", None, "B"), problem("whole.csv")]))
    assert said.index("whole.csv") < said.index("column.csv") < said.index("cells.csv")


def test_of_many_cells_alike_twenty_are_written_out_and_the_rest_counted():
    said = str(DataError([problem("a.csv", row, "Score") for row in range(2, 1002)]))
    # 1,000 bad cells in rows 2 to 1001: 20 written out, 980 counted
    assert said.count("found x") == 20
    assert "Score: the same in 980 more rows, up to row 1001" in said


def test_every_problem_stays_with_the_error():
    assert len(DataError([problem("a.csv", row) for row in range(500)]).problems) == 500
