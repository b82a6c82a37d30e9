"""The appendix of what was left out: a table for what lost something, one sentence for what did not, names in words."""

from __future__ import annotations

import re

from pilotproof.pipeline.qmd import _without_empty_references
from pilotproof.report.appendix import who_was_left_out
from pilotproof.report.figures import class_figure


def captions(text: str) -> list[str]:
    return re.findall(r"^: (.*): removed by each rule", text, flags=re.M)


def without_losses(findings, *tables):
    def kept(step):
        return step.model_copy(update={"removed": 0}) if step.table in tables else step

    return findings.model_copy(update={"flow": tuple(kept(step) for step in findings.flow)})


def test_tables_that_lost_nothing_are_one_sentence(demo):
    names = {step.table for step in demo.flow}
    lost = {step.table for step in demo.flow if step.removed}
    text = who_was_left_out(demo).markdown
    assert len(captions(text)) == len(lost) < len(names)
    assert "No rule left anything out of: lessons." in text
    bare = who_was_left_out(without_losses(demo, *names)).markdown
    assert captions(bare) == [] and bare.count("No rule left anything out of:") == 1


def test_rules_that_found_nothing_take_no_row(demo):
    labels = {step.label for step in demo.flow if step.table == "coded lessons" and step.step}
    idle = {label for label in labels if not any(s.removed for s in demo.flow if s.label == label)}
    text = who_was_left_out(demo).markdown
    assert idle and not any(label in text for label in idle)
    assert all(label in text for label in labels - idle)


def test_rules_about_students_that_found_nothing_stand_beside_those_that_found_few(demo):
    """Without them the rows that are left would tell which rule left out somebody."""
    text = who_was_left_out(demo).markdown
    labels = {step.label for step in demo.flow if step.table == demo.primary.name}
    assert all(f"| {label} |" in text for label in labels)


def test_surveys_are_named_by_their_title(demo):
    text = who_was_left_out(demo).markdown
    assert not re.search(r"responses tam|buy_in|Teachers tam", " ".join(captions(text)))
    assert any("Technology Acceptance Model" in caption for caption in captions(text))


def test_classes_that_overlap_do_not_deny_a_difference_between_the_groups(demo, tmp_path):
    outcome = demo.primary
    assert "the two groups overlap" in class_figure(outcome, demo, tmp_path).markdown
    significant = type("Significant", (type(outcome),), {"is_significant": property(lambda self: True)})
    told = class_figure(significant.model_construct(**dict(outcome)), demo, tmp_path).markdown
    assert "the two groups overlap." not in told and "differ by more than chance" in told


def test_a_report_that_cites_nothing_has_no_heading_for_references():
    end = "# References\n\n::: {#refs}\n:::\n"
    plain = "Text with @fig-effect, @tbl-files and a.b@district.org.\n\n"
    assert _without_empty_references(plain + end).strip() == plain.strip()
    for cited in ("as shown [@pustejovsky2018].", "@dong2013 give it.", "both [see @dong2013; @x2010]."):
        assert _without_empty_references(f"{cited}\n\n{end}").endswith(end)
