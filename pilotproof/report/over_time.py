"""What is said of errors over the weeks of the window."""

from __future__ import annotations

from pilotproof.findings import ReliabilityFinding
from pilotproof.report import format as fmt
from pilotproof.stats.count_models import CountModel, CountRefusal
from pilotproof.stats.rates import RateRatio

ALPHA = 0.05

NO_TREND = {
    "too few rows": "there were too few days with lessons",
    "no event on one side": "there were too few errors",
    "one cluster on one side": "only one teacher reported errors",
    "no degrees of freedom": "there were too few teachers",
    "no over-dispersion": "errors were too evenly spread",
    "does not converge": "the numbers do not fit any steady change",
}


def over_time(reliability: ReliabilityFinding) -> list[str]:
    """Lessons with an error, time between errors, and whether errors became more or fewer; a second paragraph tells models."""
    sentences = [
        *_lessons(reliability),
        *_between(reliability),
        *repair(reliability),
        *_worst_days(reliability),
        *_trend(reliability),
        *_batches(reliability),
    ]
    return [" ".join(said) for said in (sentences, _otherwise(reliability)) if said]


def _lessons(reliability: ReliabilityFinding) -> list[str]:
    found = reliability.lessons_with_error
    if found is None:
        return []
    return [
        f"An error was reported in {found.some:,} of the {fmt.count(found.of, 'lesson')} on record "
        f"({fmt.percent(found.share, 1)}; interval {fmt.percents(found.interval.low, found.interval.high, 1)}). "
        + _time_lost(reliability)
    ]


def _time_lost(reliability: ReliabilityFinding) -> str:
    up = reliability.availability
    if up is None:
        return "How long a lesson stood still was not noted, so lesson time lost is not given."
    interval = "" if up.interval is None else f"; interval over days {fmt.percents(1 - up.interval.high, 1 - up.interval.low, 1)}"
    return (
        f"Of {fmt.number(up.scheduled, 0)} minutes of lessons that noted it, {fmt.number(up.lost, 0)} were lost to technical "
        f"trouble ({fmt.percent(1 - up.estimate, 1)}{interval})."
    )


def _between(reliability: ReliabilityFinding) -> list[str]:
    found = reliability.time_between_failures
    if found is None or found.estimate is None:
        return []
    high = found.interval.high
    limits = f"at least {fmt.number(found.interval.low, 1)}" if high is None else fmt.interval(found.interval.low, high, 1)
    return [f"On average {fmt.number(found.estimate, 1)} hours of use lay between two errors (interval {limits})."]


def _trend(reliability: ReliabilityFinding) -> list[str]:
    model = reliability.trend
    if isinstance(model, CountRefusal):
        return [f"Whether errors became more or fewer over the weeks cannot be said: {NO_TREND[model.reason]}."]
    if not isinstance(model, CountModel):
        return []
    week = model.terms[0]
    numbers = (
        f"the rate of one week over that of the week before was {fmt.number(week.rate_ratio)} (interval "
        f"{fmt.interval(week.interval.low, week.interval.high)}; {fmt.p_value(week.p_value)})"
    )
    if week.few_clusters:
        return [f"Over the weeks {numbers}; with so few teachers this is only a rough figure."]
    if week.p_value >= ALPHA:
        return [f"Whether errors became more or fewer over the weeks cannot be told: {numbers}."]
    return [f"Errors became {'more' if week.rate_ratio > 1 else 'fewer'} over the weeks: {numbers}."]


def repair(reliability: ReliabilityFinding) -> list[str]:
    """How long errors lasted, where the log says so."""
    found = reliability.time_to_repair
    if found is None:
        return []
    middle = found.median_interval
    limits = "" if middle is None else f" (interval {fmt.interval(middle.low, middle.high, 0)})"
    return [
        f"Of {found.failures} of the {fmt.count(reliability.errors, 'error')} the log says when it worked again: after "
        f"{fmt.number(found.median, 0)} minutes in the middle case{limits}, {fmt.number(found.longest, 0)} in the longest."
    ]


def _worst_days(reliability: ReliabilityFinding) -> list[str]:
    found = reliability.worst_days
    if found is None:
        return []
    stretch = found.stretch
    when = (
        f"were from {fmt.days(found.first_day, found.last_day)}"
        if stretch.first < stretch.last
        else f"was {fmt.day(found.last_day)}"
    )
    chance = "more than chance puts into any run of days" if stretch.p_value < ALPHA else "which chance can explain"
    return [
        f"The worst {'days' if stretch.first < stretch.last else 'day'} {when}, with {stretch.events} of the "
        f"{fmt.count(stretch.total, 'error')} where {fmt.number(stretch.expected, 1)} would be expected from the hours of use, "
        f"{chance} ({fmt.p_value(stretch.p_value)}, allowing for having looked at every run of days)."
    ]


def _otherwise(reliability: ReliabilityFinding) -> list[str]:
    """The same rates from models in which errors of one day or teacher need not be independent."""
    parts = [*_worst_against_others(reliability)]
    said = [(model, model.terms[0]) for model in reliability.worst_period_models if isinstance(model, CountModel)]
    if said:
        ratios = [
            f"{fmt.number(term.rate_ratio)} ({fmt.interval(term.interval.low, term.interval.high)}) by the {model.method} model"
            for model, term in said
        ]
        rough = ", which with so few teachers is rough" if any(term.few_clusters for _, term in said) else ""
        parts.append(
            f"Counted by lesson, with errors of one teacher allowed to depend on one another, it is {fmt.listed(ratios)}{rough}. "
            "These intervals do not allow for having looked for the worst period."
        )
    if isinstance(model := reliability.trend_negative_binomial, CountModel):
        week = model.terms[0]
        parts.append(
            f"By a {model.method} model the ratio from week to week is {fmt.number(week.rate_ratio)} (interval "
            f"{fmt.interval(week.interval.low, week.interval.high)}; {fmt.p_value(week.p_value)})."
        )
    return parts


def _worst_against_others(reliability: ReliabilityFinding) -> list[str]:
    """As if errors were independent."""
    found = reliability.worst_period_ratio
    if not isinstance(found, RateRatio):
        return []
    low, high = found.interval.low, found.interval.high
    limits = f"at least {fmt.number(low)}" if high is None else fmt.interval(low, high)
    middle = "no finite number" if found.estimate is None else fmt.number(found.estimate)
    return [
        f"The rate in period {fmt.text(reliability.worst_period)} over that in the others is {middle} (exact interval {limits}, "
        "if errors are independent)."
    ]


def _batches(reliability: ReliabilityFinding) -> list[str]:
    found = reliability.dispersion
    if found is None or found.p_value >= ALPHA:
        return []
    return [
        f"Errors came in batches: their number per day varied {fmt.number(found.index, 1)} times as much as independent "
        f"errors would ({fmt.p_value(found.p_value)}), so the interval of the rate is somewhat too narrow."
    ]
