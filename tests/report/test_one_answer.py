"""Where two tests that must agree do not, every part of the page says the same of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pilotproof.report.figures import effect_figure
from pilotproof.report.results import bottom_line, meaning_sentence
from pilotproof.report.sections import what_was_tried
from pilotproof.stats.results import Interval


@pytest.fixture(params=[1, -1], ids=["higher", "lower"])
def torn(demo, request):
    """The verdict at p = .048 with its interval off zero, CR2 at p = .056, in either direction."""
    sign, outcome = request.param, demo.primary
    ends = sorted((sign * 0.004, sign * 0.93))
    interval = Interval(low=ends[0], high=ends[1], confidence=0.95)
    changed = outcome.model_copy(
        update={
            "verdict": outcome.verdict.model_copy(update={"p_value": 0.048, "estimate": sign * 5.7, "interval": interval}),
            "second": outcome.second.model_copy(update={"p_value": 0.056, "estimate": sign * 5.5}),
            "among": replace(outcome.among, p_value=0.048, adjusted_p=0.048, is_significant=True, survives_both=True),
            "effect": replace(outcome.effect, estimate=sign * 0.47, interval=interval),
        }
    )
    return demo.model_copy(update={"outcomes": (changed,)})


def test_no_part_of_the_page_calls_it_more_than_chance(torn, tmp_path):
    assert not torn.primary.is_significant
    assert "We cannot tell" in bottom_line(torn)
    figure = effect_figure(torn, tmp_path).markdown
    assert "beyond what chance" not in figure and "Not every test that has to agree" in figure


def test_an_interval_off_zero_leaves_no_room_for_zero_and_never_reads_zero(torn):
    said = meaning_sentence(torn.primary)
    assert "no difference at all" not in said and "suggestive and no more" in said
    assert "0.004" in said and "0.00 " not in said


def test_when_both_agree_every_part_says_so(torn, tmp_path):
    outcome = torn.primary
    both = outcome.model_copy(update={"second": outcome.second.model_copy(update={"p_value": 0.03})})
    findings = torn.model_copy(update={"outcomes": (both,)})
    assert both.is_significant
    assert "beyond what chance would explain" in effect_figure(findings, tmp_path).markdown
    assert "more than chance would explain" in bottom_line(findings)


def test_a_named_class_of_which_nobody_is_left_is_said_in_the_text(demo):
    assert "Nobody could be analyzed of 1 comparison class of the 6 that were named." in what_was_tried(demo).markdown
