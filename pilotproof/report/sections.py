"""The body of the report, one function a section. Each returns Markdown built from findings alone."""

from __future__ import annotations

from pilotproof.findings import AttritionFinding, Findings, OutcomeFinding, ReliabilityFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block
from pilotproof.report.over_time import over_time, repair
from pilotproof.report.profile import profile_sentence
from pilotproof.report.remedies import what_would_change
from pilotproof.report.words import CLUSTERS, RATING_REASONS, STUDENTS_OF, UNITS, assignment


def _lost_clusters(findings: Findings) -> str:
    """Clusters that the district named and of which nobody was analysed: a reader must not have to find them in a table."""
    outcome, (singular, plural) = findings.primary, CLUSTERS[findings.pilot.cluster]
    if outcome.unit_of_inference == "student":
        return ""  # students were drawn, and their attrition is told with the rating
    told = [
        f"{fmt.count(lost, f'{name} {singular}', f'{name} {plural}')} of the {arm.clusters_assigned} that were named"
        for name, arm in (("treated", outcome.treated), ("comparison", outcome.comparison))
        if arm is not None and (lost := arm.clusters_assigned - arm.clusters_analysed) > 0
    ]
    return f" Nobody could be analyzed of {fmt.listed(told)}." if told else ""


def what_was_tried(findings: Findings) -> Block:
    """The pilot in one paragraph: who, when, how assigned, how many."""
    pilot, outcome = findings.pilot, findings.primary
    singular, plural = CLUSTERS[pilot.cluster]
    tool = fmt.text(pilot.tool)
    arms = (
        f"The pilot had {fmt.count(outcome.treated.clusters_analysed, f'treated {singular}', f'treated {plural}')}, with {tool}"
    )
    if outcome.use is not None:
        arms = f"{fmt.count(outcome.use.classes, singular, plural)} had {tool}"
    elif outcome.unit_of_inference == "student":
        drawn = fmt.count(outcome.treated.assigned + outcome.comparison.assigned, "student")
        of = f"{STUDENTS_OF[pilot.cluster]} {fmt.count(outcome.clusters, singular, plural)}"
        arms = f"Each of {drawn} {of} was drawn to have {tool} or to go on without it"
    elif outcome.comparison is not None:
        compared = outcome.comparison.clusters_analysed
        arms += f", and {fmt.count(compared, f'comparison {singular}', f'comparison {plural}')}, without it"
    return Block(
        f"{fmt.text(pilot.question)}\n\n"
        f"{fmt.text(pilot.district)} tried {tool} from {fmt.days(pilot.window_start, pilot.window_end)}. "
        f"{arms}; {assignment(pilot.assignment, pilot.cluster)}.{_lost_clusters(findings)} "
        f"{_unit_sentence(outcome)}"
    )


def _unit_sentence(outcome: OutcomeFinding) -> str:
    unit = outcome.unit_of_inference
    counted = f"The unit that got the tool, and so the unit of every test of students’ scores here, is the {unit}: "
    if unit == "student":
        return f"{counted}each was drawn by lot, and students are compared with others of their own class, who share a teacher."
    alike = {
        "class": "share a class share a teacher",
        "teacher": "have one teacher are taught alike",
        "school": "share a school share its teachers",
    }
    return f"{counted}students who {alike[unit]}, and counting them as if they were independent would take chance for a result."


def reliability_results(findings: Findings) -> Block:
    """How often the tool failed, where, and what may be called recurrent."""
    reliability = findings.reliability
    if reliability is None:
        return Block("No error log was kept, so nothing can be said of reliability.")
    kinds = _kinds(reliability)
    if reliability.rate is None:
        return Block(
            f"{fmt.count(reliability.errors, 'error')} {_were_reported(reliability)}. {kinds}Without a record "
            f"of lessons, those without an error included, no rate can be given. {' '.join(repair(reliability))}".strip()
        )
    interval = reliability.rate.interval
    first = (
        f"{fmt.count(reliability.errors, 'error')} {_were_reported(reliability)} in {fmt.count(reliability.lessons, 'lesson')} "
        f"({fmt.number(reliability.hours, 1)} hours of use), {fmt.number(reliability.rate.estimate)} per hour "
        f"({fmt.confidence(findings.pilot.confidence)} {fmt.interval(interval.low, interval.high)}). "
        f"{kinds}Logs kept by people miss some errors, so these are at least how many there were."
    )
    return Block("\n\n".join([first, *_concentration_text(reliability), *over_time(reliability)]))


def _kinds(reliability: ReliabilityFinding) -> str:
    """How many of each kind, where the log tells kinds apart."""
    named = {name or "no kind given": number for name, number in reliability.categories.items()}
    if set(named) <= {"no kind given"}:
        return ""
    return f"By kind: {fmt.listed([f'{fmt.text(name)} ({number})' for name, number in named.items()])}. "


def _were_reported(reliability: ReliabilityFinding) -> str:
    """Reports of one cause within minutes are one error."""
    were = "was" if reliability.errors == 1 else "were"
    if reliability.reports == reliability.errors:
        return f"{were} reported"
    return f"{were} reported ({reliability.reports:,} reports; those of one cause within minutes are one error)"


