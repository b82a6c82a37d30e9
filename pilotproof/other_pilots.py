"""The evidence of other pilots of the same tool, read as strictly as any export."""

from __future__ import annotations

from collections.abc import Iterator

from pilotproof.errors import DataError, Problem
from pilotproof.evidence.coherence import incoherent
from pilotproof.findings.evidence_file import EvidenceFile, read_evidence, same_words
from pilotproof.pilot import Pilot
from pilotproof.sources.passport import sha256_of
from pilotproof.workspace import Workspace

EDITED = "Ask for the file again, as Pilotproof wrote it; it is never edited."


def read_other_pilots(name: str, pilot: Pilot, workspace: Workspace) -> tuple[EvidenceFile, ...]:
    """The evidence files that the params of pilot `name` list. Raises DataError with what is wrong with any of them."""
    problems: list[Problem] = []
    found: dict[str, EvidenceFile] = {}
    own = _own_scores(name, pilot, workspace)
    for file in pilot.sources.evidence:
        shown = workspace.show(workspace.raw(name) / file)
        try:
            other = read_evidence(workspace.raw(name) / file, shown_as=shown)
        except DataError as error:
            problems += error.problems
            continue
        problems += [Problem(file=shown, **said) for said in _unfit(other, name, pilot, found, own)]
        found[shown] = other
    if problems:
        raise DataError(problems)
    return tuple(found.values())


def _own_scores(name: str, pilot: Pilot, workspace: Workspace) -> dict[str, str]:
    """The hash and name of each file with scores of this pilot that is there."""
    probes = (pilot.sources.probes.file,) if pilot.sources.probes else ()
    paths = {file: workspace.raw(name) / file for file in (*pilot.sources.outcomes.all_files, *probes)}
    return {sha256_of(path): file for file, path in paths.items() if path.is_file()}


def _unfit(
    other: EvidenceFile, name: str, pilot: Pilot, before: dict[str, EvidenceFile], own: dict[str, str]
) -> Iterator[dict[str, str]]:
    remove = "Take it out of sources.evidence."
    if not same_words(other.pilot.tool, pilot.tool):
        yield {"found": f"evidence on {other.pilot.tool}", "expected": f"evidence on {pilot.tool}", "action": remove}
    domain = pilot.primary.domain
    if other.outcome_of(domain) is None:
        found = f"outcomes of the domains {', '.join(sorted({outcome.domain for outcome in other.outcomes}))}"
        yield {"found": found, "expected": f"an outcome of the domain {domain}", "action": remove}
    if other.pilot.is_simulated != pilot.is_simulated:
        kinds = {True: "simulated data", False: "real data"}
        expected = f"{kinds[pilot.is_simulated]}, as in this pilot"
        yield {"found": kinds[other.pilot.is_simulated], "expected": expected, "action": "Simulated and real are never mixed."}
    if other.pilot.name == name and same_words(other.pilot.district, pilot.district):
        yield {"found": "the evidence of this pilot itself", "expected": "other pilots", "action": remove}
    elif shared := [own[raw.sha256] for raw in other.provenance.inputs if raw.sha256 in own]:
        found = f"scores of this pilot itself, under another name (its {', '.join(shared)})"
        yield {"found": found, "expected": "other pilots", "action": f"{remove} No student counts twice."}
    for contradiction in incoherent(other.tier):
        yield {"found": contradiction, "expected": "gates that follow from their numbers", "action": EDITED}
    if again := next((shown for shown, one in before.items() if _same_pilot(one, other)), None):
        yield {"found": f"the pilot of {again} once more", "expected": "each pilot once", "action": remove}


def _same_pilot(one: EvidenceFile, other: EvidenceFile) -> bool:
    """By name and district, or by a raw file or an effect that both have under another name: the same students."""
    if one.pilot.name == other.pilot.name and same_words(one.pilot.district, other.pilot.district):
        return True
    files, others = ({raw.sha256 for raw in each.provenance.inputs if not _is_evidence(raw.file)} for each in (one, other))
    if files & others:
        return True
    effects, of_other = ({outcome.effect for outcome in each.outcomes if outcome.effect} for each in (one, other))
    return bool(effects & of_other)


def _is_evidence(file: str) -> bool:
    """Evidence of a third pilot may stand behind both without either being the other."""
    return file.endswith(".json")
