"""The editions of page one: the same keys, the same values in them, the same numbers on the page."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from string import Formatter
from typing import get_args

import pytest
from hypothesis import given

from pilotproof.evidence.decision import Reason, ReasonName
from pilotproof.evidence.tier import judge
from pilotproof.report.decision import reason_text
from pilotproof.report.ladder import stop
from pilotproof.report.page_one import page_one
from pilotproof.report.strings import EDITIONS, ENGLISH, Language
from pilotproof.report.words import QUESTIONS
from tests.evidence.drawn_inputs import tier_inputs
from tests.report.conftest import demo_findings

OTHERS = sorted(set(EDITIONS) - {"en"})
NUMBER = re.compile(r"[−+]?\d+(?:[.,]\d+)*")
SPANISH = Language(code="es", own_words={"district mathematics benchmark": "la prueba", "points": "puntos"})


def values_in(template: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in Formatter().parse(template) if name)


def numbers_in(markdown: str, language: Language) -> Counter[str]:
    """Every number of a page, as English writes it."""
    text = re.sub(r"^\|[-:|]+\|$", "", markdown.replace("WCAG 2.1", "WCAG"), flags=re.M)
    found = [match.strip(".,") for match in NUMBER.findall(text)]
    return Counter(language.digits(number) for number in found)  # turning the signs twice gives them back


@pytest.mark.parametrize("code", OTHERS)
def test_every_edition_has_the_same_keys_and_the_same_values_in_each(code):
    english, other = EDITIONS["en"], EDITIONS[code]
    assert set(other) == set(english)
    for key, words in english.items():
        assert set(values_in(other[key])) == set(values_in(words)), key
        assert other[key].strip() and not re.search(r"\s{2}", other[key]), key


@pytest.mark.parametrize("code", OTHERS)
def test_an_edition_is_translated(code):
    same = {key for key, words in EDITIONS[code].items() if words == EDITIONS["en"][key] and re.search(r"[a-z]{3}", words)}
    names = {key for key in same if not re.sub(r"\{[^}]*\}", "", EDITIONS["en"][key]).strip()}
    assert same - names <= {"ladder.place"}  # a heading of the English report


@pytest.mark.parametrize("code", OTHERS)
def test_the_page_in_another_language_holds_the_same_numbers(demo, code):
    language = Language(code=code, own_words=SPANISH.own_words)
    pages = page_one(demo, language).markdown.split("::: {.page-break}")
    english = page_one(demo).markdown.split("::: {.page-break}")
    assert len(pages) == 3 and pages[1].strip() == ":::\n\n" + english[0].strip() and len(english) == 2
    assert numbers_in(pages[0], language) == numbers_in(english[0], ENGLISH)
    assert 'lang="en"' in english[0] and f'lang="{code}"' in pages[0]


def test_numbers_are_written_as_in_the_language():
    american = Language(code="es-US")
    assert SPANISH.number(-1234.5, 1) == "−1.234,5" and american.number(-1234.5, 1) == ENGLISH.number(-1234.5, 1) == "−1,234.5"
    assert SPANISH.p(0.0004) == "p\u00a0<\u00a00,001" and american.p(0.0004) == "p\u00a0<\u00a00.001"
    assert SPANISH.percent(0.85) == "85\u00a0%" and ENGLISH.percent(0.85) == "85%"
    assert SPANISH.days(date(2026, 9, 14), date(2026, 10, 9)) == "14 de septiembre al 9 de octubre de 2026"
    assert ENGLISH.days(date(2026, 12, 14), date(2027, 1, 9)) == "December 14, 2026 to January 9, 2027"


def test_words_without_a_translation_are_marked_as_english():
    assert SPANISH.own("points") == "puntos" and SPANISH.own("state_test") == "[state\\_test]{lang=en}"
    assert ENGLISH.own("state_test") == "state\\_test"


OBSERVED = {"share": 0.2, "items": "privacy, accessible", "cost": 6.5, "weeks": 1, "errors_per_hour": 0.3, "p_value": 0.01}
OBSERVED |= {"errors_per_hour_low": 0.1, "share_low": 0.01}
OBSERVED |= {"bought": 150, "used": 120, "idle_cost": None, "period": "3"}


@pytest.mark.parametrize("limit", [None, 0.05], ids=["no limit", "above it"])
@pytest.mark.parametrize("name", get_args(ReasonName))
def test_every_reason_says_the_same_in_every_language(demo, name, limit):
    reason = Reason(name=name, speaks_for=None, observed=OBSERVED, limit=limit)
    said = {code: reason_text(reason, demo, Language(code=code)) for code in EDITIONS}
    assert numbers_in(said["es"], SPANISH) == numbers_in(said["en"], ENGLISH)
    assert said["es"] != said["en"] and "1 weeks" not in said["en"]


def test_every_gate_has_its_words_in_every_language():
    for name in QUESTIONS:
        for words in EDITIONS.values():
            assert any(key == f"gate.{name}" or key.startswith(f"gate.{name}.") for key in words), name


@given(inputs=tier_inputs)
def test_whatever_stops_a_tier_can_be_said(inputs):
    findings = demo_findings()
    for gate in judge(inputs).gates:
        if not gate.is_open:
            english, spanish = stop(gate, findings, ENGLISH), stop(gate, findings, SPANISH)
            assert english and numbers_in(spanish, SPANISH) == numbers_in(english, ENGLISH)


def test_no_p_of_zero_is_written(demo):
    for value in (0.0, 1e-9, 0.00049, 0.0496):
        for code in EDITIONS:
            assert not re.search(r"=\s0[.,]0+\b(?!\d)", Language(code=code).p(value))
