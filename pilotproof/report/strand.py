"""One strand of page one, and how it is written when it was not measured or may not be shown."""

from __future__ import annotations

from dataclasses import dataclass

from pilotproof.findings import Findings
from pilotproof.report.strings import Language
from pilotproof.stats.results import Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand:
    """One row of the table.

    name : learning, practice, acceptance, on task or reliability
    value : the number; None when there is none; measured : what it is, with its interval, or why there is none
    may : a sentence that a reader may repeat; never : what must not be said, and why; None where nothing was measured
    """

    name: str
    value: str | None
    measured: str
    may: str | None
    never: str | None


def not_measured(name: str, language: Language) -> Strand:
    """A strand without data."""
    return Strand(name=name, value=None, measured=language.say("none"), may=None, never=None)


def hidden(name: str, language: Language, findings: Findings, *, key: str = "hidden") -> Strand:
    """A strand whose numbers are of too few to be shown."""
    measured = language.say(key, n=findings.pilot.smallest_group)
    return Strand(name=name, value=None, measured=measured, may=language.say("hidden.may"), never=None)


def interval_text(interval: Interval | None, language: Language, *, digits: int = 2) -> str:
    """`95% interval −0.12 to 0.48`, or that there is none."""
    if interval is None:
        return language.say("no interval")
    return language.interval(interval.low, interval.high, interval.confidence, digits)
