"""How far the answers of teachers can be relied on: reliability of the scales, and answers that are in doubt."""

from __future__ import annotations

from pilotproof.findings import AlphaRefusal, Findings, SubscaleFinding, SurveyFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block, table
from pilotproof.stats.scales import Alpha, Omega

TOO_FEW = "too few to judge"
NO_ALPHA = {
    "one item": "one item",
    "fewer than three teachers": "too few teachers",
    "answers do not differ": "no differences",
}
FLAGS = {
    "straight line": "gave the same answer to every item",
    "too fast": "took less time than reading takes",
    "marked as spam": "carried the survey tool’s mark of spam",
    "items without an answer": "left out at least one item",
}


def quality_results(findings: Findings) -> Block | None:
    """Reliability of every scale in one table, and what is in doubt; None without a survey."""
    surveys = [survey for survey in findings.surveys if survey.answered_after]
    if not surveys:
        return None
    if all(_has_too_few(scale.alpha) for _, scale in _scales(surveys)):
        tables = [_none_given(surveys)]
    else:
        tables = [_table(surveys, findings), _note(surveys), _items_table(surveys)]
    parts = ["## How far can the answers be relied on?", *tables, _doubts(surveys)]
    return Block("\n\n".join(part for part in parts if part))


def _scales(surveys: list[SurveyFinding]) -> list[tuple[SurveyFinding, SubscaleFinding]]:
    """Scales of several items: of a single one there is no reliability to speak of."""
    return [(survey, scale) for survey in surveys for scale in survey.subscales if len(scale.items) > 1]


def _has_too_few(alpha: Alpha | AlphaRefusal) -> bool:
    return alpha.reason == "fewer than three teachers" if isinstance(alpha, AlphaRefusal) else not alpha.can_be_judged


def _none_given(surveys: list[SurveyFinding]) -> str:
    """Instead of a table without a number in it."""
    scales = _scales(surveys)
    if not scales:
        return ""
    most = max(scale.alpha.respondents for _, scale in scales)
    published = [
        f"{fmt.text(scale.label)} {fmt.number(scale.published_alpha)} in {fmt.text(survey.published_in)}"
        for survey, scale in scales
        if scale.published_alpha is not None
    ]
    known = f" What is published counts for more: {fmt.listed(published)}." if published else ""
    return (
        "Whether the items of a scale agree with one another (its reliability, Cronbach’s alpha) is not given for any scale: "
        f"{fmt.count(most, 'teacher')} answered the one with most answers, and with so few even an alpha of 0.90 could not be "
        f"told from 0.70. From the answers of fewer than 30 teachers **no reliability is claimed**.{known}"
    )


def _table(surveys: list[SurveyFinding], findings: Findings) -> str:
    scales = _scales(surveys)
    if not scales:
        return ""
    has_omega = any(isinstance(scale.omega, Omega) for _, scale in scales)
    has_interval = any(isinstance(scale.alpha, Alpha) and scale.alpha.can_be_judged for _, scale in scales)
    confidence = [fmt.confidence(findings.pilot.confidence)] * has_interval
    header = ["Scale", "Items", "Teachers", "Alpha", *confidence, *["Omega"] * has_omega, "Published alpha"]
    rows = []
    for survey, scale in scales:
        published = fmt.NOTHING
        if scale.published_alpha is not None:
            published = f"{fmt.number(scale.published_alpha)}, {fmt.text(survey.published_in)}"
        omega = [fmt.number(scale.omega.estimate) if isinstance(scale.omega, Omega) else fmt.NOTHING] * has_omega
        answered, alpha, interval = _alpha(scale.alpha)
        row = [fmt.text(scale.label), f"{len(scale.items)}", answered, alpha, *[interval] * has_interval, *omega, published]
        rows.append(row)
    how = "Cronbach’s alpha, Feldt’s interval" if has_interval else "Cronbach’s alpha"
    caption = f"Reliability of the scales, from the answers after the pilot ({how})"
    widths = [32, 6, 9, 18, *[15] * has_interval, *[9] * has_omega, 20]
    return table(header, rows, align="l" + "r" * (len(header) - 1), widths=widths, name="reliability", caption=caption)


