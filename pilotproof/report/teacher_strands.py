"""Two strands of page one that teachers tell of: how they teach, and what they make of the tool."""

from __future__ import annotations

from pilotproof.findings import Findings, LessonCodingFinding, SurveyFinding, TargetFinding
from pilotproof.report import format as fmt
from pilotproof.report.strand import Strand, hidden, interval_text, not_measured
from pilotproof.report.strings import Language
from pilotproof.stats.results import Interval

LIMIT = 0.05


def practice(findings: Findings, language: Language) -> Strand:
    """What changed in teachers' answers about their teaching; without two waves, how coded lessons used the tool."""
    surveys = [survey for survey in findings.surveys if survey.strand == "practice"]
    changed = next((survey for survey in surveys if any(area.is_tool_outcome for area in survey.changed)), None)
    if changed is not None:
        return _change(changed, findings, language)
    coding = findings.lesson_coding
    if coding is not None and coding.teacher_use is not None:
        return _lessons(coding, language)
    return hidden("practice", language, findings, key="practice.no change") if surveys else not_measured("practice", language)


def _change(survey: SurveyFinding, findings: Findings, language: Language) -> Strand:
    areas = [area.change for area in survey.changed if area.is_tool_outcome]
    low, high = min(area.mean_change for area in areas), max(area.mean_change for area in areas)
    shown, teachers = _span(low, high, language, is_signed=True), language.count(survey.paired, "teacher")
    measured = language.say(
        "practice.one" if len(areas) == 1 else "practice.several",
        n=len(areas),
        least=survey.low,
        most=survey.high,
        interval=_reach([area.interval for area in areas], findings, language),
        teachers=teachers,
    )
    is_too_few = survey.least_attainable_p is not None and survey.least_attainable_p >= LIMIT
    least = language.exact_p(survey.least_attainable_p) if is_too_few else ""
    tool = fmt.text(findings.pilot.tool)
    return Strand(
        name="practice",
        value=shown,
        measured=measured,
        may=language.say("practice.may.one" if len(areas) == 1 else "practice.may.several", teachers=teachers, change=shown),
        never=language.say("practice.never.few" if is_too_few else "practice.never", tool=tool, least=least),
    )


def _lessons(coding: LessonCodingFinding, language: Language) -> Strand:
    uses = {level.level: level.lessons for level in coding.teacher_use}
    lessons = language.count(coding.picrat_lessons, "lesson")
    counts = {"replacing": uses["R"], "amplifying": uses["A"], "transforming": uses["T"]}
    return Strand(
        name="practice",
        value=lessons,
        measured=language.say("practice.uses", none=language.say("no interval"), **counts),
        may=language.say("practice.uses.may", lessons=lessons, **counts),
        never=language.say("practice.uses.never"),
    )


def acceptance(findings: Findings, language: Language) -> Strand:
    """The share in favour against its target; without a target, where teachers stand on the scales."""
    surveys = [survey for survey in findings.surveys if survey.strand == "acceptance"]
    for survey in surveys:
        for subscale in survey.subscales:
            if subscale.target is not None:
                return _target(subscale.target, findings, language)
    leveled = next((survey for survey in surveys if any(scale.level is not None for scale in survey.subscales)), None)
    if leveled is not None:
        return _level(leveled, findings, language)
    return hidden("acceptance", language, findings, key="hidden.teachers") if surveys else not_measured("acceptance", language)


def _target(found: TargetFinding, findings: Findings, language: Language) -> Strand:
    buy_in, low_high = found.buy_in, found.buy_in.interval
    span = language.span(language.percent(low_high.low), language.percent(low_high.high))
    teachers, target = language.count(buy_in.answered, "teacher"), language.percent(buy_in.target)
    share = language.say("acceptance.share", agree=buy_in.agree, teachers=teachers)
    measured = language.say(
        "acceptance.target",
        share=language.percent(buy_in.share),
        interval=language.interval_of(span, low_high.confidence),
        target=target,
    )
    return Strand(
        name="acceptance",
        value=share,
        measured=measured,
        may=language.say("acceptance.may", agree=buy_in.agree, teachers=teachers),
        never=language.say(f"acceptance.never.{buy_in.verdict}", tool=fmt.text(findings.pilot.tool), target=target),
    )


def _level(survey: SurveyFinding, findings: Findings, language: Language) -> Strand:
    levels = [scale.level for scale in survey.subscales if scale.level is not None]
    shown = _span(min(level.mean for level in levels), max(level.mean for level in levels), language)
    teachers = language.count(survey.answered_after, "teacher")
    values = {"n": len(levels), "least": survey.low, "most": survey.high, "teachers": teachers, "value": shown}
    interval = _reach([level.interval for level in levels], findings, language)
    return Strand(
        name="acceptance",
        value=shown,
        measured=language.say("acceptance.one" if len(levels) == 1 else "acceptance.several", interval=interval, **values),
        may=language.say("acceptance.level.may", **values),
        never=language.say("acceptance.level.never", tool=fmt.text(findings.pilot.tool)),
    )


def _span(low: float, high: float, language: Language, *, is_signed: bool = False) -> str:
    shown = [language.signed(value) if is_signed else language.number(value) for value in (low, high)]
    return shown[0] if shown[0] == shown[1] else language.span(*shown)


def _reach(intervals: list[Interval | None], findings: Findings, language: Language) -> str:
    """The interval of one; of several, how far all of them reach together."""
    known = [interval for interval in intervals if interval is not None]
    if len(intervals) == 1 or not known:
        return interval_text(known[0] if known else None, language)
    low, high = min(interval.low for interval in known), max(interval.high for interval in known)
    return language.say(
        "reach",
        level=language.level(known[0].confidence),
        low=language.number(low),
        high=language.number(high),
    )
