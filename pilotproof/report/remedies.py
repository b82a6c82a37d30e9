"""What would have to change for a closed gate to open, in counts and deeds that a person can act on."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from pilotproof.evidence.gates import Gate
from pilotproof.evidence.wwc import CONFOUNDED
from pilotproof.findings import Findings
from pilotproof.report import format as fmt
from pilotproof.report.gate_text import decisive
from pilotproof.report.planning import more_units
from pilotproof.report.words import CLUSTERS, UNITS

TIERS = (4, 3, 2, 1)


def what_would_change(findings: Findings) -> str:
    """A list: for each tier that is not reached, what its closed gates need."""
    lines = []
    for tier in TIERS:
        closed = decisive(findings.tier.closed(tier))
        if needed := list(dict.fromkeys(REMEDIES[gate.name](gate, findings) for gate in closed)):
            lines.append(f"- **Tier {tier}** needs {'; '.join(needed)}.")
    if not lines:
        return "Nothing more is needed: every gate of every tier is open."
    return "What would have to change:\n\n" + "\n".join(lines)


def _more_units(_: Gate, findings: Findings) -> str:
    """A significant result cannot be ordered; a pilot that could find one can."""
    return more_units(findings.primary, findings)


def _more_students(gate: Gate, findings: Findings) -> str:
    missing = ceil(float(gate.threshold or 0) - float(gate.observed["students"] or 0))
    return f"{fmt.count(missing, 'more student', 'more students')}, in this pilot or pooled with others of the same tool"


def _more_sites(gate: Gate, findings: Findings) -> str:
    site = str(gate.observed["site_is"])
    missing = int(float(gate.threshold or 0) - float(gate.observed[f"{site}s"] or 0))
    return f"a second {site}" if missing == 1 and gate.threshold == 2 else fmt.count(missing, f"more {site}")


def _rating(gate: Gate, findings: Findings) -> str:
    outcome = findings.primary
    if outcome.rating.reason == "baseline not equivalent" and outcome.baseline is not None:
        return (
            f"groups that start closer together: the pretest gap is {fmt.number(abs(outcome.baseline.estimate))} SD; "
            "the limit is 0.25"
        )
    if outcome.rating.reason == "no pretest":
        return "a pretest of the same outcome"
    if outcome.rating.reason in ("few observations", "too few observations", "too few starts"):
        return SINGLE_CASE
    if gate.name == "WWC-like rating without reservations":
        is_randomised = not any(gate.name == "random assignment" for gate in findings.tier.closed(1))
        return _fewer_lost(findings) if is_randomised else _by_lot(gate, findings)
    if outcome.rating.reason.startswith("outcome"):
        return "a reliable measure that the vendor did not make"
    if outcome.rating.reason in CONFOUNDED.values():
        return "arms that share a teacher, a school or a district, or have two or more of each"
    plural = UNITS[outcome.unit_of_inference][1]
    in_arm = "classes of two or more teachers" if plural == "classes" else f"two or more {plural}"
    return f"a design that a reviewer would rate ({in_arm} in each arm, an eligible outcome)"


def _clusters(gate: Gate, findings: Findings) -> str:
    if alone := gate.observed.get("alone"):
        return f"a second {alone} in each arm, or both arms in the same {alone}s" if alone != "teacher" else TEACHERS
    missing = int(float(gate.threshold or 0) - float(gate.observed["fewest"] or 0))
    return f"{fmt.count(missing, *[f'more {word}' for word in UNITS[findings.primary.unit_of_inference]])} in the smaller arm"


def _fewer_lost(findings: Findings) -> str:
    plural = UNITS[findings.primary.unit_of_inference][1]
    return f"fewer {'students' if plural == 'students' else f'students and {plural}'} lost (low attrition)"


def _by_lot(_: Gate, findings: Findings) -> str:
    return f"{CLUSTERS[findings.pilot.cluster][1]} assigned to the tool by lot, few of them lost on the way"


def _controls(gate: Gate, _: Findings) -> str:
    return "a pretest, or fewer lost of those who were drawn" if gate.observed.get("lot") else "a pretest, or assignment by lot"


def _comparison(_: Gate, findings: Findings) -> str:
    return f"a comparison group: {CLUSTERS[findings.pilot.cluster][1]} like these that go on without the tool"


def _says(text: str) -> Callable[[Gate, Findings], str]:
    return lambda gate, findings: text


SINGLE_CASE = "three or more different starting days, and measures of every class on six days before its start and five after it"
TEACHERS = "a second teacher in each arm, or teachers who have classes of both arms"
HARM = {
    "none-known": "no harm found",  # where another pilot found it (evidence.pooling)
    "found": "stronger studies without the harm that was found, weighed by somebody who does not sell or buy the tool",
    "found here": "a pilot in which the tool does no harm on any outcome: this one found some",
    "not-searched": "a search for stronger studies that found harm by this tool",
}
OVERLAP = "like those of the district that reads this, which has to say so itself"

REMEDIES: dict[str, Callable[[Gate, Findings], str]] = {
    "logic model": _says("a logic model: a written account, from inputs to outcomes, of why the tool should work"),
    "research basis": _says("a published finding that makes the tool likely to work"),
    "ongoing study": _says("a plan for further study"),
    "comparison group": _comparison,
    "clusters per arm": _clusters,
    "pretest": _says("a pretest of the same outcome"),
    "selection controls": _controls,
    "relevant outcome": _says("a student outcome, or one that the logic model names"),
    "significant": _more_units,
    "several outcomes": _says("a result that stands among all outcomes of its domain, or fewer outcomes in it next time"),
    "methods agree": _more_units,
    "positive": _says("a difference in favor of the tool"),
    "no overriding negative finding": lambda gate, _: HARM[str(gate.observed.get("stated"))],
    "groups not chosen": _says("classes or students assigned to the tool, with a group that goes on without it"),
    "different starts": _says("classes that start on at least three different days"),
    "observations in each phase": _says("measures of every class on at least three days before its start and three after it"),
    "WWC-like rating": _rating,
    "large sample": _more_students,
    "several sites": _more_sites,
    "overlap of students or schools": _says(f"students or schools {OVERLAP}"),
    "random assignment": _by_lot,
    "WWC-like rating without reservations": _rating,
    "overlap of students and schools": _says(f"students and schools {OVERLAP}"),
}