def _alpha(found: Alpha | AlphaRefusal) -> list[str]:
    """Teachers, alpha and its interval."""
    if isinstance(found, AlphaRefusal):
        return [f"{found.respondents}", NO_ALPHA[found.reason], fmt.NOTHING]
    if not found.can_be_judged:
        return [f"{found.respondents}", TOO_FEW, fmt.NOTHING]
    return [f"{found.respondents}", fmt.number(found.estimate), fmt.interval(found.interval.low, found.interval.high)]


def _note(surveys: list[SurveyFinding]) -> str:
    alphas = [scale.alpha for _, scale in _scales(surveys)]
    if not alphas:
        return ""
    claimed = [isinstance(alpha, Alpha) and alpha.may_be_claimed for alpha in alphas]
    note = (
        "Alpha tells how far the items of a scale agree with one another: 1 is the most, 0.70 is usually asked for, and below 0 "
        "they did not go together in these answers. Teachers who left out an item of a scale are not counted in its alpha."
    )
    if any(isinstance(alpha, Alpha) and not alpha.can_be_judged for alpha in alphas):
        note += (
            f" “{fmt.capital(TOO_FEW)}”: with so few teachers even an alpha of 0.90 could not be told from 0.70, so that none is "
            "given."
        )
    if not all(claimed):
        note += (
            " From the answers of fewer than 30 teachers **no reliability is claimed**: an interval shows how little so few can "
            "tell, and a published alpha counts for more."
        )
    return f"::: {{.small}}\n{note}\n:::"


def _items_table(surveys: list[SurveyFinding]) -> str:
    """How each item goes with the others of its scale, where teachers are enough to claim a reliability at all."""
    rows = [
        [
            fmt.text(scale.label),
            fmt.text(item.topic or item.item),
            fmt.number(fit.item_rest_correlation),
            fmt.number(fit.alpha_without),
        ]
        for _, scale in _scales(surveys)
        if isinstance(scale.alpha, Alpha) and scale.alpha.may_be_claimed
        for item, fit in zip(scale.items, scale.alpha.items, strict=True)
    ]
    if not rows:
        return ""
    header = ["Scale", "Item", "Correlation with the others", "Alpha without it"]
    caption = (
        "How each item goes with the sum of the others of its scale; a low correlation, or an alpha that rises, marks a misfit"
    )
    return table(header, rows, align="llrr", name="items", caption=caption)


def _doubts(surveys: list[SurveyFinding]) -> str:
    """What is in doubt in the answers of each survey."""
    lines = [f"- {fmt.capital(_name(survey))}: {text}." for survey in surveys if (text := _doubts_of(survey))]
    nothing = [_name(survey) for survey in surveys if not _doubts_of(survey)]
    if nothing:
        lines.append(f"- {fmt.capital(fmt.listed(nothing))}: nothing in doubt.")
    return "What is in doubt in the finished responses:\n\n" + "\n".join(lines)


def _name(survey: SurveyFinding) -> str:
    return fmt.text(survey.instrument)


def _doubts_of(survey: SurveyFinding) -> str:
    told = [
        f"{q.responses} of {fmt.count(q.looked_at, 'response')} {q.wave} the pilot {FLAGS[q.flag]}"
        f" and {'was' if q.responses == 1 else 'were'} {'left out' if q.is_left_out else 'kept'}"
        for q in survey.quality
        if q.responses
    ]
    items = [item for scale in survey.subscales for item in scale.reversed_items]
    if items:
        named = fmt.listed([fmt.text(item) for item in items])
        told.append(f"{named} {'runs' if len(items) == 1 else 'run'} against the rest of the scale: check the reverse keys")
    return "; ".join(told)
