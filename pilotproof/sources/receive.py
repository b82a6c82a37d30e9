"""Take exports into data/raw/<pilot>/ as they came, and write their passports."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pilotproof.errors import DataError, ParamsError, Problem
from pilotproof.files import write_whole
from pilotproof.pilot import Pilot, load_pilot
from pilotproof.sources.arrivals import Arrival, arrivals_of, plain_problem
from pilotproof.sources.detect import GENERAL_KINDS
from pilotproof.sources.parts import Entry, changes, entries_of, in_few_words, sha256_of
from pilotproof.sources.passport import PASSPORT_FILE, SHORT, Passport, Passports, day_and_time, files_in, load_passports
from pilotproof.sources.passport_file import with_entries
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


def receive(
    name: str,
    files: Sequence[Path | str],
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

    A folder of Parquet partitions is one file. Of the address of a log in a store nothing is copied; its passport lists it.
    A OneRoster bundle as ZIP is unpacked into the roster's folder. What is not stated is written as "not stated", the day of
    deletion as a year after `received`, and what one row is as the kind of export that was detected says. A file that is there
    already with the same contents is left alone (and gets a passport if it has none).
    Raises DataError with the problems of all files, and changes nothing then: a file of that name with other contents is there, a
    file cannot be read, is a link or another folder, or is beyond the bounds; several sheets of a workbook hold records and
    neither `sheet` nor the params say which one is meant. Raises ParamsError for a pilot that does not exist or a
    source.yaml that cannot be read.
    """
    workspace.require_pilot(name)
    folder = workspace.raw(name)
    passports = _passports(name, workspace)
    with tempfile.TemporaryDirectory(prefix="pilotproof-") as unpacked:
        pilot = _pilot(name, workspace)
        arrivals = arrivals_of(files, Path(unpacked), folder, pilot, sheet)
        _refuse_clashes(name, arrivals, passports, workspace)
        stated = {"received": received, "sent_by": sent_by or NOT_STATED, "agreement": agreement or NOT_STATED}
        stated["delete_by"] = delete_by or received + KEPT_FOR
        receipts = [_receipt(arrival, passports, stated, one_row_is or _one_row_is(arrival, pilot)) for arrival in arrivals]
        for arrival in arrivals:
            if arrival.source is not None:
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


def _one_row_is(arrival: Arrival, pilot: Pilot | None) -> str:
    """What one record is: as the export's own kind says, else as the params use the file."""
    if arrival.detected.kind in GENERAL_KINDS and pilot is not None:
        for part, source in pilot.sources.model_dump().items():
            if arrival.file in files_in(source) and part in ONE_ROW_OF:
                return ONE_ROW_OF[part]
    return arrival.detected.one_row_is


def _refuse_clashes(name: str, arrivals: list[Arrival], passports: Passports, workspace: Workspace) -> None:
    """Refuse what would replace a file by another one, or leads outside the raw folder."""
    folder = workspace.raw(name)
    problems = []
    for arrival in arrivals:
        path, passport = folder / arrival.file, passports.get(arrival.file)
        if arrival.source is None:
            if passport is not None and passport.sha256 != arrival.sha256:
                problems.append(_other_in_store(arrival, passport))
        elif not path.resolve().is_relative_to(folder.resolve()) or path.is_symlink():
            found = "a link in the pilot's raw folder that leads elsewhere"
            problems.append(plain_problem(workspace.show(path), found, "a folder of its own", "Replace the link by a folder."))
        elif path.exists() and (there := sha256_of(path)) != arrival.sha256:
            problems.append(_clash(name, arrival, path, there, passport, workspace))
        elif passport is not None and passport.sha256 != arrival.sha256:
            problems.append(_other_than_passport(arrival, path, passport, workspace))
    if problems:
        raise DataError(problems)


def _receipt(arrival: Arrival, passports: Passports, stated: dict[str, Any], one_row_is: str) -> Receipt:
    notes = arrival.detected.notes
    if arrival.detected.rows == 0:
        notes += ("it holds no rows: ask whether anything was recorded",)
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
        parts=arrival.parts,
        **stated,
    )
    return Receipt(arrival.file, passport, True, notes)


def _copy(source: Path, target: Path, sha256: str) -> None:
    """Copy `source`, so that `target` appears whole or not at all, and only as the file that was looked into."""
    if target.exists():
        return

    def copy(beside: Path) -> None:
        if source.is_dir():
            _copy_partitions(source, beside)
        else:
            shutil.copyfile(source, beside)
        if sha256_of(beside) != sha256:
            problem = plain_problem(source.as_posix(), "a file that changed while it was copied", "one at rest", "Try again.")
            raise DataError([problem])

    write_whole(target, copy)


def _copy_partitions(source: Path, beside: Path) -> None:
    for entry in entries_of(source):
        (beside / entry.name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(entry.where, beside / entry.name)


def _clash(name: str, arrival: Arrival, path: Path, there: str, passport: Passport | None, workspace: Workspace) -> Problem:
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


def _other_than_passport(arrival: Arrival, path: Path, passport: Passport, workspace: Workspace) -> Problem:
    return Problem(
        file=workspace.show(path),
        found=f"contents with SHA-256 {arrival.sha256[:SHORT]}…, last changed on {day_and_time(arrival.source)}",
        expected=f"the file of its passport, received on {passport.received} (SHA-256 {passport.sha256[:SHORT]}…)",
        action=f"Restore the file as received; if this is a new delivery, delete the old entry in {PASSPORT_FILE} first.",
    )


def _other_in_store(arrival: Arrival, passport: Passport) -> Problem:
    now = {part.name: part for part in arrival.parts or ()}
    entries = [Entry(part.name, part.bytes, "") for part in now.values()]  # without marks: their hashes are known, and decide
    said = changes(passport.parts or (), entries, lambda entry: now[entry.name].sha256)
    return Problem(
        file=arrival.file,
        found=f"another log than the one received on {passport.received}: {in_few_words(said)}",
        expected="the partitions that its passport lists",
        action=f"If this is a new delivery, delete its entry in {PASSPORT_FILE} first, and receive it again.",
    )
