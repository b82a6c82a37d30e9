"""The recommendation in words: the box on page one, and the table of every rule that was weighed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from pilotproof.evidence.decision import Reason
from pilotproof.evidence.wwc import CONFOUNDED
from pilotproof.findings import Findings
from pilotproof.report import designs
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.report.planning import units_held
from pilotproof.report.results import refusal_reason
from pilotproof.report.strings import ENGLISH, Language
from pilotproof.report.words import CHOICES
from pilotproof.stats.cluster_data import Refusal

MOST_ON_PAGE_ONE = 4
ARCHIVE = (
    "tell teachers, families and the vendor in writing, with the last day of use",
    "export student work and scores in an open format, and check that the export opens",
    "store the archive where the district keeps student records, for as long as its schedule says",
    "have the vendor delete its copies and confirm it in writing",
    "end accounts, single sign-on and automatic payment on the last day",
)


def decision_box(findings: Findings, language: Language = ENGLISH) -> str:
    """The recommendation with the reasons that led to it, those that speak for it first."""
    decision = findings.decision
    leading = sorted(decision.reasons, key=lambda reason: (reason.speaks_for != decision.choice, reason.speaks_for is None))
    shown = [reason for reason in leading if reason.speaks_for or reason.name in ALWAYS_SHOWN][:MOST_ON_PAGE_ONE]
    reasons = "\n".join(f"- {fmt.sentence(reason_text(reason, findings, language))}" for reason in shown)
    recommended = language.say("recommendation", choice=language.say(f"choice.{decision.choice}"))
    return f'::: {{.decision verdict="{decision.choice}"}}\n**{recommended}** {_advice(findings, language)}\n\n{reasons}\n:::'


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


def reason_text(reason: Reason, findings: Findings, language: Language = ENGLISH) -> str:
    """What one rule found, in plain words with its numbers."""
    return REASONS[reason.name](reason, findings, language)


def _advice(findings: Findings, language: Language = ENGLISH) -> str:
    choice, outcome = findings.decision.choice, findings.primary
    if choice == "extend" and (own := designs.advice(outcome, language)) is not None:
        return own
    values = {"tool": fmt.text(findings.pilot.tool)}
    if choice == "extend" and any(reason.name == "scores higher but no tier" for reason in findings.decision.reasons):
        return language.say("advice.gates")
    if choice == "extend":
        values["larger"] = _larger(findings, language)
    if choice == "adjust":
        values |= {"mend": _mend(findings, language), "then": _then(findings, language)}
    return language.say(f"advice.{choice}", **values)


def _mend(findings: Findings, language: Language) -> str:
    names = [reason.name for reason in findings.decision.reasons if reason.speaks_for == "adjust"]
    if "faults concentrated" in names and "errors too frequent" in names:
        names.remove("errors too frequent")
    worst = findings.reliability.worst_period if findings.reliability else None
    if not worst:
        names = ["faults" if name == "faults concentrated" else name for name in names]
    keys = [key for name in names if language.has(key := f"mend.{name}")]
    return fmt.capital(language.listed([language.say(key, period=fmt.text(worst or "")) for key in keys]))


def _then(findings: Findings, language: Language) -> str:
    return language.say("then.roll out") if findings.tier.tier in (1, 2, 3) else _larger(findings, language)


def _larger(findings: Findings, language: Language) -> str:
    """The pilot that could tell, in units where that can be reckoned."""
    outcome = findings.primary
    if isinstance(outcome.verdict, Refusal) and outcome.verdict.reason in CONFOUNDED.values():
        return language.say("larger.shared", clusters=language.say(f"plural.{outcome.unit_of_inference}"))
    if outcome.units_needed is None or outcome.units_needed <= units_held(outcome):
        return language.say("larger")
    return language.say("larger.of", clusters=language.count(outcome.units_needed, outcome.unit_of_inference))


def _retirement(findings: Findings) -> str:
    """Notice and archive, with the dates that follow from the day the data arrived."""
    pilot = findings.pilot
    end = pilot.data_received + timedelta(days=pilot.notice_days)
    steps = "\n".join(f"{number}. {fmt.sentence(step)}" for number, step in enumerate(ARCHIVE, start=1))
    return (
        f"With {pilot.notice_days} days’ notice from {fmt.day(pilot.data_received)}, the day of the data, the tool ends on "
        f"{fmt.day(end)} at the earliest. Before that:\n\n{steps}"
    )


def _concentrated(reason: Reason, findings: Findings, language: Language) -> str:
    seen, reliability = reason.observed, findings.reliability
    return language.say(
        "reason.faults concentrated",
        some=next(period.errors for period in reliability.periods if period.period == seen["period"]),
        errors=language.count(reliability.errors, "error"),
        period=fmt.text(str(seen["period"])),
        p=language.p(float(seen["p_value"])),
    )


def _cannot_tell(reason: Reason, findings: Findings, language: Language) -> str:
    outcome = findings.primary
    if said := designs.cannot_tell(outcome, language):
        return said
    if not outcome.mdes_sd or outcome.mdes_sd <= 0.4:
        return language.say("reason.cannot tell")
    units = language.count(units_held(outcome), outcome.unit_of_inference)
    return language.say("reason.cannot tell.mdes", clusters=units, mdes=language.number(outcome.mdes_sd, 2))


def _idle(reason: Reason, findings: Findings, language: Language) -> str:
    seen = reason.observed
    bought = int(seen["bought"] or 0)
    values = {"idle": language.whole(bought - int(seen["used"] or 0)), "licences": language.count(bought, "licence")}
    if seen["idle_cost"] is None:
        return language.say("reason.licences idle", **values)
    price = findings.usage.licences if findings.usage else None
    currency = "" if price is None else f"{fmt.text(price.currency)} "
    return language.say("reason.licences idle.cost", cost=f"{currency}{language.number(float(seen['idle_cost']))}", **values)


def _hardly_used(reason: Reason, findings: Findings, language: Language) -> str:
    weeks = language.count(int(reason.observed["weeks"] or 0), "week")
    return language.say("reason.hardly used", weeks=weeks, share=language.percent(float(reason.observed["share"] or 0)))


def _cost(reason: Reason, findings: Findings, language: Language) -> str:
    return language.say("reason.too expensive", cost=language.number(float(reason.observed["cost"] or 0)))


def _no_test(reason: Reason, findings: Findings, language: Language) -> str:
    return language.say("reason.no test", reason=refusal_reason(findings.primary, findings, language))


def _share(reason: Reason, findings: Findings, language: Language) -> str:
    return language.say(f"reason.{reason.name}", share=language.percent(float(reason.observed["share"] or 0)))


def _items(reason: Reason, findings: Findings, language: Language) -> str:
    items = [language.say(f"checklist.{item}") for item in str(reason.observed["items"]).split(", ")]
    return language.say(f"reason.{reason.name}", items=language.listed(items))


def _rate(reason: Reason, findings: Findings, language: Language) -> str:
    return language.say(f"reason.{reason.name}", rate=language.number(reason.observed["errors_per_hour"]))


def _few_errors(reason: Reason, findings: Findings, language: Language) -> str:
    """A rate above the limit counts only when its whole interval is; said, or it would read as an oversight."""
    rate, low = float(reason.observed["errors_per_hour"]), float(reason.observed["errors_per_hour_low"])
    if reason.limit is None or rate <= reason.limit:
        return _rate(reason, findings, language)
    return language.say("reason.reliable.chance", rate=language.number(rate), low=language.number(low))


def _lesson_time_kept(reason: Reason, findings: Findings, language: Language) -> str:
    share, low = float(reason.observed["share"] or 0), reason.observed["share_low"]
    if reason.limit is None or share <= reason.limit or low is None:
        return _share(reason, findings, language)
    return language.say("reason.lesson time kept.chance", share=language.percent(share), low=language.percent(float(low)))


def _words(reason: Reason, findings: Findings, language: Language) -> str:
    return language.say(f"reason.{reason.name}")


def _limit(reason: Reason) -> str:
    if reason.limit is None or reason.name not in LIMITS:
        return fmt.NOTHING
    shown = fmt.percent(reason.limit) if reason.name in SHARES else fmt.number(reason.limit)
    return LIMITS[reason.name].format(limit=shown)


REASONS: dict[str, Callable[[Reason, Findings, Language], str]] = {
    "lesson time lost": _share,
    "lesson time kept": _lesson_time_kept,
    "lesson time not measured": _words,
    "privacy not agreed": _words,
    "checklist failed": _items,
    "checklist open": _items,
    "checklist passed": _words,
    "too expensive": _cost,
    "scores lower": _words,
    "hardly used": _hardly_used,
    "used": _share,
    "use not measured": _words,
    "licences idle": _idle,
    "faults concentrated": _concentrated,
    "errors too frequent": _rate,
    "reliable": _few_errors,
    "reliability unknown": _words,
    "trusted but scores do not move": _words,
    "scores higher but not trusted": _words,
    "neither trusted nor scores higher": _words,
    "buy-in below target": _share,
    "buy-in at target": _share,
    "trust not measured": _words,
    "scores higher": _words,
    "scores higher but no tier": _words,
    "cannot tell": _cannot_tell,
    "no test": _no_test,
    "no comparison": _words,
    "no difference worth having": _words,
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
