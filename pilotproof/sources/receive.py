"""Take exports into data/raw/<pilot>/ as they came, and write their passports."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from pilotproof.errors import DataError, ParamsError, Problem
from pilotproof.files import write_whole
from pilotproof.pilot import Pilot, load_pilot
from pilotproof.sources.bundle import BUNDLE_FILES, is_bundle, unpack_bundle
from pilotproof.sources.detect import GENERAL_KINDS, Detected, detect
from pilotproof.sources.passport import (
    CORRECTIONS_FILE,
    PASSPORT_FILE,
    SHORT,
    Passport,
    Passports,
    day_and_time,
    files_in,
    files_used,
    load_passports,
    sha256_of,
)
from pilotproof.sources.passport_file import with_entries
from pilotproof.sources.workbook import is_workbook, require_one_sheet
from pilotproof.workspace import Workspace

ONE_ROW_OF = {  # by the part of the params that names the file: says more than the look of a table
    "outcomes": "the scores of one student",
    "teacher_survey": "one survey response",
    "more_surveys": "one survey response",
    "probes": "one probe of a student or class",
    "sessions": "one lesson in which the tool was run",
    "error_log": "one reported error",
    "observations": "one observed interval",
    "lesson_coding": "one lesson as one coder saw it",
    "usage": "one use of the tool",
}
NOT_STATED = "not stated"
KEPT_FOR = timedelta(days=365)  # when the operator says no day of deletion
ROSTER_FOLDER = "roster"
RESERVED = (PASSPORT_FILE, CORRECTIONS_FILE)
UNUSABLE = str.maketrans(dict.fromkeys('\\:*?"<>|', "-"))  # in names of files, on one system or another


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one file.

    file : path within the pilot's raw folder
    passport : as it stands in source.yaml now
    is_new : false when the same file had a passport already; nothing was changed then
    notes : sentences on the file that the operator should see
    """

    file: str
    passport: Passport
    is_new: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A file on its way: where it is, where it goes, what it is."""

    source: Path
    file: str
    sha256: str
    detected: Detected
    sent_as: str | None = None


def receive(
    name: str,
    files: Sequence[Path],
    workspace: Workspace,
    *,
    received: date,
    sent_by: str | None = None,
    one_row_is: str | None = None,
    agreement: str | None = None,
    delete_by: date | None = None,
    sheet: str | None = None,
) -> list[Receipt]:
    """Copy `files` into the raw folder of the pilot `name` and write a passport for each.

    A OneRoster bundle as ZIP is unpacked into the roster's folder. What is not stated is written as "not stated", the day of
    deletion as a year after `received`, and what one row is as the kind of export that was detected says. A file that is there
    already with the same contents is left alone (and gets a passport if it has none).
    Raises DataError with the problems of all files, and changes nothing then: a file of that name with other contents is there, a
    file cannot be read, is a link or a folder, or is beyond the bounds; several sheets of a workbook hold records and neither
    `sheet` nor the params say which one is meant. Raises ParamsError for a pilot that does not exist or a
    source.yaml that cannot be read.
    """
    workspace.require_pilot(name)
    folder = workspace.raw(name)
    passports = _passports(name, workspace)
    with tempfile.TemporaryDirectory(prefix="pilotproof-") as unpacked:
        pilot = _pilot(name, workspace)
        arrivals = _arrivals(files, Path(unpacked), folder, pilot, sheet)
        _refuse_clashes(name, arrivals, passports, workspace)
        stated = {"received": received, "sent_by": sent_by or NOT_STATED, "agreement": agreement or NOT_STATED}
        stated["delete_by"] = delete_by or received + KEPT_FOR
        receipts = [_receipt(arrival, passports, stated, one_row_is or _one_row_is(arrival, pilot)) for arrival in arrivals]
        for arrival in arrivals:
            _copy(arrival.source, folder / arrival.file, arrival.sha256)
    added = [receipt.passport for receipt in receipts if receipt.is_new]
    if added:
        with_entries(folder / PASSPORT_FILE, passports, added)
    return receipts


def _passports(name: str, workspace: Workspace) -> Passports:
    is_there = (workspace.raw(name) / PASSPORT_FILE).is_file()
    return load_passports(name, workspace) if is_there else Passports(files=())


def _pilot(name: str, workspace: Workspace) -> Pilot | None:
    """The params, if they can be read: params that are not finished yet are no reason to refuse a file."""
    try:
        return load_pilot(name, workspace)
    except ParamsError:
        return None


def _roster_folder(pilot: Pilot | None) -> str:
    roster = pilot.sources.roster if pilot is not None else None
    return roster.folder if roster is not None and roster.folder is not None else ROSTER_FOLDER


def _one_row_is(arrival: _Arrival, pilot: Pilot | None) -> str:
    """What one record is: as the export's own kind says, else as the params use the file."""
    if arrival.detected.kind in GENERAL_KINDS and pilot is not None:
        for part, source in pilot.sources.model_dump().items():
            if arrival.file in files_in(source) and part in ONE_ROW_OF:
                return ONE_ROW_OF[part]
    return arrival.detected.one_row_is


