"""What each gate found, with its numbers, and what would have to change."""

from __future__ import annotations

from collections.abc import Callable

from pilotproof.evidence.gates import Gate
from pilotproof.report import format as fmt
from pilotproof.report.words import QUESTIONS, SIMILARITY, UNITS


def question(gate: Gate, unit: str) -> str:
    """What the gate asks. unit : what was assigned to the arms (OutcomeFinding.unit_of_inference), as in all of this module."""
    sites = f"{gate.observed.get('site_is')}s"
    return QUESTIONS[gate.name].format(clusters=UNITS[unit][1], limit=f"{gate.threshold or 0:g}", sites=sites)


def decisive(gates: tuple[Gate, ...]) -> list[Gate]:
    """The closed gates without those that are closed only because another one is."""
    closed = {gate.name for gate in gates}
    implied = {name for cause, names in IMPLIES.items() if cause in closed for name in names}
    return [gate for gate in gates if gate.name not in implied]


def found(gate: Gate, unit: str) -> str:
    """The pilot's numbers, in a few words."""
    return FOUND[gate.name](gate, unit)


def _stated(yes: str, no: str) -> Callable[[Gate, str], str]:
    return lambda gate, _: yes if gate.is_open else no


def _overlap(gate: Gate, _: str) -> str:
    seen = gate.observed
    return f"students {SIMILARITY[str(seen['populations'])]}, schools {SIMILARITY[str(seen['settings'])]}"


def _p(gate: Gate, _: str) -> str:
    value = gate.observed["p_value"]
    return (
        "no test of a difference is possible"
        if value is None
        else f"{fmt.p_value(float(value))}; the limit is below {gate.threshold:g}"
    )


def _agreement(gate: Gate, _: str) -> str:
    first, second = gate.observed["p_value"], gate.observed["second_p_value"]
    if gate.verdict == "not applicable":
        return "this design has one test"
    if first is None or second is None:
        return "no test of a difference is possible"
    return f"{fmt.p_value(float(first))} and {fmt.p_value(float(second))}"


def _family(gate: Gate, _: str) -> str:
    size, adjusted = int(gate.observed["family_size"]), gate.observed["adjusted_p"]
    if size == 1:
        return "one outcome in its domain"
    if adjusted is None:
        return "no test of a difference is possible"
    return f"adjusted for {fmt.count(size, 'outcome')}: {fmt.p_value(float(adjusted))}"


def _positive(gate: Gate, _: str) -> str:
    value = gate.observed["estimate"]
    return "no contrast" if value is None else f"difference {fmt.signed(float(value))} points"


def _sample(gate: Gate, _: str) -> str:
    return f"{fmt.count(int(gate.observed['students']), 'student')}; {gate.threshold:g} are needed"


def _sites(gate: Gate, _: str) -> str:
    districts, schools = int(gate.observed["districts"]), int(gate.observed["schools"])
    needed = f"{gate.threshold:g} {gate.observed['site_is']}s are needed"
    return f"{fmt.count(districts, 'district')} ({fmt.count(schools, 'school')}); {needed}"


def _clusters(gate: Gate, unit: str) -> str:
    fewest = int(gate.observed["fewest"])
    if gate.verdict == "not applicable":
        return "each class is its own comparison"
    if alone := gate.observed.get("alone"):
        return f"one arm has a single {alone}, which the other has not"
    if unit == "student":  # how many are not told, since an arm of students can be too small to be shown
        told = f"{fewest} or more in each arm" if gate.is_open else "too few in the smaller arm"
        return f"{told}; {gate.threshold:g} are needed"
    return f"{fmt.count(fewest, *UNITS[unit])} in the smaller arm; {gate.threshold:g} are needed"


def _phases(gate: Gate, _: str) -> str:
    before, after = int(gate.observed["before"]), int(gate.observed["after"])
    return f"at least {before} days before a start and {after} after it; {gate.threshold:g} are needed in each phase"


def _controls(gate: Gate, _: str) -> str:
    how = str(gate.observed["how"])
    if gate.is_open:
        return how
    if how == "none" and gate.observed.get("lot"):
        return "no pretest, and too many lost for the lot to do it"
    return "no pretest and no random assignment" if how == "none" else "no group to compare with"


FOUND: dict[str, Callable[[Gate, str], str]] = {
    "logic model": _stated("written", "not written"),
    "research basis": lambda gate, _: f"{fmt.count(int(gate.observed['findings']), 'finding')} cited",
    "ongoing study": _stated("planned", "not planned"),
    "comparison group": _stated("yes", "no comparison group"),
    "clusters per arm": _clusters,
    "pretest": _stated("yes", "no pretest"),
    "selection controls": _controls,
    "relevant outcome": _stated("a student outcome", "not a student outcome, nor named in the logic model"),
    "significant": _p,
    "several outcomes": _family,
    "methods agree": _agreement,
    "positive": _positive,
    "no overriding negative finding": lambda gate, _: {
        "none-known": "none known",
        "found": "one was found",
        "found here": "this pilot found harm on another outcome",
        "not-searched": "nobody has searched yet",
    }[str(gate.observed["stated"])],
    "groups not chosen": _stated("yes", "students chose"),
    "different starts": lambda gate, _: (
        f"{fmt.count(int(gate.observed['starts']), 'different day')}; {gate.threshold:g} are needed"
    ),
    "observations in each phase": _phases,
    "WWC-like rating": lambda gate, _: f"likely “{gate.observed['rating']}”",
    "large sample": _sample,
    "several sites": _sites,
    "overlap of students or schools": _overlap,
    "random assignment": _stated("yes", "not assigned at random"),
    "WWC-like rating without reservations": lambda gate, _: f"likely “{gate.observed['rating']}”",
    "overlap of students and schools": _overlap,
}

NO_TEST = ("significant", "several outcomes", "methods agree", "positive")
IMPLIES = {
    "comparison group": ("clusters per arm", "selection controls", *NO_TEST),
    "clusters per arm": NO_TEST,
    "significant": ("several outcomes",),
    "different starts": ("WWC-like rating",),
    "observations in each phase": ("WWC-like rating",),
}
