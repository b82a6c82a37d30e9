"""Appendix A says the models that were fitted, with their numbers, and shows nothing of too small a group."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from pilotproof.evidence.attrition import judge_attrition
from pilotproof.findings import AttritionFinding
from pilotproof.report import decision_inputs, full_results, model_tables, models, provenance, reviewer
from pilotproof.report.appendix import methods
from pilotproof.report.formulas import equation
from pilotproof.report.sections import gate_results
from pilotproof.stats.cluster_data import Refusal
from tests.designs.simulated import found_in, staggered, users
from tests.report.conftest import demo_findings

RANDOMISED = {"design": "clusters randomised", "verdict": "randomisation"}
LETTERS = r"[A-Za-z]"


def with_outcome(findings, **changes):
    return findings.model_copy(update={"outcomes": (findings.primary.model_copy(update=changes),)})


def in_design(outcome, **pilot):
    """The demo's page with an outcome of another design."""
    demo = demo_findings()
    return demo.model_copy(update={"outcomes": (outcome,), "pilot": demo.pilot.model_copy(update=pilot)})


def by_lot(findings, *, tried: int, **pilot):
    """The demo as if its classes had been drawn, `tried` of the 462 ways tried."""
    outcome = findings.primary
    verdict = outcome.verdict.model_copy(
        update={"method": "randomisation", "standard_error": None, "df": None, "assignments": 462, "tried": tried}
    )
    drawn = with_outcome(findings, verdict=verdict, method=replace(outcome.method, **RANDOMISED))
    return drawn.model_copy(update={"pilot": findings.pilot.model_copy(update=pilot)})


def test_the_two_steps_of_the_means_and_the_regression_are_written_out(demo):
    text = models.model_text(demo).markdown
    assert "y_{ij} = \\alpha_j + \\beta\\,x_{ij} + e_{ij}" in text and "a_j = \\gamma + \\delta\\,T_j + u_j" in text
    assert "as many degrees of freedom as there are classes less 2" in text
    assert "y_{ij} = \\gamma + \\delta\\,T_j + \\beta\\,x_{ij} + e_{ij}" in text and "Satterthwaite" in text
    assert "20% is assumed" in text and "Z" not in re.sub(r"``` .*?```", "", text, flags=re.DOTALL)


def test_without_a_pretest_no_formula_holds_one(demo):
    text = models.model_text(with_outcome(demo, has_pretest=False)).markdown
    assert "x_{ij}" not in text and "\\beta" not in text
    assert "by the mean posttest of class *j*, here called *a*~j~" in text


def test_schools_as_blocks_have_levels_of_their_own_and_cost_degrees_of_freedom(demo):
    text = models.model_text(demo.model_copy(update={"pilot": demo.pilot.model_copy(update={"block": "school"})})).markdown
    assert text.count("\\gamma_{s(j)}") == 2 and "classes less schools less 1" in text


def test_the_lot_is_said_with_how_many_ways_it_could_have_fallen(demo):
    text = models.model_text(by_lot(demo, tried=462)).markdown
    assert "There are 462 of them, all of which were tried." in text and "Student’s *t* with as many" in text
    assert "Student’s *t* with as many degrees of freedom as there are classes less 2" not in text
    some = models.model_text(by_lot(demo, tried=101, block="school")).markdown
    assert "462 of them, of which 101 were tried, drawn at random, the real one among them" in some and ", in each school" in some


@pytest.mark.parametrize(
    ("made", "formulas"),
    [
        (staggered(3, effect=6.0), ["\\bar{y}_{jt} = \\alpha_j + \\tau_t + \\delta\\,S_{jt} + e_{jt}"]),
        (users(3, effect=4.0), ["y_{ij} = \\alpha_j + \\delta\\,U_{ij} + \\beta\\,x_{ij} + e_{ij}", "\\mathrm{tr}"]),
    ],
    ids=["staggered", "users"],
)
def test_designs_in_which_every_class_had_the_tool_have_their_own_model(made, formulas):
    _, outcome = found_in(*made)
    findings = in_design(outcome)
    text = models.model_text(findings).markdown
    assert all(formula in text for formula in formulas) and "T_j" not in text
    for block in (full_results.full_results(findings), model_tables.coefficient_tables(findings)):
        assert "None" not in block.markdown
    assert ("tbl-coefficients" in model_tables.coefficient_tables(findings).markdown) == (outcome.use is not None)
    assert "adjusted for the pretest" not in full_results.full_results(findings).markdown or outcome.staggered is None


def test_users_and_non_users_are_named_in_the_table_of_coefficients():
    _, outcome = found_in(*users(3, effect=4.0))
    text = model_tables.coefficient_tables(in_design(outcome)).markdown
    assert "**Users minus non-users**" in text and "Effects of classes (8) were estimated and are not listed." in text
    row = next(row for row in outcome.models[0].rows if row.term == "arm")
    assert (row.estimate, row.df, row.p_value) == pytest.approx(
        (outcome.verdict.estimate, outcome.verdict.df, outcome.verdict.p_value), rel=1e-12
    )


