"""Page one: five strands, always all of them; what is not measured or is of too few says so and shows no number."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pilotproof.evidence.language import Carried, Sentence, overclaims
from pilotproof.findings import Findings
from pilotproof.report import page_one
from pilotproof.report.strands import strand_table, strands
from pilotproof.report.strings import ENGLISH
from pilotproof.stats.cluster_data import Refusal
from pilotproof.stats.results import Interval

NAMES = ["learning", "practice", "acceptance", "on task", "reliability"]
NOTHING = {"surveys": (), "reliability": None, "observations": None, "lesson_coding": None}


def strand(findings: Findings, name: str):
    return next(one for one in strands(findings) if one.name == name)


def changed(findings: Findings, **outcome: object) -> Findings:
    """The same findings with another primary outcome."""
    return findings.model_copy(update={"outcomes": (findings.primary.model_copy(update=outcome),)})


def test_all_five_have_their_number_its_interval_and_both_sentences(demo):
    found = strands(demo)
    assert [one.name for one in found] == NAMES
    for one in found:
        assert one.value and "95% interval" in one.measured and one.may and one.never
    assert [one.value for one in found] == ["+0.10 SD", "+0.10 to +0.40", "5 of 5 teachers", "82%", "0.15 an hour"]


def test_the_numbers_are_those_of_the_findings(demo):
    effect, rate = demo.primary.effect, demo.reliability.rate
    assert f"{effect.interval.low:.2f}".replace("-", "−") in strand(demo, "learning").measured
    assert f"{rate.interval.low:.2f} to {rate.interval.high:.2f}" in strand(demo, "reliability").measured
    areas = [s.change for s in demo.surveys[0].subscales if s.is_tool_outcome]
    reach = f"from {min(a.interval.low for a in areas):.2f} to {max(a.interval.high for a in areas):.2f}".replace("-", "−")
    assert reach in strand(demo, "practice").measured


def test_what_was_not_measured_says_so_and_no_more(demo):
    bare = demo.model_copy(update=NOTHING)
    for name in NAMES[1:]:
        one = strand(bare, name)
        assert (one.value, one.measured, one.may, one.never) == (None, "not measured", None, None)
    assert strand_table(bare).count("not measured") == 4


def test_groups_below_the_limit_show_no_number(demo):
    pilot = demo.pilot.model_copy(update={"smallest_group": 300})
    small = demo.model_copy(update={"pilot": pilot})
    for name in ("learning", "on task"):
        one = strand(small, name)
        assert one.value is None and one.measured == "not shown: fewer than 300 students"
        assert one.never is None and not re.search(r"\d", one.may)
    exactly = demo.model_copy(update={"pilot": demo.pilot.model_copy(update={"smallest_group": 230})})
    assert strand(exactly, "learning").value  # 230 students were analysed


def test_of_too_few_teachers_nothing_is_shown(demo):
    silent = [
        survey.model_copy(
            update={
                "subscales": tuple(s.model_copy(update={"level": None, "target": None, "change": None}) for s in survey.subscales)
            }
        )
        for survey in demo.surveys
    ]
    few = demo.model_copy(update={"surveys": tuple(silent), "lesson_coding": None})
    assert strand(few, "acceptance").measured == "not shown: fewer than three teachers"
    assert strand(few, "practice").measured == "no change can be given: answers before or after are missing"


def test_without_two_waves_coded_lessons_tell_of_practice(demo):
    one = strand(demo.model_copy(update={"surveys": ()}), "practice")
    assert one.value == f"{demo.lesson_coding.picrat_lessons} lessons" and "no interval" in one.measured


def test_without_a_target_acceptance_is_where_teachers_stand(demo):
    surveys = tuple(survey for survey in demo.surveys if survey.name == "tam")
    one = strand(demo.model_copy(update={"surveys": surveys}), "acceptance")
    assert one.value == "5.27 to 5.71" and "2 scales of 1 to 7" in one.measured


def test_errors_without_lessons_and_no_errors_at_all(demo):
    alone = demo.reliability.model_copy(update={"rate": None, "hours": None, "recurrence": None, "concentration": None})
    one = strand(demo.model_copy(update={"reliability": alone}), "reliability")
    assert one.value == "25 technical errors" and "no rate" in one.measured
    rate = replace(demo.reliability.rate, events=0, estimate=0.0, interval=Interval(low=0.0, high=0.022, confidence=0.95))
    none = demo.reliability.model_copy(
        update={"errors": 0, "rate": rate, "concentration": None, "recurrence": None, "worst_period": None}
    )
    one = strand(demo.model_copy(update={"reliability": none}), "reliability")
    assert "0 technical errors" in one.may and "up to 0.02 errors an hour" in one.never


def test_one_is_never_many(demo):
    one = demo.reliability.model_copy(update={"errors": 1, "concentration": None, "recurrence": None})
    said = strand(demo.model_copy(update={"reliability": one}), "reliability")
    assert "1 technical error in" in said.measured and "1 technical error on record" in said.may
    assert ENGLISH.count(1, "teacher") == "1 teacher" and ENGLISH.count(1200, "student") == "1,200 students"


@pytest.mark.parametrize("reason", ["one cluster in an arm", "one teacher in an arm", "no degrees of freedom"])
def test_without_a_test_no_difference_is_told(demo, reason):
    refusal = Refusal(reason=reason, clusters_treated=1, clusters_comparison=5)
    one = strand(changed(demo, verdict=refusal), "learning")
    assert one.value == "no test possible" and "95% interval" not in one.measured and "scores were measured" in one.may


def test_a_bound_is_called_one(demo):
    seen = demo.observations
    first = seen.procedures[0].model_copy(update={"bias": "upper bound", "agreement": None})
    bound = demo.model_copy(update={"observations": seen.model_copy(update={"procedures": (first,)})})
    one = strand(bound, "on task")
    assert one.value == "at most 82%" and "at most 82% of the time" in one.may and "not known" in one.measured


def test_may_sentences_pass_the_check_of_claims(demo):
    sentences = [Sentence(text=one.may, place=one.name) for one in strands(demo)]
    assert overclaims(sentences, Carried(tool=demo.pilot.tool, claim=demo.primary.claim)) == ()
    page = page_one.page_one(demo).markdown
    for one in strands(demo):  # what must not be said is a quotation for the check, and nothing else on the page is
        assert f"[{one.never}]{{.quoted}}" in page
    assert page.count("{.quoted}") == len(NAMES)


def test_words_of_the_params_cannot_be_markup(demo):
    hostile = demo.model_copy(update={"pilot": demo.pilot.model_copy(update={"tool": "A*b* | [x]{.quoted}"})})
    page = page_one.page_one(hostile).markdown
    assert "A\\*b\\* \\| \\[x\\]\\{.quoted\\}" in page and page.count("]{.quoted}") == len(NAMES)


def test_terms_are_explained_where_they_are_used(demo):
    page = page_one.page_one(demo).markdown
    for term in ("SD, standard deviation:", "95% interval:", "p: how often", "On task:", "ESSA is the federal", "a gate is"):
        assert term in page
    assert page.count("are rounded for reading only") == 1
