"""What comes in, before it is taken in: a file, a bundle, a folder of partitions, or a log that stays in a store."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pilotproof.errors import DataError, Problem
from pilotproof.pilot import Pilot
from pilotproof.pilot.fields import log_place
from pilotproof.sources.bundle import BUNDLE_FILES, is_bundle, unpack_bundle
from pilotproof.sources.detect import Detected, detect, detect_log
from pilotproof.sources.log_reader import LogPlace, is_parquet_file
from pilotproof.sources.object_store import changes_at, parts_at
from pilotproof.sources.parts import Part, is_data, parts_of, sha256_of, sha256_of_parts
from pilotproof.sources.passport import CORRECTIONS_FILE, PASSPORT_FILE, files_in, files_used
from pilotproof.sources.workbook import is_workbook, require_one_sheet

ROSTER_FOLDER = "roster"
RESERVED = (PASSPORT_FILE, CORRECTIONS_FILE)
UNUSABLE = str.maketrans(dict.fromkeys('\\:*?"<>|', "-"))  # in names of files, on one system or another


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file on its way: where it is, where it goes, what it is.

    source : None of a log that stays in its store; parts : the listing of a folder or of such a log
    """

    source: Path | None
    file: str
    sha256: str
    detected: Detected
    sent_as: str | None = None
    parts: tuple[Part, ...] | None = None


def _roster_folder(pilot: Pilot | None) -> str:
    roster = pilot.sources.roster if pilot is not None else None
    return roster.folder if roster is not None and roster.folder is not None else ROSTER_FOLDER


def arrivals_of(
    files: Iterable[Path | str], unpacked: Path, folder: Path, pilot: Pilot | None, sheet: str | None
) -> list[Arrival]:
    """Each file looked into; raises DataError with the problems of all of them."""
    arrivals: list[Arrival] = []
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


def _look_into(path: Path | str, unpacked: Path, folder: Path, pilot: Pilot | None, sheet: str | None) -> list[Arrival]:
    if not isinstance(path, Path):
        return [_log_in_store(path)]
    shown = path.as_posix()
    if problem := _no_plain_file(path, shown):
        raise DataError([problem])
    if path.is_dir():
        return [_folder_of_partitions(path, folder, pilot)]
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
        return [Arrival(path, file, sha256_of(path), detected, sent_as)]
    members, left_out = unpack_bundle(path, unpacked, shown_as=shown)
    notes = (f"not unpacked from {path.name}: {', '.join(left_out)}",) if left_out else ()
    arrivals = []
    for member in members:
        detected = detect(member, shown_as=f"{shown}/{member.name}")
        detected = replace(detected, notes=detected.notes + (notes if member is members[0] else ()))
        file = f"{_roster_folder(pilot)}/{member.name}"
        arrivals.append(Arrival(member, file, sha256_of(member), detected, f"{path.name}/{member.name}"))
    return arrivals


def _folder_of_partitions(path: Path, folder: Path, pilot: Pilot | None) -> Arrival:
    shown = path.as_posix()
    place = LogPlace(shown, path=path)
    if not any(is_parquet_file(Path(entry.where)) for entry in place.entries()):
        raise DataError([_no_partitions(shown)])
    detected = detect_log(place)
    left_out = sorted(
        name for inside in path.rglob("*") if inside.is_file() and not is_data(name := inside.relative_to(path).as_posix())
    )
    if left_out:
        detected = replace(detected, notes=(*detected.notes, f"not partitions, and left out: {', '.join(left_out)}"))
    parts = parts_of(path)
    return Arrival(path, _place(path, folder, pilot), sha256_of_parts(parts), detected, parts=parts)


def _log_in_store(address: str) -> Arrival:
    """Nothing is copied: its listing is what the passport vouches for."""
    try:
        url = log_place(address)
    except ValueError as error:
        raise DataError([plain_problem(address, "an address that params cannot name", str(error), "Correct it.")]) from None
    before = parts_at(url)
    detected = detect_log(LogPlace(url, url=url))
    if changes_at(url, before):
        raise DataError([plain_problem(url, "a log that changed while it was read", "one at rest", "Try again.")])
    note = "read where it lies, and not copied; whoever keeps the store also deletes it"
    return Arrival(None, url, sha256_of_parts(before), replace(detected, notes=(note,)), parts=before)


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
        return plain_problem(shown, "a link to another place", "the file itself", "Name the file that it leads to.")
    if path.is_dir() and any(inside.is_symlink() for inside in path.rglob("*")):
        return plain_problem(shown, "a folder with links to other places", "a folder of files", "Put the files themselves there.")
    if not (path.is_file() or path.is_dir()):  # nor a pipe or a device
        return plain_problem(shown, "no such file", "a plain file", "Check the spelling.")
    if path.name in RESERVED:
        return plain_problem(shown, "a name that Pilotproof uses itself", "an export", "Rename the file if it is an export.")
    return None


def _no_partitions(shown: str) -> Problem:
    action = "Name the files in it; a roster bundle is received as its ZIP, a log in Parquet as its folder."
    return plain_problem(shown, "a folder without Parquet partitions", "files, or a folder of Parquet files", action)


def _twice(file: str) -> Problem:
    return plain_problem(file, "two files of this name", "each name once", "Rename one of them, or receive them one by one.")


def plain_problem(file: str, found: str, expected: str, action: str) -> Problem:
    """A problem of a file as a whole."""
    return Problem(file=file, found=found, expected=expected, action=action)
