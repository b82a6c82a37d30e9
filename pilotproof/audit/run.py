"""The audit of one pilot: every file of its report and of its processed data against every sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pilotproof.audit import signs
from pilotproof.audit.identifiers import identifiers_of
from pilotproof.audit.signs import Sign
from pilotproof.audit.texts import Passage, passages
from pilotproof.errors import PilotproofError
from pilotproof.identity.known import KnownIdentifiers, shape_of
from pilotproof.pilot import Pilot, load_pilot
from pilotproof.workspace import PARTIAL, Workspace

LICENSED = {".ttf", ".otf", ".woff", ".woff2", ".png", ".jpg", ".lock"}  # nothing to read in them
EVIDENCE_FILE = "evidence.json"  # as in findings, which takes seconds to import
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that must not stand in a file: where, and what kind of thing. shown : without what it gives away"""

    file: str
    place: str
    what: str
    shown: str

    def __str__(self) -> str:
        return f"{self.file}{f' ({self.place})' if self.place else ''}: {self.what}, {self.shown}"


@dataclass(frozen=True, slots=True)
class Audit:
    """What was read and found. notes : what could not be looked for"""

    files: int
    identifiers: int
    breaches: tuple[Breach, ...]
    notes: tuple[str, ...]

    def raise_breaches(self, pilot: str) -> None:
        """Raise PilotproofError with what was found, if anything was."""
        if not self.breaches:
            return
        lines = [f"  - {breach}" for breach in self.breaches[:MOST_SHOWN]]
        if (more := len(self.breaches) - MOST_SHOWN) > 0:
            lines.append(f"  - and {more} more")
        raise PilotproofError(
            f"The report of {pilot} must not leave your hands; it holds what could tell who somebody is:\n"
            + "\n".join(lines)
            + "\nTake it out where it comes from (params, corrections, the export's own names), and make the report again."
        )


def audit_pilot(name: str, workspace: Workspace) -> Audit:
    """Read everything that was made of the pilot `name`. Raises PilotproofError when nothing was made yet."""
    pilot = load_pilot(workspace.require_pilot(name), workspace)
    reports, processed = workspace.report(name), workspace.processed(name)
    files = [path for folder in (reports, processed) for path in sorted(folder.rglob("*")) if path.is_file()]
    if not any(path.is_relative_to(reports) for path in files):
        raise PilotproofError(f"There is no report of {name} yet: make report PILOT={name}")
    known, notes = identifiers_of(name, pilot, workspace)
    places = (str(workspace.root), str(Path.home())) if len(str(Path.home())) > 1 else (str(workspace.root),)
    breaches: dict[Breach, None] = {}
    for path in (path for path in files if path.suffix.lower() not in LICENSED):
        least = pilot.disclosure.smallest_group if path.is_relative_to(reports) else 0
        file = workspace.show(path).replace(PARTIAL, "", 1)
        for passage in passages(path):
            for sign in _signs(passage, known, pilot, least, places):
                breaches[Breach(file, passage.place, sign.what, sign.shown)] = None
        for sign in _small_cells(path, least):
            breaches[Breach(file, "", sign.what, sign.shown)] = None
    return Audit(
        len(files), sum(map(len, known.phrases.values())) + len(known.names), tuple(breaches), (*notes, *_unknown(known))
    )


def _signs(passage: Passage, known: KnownIdentifiers, pilot: Pilot, least: int, places: tuple[str, ...]) -> Iterator[Sign]:
    for found in known.found(passage.text):
        yield Sign("an identifier of the raw data", f"of the form {shape_of(found)}")
    yield from signs.addresses(passage.text)
    yield from signs.births(passage.text, year=pilot.window.start.year)
    yield from signs.local_paths(passage.text, places=places)
    yield from signs.few_students(passage.text, least=least)


def _small_cells(path: Path, least: int) -> Iterator[Sign]:
    if not least:
        return
    if path.suffix == ".html":
        yield from signs.small_cells_of_tables(path.read_text(encoding="utf-8"), least=least)
    elif path.suffix == ".csv":
        yield from signs.small_cells_of_csv(path.read_text(encoding="utf-8"), least=least)
    elif path.name == EVIDENCE_FILE:
        yield from signs.small_cells_of_json(path, least=least)


def _unknown(known: KnownIdentifiers) -> list[str]:
    if not known.short:
        return []
    return [f"{len(known.short)} identifiers are too short or too ordinary to be told from other words and numbers"]
