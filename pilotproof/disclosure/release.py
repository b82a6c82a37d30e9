"""Releases of one pilot against one another: two reports that differ by few students tell about those few."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from pilotproof.disclosure.groups import may_show, may_show_part, shown_points
from pilotproof.errors import PilotproofError
from pilotproof.files import write_text
from pilotproof.findings import Findings, OutcomeFinding

ARMS = ("treated", "comparison")


@dataclass(frozen=True, slots=True)
class Release:
    """A report that was given out: when, and how many students each of its numbers stands on."""

    released: str
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Difference:
    """A published number of students that changed by few."""

    of: str
    released: str
    before: int
    now: int

    def __str__(self) -> str:
        return f"{self.of}: {self.before:,} on {self.released}, {self.now:,} now"


def published_counts(findings: Findings) -> dict[str, int]:
    """The numbers of students that a report shows, each by what it counts."""
    counts: dict[str, int] = {}
    for outcome in findings.outcomes:
        for name, arm in (("treated", outcome.treated), ("comparison", outcome.comparison)):
            if arm is not None and may_show(arm.analysed, findings):
                counts[f"{outcome.name}, {name}, analysed"] = arm.analysed
                counts[f"{outcome.name}, {name}, assigned"] = arm.assigned
        counts |= _class_sizes(outcome, findings)
    if findings.usage is not None:
        parts = {"who were to use the tool": findings.usage.students, "of the comparison group": findings.usage.comparison}
        for name, part in parts.items():
            if part is not None and may_show_part(part, findings):
                counts[f"students {name}, with use"] = part.some
    return counts


def _class_sizes(outcome: OutcomeFinding, findings: Findings) -> dict[str, int]:
    """Of the classes whose means are drawn, by their place in the order of sizes: somebody may have moved within an arm."""
    points = shown_points(outcome.points, findings)
    sizes = {arm: sorted((point.students for point in points if point.arm == arm), reverse=True) for arm in ARMS}
    return {
        f"{outcome.name}, {arm}, class {place} of {len(of_arm)} by size": students
        for arm, of_arm in sizes.items()
        for place, students in enumerate(of_arm, start=1)
    }


def differences(now: Mapping[str, int], releases: list[Release], *, least: int) -> list[Difference]:
    """Numbers of the new report that differ from those of an earlier one by 1 to `least` - 1."""
    return [
        Difference(of, release.released, release.counts[of], count)
        for release in releases
        for of, count in now.items()
        if of in release.counts and 0 < abs(count - release.counts[of]) < least
    ]


def read_releases(path: Path) -> list[Release]:
    """The releases in `path`, the oldest first; none when there is no such file. Raises PilotproofError for another file."""
    if not path.is_file():
        return []
    try:
        return [Release(**one) for one in json.loads(path.read_text(encoding="utf-8"))["releases"]]
    except (ValueError, KeyError, TypeError):
        raise PilotproofError(
            f"{path.name} is no record of releases. Restore it: without it two reports may give few away."
        ) from None


def record_release(findings: Findings, path: Path, *, today: date) -> None:
    """Write down that the report with these findings was given out. It holds no number below the smallest group."""
    counts = published_counts(findings)
    earlier = [one for one in read_releases(path) if one.counts != counts]
    releases = [*earlier, Release(today.isoformat(), counts)]
    write_text(path, json.dumps({"releases": [asdict(one) for one in releases]}, indent=2, sort_keys=True) + "\n")


def check_against_releases(findings: Findings, path: Path, *, confirmed: str | None) -> None:
    """Raise PilotproofError for numbers that differ by few from a release, unless a person has confirmed that.

    confirmed : day of the release against which the params confirm the difference
    """
    releases = [one for one in read_releases(path) if confirmed is None or one.released > confirmed]
    found = differences(published_counts(findings), releases, least=findings.pilot.smallest_group)
    if found:
        lines = "\n".join(f"  - {one}" for one in found)
        last = max(one.released for one in found)
        raise PilotproofError(
            "This report differs by few students from one that was given out; who has both can tell about these few:\n"
            f"{lines}\n"
            "Keep to the data of that release, or, if the number must change, let a person answer for it in the params:\n"
            f"disclosure: {{differences_confirmed: {{released: {last}, by: NAME, because: REASON}}}}"
        )
