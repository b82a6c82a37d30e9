"""Findings on teacher surveys, from drawn responses: every number with its arithmetic, and every way to have none."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from pydantic import ValidationError

from pilotproof.analyse.basis import table_sha256
from pilotproof.analyse.surveys import analyse_surveys
from pilotproof.clean.survey import clean_surveys
from pilotproof.findings import AlphaRefusal, QualityFinding, SurveyFinding
from pilotproof.instrument import Instrument
from pilotproof.pilot import Pilot, load_pilot
from pilotproof.stats.scales import Alpha, OmegaRefusal
from pilotproof.workspace import Workspace
from tests.clean.test_survey import survey

SCALE = {"title": "A survey", "low": 1, "high": 5, "most_missing_items": 0}
TEACHERS = [f"T-{n}" for n in range(1, 7)]
TOY = [[4, 5, 4, 4, 3, 5], [2, 2, 3, 2, 1, 2], [5, 5, 5, 4, 5, 5], [3, 4, 3, 3, 3, 4], [1, 2, 1, 2, 1, 1], [4, 4, 5, 3, 4, 4]]


def codebook(*subscales: tuple[str, list[str]], **more: object) -> Instrument:
    """A codebook on a scale of 1 to 5."""
    scales = [{"name": name, "label": name.capitalize(), "items": items} for name, items in subscales]
    return Instrument.model_validate(SCALE | {"subscales": scales} | more)


ONE, TWO = codebook(("buy_in", ["B1"])), codebook(("use", ["A1", "A2"]))


def responses(answers: dict[str, list[list[int]]]) -> str:
    """An export with a row for each wave and teacher; teachers are T-1, T-2 and so on, an empty list is no response."""
    width = max(len(given) for wave in answers.values() for given in wave)
    lines = ["who | when | " + " | ".join(f"Q{n + 1}" for n in range(width))]
    for wave, teachers in answers.items():
        rows = [(who, given) for who, given in zip(TEACHERS * 10, teachers, strict=False) if given]
        lines += [f"{who} | {wave} | " + " | ".join(map(str, given)) for who, given in rows]
    return "\n".join(lines)


@cache
def demo_pilot() -> Pilot:
    return load_pilot("nearpod", Workspace.open("."))


def pilot_with(*surveys: object, has_roster: bool = True) -> Pilot:
    demo = demo_pilot()
    sources = {"teacher_survey": surveys[0].source, "more_surveys": tuple(one.source for one in surveys[1:])}
    if not has_roster:
        sources["roster"] = None
    return demo.model_copy(update={"sources": demo.sources.model_copy(update=sources)})


def finding(
    answers: dict[str, list[list[int]]], instrument: Instrument, *, teachers: list[str] | None = TEACHERS, **params: object
) -> SurveyFinding:
    """The finding on one survey; `teachers` used the tool, None without a roster."""
    text: str | dict[str, str] = responses(answers)
    if set(answers) == {"After"}:
        text, params = {"after": text}, {"file": None, "files": {"after": "a.csv"}} | params
    items = {item: f"Q{n + 1}" for n, item in enumerate(instrument.items)}
    one = survey(text, instrument=instrument, items=items, **params)
    cleaned = clean_surveys([one], treated_teachers=None if teachers is None else set(teachers))
    pilot = pilot_with(one, has_roster=teachers is not None)
    return analyse_surveys(pilot, [instrument], flow=cleaned.flow, **cleaned.tables)[0]


BEFORE_AND_AFTER = {"Before": [[2, 3], [3, 3], [2, 2], [1, 1]], "After": [[3, 4], [4, 4], [4, 4], [], [5, 5]]}


def test_the_change_is_over_teachers_who_answered_twice():
    found = finding(BEFORE_AND_AFTER, TWO)
    (use,) = found.subscales
    # T-1 to T-3: 2.5 to 3.5, 3 to 4, 2 to 4: changes 1, 1, 2, mean 4/3; T-4 answered before only, T-5 after only
    assert (found.asked, found.paired) == (6, 3)
    assert [(wave.wave, wave.answered) for wave in found.waves] == [("before", 4), ("after", 4)]
    assert (use.change.n, use.change.mean_before, use.change.mean_change) == (3, 2.5, pytest.approx(4 / 3))
    # of 2^3 sign patterns only all + and all - reach the sum of 4
    assert found.least_attainable_p == use.change.sign_flip_p == use.change.least_attainable_p == 2 / 8
    assert found.no_change is None and found.changed == (use,) and found.mdes_d > 1


def test_areas_of_one_survey_are_adjusted_together_and_each_survey_by_itself():
    rises, mixed = [[1, 3], [2, 3], [2, 3], [1, 3], [2, 3], [1, 3]], [[2, 3], [4, 2], [4, 4], [5, 5], [4, 1], [3, 4]]
    both = codebook(("use", ["A1"]), ("trust", ["A2"]))
    use, trust = finding({"Before": rises, "After": mixed}, both).subscales
    p, q = use.change.sign_flip_p, trust.change.sign_flip_p
    assert p == 2 / 64 < q  # six rises
    assert (use.among.adjusted_p, use.among.family_size) == (min(2 * p, q), 2) and trust.among.adjusted_p == q
    assert not use.is_significant, "2 * .03125 = .0625"
    (alone,) = finding({"Before": rises, "After": mixed}, codebook(("use", ["A1"]))).subscales
    assert alone.among.family_size == 1 and alone.is_significant
    primary = both.model_copy(
        update={"subscales": (both.subscales[0].model_copy(update={"is_primary": True}), both.subscales[1])}
    )
    use, trust = finding({"Before": rises, "After": mixed}, primary).subscales
    assert (use.among.role, trust.among.role) == ("confirmatory", "exploratory")
    assert use.is_significant and not trust.is_significant


def test_levels_are_adjusted_where_no_change_is_given_and_not_where_a_target_is_told():
    both = codebook(("use", ["A1"]), ("trust", ["A2"]))
    use, trust = finding({"After": [[4, 4], [5, 2], [4, 4], [5, 5], [4, 2], [4, 4]]}, both).subscales
    assert (use.level.sign_flip_p, use.among.adjusted_p) == (2 / 64, 4 / 64) and trust.among.family_size == 2
    target = finding({"After": [[4], [5], [4], [5], [4], [4]]}, BUY_IN).subscales[0]
    assert target.among is None and not target.is_significant


def test_two_primary_areas_are_refused():
    with pytest.raises(ValidationError, match="is_primary in one subscale at most"):
        Instrument.model_validate(
            SCALE | {"subscales": [{"name": n, "label": n, "items": [n.upper()], "is_primary": True} for n in ("a", "b")]}
        )


def test_teachers_are_shown_one_by_one_only_when_all_of_them_agreed():
    assert finding(BEFORE_AND_AFTER, TWO).subscales[0].teachers == ()
    assert finding(BEFORE_AND_AFTER, TWO, teachers_agreed=("T-1", "T-2")).subscales[0].teachers == (), "T-3 could be reckoned"
    (use,) = finding(BEFORE_AND_AFTER, TWO, teachers_agreed=(" t-3", "T-2", "T-1", "T-9")).subscales
    # before: T-1 2.5, T-2 3, T-3 2; labels go by these scores, not by the ids
    assert [(line.label, line.before, line.after) for line in use.teachers] == [("T1", 2, 4), ("T2", 2.5, 3.5), ("T3", 3, 4)]


def test_the_level_is_over_all_who_answered_after():
    (use,) = finding(BEFORE_AND_AFTER, TWO).subscales
    # 3.5, 4, 4, 5: mean 16.5 / 4 = 4.125, that is (4.125 - 1) / 4 = 78.125 % of the range; all at or above 3
    assert (use.level.n, use.level.mean, use.level.pomp) == (4, 4.125, 78.125)
    assert (use.level.at_or_above_middle, use.level.middle) == (4, 3)
    # deviations -.625, -.125, -.125, .875: SD sqrt(1.1875 / 3) = .6292; t(3) = 3.1824: 4.125 +- 1.0011
    assert use.level.interval.low == pytest.approx(4.125 - 3.182446 * (1.1875 / 3 / 4) ** 0.5, rel=1e-6)
    assert use.level.interval.high == 5, "the interval ends where the scale does"


def test_answers_to_a_scale_are_counted_together_and_to_an_item_only_over_five_teachers():
    four = finding(BEFORE_AND_AFTER, TWO).subscales[0]
    assert four.after == (0, 0, 1, 5, 2) and four.before == (2, 3, 3, 0, 0)
    assert [(item.before, item.after) for item in four.items] == [(None, None), (None, None)]
    five = finding({"After": [[1, 5], [2, 5], [2, 5], [3, 4], [5, 4]]}, TWO).subscales[0]
    assert [item.after.counts for item in five.items] == [(1, 2, 1, 0, 1), (0, 0, 0, 2, 3)]
    assert five.items[0].before is None and five.before is None


def test_a_scale_of_one_item_is_an_item():
    assert finding({"After": [[4], [5], [3], [3]]}, ONE).subscales[0].after is None
    assert finding({"After": [[4], [5], [3], [3], [3]]}, ONE).subscales[0].after == (0, 0, 3, 1, 1)


def test_reverse_keyed_answers_are_turned_round_before_they_are_counted():
    turned = codebook(("use", ["A1", "A2"]), reverse_keyed=["A2"])
    # 1 on a scale of 1 to 5 becomes 1 + 5 - 1 = 5
    assert finding({"After": [[5, 1], [5, 1], [4, 2]]}, turned).subscales[0].after == (0, 0, 0, 2, 4)


def test_a_survey_of_expectations_gives_a_level_and_no_change():
    found = finding(BEFORE_AND_AFTER, codebook(("use", ["A1", "A2"]), report="after"))
    assert found.no_change == "before the tool was used it measures expectations"
    assert found.changed == () and found.least_attainable_p is None and found.mdes_d is None
    assert found.subscales[0].level.n == 4 and found.paired == 3


def test_alpha_of_few_teachers_is_given_with_its_interval_and_not_claimed():
    # psych::alpha of the same six rows (tests/reference/scales.json, toy): .974, Feldt .919 to .996
    toy = codebook(("use", [f"A{n}" for n in range(1, 7)]))
    (use,) = finding({"After": TOY}, toy).subscales
    assert isinstance(use.alpha, Alpha) and not use.alpha.may_be_claimed and not use.alpha.can_be_judged
    found = (use.alpha.estimate, use.alpha.interval.low, use.alpha.interval.high)
    assert found == pytest.approx((0.9741, 0.9189, 0.9959), abs=5e-5)
    assert use.omega == OmegaRefusal(reason="fewer than 30 respondents", respondents=6, items=6)
    assert use.reversed_items == ()


def test_a_forgotten_reverse_key_is_named():
    forgotten = [[a, b, 6 - c, *rest] for a, b, c, *rest in TOY]
    (use,) = finding({"After": forgotten}, codebook(("use", [f"A{n}" for n in range(1, 7)]))).subscales
    assert use.reversed_items == ("A3",)


def test_thirty_teachers_carry_a_claim_and_an_omega():
    teachers = [f"T-{n}" for n in range(1, 31)]
    text = "who | Q1 | Q2 | Q3\n" + "\n".join(f"{who} | {' | '.join(map(str, TOY[n % 6][:3]))}" for n, who in enumerate(teachers))
    instrument = codebook(("use", ["A1", "A2", "A3"]))
    one = survey({"after": text}, instrument=instrument, file=None, files={"after": "a.csv"})
    cleaned = clean_surveys([one], treated_teachers=set(teachers))
    (found,) = analyse_surveys(pilot_with(one), [instrument], flow=cleaned.flow, **cleaned.tables)
    assert found.subscales[0].alpha.may_be_claimed and found.subscales[0].omega.respondents == 30


BUY_IN = codebook(("buy_in", ["B1"]), favourable_from=4, target_share=0.85, anchors={1: "No", 4: "Yes", 5: "Surely"})


@pytest.mark.parametrize(
    ("answers", "agree", "verdict"),
    [
        ([4, 5, 4, 5, 4, 4], 6, "not enough answers"),  # 6 of 6: lower limit .025^(1/6) = .541
        ([4, 3, 3, 2, 1, 2], 1, "below target"),  # 1 of 6: upper limit .641
        ([4, 4, 4, 1, 1, 1], 3, "not enough answers"),  # 3 of 6: .118 to .882
    ],
)
def test_buy_in_meets_its_target_or_not_or_cannot_be_told(answers, agree, verdict):
    target = finding({"After": [[answer] for answer in answers]}, BUY_IN).subscales[0].target
    assert (target.buy_in.agree, target.buy_in.answered, target.buy_in.verdict) == (agree, 6, verdict)
    assert target.lowest_if_all_agree == pytest.approx(0.025 ** (1 / 6)) and target.answers == ("Yes", "Surely")


def test_twenty_three_who_agree_are_the_fewest_that_show_a_target_of_85_per_cent():
    # .025^(1/22) = .8456 and .025^(1/23) = .8518
    for n, verdict in ((22, "not enough answers"), (23, "above target")):
        text = "who | Q1\n" + "\n".join(f"T-{i} | 4" for i in range(n))
        one = survey({"after": text}, instrument=BUY_IN, items={"B1": "Q1"}, file=None, files={"after": "a.csv"})
        cleaned = clean_surveys([one], treated_teachers={f"T-{i}" for i in range(n)})
        (found,) = analyse_surveys(pilot_with(one), [BUY_IN], flow=cleaned.flow, **cleaned.tables)
        assert found.subscales[0].target.buy_in.verdict == verdict


# --- designs that allow no answer ---------------------------------------------------------------------------


def test_an_anonymous_survey_has_a_level_and_no_pairs():
    found = finding({"After": [[3, 4], [4, 4], [2, 2]]}, TWO, respondent_column=None)
    assert (found.asked, found.paired, found.no_change) == (None, 0, "held once"), "nobody knows how many were asked"
    assert found.answered_after == 3 and found.subscales[0].level.n == 3


def test_without_a_roster_nobody_knows_how_many_were_asked():
    assert finding({"After": [[3, 4], [4, 4], [2, 2]]}, TWO, teachers=None).asked is None


def test_a_survey_held_once_has_no_change():
    found = finding({"After": [[3, 4], [4, 4], [2, 2]]}, TWO)
    assert found.no_change == "held once" and [wave.wave for wave in found.waves] == ["after"] and found.asked == 6


def test_two_teachers_who_answered_twice_give_no_change_and_no_level():
    found = finding({"Before": [[1, 1], [2, 2]], "After": [[3, 3], [4, 4]]}, TWO)
    (use,) = found.subscales
    assert (found.paired, found.no_change) == (2, "fewer than three teachers answered both times")
    assert (use.change, use.level, use.target, use.before, use.after) == (None,) * 5
    assert use.alpha == AlphaRefusal(reason="fewer than three teachers", respondents=2, items=2) and use.omega is None


def test_of_one_teacher_nothing_is_told():
    (use,) = finding({"After": [[3, 4]]}, TWO).subscales
    assert (use.change, use.level, use.before, use.after) == (None,) * 4
    assert all(item.after is None for item in use.items)


def test_nobody_answered():
    # the only response is of a teacher who did not use the tool
    found = finding({"After": [[3, 4]]}, TWO, teachers=["T-9"])
    assert (found.asked, found.answered_after) == (1, 0) and found.subscales[0].level is None


def test_equal_answers_have_a_level_without_interval_and_no_alpha():
    (use,) = finding({"After": [[4, 4], [4, 4], [4, 4]]}, TWO).subscales
    assert (use.level.mean, use.level.interval) == (4, None)
    assert use.alpha == AlphaRefusal(reason="answers do not differ", respondents=3, items=2)


def test_items_that_cancel_each_other_have_no_alpha():
    # A1 + A2 = 6 for all, though both differ
    (use,) = finding({"After": [[1, 5], [3, 3], [5, 1]]}, TWO).subscales
    assert use.alpha == AlphaRefusal(reason="answers do not differ", respondents=3, items=2)


def test_a_subscale_of_one_item_has_no_alpha():
    (use,) = finding({"After": [[4], [5], [3]]}, ONE).subscales
    assert use.alpha == AlphaRefusal(reason="one item", respondents=3, items=1) and use.level.mean == 4
    assert use.target is None, "the codebook asks for no share"


def test_a_subscale_that_too_few_answered_twice_has_no_change_of_its_own():
    both = codebook(("use", ["A1"]), ("trust", ["A2"]))
    rows = [f"T-{n} | {wave} | 3 | {4 if n < 3 else ''}" for n in (1, 2, 3) for wave in ("Before", "After")]
    text = "who | when | Q1 | Q2\n" + "\n".join(rows)
    one = survey(text, instrument=both, items={"A1": "Q1", "A2": "Q2"})
    cleaned = clean_surveys([one], treated_teachers=set(TEACHERS))
    (found,) = analyse_surveys(pilot_with(one), [both], flow=cleaned.flow, **cleaned.tables)
    assert found.no_change is None and [scale.name for scale in found.changed] == ["use"]
    assert found.subscales[0].change.mean_change == 0 and found.subscales[0].change.interval is None


# --- several surveys ----------------------------------------------------------------------------------------


def test_each_survey_has_its_own_rows_flags_and_hashes():
    first = survey(responses({"Before": [[1, 2]] * 3, "After": [[2, 3]] * 3}), instrument=TWO, items={"A1": "Q1", "A2": "Q2"})
    second = survey(
        {"after": responses({"After": [[5], [4], [4], [4]]})},
        instrument=ONE, items={"B1": "Q1"}, file=None, files={"after": "b.csv"}, key="sources.more_surveys.1",
    )  # fmt: skip
    second = replace(second, source=second.source.model_copy(update={"instrument": "y"}))
    cleaned = clean_surveys([first, second], treated_teachers=set(TEACHERS[:5]))
    found = analyse_surveys(pilot_with(first, second), [TWO, ONE], flow=cleaned.flow, **cleaned.tables)
    assert [(one.name, one.asked, one.answered_after) for one in found] == [("x", 5, 3), ("y", 5, 4)]
    assert found[0].subscales[0].change.mean_change == 1 and found[1].subscales[0].level.mean == 4.25
    flag = QualityFinding(wave="after", flag="items without an answer", responses=0, looked_at=4, is_left_out=False)
    assert found[1].quality == (flag,)
    for one in found:
        numbers = {name: table for name, table in cleaned.tables.items() if name != "survey_quotes"}  # no number rests on them
        assert one.basis.tables == {name: table_sha256(table) for name, table in numbers.items()}


def test_a_pilot_without_surveys_has_no_findings():
    empty = dict.fromkeys(("teacher_scales", "survey_items", "survey_quality"))
    assert analyse_surveys(demo_pilot(), [], flow=None, **empty) == ()
