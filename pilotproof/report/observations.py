"""Were students on task? What observers saw, what so few teachers can show, and how far two observers agree."""

from __future__ import annotations

from pilotproof.disclosure import may_show
from pilotproof.findings import AgreementFinding, Findings, NoOnTaskChange, OnTaskChange, OnTaskShare, ProcedureFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.stats.paired import PairedChange

ALPHA = 0.05
PROCEDURES = {
    "momentary": "by momentary sampling: what is coded is one moment of each interval",
    "class_scan": "by class scans: at one moment of each interval all students present are counted, and those on task",
    "partial": "by partial intervals: an interval counts if there was any time on task in it",
    "whole": "by whole intervals: an interval counts only if all of it was on task",
}
BIASES = {
    "none": "This neither overstates nor understates the share of time.",
    "upper bound": "This overstates the share of time, the more the longer an interval is: the figures are an **upper bound**, "
    "no estimate, and are not turned into minutes.",
    "lower bound": "This understates the share of time, the more the longer an interval is: the figures are a **lower bound**, "
    "no estimate, and are not turned into minutes.",
}
NO_CHANGE = {
    "not observed before": "no lesson was observed before the window",
    "not observed during": "no lesson was observed in the window",
    "fewer than two teachers in both phases": "fewer than two teachers were observed both before and during",
}
NOT_EXPLAINED = (
    "Observers could see which classes had the tool, and lessons before and during need not be alike in day and period: a "
    "change is described here, never put down to the tool."
)


def observation_results(findings: Findings) -> Block:
    """On-task shares by phase and arm, their change, and the agreement of observers; each procedure by itself."""
    found = findings.observations
    if found is None:
        return Block("Nobody observed lessons, so nothing can be said of time on task.")
    several = (
        [
            f"Lessons were observed in {len(found.procedures)} ways. The same marks mean different shares in each, so they are "
            "told apart and never put together."
        ]
        if len(found.procedures) > 1
        else []
    )
    parts = [text for procedure in found.procedures for text in _procedure(procedure, findings)]
    return Block("\n\n".join([*several, *parts, NOT_EXPLAINED]))


def shown_shares(procedure: ProcedureFinding, findings: Findings) -> tuple[OnTaskShare, ...]:
    """The shares that rest on enough students."""
    return tuple(share for share in procedure.shares if may_show(int(share.students), findings))


def _procedure(procedure: ProcedureFinding, findings: Findings) -> list[str]:
    lessons = sum(share.sessions for share in procedure.shares)
    was = "was" if lessons == 1 else "were"
    first = f"{fmt.count(lessons, 'lesson')} {was} observed {PROCEDURES[procedure.procedure]}. {BIASES[procedure.bias]}"
    changes = [_change(change, findings) for change in procedure.changes if may_show_change(change, procedure, findings)]
    told = [" ".join([*changes, *_seen_once(procedure)])] if changes else []
    return [first, *told, _table(procedure, findings), _agreement(procedure)]


def _seen_once(procedure: ProcedureFinding) -> list[str]:
    """Why the shares of a change can be others than those of the table."""
    both = {found.arm: found.change.n for found in procedure.changes if isinstance(found.change, PairedChange)}
    if all(share.teachers == both.get(share.arm, share.teachers) for share in procedure.shares):
        return []
    return [
        f"Teachers seen only once, before or during, count in @tbl-{_slug(procedure)} but in no change: shares may differ there."
    ]


def _slug(procedure: ProcedureFinding) -> str:
    return f"on-task-{procedure.procedure.replace('_', '-')}"


def may_show_change(change: OnTaskChange, procedure: ProcedureFinding, findings: Findings) -> bool:
    """A change is the difference of two shares: it is shown where both are."""
    phases = ("before", "during")
    shown = {(share.arm, share.phase) for share in shown_shares(procedure, findings)}
    there = {(share.arm, share.phase) for share in procedure.shares if share.arm == change.arm and share.phase in phases}
    return there <= shown


def _change(found: OnTaskChange, findings: Findings) -> str:
    group = "with the tool" if found.arm == "treated" else "of the comparison group"
    change = found.change
    if isinstance(change, NoOnTaskChange):
        return f"For teachers {group} no change is given: {NO_CHANGE[change.reason]}."
    interval = ""
    if change.interval is not None:
        low, high = fmt.signed(change.interval.low * 100, 1), fmt.signed(change.interval.high * 100, 1)
        interval = f"{fmt.confidence(findings.pilot.confidence)} {low} to {high}; "
    return (
        f"{_attainable(change, group)} Their share went from {fmt.percent(change.mean_before)} before to "
        f"{fmt.percent(change.mean_after)} during, {fmt.points(change.mean_change)} ({interval}exact "
        f"{fmt.p_value(change.sign_flip_p)})."
    )


