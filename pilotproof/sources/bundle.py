"""A roster bundle as one ZIP: only the files that OneRoster defines are unpacked, by names of our own."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from pilotproof.errors import DataError, Problem
from pilotproof.sources.archive import opened, unpacked
from pilotproof.sources.bounds import MOST_BYTES
from pilotproof.sources.workbook import is_workbook

BUNDLE_FILES = {  # OneRoster 1.1 and 1.2, "CSV Binding": rostering files; those on results are not used
    name.casefold(): name
    for name in (
        "manifest.csv",
        "academicSessions.csv",
        "classes.csv",
        "courses.csv",
        "demographics.csv",
        "enrollments.csv",
        "orgs.csv",
        "roles.csv",
        "userProfiles.csv",
        "users.csv",
    )
}
MARKS = {"users.csv", "orgs.csv"}  # every bundle has them
PERSONAL = {"demographics.csv", "userprofiles.csv"}  # birth dates, sex, passwords: not needed, so not kept
MOST_BUNDLE_BYTES = 4 * MOST_BYTES


def is_bundle(path: Path, *, shown_as: str) -> bool:
    """Whether the file is a ZIP of OneRoster files."""
    if not is_workbook(path):  # any ZIP starts alike
        return False
    with opened(path, shown_as=shown_as) as archive:
        return {PurePosixPath(name).name.casefold() for name in archive.namelist()} >= MARKS


def unpack_bundle(path: Path, folder: Path, *, shown_as: str) -> tuple[list[Path], list[str]]:
    """The bundle's files, unpacked into `folder`, and the names of those that were left where they are.

    Names inside the ZIP are compared, never used: no entry can write outside `folder`. Files on birth dates and passwords stay
    packed. Raises DataError for a damaged bundle, one beyond the bounds, or two files of one name.
    """
    members: dict[str, Path] = {}
    left_out: list[str] = []
    folder.mkdir(parents=True)
    total = 0
    with opened(path, shown_as=shown_as) as archive:
        for entry in archive.infolist():
            key = PurePosixPath(entry.filename.replace("\\", "/")).name.casefold()
            if entry.is_dir():
                continue
            if key not in BUNDLE_FILES or key in PERSONAL:
                left_out.append(entry.filename)
                continue
            if key in members:
                raise DataError([_twice(shown_as, entry.filename)])
            members[key] = folder / BUNDLE_FILES[key]
            with members[key].open("wb") as stream:
                for piece in unpacked(archive, entry.filename, most=MOST_BYTES, shown_as=shown_as):
                    total += len(piece)
                    if total > MOST_BUNDLE_BYTES:
                        raise DataError([_too_much(shown_as)])
                    stream.write(piece)
    return list(members.values()), left_out


def _twice(file: str, name: str) -> Problem:
    action = "Pack the files of one roster only, or unpack them and receive them one by one."
    return Problem(file=file, found=f"two files named {name}", expected="one roster", action=action)


def _too_much(file: str) -> Problem:
    action = "Ask for the roster of the pilot's schools only."
    return Problem(file=file, found=f"more than {MOST_BUNDLE_BYTES:,} bytes unpacked", expected="less", action=action)
