"""What the page says of teacher surveys: as much as so few teachers can tell, and never one of them alone."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from pilotproof.findings import AlphaRefusal, Findings, QualityFinding, SubscaleFinding, SurveyFinding, SurveyWave
from pilotproof.report.survey_figures import answer_figures, change_figures
from pilotproof.report.survey_quality import quality_results
from pilotproof.report.surveys import change_results, level_results, target_results
from pilotproof.stats.multiplicity import within_domains
from pilotproof.stats.paired import paired_change
from pilotproof.stats.scale_level import scale_level
from pilotproof.stats.scales import buy_in, cronbach_alpha, omega_total


def named(demo: Findings, name: str) -> SurveyFinding:
    return next(survey for survey in demo.surveys if survey.name == name)


def only(demo: Findings, name: str, *, scale: dict[str, object] | None = None, **survey: object) -> Findings:
    """The demo with one survey, changed; `scale` changes its first subscale and leaves out the others."""
    one = named(demo, name)
    if scale is not None:
        survey["subscales"] = (one.subscales[0].model_copy(update=scale),)
    return demo.model_copy(update={"surveys": (one.model_copy(update=survey),)})


def first(demo: Findings, name: str) -> SubscaleFinding:
    return named(demo, name).subscales[0]


def test_the_least_p_stands_before_every_p(demo):
    text = change_results(demo).markdown
    assert text.index("smallest p that the exact test can give is 0.0625") < text.index("Exact p")
    assert "cannot reach significance" in text and "5 of 6 teachers answered" in text
    assert "No comparison teachers were asked" in text


BEFORE, TORN = [3.1, 2.8, 3.6, 2.9, 3.3, 3.0], [3.8, 3.0, 3.9, 3.5, 3.2, 3.7]  # tests/stats/test_few, R's exactRankTests
ALL_UP = [b + c for b, c in zip(BEFORE, [0.5, 0.7, 0.2, 0.3, 0.4, 0.6], strict=True)]


def changed(demo: Findings, *after: list[float], primary: int | None = None) -> Findings:
    """The demo with one survey of as many areas as there are answers `after`; six teachers."""
    one = named(demo, "ttis")
    changes = [paired_change(before=BEFORE, after=values) for values in after]
    is_primary = [n == primary for n in range(len(after))]
    among = within_domains([c.sign_flip_p for c in changes], ["ttis"] * len(after), is_primary)
    scales = tuple(
        scale.model_copy(update={"change": c, "among": a}) for scale, c, a in zip(one.subscales, changes, among, strict=False)
    )
    only_one = one.model_copy(update={"subscales": scales, "paired": 6, "least_attainable_p": 2 / 64})
    return demo.model_copy(update={"surveys": (only_one,)})


def test_where_tests_disagree_the_text_says_suggestive_and_why(demo):
    text = change_results(changed(demo, TORN)).markdown
    assert "suggestive and no more, because the tests disagree (paired t p = 0.029 below 0.05, " in text
    assert "sign-flip p = 0.0625 and signed-rank p = 0.0625 not)" in text and "| **disagree** |" in text
    assert "suggestive" not in change_results(changed(demo, ALL_UP)).markdown


def test_every_test_of_a_change_stands_in_one_table(demo):
    text = change_results(changed(demo, TORN)).markdown
    # R: t p = .029; of the 21 means of two of .7 .2 .3 .6 -.1 .7 the 11th is .45; five rose and one fell: (5 - 1) / 6 = .67
    row = next(line for line in text.splitlines() if "0.0625 (0.03125)" in line)
    assert [cell.strip() for cell in row.split("|")[2:6]] == ["0.0625 (0.03125)", "0.0625 (0)", "0.029", "+0.45 (−0.10 to 0.70)"]
    assert "| +0.67 |" in row and "96.9% interval" in text and "not given" in text, "no bootstrap of six"
    twelve = paired_change(before=BEFORE * 2, after=TORN + ALL_UP)
    with_bootstrap = change_results(only(demo, "ttis", scale={"change": twelve}, paired=12, least_attainable_p=2**-11)).markdown
    low, high = twelve.bootstrap.low, twelve.bootstrap.high
    assert "BCa interval" in with_bootstrap and f"| {low:.2f} to {high:.2f} |" in with_bootstrap


def test_a_t_test_that_no_exact_test_could_confirm_is_suggestive(demo):
    five = paired_change(before=BEFORE[:5], after=ALL_UP[:5])  # exact p at its least, 2 / 2^5; t below 0.05
    text = change_results(only(demo, "ttis", scale={"change": five})).markdown
    assert five.p_value < 0.05 and "the paired t test alone gives" in text and "suggestive and no more" in text


def test_one_of_several_areas_is_no_more_than_luck_unless_it_was_named_before(demo, tmp_path):
    # exact p .03125 and .0625: adjusted 2 * .03125 = .0625 for both
    two = changed(demo, ALL_UP, TORN)
    assert [scale.is_significant for scale in two.surveys[0].subscales] == [False, False]
    text = change_results(two).markdown
    assert "Of 2 areas one may stand out by luck" in text and "none of them can be told from chance" in text
    drawn = change_figures(two, tmp_path).markdown
    assert "none can be told from chance" in drawn and "A line off zero is suggestive only" in drawn
    named_first = changed(demo, ALL_UP, TORN, primary=0)
    assert [scale.is_significant for scale in named_first.surveys[0].subscales] == [True, False]
    text = change_results(named_first).markdown
    assert "was named as the primary area" in text and "Risk-taking and comfort with technology can be told from chance" in text
    assert "A line off zero" not in change_figures(changed(demo, ALL_UP), tmp_path).markdown
    assert "by luck" not in change_results(changed(demo, ALL_UP)).markdown, "a single area needs no adjustment"


def test_only_the_survey_with_two_waves_has_a_change(demo):
    text = change_results(demo).markdown
    assert "Teacher Technology Integration Survey" in text and "Acceptance" not in text and text.count("| Exact p |") == 1


def test_a_pilot_without_surveys_says_so(demo):
    nothing = demo.model_copy(update={"surveys": ()})
    assert change_results(nothing).markdown == "No survey of teachers was held."
    assert level_results(nothing) is target_results(nothing) is quality_results(nothing) is None


def test_surveys_that_were_held_once_have_no_change(demo):
    assert "was held once" in change_results(only(demo, "tam")).markdown
    both = demo.model_copy(update={"surveys": demo.surveys[1:]})
    assert "were held once" in change_results(both).markdown


def test_too_few_teachers_in_both_waves_are_a_reason(demo):
    none = [scale.model_copy(update={"change": None}) for scale in named(demo, "ttis").subscales]
    lone = only(demo, "ttis", subscales=tuple(none), paired=2, no_change="fewer than three teachers answered both times")
    assert "fewer than three teachers answered both before and after" in change_results(lone).markdown


def test_a_survey_of_expectations_says_why_it_has_no_change(demo):
    waves = (SurveyWave(wave="before", answered=5), SurveyWave(wave="after", answered=5))
    asked = only(demo, "tam", waves=waves, no_change="before the tool was used it measures expectations")
    assert "tell what teachers expected, not what they found" in change_results(asked).markdown


def test_a_retrospective_change_is_called_remembered(demo):
    assert "as teachers remember it" in change_results(only(demo, "ttis", is_retrospective=True)).markdown
    assert "remember" not in change_results(demo).markdown


def test_acceptance_is_told_with_the_least_p_and_without_significance(demo):
    # 5 teachers: 2 / 2^5 = .0625
    text = level_results(demo).markdown
    assert text.index("0.0625") < text.index("Perceived usefulness")
    assert "whether teachers find that the tool helps them to do their work better" in text
    assert "above the middle of the scale on average" in text and "chance" not in text
    level = first(demo, "tam").level
    assert f"| {level.mean:.2f} |" in text and f"{level.at_or_above_middle} of 5" in text


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        # six: 2 / 2^6 = .03125 can be reached
        ([5.0, 5.5, 6.0, 5.0, 6.5, 5.2], "above the middle of the scale on average, more than chance explains (exact p 0.03125)"),
        ([3.0, 2.5, 2.0, 3.0, 1.5, 2.2], "below the middle of the scale on average, more than chance explains"),
        ([5.0, 5.5, 6.0, 5.0, 2.0, 3.0], "above the middle of the scale on average, which chance can explain"),
        ([3.0, 5.0, 3.0, 5.0, 4.0, 4.0], "on the middle of the scale on average."),
    ],
)
def test_six_teachers_can_be_told_from_the_middle(demo, scores, said):
    level = scale_level(scores, low=1, high=7)
    (alone,) = within_domains([level.sign_flip_p], ["tam"], [False])
    text = level_results(only(demo, "tam", scale={"level": level, "among": alone})).markdown
    assert said in text


def test_a_level_that_does_not_outlive_its_number_of_areas_is_chance(demo):
    # six above the middle: exact p 2 / 2^6 = .03125, among two with .5: 2 * .03125 = .0625
    level = scale_level([5.0, 5.5, 6.0, 5.0, 6.5, 5.2], low=1, high=7)
    among, _ = within_domains([level.sign_flip_p, 0.5], ["tam", "tam"], [False, False])
    text = level_results(only(demo, "tam", scale={"level": level, "among": among})).markdown
    assert "which chance can explain (exact p 0.03125)" in text and "more than chance explains" not in text


def test_every_level_that_is_said_to_be_out_of_reach_has_its_p(demo):
    text = level_results(demo).markdown
    assert "cannot reach significance" in text and "| Exact p | Adjusted p |" in text
    assert text.count("| 0.0625 | 0.0625 |") == 2, "each of two scales, all five teachers above the middle: 2 / 2^5"


def test_fewer_than_three_teachers_show_nothing(demo):
    nothing = {"level": None, "target": None, "before": None, "after": None}
    waves = (SurveyWave(wave="after", answered=1),)
    text = level_results(only(demo, "tam", scale=nothing, waves=waves)).markdown
    assert "1 of 6 teachers answered" in text and "fewer than three teachers are not shown" in text
    assert not re.search(r"\d\.\d", text)
    text = target_results(only(demo, "buy_in", scale=nothing, waves=waves)).markdown
    assert "fewer than three teachers are not shown" in text and "The target is 85%." in text and "interval" not in text


def test_an_anonymous_survey_does_not_say_how_many_were_asked(demo):
    assert level_results(only(demo, "tam", asked=None)).markdown.count("5 teachers answered") == 1


@pytest.mark.parametrize(
    ("agree", "answered", "said", "more"),
    [
        (5, 5, "answered it is met; **it cannot be told", "even if all 5 agree, the interval begins at 48%"),
        (1, 6, "answered it is not met; **it is not met, also allowing for chance**", "1 of 6 answered"),
        (40, 40, "answered it is met; **it is met, also allowing for chance**", "100% (95% interval 91% to 100%, exact)"),
        (20, 40, "answered it is not met; **it is not met, also allowing for chance**", "50%"),
        (32, 40, "answered it is not met; **it cannot be told", "80%"),
    ],
)
def test_buy_in_meets_does_not_or_cannot_be_told(demo, agree, answered, said, more):
    old = first(demo, "buy_in").target
    lowest = 0.025 ** (1 / answered)
    target = old.model_copy(update={"buy_in": buy_in(agree, answered, target=0.85), "lowest_if_all_agree": lowest})
    text = target_results(only(demo, "buy_in", scale={"target": target})).markdown
    assert said in text and more in text
    assert ("So few teachers" in text) == (lowest < 0.85)


def test_no_reliability_is_claimed_of_five_teachers(demo):
    text = quality_results(demo).markdown
    assert "**no reliability is claimed**" in text and "Perceived usefulness 0.98 in Davis (1989)" in text
    assert "5 teachers answered the one with most answers" in text and "could not be told from 0.70" in text
    assert "|" not in text, "no table of eight scales without a number in it"
    assert "Correlation with the others" not in text and "Omega" not in text


def test_thirty_teachers_may_claim_it(demo):
    random = np.random.default_rng(1)
    rows = random.normal(size=(32, 1)) + random.normal(size=(32, 6))
    many = only(demo, "tam", scale={"alpha": cronbach_alpha(rows), "omega": omega_total(rows)})
    text = quality_results(many).markdown
    assert "no reliability is claimed" not in text and "| Omega |" in text and "| 32 |" in text and "too few" not in text
    fit = cronbach_alpha(rows).items[0]
    row = f"| Perceived usefulness | speed | {fit.item_rest_correlation:.2f} | {fit.alpha_without:.2f} |"
    assert row in text and "| Correlation with the others | Alpha without it |" in text


@pytest.mark.parametrize(("teachers", "is_given"), [(6, False), (7, True), (20, True)])
def test_an_alpha_is_given_where_a_high_one_could_be_told_from_the_usual_floor(demo, teachers, is_given):
    # six items: F.975(5, 25) = 3.129 and F.975(6, 30) = 2.867; 1 - .1 F is .687 of six teachers and .713 of seven
    random = np.random.default_rng(2)
    alpha = cronbach_alpha(random.normal(size=(teachers, 1)) + random.normal(size=(teachers, 6)))
    text = quality_results(only(demo, "tam", scale={"alpha": alpha, "omega": None})).markdown
    assert (f"| {alpha.estimate:.2f} |" in text) == is_given == alpha.can_be_judged
    assert ("for any scale" in text) != is_given and "**no reliability is claimed**" in text


@pytest.mark.parametrize("reason", ["fewer than three teachers", "answers do not differ"])
def test_a_scale_without_alpha_says_why(demo, reason):
    refused = only(demo, "tam", scale={"alpha": AlphaRefusal(reason=reason, respondents=2, items=6), "omega": None})
    text = quality_results(refused).markdown
    assert ("not given for any scale: 2 teachers" if "three" in reason else "| no differences |") in text and "None" not in text


def test_doubts_are_counted_and_said_to_be_kept_or_left_out(demo):
    flags = (
        QualityFinding(wave="after", flag="straight line", responses=1, looked_at=5, is_left_out=True),
        QualityFinding(wave="after", flag="too fast", responses=2, looked_at=5, is_left_out=False),
        QualityFinding(wave="after", flag="marked as spam", responses=0, looked_at=5, is_left_out=False),
    )
    text = quality_results(only(demo, "tam", quality=flags)).markdown
    assert "1 of 5 responses after the pilot gave the same answer to every item and was left out" in text
    assert "2 of 5 responses after the pilot took less time than reading takes and were kept" in text
    assert "spam" not in text
    assert "nothing in doubt" in quality_results(only(demo, "tam", quality=())).markdown


def test_an_item_that_runs_against_the_rest_is_named(demo):
    alpha = first(demo, "tam").alpha
    fits = tuple(dataclasses.replace(fit, is_reversed_beyond_chance=n == 2) for n, fit in enumerate(alpha.items))
    text = quality_results(only(demo, "tam", scale={"alpha": dataclasses.replace(alpha, items=fits)})).markdown
    assert "PU3 runs against the rest of the scale: check the reverse keys" in text


def test_figures_tell_their_counts_to_those_who_cannot_see_them(demo, tmp_path):
    drawn = answer_figures(demo, tmp_path).markdown
    assert drawn.count("fig-alt=") == 2 and "Perceived usefulness: speed: 0, 0, 0, 2, 3, 0, 0" in drawn
    assert drawn.count("{#fig-answers-") == 2 and "before: " in drawn
    assert change_figures(demo, tmp_path).markdown.count("{#fig-change-ttis") == 1
    assert {path.name for path in tmp_path.glob("*.svg")} == {"answers-ttis.svg", "answers-tam.svg", "change-ttis.svg"}


def test_too_few_answers_to_an_item_are_drawn_by_area_or_not_at_all(demo, tmp_path):
    scales = named(demo, "tam").subscales
    hidden = [s.model_copy(update={"items": tuple(i.model_copy(update={"after": None}) for i in s.items)}) for s in scales]
    by_area = only(demo, "tam", subscales=tuple(hidden))
    drawn = answer_figures(by_area, tmp_path).markdown
    assert "Perceived usefulness: 0, 0," in drawn and "speed" not in drawn
    nothing = only(demo, "tam", subscales=tuple(s.model_copy(update={"after": None}) for s in hidden))
    assert answer_figures(nothing, tmp_path) is None and change_figures(nothing, tmp_path) is None


def test_no_teacher_stands_on_the_page(demo):
    parts = (change_results, level_results, target_results, quality_results)
    assert not re.search(r"T-?1?\d{2,}", "".join(part(demo).markdown for part in parts), re.IGNORECASE)
