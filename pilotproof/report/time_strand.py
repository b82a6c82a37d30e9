"""The strand of time on task on page one: the share of lesson time with the tool, and its change from before."""

from __future__ import annotations

from pilotproof.findings import AgreementFinding, Findings, OnTaskChange, OnTaskShare, ProcedureFinding
from pilotproof.report import format as fmt
from pilotproof.report.observations import may_show_change, shown_shares
from pilotproof.report.strand import Strand, hidden, not_measured
from pilotproof.report.strings import Language
from pilotproof.stats.paired import PairedChange


def on_task(findings: Findings, language: Language) -> Strand:
    """Of the procedure with most lessons: procedures are never put together."""
    if findings.observations is None:
        return not_measured("on task", language)
    for procedure in findings.observations.procedures:
        if share := _with_tool(procedure.shares):
            if share not in shown_shares(procedure, findings):
                return hidden("on task", language, findings)
            return _measured(share, procedure, findings, language)
    return not_measured("on task", language)


def _with_tool(shares: tuple[OnTaskShare, ...]) -> OnTaskShare | None:
    return next((share for share in shares if share.arm == "treated" and share.phase == "during"), None)


def _measured(share: OnTaskShare, procedure: ProcedureFinding, findings: Findings, language: Language) -> Strand:
    value = language.say(f"on task.{procedure.bias}", share=language.percent(share.estimate))
    interval = language.say("no interval")
    if share.interval is not None:
        span = language.span(language.percent(share.interval.low), language.percent(share.interval.high))
        interval = language.interval_of(span, share.interval.confidence)
    lessons, teachers = language.count(share.sessions, "lesson"), language.count(share.teachers, "teacher")
    tool = fmt.text(findings.pilot.tool)
    parts = [
        language.say("on task.measured", interval=interval, lessons=lessons, teachers=teachers),
        *_change(procedure, findings, language),
        *_agreement(procedure.agreement, language),
    ]
    return Strand(
        name="on task",
        value=value,
        measured="; ".join(parts),
        may=language.say("on task.may", tool=tool, share=value),
        never=language.say("on task.never", tool=tool),
    )


def _change(procedure: ProcedureFinding, findings: Findings, language: Language) -> list[str]:
    found: OnTaskChange | None = next((change for change in procedure.changes if change.arm == "treated"), None)
    if found is None or not isinstance(found.change, PairedChange) or not may_show_change(found, procedure, findings):
        return []
    change = found.change
    span = language.say("no interval")
    if change.interval is not None:
        span = language.span(*(language.signed(end * 100, 1) for end in (change.interval.low, change.interval.high)))
    return [language.say("on task.change", points=language.signed(change.mean_change * 100, 1), span=span)]


def _agreement(found: AgreementFinding | None, language: Language) -> list[str]:
    """A warning where the figures depend on who observed, or may."""
    if found is not None and found.is_reliable:
        return []
    return [language.say("on task.unchecked" if found is None or found.is_reliable is None else "on task.unreliable")]
