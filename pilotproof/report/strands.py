"""The five strands at a glance: what was measured, its interval, what may be said of it and what must not."""

from __future__ import annotations

from pilotproof.disclosure import may_show
from pilotproof.findings import Findings, MethodResult, OutcomeFinding, ReliabilityFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import table
from pilotproof.report.results import learning_claims
from pilotproof.report.strand import Strand, hidden, interval_text, not_measured
from pilotproof.report.strings import ENGLISH, Language
from pilotproof.report.teacher_strands import acceptance, practice
from pilotproof.report.time_strand import on_task

LIMIT = 0.05
WIDTHS = [14, 32, 24, 30]


def strand_table(findings: Findings, language: Language = ENGLISH) -> str:
    """All five as one table, and the terms that it uses."""
    header = [language.say(f"strands.{column}") for column in ("strand", "measured", "may", "never")]
    rows = [_row(strand, language) for strand in strands(findings, language)]
    body = table(header, rows, align="llll", widths=WIDTHS)
    level = language.level(findings.pilot.confidence)
    gloss = language.say("strands.gloss", level=level, limit=language.limit(LIMIT))
    return f"::: {{.strands}}\n{body}\n:::\n\n::: {{.small}}\n{gloss}\n:::"


def strands(findings: Findings, language: Language = ENGLISH) -> tuple[Strand, ...]:
    """The five, always all of them and in this order."""
    return (
        learning(findings, language),
        practice(findings, language),
        acceptance(findings, language),
        on_task(findings, language),
        reliability(findings, language),
    )


def _row(strand: Strand, language: Language) -> list[str]:
    measured = strand.measured if strand.value is None else f"[{strand.value}]{{.value}} [{strand.measured}]{{.meaning}}"
    may = fmt.NOTHING if strand.may is None else language.say("quoted", text=strand.may)
    never = fmt.NOTHING if strand.never is None else f"[{strand.never}]{{.quoted}}"
    return [f"**{language.say(f'strand.{strand.name}')}**", measured, may, never]


def learning(findings: Findings, language: Language) -> Strand:
    """The primary outcome: effect in standard deviations where there is one, else what the design gives."""
    outcome = findings.primary
    students = sum(arm.analysed for arm in (outcome.treated, outcome.comparison) if arm is not None)
    if not may_show(students, findings):
        return hidden("learning", language, findings)
    value, measured = _learned(outcome, findings, language)
    may, never = learning_claims(findings, language)
    cluster = findings.pilot.cluster
    sample = language.say(
        f"learning.sample.{cluster}",
        students=language.count(students, "student"),
        clusters=language.count(outcome.clusters, cluster),
    )
    return Strand(name="learning", value=value, measured=f"{measured}; {sample}", may=may, never=never)


def _learned(outcome: OutcomeFinding, findings: Findings, language: Language) -> tuple[str, str]:
    """The number and what it is."""
    label, unit, verdict = language.own(outcome.label), language.own(outcome.unit), outcome.verdict
    if outcome.claim == "change" and outcome.change is not None:
        value = language.say("learning.unit", value=language.signed(outcome.change.mean_change, 1), unit=unit)
        interval = interval_text(verdict.interval if isinstance(verdict, MethodResult) else None, language, digits=1)
        return value, language.say("learning.change", label=label, interval=interval)
    if not isinstance(verdict, MethodResult) or verdict.p_value is None:
        return language.say("learning.refused"), language.say("learning.refused.why", label=label)
    if outcome.effect is not None:
        value, interval = language.signed(outcome.effect.estimate), interval_text(outcome.effect.interval, language)
        told = language.say("learning.difference", label=label, interval=interval, p=_p(verdict, language))
        return language.say("learning.sd", value=value), told
    value = language.say("learning.unit", value=language.signed(verdict.estimate, 1), unit=unit)
    key = "learning.difference" if outcome.staggered is None else "learning.start"
    interval = interval_text(verdict.interval, language, digits=1)
    return value, language.say(key, label=label, interval=interval, p=_p(verdict, language))


def _p(verdict: MethodResult, language: Language) -> str:
    """The p-value, with the least that any scores could have given where there is one."""
    shown, least = language.p(verdict.p_value), verdict.least_attainable_p
    return shown if least is None else language.say("learning.p", p=shown, least=language.exact_p(least))


def reliability(findings: Findings, language: Language) -> Strand:
    """Errors per hour of use, or how many there were."""
    found = findings.reliability
    if found is None:
        return not_measured("reliability", language)
    errors = language.count(found.errors, "error")
    if found.rate is None or found.hours is None:
        may = language.say("reliability.may.count", errors=errors)
        return _reliability(errors, language.say("reliability.no rate"), may, language.say("reliability.never"))
    hours = language.say("hour.many", n=language.number(found.hours, 0))
    interval = interval_text(found.rate.interval, language)
    return _reliability(
        language.say("reliability.rate", rate=language.number(found.rate.estimate)),
        language.say("reliability.measured", interval=interval, errors=errors, hours=hours),
        _may_of_errors(found, errors, hours, language),
        _never_of_errors(found, language),
    )


def _reliability(value: str, measured: str, may: str, never: str) -> Strand:
    return Strand(name="reliability", value=value, measured=measured, may=may, never=never)


def _worst(found: ReliabilityFinding) -> str | None:
    """The period into which more errors fell than chance would put there."""
    return found.worst_period if found.concentration is not None and found.concentration.p_value < LIMIT else None


def _may_of_errors(found: ReliabilityFinding, errors: str, hours: str, language: Language) -> str:
    worst = _worst(found)
    if worst is None:
        return language.say("reliability.may", errors=errors, hours=hours)
    some = next(period.errors for period in found.periods if period.period == worst)
    return language.say("reliability.may.period", errors=errors, hours=hours, some=some, period=fmt.text(worst))


def _never_of_errors(found: ReliabilityFinding, language: Language) -> str:
    again, worst = found.recurrence, found.worst_period
    if found.errors == 0 and found.rate is not None:
        return language.say("reliability.never.zero", high=language.number(found.rate.interval.high))
    if again is not None and worst is not None and not again.is_daily:
        days = language.count(again.days_observed, "day")
        return language.say("reliability.never.daily", period=fmt.text(worst), some=again.days_with_event, days=days)
    return language.say("reliability.never")
