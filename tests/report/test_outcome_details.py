"""The words beside a verdict: attrition, unmeasured causes, missing students who differ, other effect sizes."""

from __future__ import annotations

from dataclasses import replace

from pilotproof.report.outcome_details import attrition_table, cox_sentence, missing_rows, unmeasured_sentence
from pilotproof.report.outcomes import every_method
from pilotproof.report.over_time import over_time
from pilotproof.stats.availability import time_to_repair
from pilotproof.stats.cox_index import cox_index


def of_primary(demo, **change):
    primary = demo.primary.model_copy(update=change)
    return demo.model_copy(update={"outcomes": (primary, *demo.outcomes[1:])})


def test_attrition_is_told_by_level_and_hides_small_groups(demo):
    table = attrition_table(demo.primary, demo)
    assert "| Classes | 0 of 6 | 1 of 6 | 8.3% | 16.7 |" in table and "| Students | 5 of 131 | 6 of 110 |" in table
    few = demo.primary.comparison.model_copy(update={"analysed": 9})
    hidden = attrition_table(demo.primary.model_copy(update={"comparison": few}), demo)
    assert "Classes" in hidden and "Students" not in hidden and " 6 of 110" not in hidden
    assert attrition_table(demo.primary.model_copy(update={"lost": None}), demo) == ""


def test_a_difference_that_chance_explains_needs_no_cause(demo):
    text = unmeasured_sentence(demo.primary, demo)
    assert "chance could explain it even without." in text and "the interval holds no difference already." in text
    found = demo.primary.unmeasured
    strong = found.model_copy(
        update={
            "robustness": replace(found.robustness, to_insignificance=0.234),
            "e_value": replace(found.e_value, of_estimate=2.41, of_interval=1.52),
        }
    )
    text = unmeasured_sentence(demo.primary.model_copy(update={"unmeasured": strong}), demo)
    assert "and 23% to take it to where chance could explain it." in text
    assert "2.4 times as likely to explain the difference away, and 1.5 times to bring the interval to no difference." in text
    assert unmeasured_sentence(demo.primary.model_copy(update={"unmeasured": None}), demo) == ""


def test_missing_students_who_did_worse_have_rows_of_their_own(demo):
    names = [row[0] for row in missing_rows(demo.primary)]
    assert names[0] == "missing scores imputed" and len(names) == 3
    assert "if those missing from the treated group had scored 6.1 points lower" in names[1]
    assert "comparison group" in names[2]
    assert all(name in every_method(demo).markdown for name in names)


def test_the_cox_index_names_its_convention_or_says_why_there_is_none(demo):
    shares = {"events_treated": 30, "n_treated": 50, "events_comparison": 25, "n_comparison": 50}
    both = tuple(cox_index(**shares, convention=name) for name in ("without omega (WWC 5.0)", "with omega (WWC 4.x)"))
    # ln((30 / 20) / (25 / 25)) / 1.65 = .2457; omega = 1 - 3 / 391
    told = cox_sentence(demo.primary.model_copy(update={"cox": both}))
    assert "is +0.25 without omega (WWC 5.0) and +0.24 with omega (WWC 4.x): the Cox index" in told
    none = cox_index(**(shares | {"events_treated": 50}), convention="without omega (WWC 5.0)")
    assert "no odds to compare" in cox_sentence(demo.primary.model_copy(update={"cox": (none,)}))


def test_time_to_repair_is_told_where_the_log_has_it(demo):
    repaired = demo.reliability.model_copy(update={"time_to_repair": time_to_repair([2, 4, 6, 8, 10, 12, 40])})
    assert "Of 7 of the 25 errors the log says when it worked again: after 8 minutes in the middle case" in over_time(repaired)[0]
    assert "worked again" not in " ".join(over_time(demo.reliability))
