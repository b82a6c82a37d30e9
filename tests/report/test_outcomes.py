"""What is said of the methods follows from what they found: who decides, the least p, one class left out, the reviewer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pilotproof.findings import Findings, MethodResult, WithoutOneCluster
from pilotproof.report import format as fmt
from pilotproof.report.decision import reason_text
from pilotproof.report.outcomes import every_method, outcome_results
from pilotproof.report.page_one import page_one
from pilotproof.report.results import contrast_sentence
from tests.analyse.drawn_students import pilot_with, students_of
from tests.report.pages import findings_of
from tests.stats.cluster_designs import noise


def with_primary(demo: Findings, **changed: object) -> Findings:
    return demo.model_copy(update={"outcomes": (demo.primary.model_copy(update=changed),)})


def by_lot() -> Findings:
    """Four classes in each arm, drawn by lot: C(8, 4) = 70 ways and their mirror images, so that p is at least 2 / 70."""
    pilot = pilot_with(design={"assignment": "randomised-classes"})
    return findings_of(students_of(noise(3, 4, 4)), pilot)


def test_the_least_p_stands_beside_p_wherever_there_is_one():
    findings = by_lot()
    assert findings.primary.verdict.least_attainable_p == pytest.approx(2 / 70)
    p = fmt.p_value(findings.primary.verdict.p_value)
    assert f"smallest possible p 0.02857; {p}" in contrast_sentence(findings.primary, findings)
    assert ", smallest possible 0.02857; " in page_one(findings).markdown
    for block in (outcome_results(findings), every_method(findings)):
        row = next(line for line in block.markdown.splitlines() if "re-assignment of the lot" in line)
        assert [cell.strip() for cell in row.split("|")].count("0.02857") == 1
        assert "Least p" in block.markdown


def test_a_test_without_a_least_p_is_said_to_have_none(demo):
    assert demo.primary.verdict.least_attainable_p is None
    assert "This test could have given any p, however small." in contrast_sentence(demo.primary, demo)
    row = next(line for line in outcome_results(demo).markdown.splitlines() if "class means, t test" in line)
    assert "none" in [cell.strip() for cell in row.split("|")]


@pytest.mark.parametrize(("value", "shown"), [(2 / 70, "0.02857"), (1 / 20001, "0.00005"), (1e-30, "< 0.000001")])
def test_a_least_p_is_never_shown_in_powers_of_ten(value, shown):
    assert fmt.exact_p(value) == shown


def test_the_captions_say_which_methods_decide_by_their_roles(demo):
    both = "The first method carries the verdict, and CR2 must agree with it"
    assert every_method(demo).markdown.count(both) == outcome_results(demo).markdown.count(both) == 1
    findings = with_primary(demo, methods=beside(demo, "must agree"))
    for block in (every_method(findings), outcome_results(findings)):
        assert "The first method carries the verdict, and no other has to agree" in block.markdown
    none = with_primary(demo, methods=beside(demo, "verdict", "must agree"))
    assert "None of these carries a verdict" in every_method(none).markdown


def beside(demo: Findings, *roles: str) -> tuple[MethodResult, ...]:
    """The methods of the demo, those with one of these roles now without any say."""
    return tuple(one.model_copy(update={"role": "beside"}) if one.role in roles else one for one in demo.primary.methods)


def left_out(**changed: object) -> WithoutOneCluster:
    values = {"clusters": 11, "p_value": 0.64, "lowest": -0.02, "highest": 2.95, "smallest_p": 0.15, "largest_p": 0.99}
    return WithoutOneCluster(**(values | {"turned": 0, "crossed": 0, "refused": 0} | changed))


@pytest.mark.parametrize(
    ("found", "words", "never"),
    [
        (
            left_out(turned=1),
            "chance can explain the difference, and its sign, which then means nothing",
            "p is",
        ),
        (left_out(lowest=0.4), "whichever class is left out, chance can explain the difference.", "sign"),
        (
            left_out(crossed=2, smallest_p=0.04),
            "p would be below 0.05 without any one of 2 particular classes, which is",
            "turn",
        ),
        (left_out(p_value=0.01, lowest=0.4, largest_p=0.03), "p stays below 0.05 and the sign the same whichever class", "turns"),
        (left_out(p_value=0.01, lowest=0.4, crossed=1), "p is no longer below 0.05 without one particular class.", "sign"),
        (
            left_out(p_value=0.01, crossed=3, turned=1),
            "any one of 3 particular classes and the sign turns without",
            "means",
        ),
    ],
    ids=["near 0", "not near 0", "made significant", "stands", "hangs on one", "turns"],
)
def test_one_class_left_out_is_told_by_what_it_decides(demo, found, words, never):
    text = every_method(with_primary(demo, without_one=found)).markdown
    said = text[text.index("Without any one class") : text.index("With the ")]
    assert words in said and never not in said.split("):")[1]


def test_the_reviewer_s_numbers_say_which_variance_they_rest_on(demo):
    older, newer = demo.primary.recomputed
    assert (older.accounts_for_clusters, newer.accounts_for_clusters) == (False, True)
    text = every_method(demo).markdown
    assert "version 4.0 g = +0.10" in text and "df), from the students as if they were independent, corrected for classes" in text
    assert "df), from the standard error of the class means, because that analysis accounts for classes" in text


def test_a_tier_that_only_lacks_the_one_below_says_so_plainly(demo):
    gates = tuple(replace(gate, verdict="passed") if gate.tier < 3 else gate for gate in demo.tier.gates)
    text = page_one(demo.model_copy(update={"tier": replace(demo.tier, gates=gates)})).markdown
    assert "of its own passed; it also rests on Tier 3, which is not supported" in text
    assert "of its own passed; it also rests on Tier 2, which is not supported" in text


@pytest.mark.parametrize(
    ("name", "observed", "limit", "words"),
    [
        ("reliable", {"errors_per_hour": 0.27, "errors_per_hour_low": 0.15}, 0.25, "interval starts at 0.15"),
        ("lesson time kept", {"share": 0.08, "share_low": 0.02}, 0.05, "interval starts at 2%"),
    ],
)
def test_a_number_above_its_limit_that_does_not_count_says_why(demo, name, observed, limit, words):
    above = replace(demo.decision.reasons[0], name=name, speaks_for=None, observed=observed, limit=limit)
    text = reason_text(above, demo)
    assert (
        "above the limit; it does not count against the tool, because chance alone could have raised it" in text and words in text
    )
    assert "above the limit" not in reason_text(replace(above, limit=0.5), demo)