def _attainable(change: PairedChange, group: str) -> str:
    limit = change.least_attainable_p
    seen = f"{fmt.count(change.n, 'teacher')} {group} seen both before and during"
    least = f"With {seen}, the smallest p that the exact test can give is {fmt.exact_p(limit)}"
    if limit >= ALPHA:
        return f"{least}: **their change cannot reach significance (p below 0.05), whatever is observed.**"
    return f"{least}."


def _table(procedure: ProcedureFinding, findings: Findings) -> str:
    shown = shown_shares(procedure, findings)
    header = [
        "Group",
        "When",
        "Lessons",
        "Teachers",
        "Per teacher",
        "On task",
        fmt.confidence(findings.pilot.confidence),
    ]
    has_minutes = any(share.minutes is not None for share in shown)
    rows = [_row(share, share in shown, has_minutes) for share in procedure.shares]
    mark = {"none": "", "upper bound": ", an upper bound", "lower bound": ", a lower bound"}[procedure.bias]
    minutes = (
        f". Minutes are of the {fmt.number(procedure.lesson_minutes, 0)} usually observed of a lesson" if has_minutes else ""
    )
    hidden = f". Not shown: fewer than {findings.pilot.smallest_group} students" if len(shown) < len(procedure.shares) else ""
    return table(
        [*header, "Minutes"] if has_minutes else header,
        rows,
        align="llrrrrr" + ("r" if has_minutes else ""),
        name=_slug(procedure),
        caption=f"Share of time on task{mark}; each teacher counts once{minutes}{hidden}",
    )


def _row(share: OnTaskShare, is_shown: bool, has_minutes: bool) -> list[str]:
    interval = share.interval
    per_teacher = f"{share.fewest_sessions}" + (f"–{share.most_sessions}" if share.most_sessions > share.fewest_sessions else "")
    cells = [
        "with the tool" if share.arm == "treated" else "comparison",
        share.phase,
        f"{share.sessions:,}",
        f"{share.teachers:,}",
        per_teacher,
        fmt.percent(share.estimate) if is_shown else fmt.NOTHING,
        fmt.percents(interval.low, interval.high) if interval and is_shown else fmt.NOTHING,
    ]
    return [*cells, fmt.number(share.minutes if is_shown else None, 0)] if has_minutes else cells


def _agreement(procedure: ProcedureFinding) -> str:
    found = procedure.agreement
    if found is None:
        return "No interval was coded by two observers, so how far the figures depend on who made them is not known."
    coded = fmt.listed([f"{c.double_coded} of {c.sessions} lessons {c.phase}" for c in found.coding])
    enough = "at least" if found.is_enough_coded else "in some phase **less than**"
    first = f"A second observer coded {coded}, {enough} the {fmt.percent(found.least_double_coded)} of each phase that is usual."
    return " ".join([first, *(_of_scans(found) if found.counts else _of_codes(found)), _reliable(found)])


def _of_scans(found: AgreementFinding) -> list[str]:
    counts, icc = found.counts, found.icc
    agreed = (
        f"In {fmt.percent(counts.exact)} of {counts.intervals:,} scans both counted the same number on task; on average the "
        f"smaller count was {fmt.percent(counts.mean_per_interval)} of the larger."
    )
    if icc is None:
        return [agreed]
    limits = f" (interval {fmt.interval(icc.interval.low, icc.interval.high)})" if icc.interval else ""
    who = "different observers, ICC(1)" if icc.form == "ICC(1)" else "the same two observers, ICC(2,1)"
    of_shares = f"The intraclass correlation of the two observers’ shares was {fmt.number(icc.estimate)}{limits}, for {who}"
    if found.consistency is None:
        return [agreed, f"{of_shares}."]
    forgiven = fmt.number(found.consistency.estimate)
    return [agreed, f"{of_shares}; it would be {forgiven} if one of them always seeing more were forgiven, ICC(3,1)."]


def _of_codes(found: AgreementFinding) -> list[str]:
    agreed = f"They agreed on {fmt.percent(found.agreement)} of {fmt.count(found.intervals, 'interval')}."
    kappa = found.kappa
    if kappa is None or kappa.estimate is None:
        return [agreed, "Kappa cannot be told, because both used one code throughout or only one interval was coded twice."]
    limits = f"interval {fmt.interval(kappa.interval.low, kappa.interval.high)}; " if kappa.interval else ""
    return [
        agreed,
        f"Beyond chance that is a kappa of {fmt.number(kappa.estimate)} ({limits}prevalence index "
        f"{fmt.signed(kappa.prevalence_index)}, and far from 0 kappa is low however well observers agree).",
    ]


def _reliable(found: AgreementFinding) -> str:
    least = f"{fmt.percent(found.least_agreement)} agreement and {fmt.number(found.least_beyond_chance)} beyond chance"
    if found.is_reliable is None:
        return f"Whether that reaches the usual minimum of {least} cannot be told."
    if found.is_reliable:
        return f"Both reach the usual minimum of {least}."
    return f"**That is below the usual minimum of {least}: the figures depend on who observed and should not be relied on.**"