def _concentration_text(reliability: ReliabilityFinding) -> list[str]:
    scan, again = reliability.concentration, reliability.recurrence
    if scan is None:
        return []
    worst = next(period for period in reliability.periods if period.period == reliability.worst_period)
    name = f"period {fmt.text(worst.period)}"
    found = "more than chance would put into any one period" if scan.p_value < 0.05 else "which chance can explain"
    parts = [
        f"{worst.errors} of the {reliability.errors} errors fell into {name}, {found} "
        f"({fmt.p_value(scan.p_value)}, allowing for hours of use and for having looked at every period)."
    ]
    if again is not None:
        called = "may be called daily" if again.is_daily else "must not be called daily"
        parts.append(
            f"There was an error in {name} on {again.days_with_event} of the {again.days_observed} days on which the tool was "
            f"run then (interval {fmt.percent(again.interval.low)} to {fmt.percent(again.interval.high)}): this {called}."
        )
    if (others := reliability.comparison) is not None:
        parts.append(
            f"In the other periods there was one on {fmt.percent(others.share_of_others)} of the days "
            f"({fmt.p_value(others.p_value)} for the difference{_floor(others.least_attainable_p)})."
        )
    if reliability.teachers_in_worst_period == 1:
        parts.append(f"Only one teacher uses the tool in {name}: period and teacher cannot be told apart.")
    return [" ".join(parts)]


def _floor(least: float) -> str:
    """The smallest p that so few days allow; far below what is printed it tells nothing."""
    return f"; the smallest that so many days allow is {fmt.exact_p(least)}" if least >= fmt.SMALLEST_P else ""


def gate_results(findings: Findings) -> Block:
    """The rating that a reviewer would likely give, and what would open the gates that are closed."""
    outcome = findings.primary
    rating = (
        f"We expect that a What Works Clearinghouse reviewer would rate the design “{outcome.rating.rating}”: "
        f"{RATING_REASONS[outcome.rating.reason]}. {_baseline_sentence(outcome)}"
        f"{_attrition_sentence(outcome)}{_measure_sentence(outcome)}"
        f"{profile_sentence(findings.tier.profile)} Only certified reviewers give WWC ratings."
    )
    return Block(f"{rating}\n\n{_tally(findings)} {what_would_change(findings)}")


def _measure_sentence(outcome: OutcomeFinding) -> str:
    """What a reviewer would ask of the measure and nobody has answered."""
    open_questions = {
        "not-stated": "Who made the measure is not stated: one made by the vendor would not count. ",
        "teachers": "Teachers made the measure: a reviewer would ask whether it holds what only the tool taught. ",
    }
    return open_questions.get(outcome.made_by, "") if not outcome.rating.reason.startswith("outcome") else ""


def _tally(findings: Findings) -> str:
    """How many gates stop something, and where all of them stand."""
    closed, gates = sum(not gate.is_open for gate in findings.tier.gates), len(findings.tier.gates)
    if not closed:
        return f"@tbl-gates lists all {gates} gates."
    return f"Of {gates} gates, {closed} {'is' if closed == 1 else 'are'} not passed; @tbl-gates lists each."


def _baseline_sentence(outcome: OutcomeFinding) -> str:
    if outcome.baseline is None:
        return ""
    meaning = {
        "satisfied": "at most 0.05, no adjustment needed",
        "needs adjustment": "above 0.05 and at most 0.25, which needs adjustment for the pretest, as was done",
        "fails": "above 0.25, which no adjustment can mend",
    }[outcome.baseline.verdict]
    return f"Before the pilot the groups differed by {fmt.signed(outcome.baseline.estimate)} SD ({meaning}). "


def _attrition_sentence(outcome: OutcomeFinding) -> str:
    plural = "clusters" if outcome.unit_of_inference == "student" else UNITS[outcome.unit_of_inference][1]
    names = {"clusters": plural, "students": "students"}
    if outcome.attrition and not any(level.overall for level in outcome.attrition):
        return f"All {fmt.listed([names[level.level] for level in outcome.attrition])} that were assigned are in the analysis. "
    return "".join(
        f"Of {_assigned(level, outcome, plural)}, {fmt.percent(level.overall, 1)} were lost, with a gap of "
        f"{fmt.number(level.differential * 100, 1)} percentage points between the arms "
        f"({'low' if level.cautious.is_low else 'high'} attrition by the cautious boundary{_boundary(level)}). "
        for level in outcome.attrition
    )


def _assigned(level: AttritionFinding, outcome: OutcomeFinding, plural: str) -> str:
    lost = outcome.lost
    is_within = level.level == "students" and lost is not None and len(outcome.attrition) > 1
    if is_within and lost.students_in_kept_clusters not in (None, lost.students):
        return f"students of {plural} that were kept"
    return f"{plural if level.level == 'clusters' else level.level} assigned"


def _boundary(level: AttritionFinding) -> str:
    """So many lost that no gap would be small enough, or the largest gap that would."""
    limit = level.cautious.boundary
    return ", which has no limit for so many" if limit is None else f" of {fmt.number(limit * 100, 1)} points"
