"""What is said of the teacher surveys: change, level after the pilot, buy-in, and how far the answers can be relied on."""

from __future__ import annotations

from pilotproof.findings import Findings, SubscaleFinding, SurveyFinding, TargetFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.report.survey_tests import several_areas, tests_table
from pilotproof.stats.results import Interval

LIMIT = 0.05
FEW_ANSWERS = "answers of fewer than three teachers are not shown, because they would be known to be theirs"
ADJUSTED = " Adjusted p: for the number of areas of this survey (Benjamini-Hochberg)."
NO_CHANGE = {
    "held once": "it was held once",
    "before the tool was used it measures expectations": "answers given before the tool was used tell what teachers expected, "
    "not what they found",
    "fewer than three teachers answered both times": "fewer than three teachers answered both before and after",
}
VERDICTS = {
    "above target": "**it is met, also allowing for chance**",
    "below target": "**it is not met, also allowing for chance**",
    "not enough answers": "**it cannot be told whether more teachers like them would meet it**",
}


def change_results(findings: Findings) -> Block:
    """What changed from before to after, and what so few teachers can show."""
    if not findings.surveys:
        return Block("No survey of teachers was held.")
    parts = [_change(survey, findings) if survey.changed else _why_no_change(survey) for survey in _with_two_waves(findings)]
    if not parts:
        held = "was held once" if len(findings.surveys) == 1 else "were held once"
        parts = [f"No change is reported: {fmt.listed([_name(survey) for survey in findings.surveys])} {held}."]
    return Block("\n\n".join(parts))


def _with_two_waves(findings: Findings) -> list[SurveyFinding]:
    return [survey for survey in findings.surveys if len(survey.waves) > 1]


def _name(survey: SurveyFinding) -> str:
    return f"the survey “{fmt.text(survey.instrument)}”"


def _why_no_change(survey: SurveyFinding) -> str:
    # each subscale may have too few scores though enough teachers answered
    reason = survey.no_change or "fewer than three teachers answered both times"
    return f"No change is reported of {_name(survey)}: {NO_CHANGE[reason]}."


def _change(survey: SurveyFinding, findings: Findings) -> str:
    asked = f"{survey.paired} of {fmt.count(survey.asked, 'teacher')}" if survey.asked else fmt.count(survey.paired, "teacher")
    then = " How it was before was asked afterwards too, so the change is as teachers remember it." * survey.is_retrospective
    limit = _attainable(survey.paired, survey.least_attainable_p)
    return (
        f"{asked} answered {_name(survey)} before and after.{then} {limit} No comparison teachers were asked, so a change must "
        f"not be put down to the tool. {several_areas(list(survey.changed))}\n\n{_change_table(survey, findings)}\n\n"
        f"{tests_table(survey)}"
    )


def _change_table(survey: SurveyFinding, findings: Findings) -> str:
    adjusted = ["Adjusted p"] * (len(survey.changed) > 1)
    header = ["Area", "Teachers", "Before", "After", "Change", fmt.confidence(findings.pilot.confidence), "Exact p", *adjusted]
    rows = [
        [
            fmt.text(s.label) + ("" if s.is_tool_outcome else "^a^"),
            f"{s.change.n}",
            fmt.number(s.change.mean_before),
            fmt.number(s.change.mean_after),
            fmt.signed(s.change.mean_change),
            fmt.NOTHING if s.change.interval is None else fmt.interval(s.change.interval.low, s.change.interval.high),
            fmt.exact_p(s.change.sign_flip_p),
            *[_adjusted(s) for _ in adjusted],
        ]
        for s in survey.changed
    ]
    caption = f"Answers to {_name(survey)}, scale of {survey.low} to {survey.high}"
    return (
        table(header, rows, align="lrrrrrr" + "r" * len(adjusted), name=f"change-{_slug(survey)}", caption=caption)
        + "\n\n::: {.small}\nExact p: sign-flip test over teachers, the share of all ways of turning each teacher’s change "
        "round that give a mean change at least as large. The interval is a paired t interval. Areas are not added up into "
        "one score."
        + ADJUSTED * (len(survey.changed) > 1)
        + (" ^a^ Describes the school, not the tool." if any(not s.is_tool_outcome for s in survey.changed) else "")
        + "\n:::"
    )


def _adjusted(scale: SubscaleFinding) -> str:
    return fmt.NOTHING if scale.among is None else fmt.exact_p(scale.among.adjusted_p)


def _slug(survey: SurveyFinding) -> str:
    return survey.name.replace("_", "-")


def _attainable(n: int, limit: float) -> str:
    smallest = f"With {fmt.count(n, 'teacher')} the smallest p that the exact test can give is {fmt.exact_p(limit)}"
    if limit >= LIMIT:
        return f"{smallest}: **this design cannot reach significance (p below 0.05), whatever the teachers answer.**"
    return f"{smallest}."


def level_results(findings: Findings) -> Block | None:
    """Where teachers stand after the pilot, on surveys without a change and without a target; None when there is none."""
    surveys = [survey for survey in findings.surveys if not survey.changed and survey.target_share is None]
    if not surveys:
        return None
    return Block("## Where teachers stand after the pilot\n\n" + "\n\n".join(_level(survey, findings) for survey in surveys))


