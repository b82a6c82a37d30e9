"""The recommendation in words: the box on page one, and the table of every rule that was weighed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from pilotproof.evidence.decision import Reason
from pilotproof.findings import Findings
from pilotproof.report import designs
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.report.planning import larger_pilot, units_counted
from pilotproof.report.results import refusal_reason
from pilotproof.report.words import CHECKLIST, CHOICES

MOST_ON_PAGE_ONE = 4
ARCHIVE = (
    "tell teachers, families and the vendor in writing, with the last day of use",
    "export student work and scores in an open format, and check that the export opens",
    "store the archive where the district keeps student records, for as long as its schedule says",
    "have the vendor delete its copies and confirm it in writing",
    "end accounts, single sign-on and automatic payment on the last day",
)


def decision_box(findings: Findings) -> str:
    """The recommendation with the reasons that led to it, those that speak for it first."""
    decision = findings.decision
    leading = sorted(decision.reasons, key=lambda reason: (reason.speaks_for != decision.choice, reason.speaks_for is None))
    shown = [reason for reason in leading if reason.speaks_for or reason.name in ALWAYS_SHOWN][:MOST_ON_PAGE_ONE]
    reasons = "\n".join(f"- {fmt.sentence(reason_text(reason, findings))}" for reason in shown)
    return (
        f'::: {{.decision verdict="{decision.choice}"}}\n'
        f"**Recommendation: {CHOICES[decision.choice]}.** {_advice(findings)}\n\n{reasons}\n:::"
    )


def decision_results(findings: Findings) -> Block:
    """Every rule that was weighed, with its numbers, its limit and what it speaks for."""
    rows = [
        [
            fmt.sentence(reason_text(reason, findings)),
            _limit(reason),
            f"**{CHOICES[reason.speaks_for].lower()}**" if reason.speaks_for else "nothing",
        ]
        for reason in findings.decision.reasons
    ]
    caption = "Every rule that was weighed; what somebody must look at comes first, then what must end, be mended, may grow"
    body = table(["Found", "Limit", "Speaks for"], rows, align="lll", widths=[60, 24, 16], name="decision", caption=caption)
    parts = [f"**{CHOICES[findings.decision.choice]}.** {_advice(findings)}", body]
    if findings.decision.choice == "stop":
        parts.append(_retirement(findings))
    return Block("\n\n".join(parts))


def reason_text(reason: Reason, findings: Findings) -> str:
    """What one rule found, in plain words with its numbers."""
    return REASONS[reason.name](reason, findings)


def _advice(findings: Findings) -> str:
    tool = fmt.text(findings.pilot.tool)
    return {
        "adopt": f"The gains with {tool} stand up to the checks in this report.",
        "extend": designs.advice(findings.primary)
        or f"Not enough to tell. Do not buy or drop it on this evidence; {_larger(findings)} first.",
        "adjust": f"{_mend(findings)}; then {_then(findings)}.",
        "stop": f"End the use of {tool}, with notice and an archive of student work.",
        "review": "Something needs a person’s attention at once, before the pilot goes on.",
    }[findings.decision.choice]


def _mend(findings: Findings) -> str:
    names = [reason.name for reason in findings.decision.reasons if reason.speaks_for == "adjust"]
    reliability = findings.reliability
    worst = reliability.worst_period if reliability else None
    mended = {
        "faults concentrated": f"have the faults of period {fmt.text(worst)} mended" if worst else "have the faults mended",
        "errors too frequent": "have the technical faults mended",
        "checklist failed": "settle what failed on the checklist",
        "checklist open": "finish the checklist",
        "too expensive": "agree a lower price",
        "trusted but scores do not move": "change how the tool is used",
        "scores higher but not trusted": "win the teachers for it",
        "no difference worth having": "change how the tool is used, or end it",
    }
    deeds = [mended[name] for name in names if name in mended]
    if "faults concentrated" in names and "errors too frequent" in names:
        deeds.remove(mended["errors too frequent"])
    return fmt.capital(fmt.listed(deeds))


def _then(findings: Findings) -> str:
    return "decide on a wider roll-out" if findings.tier.tier in (1, 2, 3) else _larger(findings)


def _larger(findings: Findings) -> str:
    """The pilot that could tell, in units where that can be reckoned."""
    size = larger_pilot(findings.primary)
    return "run a larger pilot with a comparison group" if size is None else f"run a pilot that could tell ({size})"


def _retirement(findings: Findings) -> str:
    """Notice and archive, with the dates that follow from the day the data arrived."""
    pilot = findings.pilot
    end = pilot.data_received + timedelta(days=pilot.notice_days)
    steps = "\n".join(f"{number}. {fmt.sentence(step)}" for number, step in enumerate(ARCHIVE, start=1))
    return (
        f"With {pilot.notice_days} days’ notice from {fmt.day(pilot.data_received)}, the day of the data, the tool ends on "
        f"{fmt.day(end)} at the earliest. Before that:\n\n{steps}"
    )


def _concentrated(reason: Reason, findings: Findings) -> str:
    seen, reliability = reason.observed, findings.reliability
    errors = next(period.errors for period in reliability.periods if period.period == seen["period"])
    return (
        f"{errors} of {fmt.count(reliability.errors, 'technical error')} fell into period {seen['period']}, more than "
        f"chance would put there ({fmt.p_value(seen['p_value'])})"
    )


def _cannot_tell(reason: Reason, findings: Findings) -> str:
    outcome = findings.primary
    if said := designs.cannot_tell(outcome):
        return said
    if not outcome.mdes_sd or outcome.mdes_sd <= 0.4:
        return "The difference in scores can be chance"
    return (
        f"With {units_counted(outcome)} a pilot like this finds a true "
        f"difference of {fmt.number(outcome.mdes_sd, 1)} standard deviations in four of five cases, and smaller ones less often"
    )


def _few_errors(reason: Reason, findings: Findings) -> str:
    """A rate above the limit counts only when its whole interval is; said, or it would read as an oversight."""
    rate, low = float(reason.observed["errors_per_hour"]), float(reason.observed["errors_per_hour_low"])
    said = f"There were {fmt.number(rate)} errors per hour of use"
    if reason.limit is None or rate <= reason.limit:
        return said
    return f"{said}, above the limit; {_within_reach(fmt.number(low), 'rate')}"


def _lesson_time_kept(reason: Reason, findings: Findings) -> str:
    share, low = float(reason.observed["share"] or 0), reason.observed["share_low"]
    said = f"{fmt.percent(share)} of lesson time was lost to technical faults"
    if reason.limit is None or share <= reason.limit or low is None:
        return said
    return f"{said}, above the limit; {_within_reach(fmt.percent(float(low)), 'share')}"


def _within_reach(low: str, what: str) -> str:
    return (
        f"it does not count against the tool, because chance alone could have raised it: the interval starts at {low}, so that "
        f"the true {what} may lie within the limit"
    )


def _items(reason: Reason) -> str:
    return fmt.listed([CHECKLIST[item] for item in str(reason.observed["items"]).split(", ")])


def _share(reason: Reason, key: str = "share") -> str:
    return fmt.percent(float(reason.observed[key] or 0))


def _idle(reason: Reason, findings: Findings) -> str:
    seen = reason.observed
    idle = int(seen["bought"] or 0) - int(seen["used"] or 0)
    price = findings.usage.licences if findings.usage else None
    paid = "" if price is None else f"{price.currency} "
    cost = "" if seen["idle_cost"] is None else f", {paid}{fmt.number(float(seen['idle_cost']))} of what was paid"
    return f"{idle:,} of {fmt.count(int(seen['bought'] or 0), 'licence')} were not used{cost}"


def _says(text: str) -> Callable[[Reason, Findings], str]:
    return lambda reason, findings: text


def _limit(reason: Reason) -> str:
    if reason.limit is None or reason.name not in LIMITS:
        return fmt.NOTHING
    shown = fmt.percent(reason.limit) if reason.name in SHARES else fmt.number(reason.limit)
    return LIMITS[reason.name].format(limit=shown)


REASONS: dict[str, Callable[[Reason, Findings], str]] = {
    "lesson time lost": lambda r, _: f"{_share(r)} of lesson time was lost to technical faults",
    "lesson time kept": _lesson_time_kept,
    "lesson time not measured": _says("Whether lesson time was lost was not measured"),
    "privacy not agreed": _says("Student privacy (FERPA and COPPA) is not agreed with the vendor"),
    "checklist failed": lambda r, _: f"On the checklist, not met: {_items(r)}",
    "checklist open": lambda r, _: f"On the checklist, not checked yet: {_items(r)}",
    "checklist passed": _says("Every item of the checklist before a roll-out is met"),
    "too expensive": lambda r, _: f"It costs {fmt.number(float(r.observed['cost'] or 0))} for one student and year",
    "scores lower": _says("Students with the tool scored lower, by more than chance would explain"),
    "hardly used": lambda r, _: f"After {r.observed['weeks']} weeks {_share(r)} of the teachers use it",
    "used": lambda r, _: f"{_share(r)} of the teachers used it in the last week",
    "use not measured": _says("Use by teachers was not measured"),
    "licences idle": _idle,
    "faults concentrated": _concentrated,
    "errors too frequent": lambda r, _: f"There were {fmt.number(r.observed['errors_per_hour'])} errors per hour of use",
    "reliable": _few_errors,
    "reliability unknown": _says("Reliability was not measured"),
    "trusted but scores do not move": _says("Teachers trust the tool, and scores do not move"),
    "scores higher but not trusted": _says("Scores are higher, but teachers do not trust the tool: such a gain rarely lasts"),
    "neither trusted nor scores higher": _says("Neither do teachers trust the tool, nor do scores move"),
    "buy-in below target": lambda r, _: f"{_share(r)} of the teachers who answered would go on with it",
    "buy-in at target": lambda r, _: f"{_share(r)} of the teachers who answered would go on with it",
    "trust not measured": _says("Whether teachers would go on with it was not asked"),
    "scores higher": _says("Students with the tool scored higher, by more than chance would explain"),
    "cannot tell": _cannot_tell,
    "no test": lambda _, findings: f"No test of scores is possible: {refusal_reason(findings.primary, findings)}",
    "no comparison": _says("No group without the tool was measured, so a change in scores cannot be put down to it"),
    "no difference worth having": _says("Scores with the tool and without it are nearly the same"),
}
LIMITS = {
    "lesson time lost": "at most {limit}",
    "lesson time kept": "at most {limit}",
    "lesson time not measured": "at most {limit}",
    "too expensive": "at most {limit}",
    "hardly used": "at least {limit} after a semester",
    "used": "at least {limit} after a semester",
    "use not measured": "at least {limit} after a semester",
    "errors too frequent": "at most {limit} per hour",
    "reliable": "at most {limit} per hour",
    "reliability unknown": "at most {limit} per hour",
    "buy-in below target": "at least {limit}",
    "buy-in at target": "at least {limit}",
    "trust not measured": "at least {limit}",
}
SHARES = {name for name, limit in LIMITS.items() if "per hour" not in limit} - {"too expensive"}
ALWAYS_SHOWN = ("reliable", "reliability unknown", "buy-in below target", "licences idle")