def test_a_refusal_fits_no_model_and_gives_its_reason(demo):
    refusal = Refusal(reason="one cluster in an arm", clusters_treated=1, clusters_comparison=5)
    refused = with_outcome(demo, verdict=refusal, second=refusal, methods=(), models=(), effect=None, among=None)
    assert "No model is fitted: one arm has only 1 class" in models.model_text(refused).markdown
    text = full_results.full_results(refused).markdown
    assert "No difference is given for the district mathematics benchmark: one arm has only 1 class" in text
    assert "tbl-full-difference" not in text
    assert "No model with coefficients was fitted" in model_tables.coefficient_tables(refused).markdown
    assert "| No method: no p-value is given |" in reviewer.design_at_a_glance(refused).markdown


def test_an_arm_below_the_smallest_group_shows_no_mean_no_coefficient_and_no_baseline(demo):
    few = demo.primary.comparison.model_copy(update={"analysed": 9})
    hidden = with_outcome(demo, comparison=few)
    text = full_results.full_results(hidden).markdown
    row = next(line for line in text.splitlines() if "| comparison |" in line)
    assert "| < 10 |" in row and "49.8" not in row and "9 of" not in row
    assert "tbl-coefficients" not in model_tables.coefficient_tables(hidden).markdown
    assert "tbl-baseline" not in full_results.baseline_results(hidden).markdown


def test_attrition_is_held_against_both_limits_where_lots_were_drawn(demo):
    assert "judged for designs with random assignment only" in full_results.attrition_results(demo).markdown
    judged = {name: judge_attrition(overall=0.10, differential=0.08, assumption=name) for name in ("cautious", "optimistic")}
    level = AttritionFinding(level="students", overall=0.10, differential=0.08, **judged)
    text = full_results.attrition_results(with_outcome(demo, attrition=(level,))).markdown
    assert not judged["cautious"].is_low and judged["optimistic"].is_low
    limits = [f"{judged[name].boundary * 100:.1f}" for name in ("cautious", "optimistic")]
    assert f"| students | 10.0 | 8.0 | {limits[0]} | {limits[1]} | low by the optimistic one |" in text


def test_outcomes_of_several_units_each_name_their_own(demo):
    other = demo.primary.model_copy(update={"name": "reading", "label": "reading", "unit": "levels", "is_primary": False})
    text = full_results.full_results(demo.model_copy(update={"outcomes": (demo.primary, other)})).markdown
    assert "| Reading (levels) |" in text and "benchmark (points) |" in text and "Difference (points)" not in text


def test_what_the_recommendation_was_reckoned_from_holds_every_input_and_the_checklist(demo):
    text = decision_inputs.decision_input_tables(demo).markdown
    inputs = demo.decision_inputs
    assert f"| Learning | ESSA tier | {inputs.learning.tier} |" in text
    assert f"{inputs.adoption.licences_used} of {inputs.adoption.licences_bought}" in text
    assert "| Accessibility (WCAG 2.1 AA) | **not checked** |" in text and "| at most 5.00 |" in text
    nothing = demo.model_copy(
        update={"decision_inputs": replace(inputs, adoption=replace(inputs.adoption, licences_bought=None, idle_cost=None))}
    )
    assert "| Licenses used | not measured |" in decision_inputs.decision_input_tables(nothing).markdown


def test_every_gate_and_every_method_has_its_line(demo):
    text = reviewer.every_gate(demo).markdown
    assert sum(line.startswith("| ") and line[2].isdigit() for line in text.splitlines()) == len(demo.tier.gates)
    lines = reviewer.methods_in_words(demo).markdown.splitlines()[2:]
    assert len(lines) == len(demo.primary.methods) and "{" not in "".join(lines)


def test_how_to_make_it_again_names_the_pilot_and_the_hashes(demo):
    text = provenance.again(demo).markdown
    assert "make report PILOT=nearpod" in text and "`params/nearpod.yaml`" in text and "manifest.json" in text
    assert "{{< meta renderer >}}" in provenance.files_and_versions(demo).markdown


def test_every_formula_is_said_in_words(demo):
    for findings in (demo, by_lot(demo, tried=462, block="school")):
        said = re.findall(r'^``` \{\.equation alt="([^"]+)"\}$', models.model_text(findings).markdown, re.MULTILINE)
        assert len(said) == models.model_text(findings).markdown.count(".equation") >= 6
        assert all(words.endswith(".") and "\\" not in words and "_" not in words for words in said)
    assert equation("a = b", "a is b.") == '``` {.equation alt="a is b."}\na = b\n```'


def test_the_methods_tell_of_no_test_that_was_not_run(demo):
    refusal = Refusal(reason="one cluster in an arm", clusters_treated=1, clusters_comparison=3)
    text = methods(with_outcome(demo, verdict=refusal, second=refusal)).markdown
    assert "No test was run: one arm has only 1 class" in text and "t test" not in text.split("**Teachers.**")[0]
    assert "pretest" in methods(demo).markdown and "pretest" not in methods(with_outcome(demo, has_pretest=False)).markdown


def test_none_lost_is_said_in_words_and_of_the_units_by_their_name(demo):
    def said(lost: float) -> str:
        limits = [
            judge_attrition(overall=lost, differential=0.0, assumption=assumption) for assumption in ("cautious", "optimistic")
        ]
        level = AttritionFinding(level="clusters", overall=lost, differential=0.0, cautious=limits[0], optimistic=limits[1])
        students = level.model_copy(update={"level": "students"})
        return gate_results(with_outcome(demo, attrition=(level, students))).markdown

    assert "All classes and students that were assigned are in the analysis." in said(0.0) and "0.0%" not in said(0.0)
    assert "Of classes assigned, 10.0% were lost" in said(0.1)
