"""Comments that the district chose to quote: as they were written, without a name, and told apart from results."""

from __future__ import annotations

from itertools import groupby

from pilotproof.findings import Findings, QuoteFinding, SurveyFinding
from pilotproof.report import format as fmt
from pilotproof.report.block import Block

WAVES = {"before": "before the pilot", "after": "after the pilot"}


def quote_results(findings: Findings) -> Block | None:
    """Every quotation under its question; None when the district listed none."""
    surveys = [survey for survey in findings.surveys if survey.quotes]
    if not surveys:
        return None
    count = sum(len(survey.quotes) for survey in surveys)
    chosen = "This comment was" if count == 1 else f"These {count} comments were"
    first = (
        f"{chosen} chosen by the district. Chosen comments show what some teachers wrote, and tell nothing of how many think so."
    )
    return Block("\n\n".join(["## In teachers’ own words", first, *(part for survey in surveys for part in _quoted(survey))]))


def _quoted(survey: SurveyFinding) -> list[str]:
    parts = []
    for (question, wave), quotes in groupby(survey.quotes, key=lambda quote: (quote.question, quote.wave)):
        parts.append(f"Asked “{fmt.text(question)}” {WAVES[wave]}:")
        parts.append("::: {.quoted}\n" + "\n\n".join(_quotation(quote) for quote in quotes) + "\n:::")
    return parts


def _quotation(quote: QuoteFinding) -> str:
    return f"> “{fmt.text(quote.comment)}”"