def _arrivals(files: Iterable[Path], unpacked: Path, folder: Path, pilot: Pilot | None, sheet: str | None) -> list[_Arrival]:
    """Each file looked into; raises DataError with the problems of all of them."""
    arrivals: list[_Arrival] = []
    problems: list[Problem] = []
    for number, path in enumerate(files):
        try:
            arrivals.extend(_look_into(path, unpacked / str(number), folder, pilot, sheet))
        except DataError as error:
            problems.extend(error.problems)
    names = [arrival.file for arrival in arrivals]
    problems.extend(_twice(file) for file in sorted({file for file in names if names.count(file) > 1}))
    if problems:
        raise DataError(problems)
    return arrivals


def _look_into(path: Path, unpacked: Path, folder: Path, pilot: Pilot | None, sheet: str | None) -> list[_Arrival]:
    shown = path.as_posix()
    if problem := _no_plain_file(path, shown):
        raise DataError([problem])
    if not is_bundle(path, shown_as=shown):
        file = _place(path, folder, pilot)
        chosen = sheet if sheet is not None and is_workbook(path) else _sheet(file, pilot)
        if chosen is None:
            require_one_sheet(path, shown_as=shown)
        detected = detect(path, shown_as=shown, sheet=chosen)
        if chosen is not None and chosen != _sheet(file, pilot):
            note = f'the params do not name its sheet yet: write sheet: "{chosen}" beside the file, or the first sheet is read'
            detected = replace(detected, notes=(*detected.notes, note))
        if detected.kind.startswith("OneRoster") and file.casefold() in BUNDLE_FILES:
            file = f"{_roster_folder(pilot)}/{file}"
        sent_as = path.name if PurePosixPath(file).name != path.name else None
        return [_Arrival(path, file, sha256_of(path), detected, sent_as)]
    members, left_out = unpack_bundle(path, unpacked, shown_as=shown)
    notes = (f"not unpacked from {path.name}: {', '.join(left_out)}",) if left_out else ()
    arrivals = []
    for member in members:
        detected = detect(member, shown_as=f"{shown}/{member.name}")
        detected = replace(detected, notes=detected.notes + (notes if member is members[0] else ()))
        file = f"{_roster_folder(pilot)}/{member.name}"
        arrivals.append(_Arrival(member, file, sha256_of(member), detected, f"{path.name}/{member.name}"))
    return arrivals


def _place(path: Path, folder: Path, pilot: Pilot | None) -> str:
    """Where the file goes within the raw folder: where it lies, if it lies there already, or where the params look for it."""
    if path.resolve().is_relative_to(folder.resolve()):
        return path.resolve().relative_to(folder.resolve()).as_posix()
    named = [file for file in files_used(pilot) if PurePosixPath(file).name == path.name] if pilot is not None else []
    return named[0] if len(named) == 1 else path.name.translate(UNUSABLE).lstrip(".") or "file"


def _sheet(file: str, pilot: Pilot | None) -> str | None:
    """The sheet that the params read of this file, so that its records are the ones counted."""
    parts = pilot.sources.model_dump().values() if pilot is not None else ()
    sources = [
        source for part in parts for source in (part if isinstance(part, list | tuple) else [part]) if isinstance(source, dict)
    ]
    return next((source["sheet"] for source in sources if source.get("sheet") and file in files_in(source)), None)


