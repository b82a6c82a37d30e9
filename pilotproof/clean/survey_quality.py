"""Responses whose answers are in doubt. They are flagged and counted; they are left out only where the params say so.

Why they stay: a pilot has a handful of teachers, and to leave one out may change the sign of the result. A teacher who agrees
with everything may mean it, and who answers on a telephone may be fast. So the choice is the district's, made in the params
before it sees the results, and the report shows the count either way.
"""

from __future__ import annotations

import pandas as pd

from pilotproof.clean.flow import removed_by
from pilotproof.clean.survey_responses import Survey
from pilotproof.clean.survey_rules import last_of_its_wave, not_a_straight_line, read_before_answering, rules_for
from pilotproof.columns import check_table
from pilotproof.columns.survey import SOME_MISSING, SPAM, STRAIGHT_LINE, SURVEY_QUALITY, TOO_FAST

FEWEST_ITEMS = 6  # the same answer to fewer items is no pattern


def with_flags(rows: pd.DataFrame, survey: Survey) -> pd.DataFrame:
    """The responses with items_answered, is_straight_line, is_too_fast and is_incomplete.

    A straight line is the same answer as ticked to every answered item of at least FEWEST_ITEMS; with reverse-keyed items among
    them such answers contradict each other.
    """
    items = rows[list(survey.instrument.items)]
    count = items.notna().sum(axis=1)
    same = items.nunique(axis=1) == 1
    least = count * survey.source.fewest_seconds_per_item
    return rows.assign(
        items_answered=count,
        is_straight_line=same & (count >= FEWEST_ITEMS),
        is_too_fast=(rows["seconds"] >= 0) & (rows["seconds"] < least),
        is_incomplete=(count > 0) & (count < len(survey.instrument.items)),
    )


def quality_table(rows: pd.DataFrame, survey: Survey) -> pd.DataFrame:
    """How many finished responses of teachers who used the tool carry each flag (columns.survey.SURVEY_QUALITY)."""
    left_out_as_doubtful = (not_a_straight_line, read_before_answering)
    rules = [rule for rule in rules_for(survey.source) if rule not in (*left_out_as_doubtful, last_of_its_wave)]
    counts = rows[removed_by(rows, rules) == ""]
    source = survey.source
    flags = (
        (STRAIGHT_LINE, "is_straight_line", counts["items_answered"] >= FEWEST_ITEMS, source.straight_lining == "leave-out"),
        (TOO_FAST, "is_too_fast", counts["seconds"] >= 0, source.too_fast == "leave-out"),
        (SPAM, "is_spam", counts["can_be_spam"], False),
        (SOME_MISSING, "is_incomplete", counts["items_answered"] > 0, False),
    )
    table = [
        {
            "instrument": survey.source.instrument,
            "wave": wave,
            "flag": flag,
            "responses": int((counts[column] & looked_at & (counts["wave"] == wave)).sum()),
            "looked_at": int((looked_at & (counts["wave"] == wave)).sum()),
            "is_left_out": is_left_out,
        }
        for wave in (("after",) if survey.source.items_before else survey.source.waves)
        for flag, column, looked_at, is_left_out in flags
    ]
    kinds = {"instrument": "str", "wave": "str", "flag": "str", "responses": "int64", "looked_at": "int64", "is_left_out": "bool"}
    return check_table(pd.DataFrame(table, columns=list(SURVEY_QUALITY)).astype(kinds), "survey_quality")
