"""Numbers become text in one way."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotproof.report import format as fmt


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1.005, 1, "1.0"), (-0.004, 2, "0.00"), (-0.006, 2, "−0.01"), (1234.5, 0, "1,234"), (None, 2, "–")],
)
def test_numbers(value, digits, text):
    assert fmt.number(value, digits) == text


@pytest.mark.parametrize(("value", "text"), [(0.5, "+0.50"), (-0.5, "−0.50"), (0.0, "0.00"), (None, "–")])
def test_signed_numbers(value, text):
    assert fmt.signed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0004, "p < 0.001"),
        (0.001, "p = 0.001"),
        (0.0432, "p = 0.043"),
        (0.0496, "p = 0.0496"),  # 0.050 would read as not below 0.05
        (0.049996, "p = 0.049996"),
        (0.05, "p = 0.050"),
        (0.0504, "p = 0.050"),
        (1.0, "p = 1.000"),
        (None, "no p"),
    ],
)
def test_p_values_never_change_sides_by_rounding(value, text):
    assert fmt.p_value(value) == text


@given(st.floats(0, 1))
def test_a_printed_p_is_below_the_limit_exactly_when_the_p_is(value):
    text = fmt.p_cell(value)
    if not text.startswith("<"):
        assert (float(text) < 0.05) == (value < 0.05)


def test_counts_agree_with_their_nouns():
    assert fmt.count(1, "class", "classes") == "1 class"
    assert fmt.count(6, "class", "classes") == "6 classes"
    assert fmt.count(0, "error") == "0 errors"


def test_dates_and_lists():
    assert fmt.days(date(2026, 9, 14), date(2026, 10, 9)) == "September 14 to October 9, 2026"
    assert fmt.days(date(2025, 12, 1), date(2026, 1, 9)) == "December 1, 2025 to January 9, 2026"
    assert fmt.listed(["a"]) == "a" and fmt.listed(["a", "b", "c"]) == "a, b and c" and fmt.listed([]) == "none"


def test_markup_in_a_file_is_shown_as_text():
    assert fmt.text("a*b* [x](http://y)\n# z <script>") == r"a\*b\* \[x\](http://y) \# z \<script\>"