def _no_plain_file(path: Path, shown: str) -> Problem | None:
    if path.is_symlink():
        return _problem(shown, "a link to another place", "the file itself", "Name the file that it leads to.")
    if path.is_dir():
        return _problem(shown, "a folder", "files", "Name the files in it; a roster bundle is received as its ZIP.")
    if not path.is_file():  # nor a pipe or a device
        return _problem(shown, "no such file", "a plain file", "Check the spelling.")
    if path.name in RESERVED:
        return _problem(shown, "a name that Pilotproof uses itself", "an export", "Rename the file if it is an export.")
    return None


def _refuse_clashes(name: str, arrivals: list[_Arrival], passports: Passports, workspace: Workspace) -> None:
    """Refuse what would replace a file by another one, or leads outside the raw folder."""
    folder = workspace.raw(name)
    problems = []
    for arrival in arrivals:
        path, passport = folder / arrival.file, passports.get(arrival.file)
        if not path.resolve().is_relative_to(folder.resolve()) or path.is_symlink():
            found = "a link in the pilot's raw folder that leads elsewhere"
            problems.append(_problem(workspace.show(path), found, "a folder of its own", "Replace the link by a folder."))
        elif path.exists() and (there := sha256_of(path)) != arrival.sha256:
            problems.append(_clash(name, arrival, path, there, passport, workspace))
        elif passport is not None and passport.sha256 != arrival.sha256:
            problems.append(_other_than_passport(arrival, path, passport, workspace))
    if problems:
        raise DataError(problems)


def _receipt(arrival: _Arrival, passports: Passports, stated: dict[str, Any], one_row_is: str) -> Receipt:
    notes = arrival.detected.notes
    if (passport := passports.get(arrival.file)) is not None:
        return Receipt(arrival.file, passport, False, notes)
    if same := [passport.file for passport in passports.files if passport.sha256 == arrival.sha256]:
        notes += (f"the same contents as {', '.join(same)}",)
    passport = Passport(
        file=arrival.file,
        one_row_is=one_row_is,
        rows=arrival.detected.rows,
        sha256=arrival.sha256,
        kind=arrival.detected.kind,
        sent_as=arrival.sent_as,
        **stated,
    )
    return Receipt(arrival.file, passport, True, notes)


def _copy(source: Path, target: Path, sha256: str) -> None:
    """Copy `source`, so that `target` appears whole or not at all, and only as the file that was looked into."""
    if target.exists():
        return

    def copy(beside: Path) -> None:
        shutil.copyfile(source, beside)
        if sha256_of(beside) != sha256:
            problem = _problem(source.as_posix(), "a file that changed while it was copied", "one at rest", "Try again.")
            raise DataError([problem])

    write_whole(target, copy)


def _clash(name: str, arrival: _Arrival, path: Path, there: str, passport: Passport | None, workspace: Workspace) -> Problem:
    when = f"received on {passport.received}" if passport is not None else f"without a passport, changed on {day_and_time(path)}"
    other = f"{Path(arrival.file).stem}-2{Path(arrival.file).suffix}"
    return Problem(
        file=workspace.show(path),
        found=f"a new file of this name with SHA-256 {arrival.sha256[:SHORT]}…, last changed on {day_and_time(arrival.source)}",
        expected=f"the one that is there (SHA-256 {there[:SHORT]}…, {when})",
        action=f"Nothing was changed. If both are needed, rename the new file (such as {other}) and name it in "
        f"{workspace.show(workspace.params(name))}. If the new one replaces the old one, delete that and its entry in "
        f"{PASSPORT_FILE} first.",
    )


def _other_than_passport(arrival: _Arrival, path: Path, passport: Passport, workspace: Workspace) -> Problem:
    return Problem(
        file=workspace.show(path),
        found=f"contents with SHA-256 {arrival.sha256[:SHORT]}…, last changed on {day_and_time(arrival.source)}",
        expected=f"the file of its passport, received on {passport.received} (SHA-256 {passport.sha256[:SHORT]}…)",
        action=f"Restore the file as received; if this is a new delivery, delete the old entry in {PASSPORT_FILE} first.",
    )


def _twice(file: str) -> Problem:
    return _problem(file, "two files of this name", "each name once", "Rename one of them, or receive them one by one.")


def _problem(file: str, found: str, expected: str, action: str) -> Problem:
    return Problem(file=file, found=found, expected=expected, action=action)