def _level(survey: SurveyFinding, findings: Findings) -> str:
    shown = [subscale for subscale in survey.subscales if subscale.level is not None]
    if not shown:
        return f"{_answered(survey)}; {FEW_ANSWERS}."
    most = max((subscale.level for subscale in shown), key=lambda level: level.n)
    limit = _attainable(most.n, most.least_attainable_p)
    told = "\n".join(f"- {_stands(subscale)}" for subscale in shown)
    many = several_areas(shown) if most.least_attainable_p < LIMIT else ""  # where nothing can be told, there is no luck in it
    return f"{_answered(survey)}. {limit} {many}\n\n{told}\n\n{_level_table(survey, shown, findings)}"


def _answered(survey: SurveyFinding) -> str:
    """`5 of 6 teachers answered the … after the pilot`."""
    who = fmt.count(survey.answered_after, "teacher")
    if survey.asked is not None:
        who = f"{survey.answered_after} of {fmt.count(survey.asked, 'teacher')}"
    return f"{who} answered {_name(survey)} after the pilot"


def _stands(subscale: SubscaleFinding) -> str:
    """The mean in plain words, and whether it can be told from the middle of the scale."""
    level = subscale.level
    side = "above" if level.mean > level.middle else "below" if level.mean < level.middle else "on"
    told = f"answers lie {side} the middle of the scale on average"
    if level.least_attainable_p < LIMIT and side != "on":
        chance = "more than chance explains" if subscale.is_significant else "which chance can explain"
        told += f", {chance} (exact p {fmt.exact_p(level.sign_flip_p)})"
    meaning = f" (whether teachers {fmt.text(subscale.meaning)})" if subscale.meaning else ""
    return f"**{fmt.text(subscale.label)}**{meaning}: {told}."


def _level_table(survey: SurveyFinding, shown: list[SubscaleFinding], findings: Findings) -> str:
    adjusted = ["Adjusted p"] * (len(shown) > 1)
    confidence = fmt.confidence(findings.pilot.confidence)
    header = ["Scale", "Teachers", "Mean", confidence, "Exact p", *adjusted, "Of the range", "At or above the middle"]
    rows = [
        [
            fmt.text(s.label),
            f"{s.level.n}",
            fmt.number(s.level.mean),
            fmt.NOTHING if s.level.interval is None else fmt.interval(s.level.interval.low, s.level.interval.high),
            fmt.exact_p(s.level.sign_flip_p),
            *[_adjusted(s) for _ in adjusted],
            fmt.percent(s.level.pomp / 100),
            f"{s.level.at_or_above_middle} of {s.level.n} ({_share_interval(s.level.share_interval)})",
        ]
        for s in shown
    ]
    caption = f"Answers to {_name(survey)} after the pilot, scale of {survey.low} to {survey.high}"
    note = (
        "Exact p: sign-flip test over teachers, that answers lie as often and as far below the middle of the scale as above it. "
        "Of the range: how far the mean lies from the lowest answer (0%) to the highest (100%). The interval of the mean is a t "
        f"interval over teachers, that of the share ({confidence}) is exact; both take these teachers as a sample of teachers "
        "like them."
    ) + ADJUSTED * len(adjusted)
    columns = table(
        header,
        rows,
        align="lrrrr" + "r" * len(adjusted) + "rr",
        widths=[24, 10, 7, 14, 9, *[10] * len(adjusted), 9, 20],
        name=f"level-{_slug(survey)}",
        caption=caption,
    )
    return f"{columns}\n\n::: {{.small}}\n{note}\n:::"


def _share_interval(interval: Interval) -> str:
    return f"{fmt.percent(interval.low)} to {fmt.percent(interval.high)}"


def target_results(findings: Findings) -> Block | None:
    """The share of favourable teachers against the target; None when no survey has a target."""
    surveys = [survey for survey in findings.surveys if survey.target_share is not None]
    if not surveys:
        return None
    told = [_target(survey, subscale) for survey in surveys for subscale in survey.subscales]
    return Block("## Do enough teachers agree?\n\n" + "\n\n".join(told))


def _target(survey: SurveyFinding, subscale: SubscaleFinding) -> str:
    found = subscale.target
    if found is None:
        return f"{_answered(survey)}; {FEW_ANSWERS}. The target is {fmt.percent(survey.target_share)}."
    buy_in = found.buy_in
    question = f"whether they {fmt.text(subscale.meaning)}" if subscale.meaning else f"about {fmt.text(subscale.label)}"
    answers = " or ".join(f"“{fmt.text(answer)}”" for answer in found.answers)
    return (
        f"{_answered(survey)}. Asked {question}, {buy_in.agree} of {buy_in.answered} answered "
        f"{answers or 'favorably'}: {fmt.percent(buy_in.share)} ({fmt.confidence(buy_in.interval.confidence)} "
        f"{_share_interval(buy_in.interval)}, exact). The target is {fmt.percent(buy_in.target)}. Among those who answered it is "
        f"{'met' if buy_in.meets_target else 'not met'}; {VERDICTS[buy_in.verdict]}.{_out_of_reach(found)}"
    )


def _out_of_reach(found: TargetFinding) -> str:
    if found.lowest_if_all_agree >= found.buy_in.target:
        return ""
    return (
        f" So few teachers could not show that they would: even if all {found.buy_in.answered} agree, the interval begins at "
        f"{fmt.percent(found.lowest_if_all_agree)}."
    )
