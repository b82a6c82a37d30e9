"""Times of responses, as the tools of several countries write them."""

from __future__ import annotations

import pandas as pd
import pytest

from pilotproof.clean.survey_times import response_times
from pilotproof.sources.raw import RawTable


def read(*cells: str, formats: tuple[str, ...] = ()):
    table = RawTable("data/raw/x/s.csv", pd.DataFrame({"at": list(cells)}, index=range(2, 2 + len(cells)), dtype="str"))
    return response_times(table, "at", formats)


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-14 08:05:00",
        "2026-09-14T08:05:00Z",
        "2026-09-14T08:05:00.000Z",
        "2026-09-14 08:05",
        "2026/09/14 8:05:00 AM EST",
        "2026/09/14 8:05:00 AM GMT-5",
        "2026/09/14 8:05:00 am GMT+5:30",
        "2026-09-14 08:05:00+0200",
        "9/14/2026 8:05",
        "9/14/26 8:05:00",
        "09/14/2026 08:05:00 AM",
        "14/09/2026 08:05:00",
        "14.09.2026 08:05",
        "46279.336805555555",
    ],
)
def test_one_time_in_many_spellings(text):
    times = read(text)
    assert times.values.tolist() == [pd.Timestamp(2026, 9, 14, 8, 5)] and not times.problems and not times.is_ambiguous


def test_one_day_that_can_only_be_day_first_settles_the_column():
    # alone, 03/04 would be read as the fourth of March
    times = read("03/04/2026 10:00", "25/04/2026 10:00")
    assert [(time.day, time.month) for time in times.values] == [(3, 4), (25, 4)]


def test_a_column_that_could_be_either_says_so():
    assert read("03/04/2026 10:00", "05/04/2026 10:00").is_ambiguous
    assert not read("04/04/2026 10:00").is_ambiguous, "the fourth of the fourth is the same day either way"
    assert not read("03/04/2026 10:00", formats=("%d/%m/%Y %H:%M",)).is_ambiguous


def test_stated_formats_are_the_only_ones():
    assert read("03/04/2026 10:00", formats=("%d/%m/%Y %H:%M",)).values.tolist() == [pd.Timestamp(2026, 4, 3, 10)]
    assert read("2026-04-03 10:00", formats=("%d/%m/%Y %H:%M",)).problems
    assert read("2026-04-03T10:00:00+02:00", formats=("%Y-%m-%dT%H:%M:%S%z",)).values.tolist() == [pd.Timestamp(2026, 4, 3, 10)]


def test_an_empty_time_is_no_problem_and_another_text_is_one_with_its_row():
    times = read("", "soon")
    assert times.values.isna().all() and [(problem.row, problem.found) for problem in times.problems] == [(3, "'soon'")]
    assert "`time_formats`" in times.problems[0].action


def test_a_stated_format_reads_times_with_and_without_seconds():
    table = RawTable("s.csv", pd.DataFrame({"t": ["9/10/2026 8:00", "10/10/2026 8:00:30"]}, dtype="str"))
    found = response_times(table, "t", ["%m/%d/%Y %H:%M"])
    assert found.values.tolist() == [pd.Timestamp("2026-09-10 08:00"), pd.Timestamp("2026-10-10 08:00:30")]
