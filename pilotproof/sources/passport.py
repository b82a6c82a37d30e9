"""The passport of each raw file: who sent it, when, and the SHA-256 that proves it is still the file received."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from pydantic import Field

from pilotproof import strict_yaml
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import Pilot
from pilotproof.strict_yaml import Closed
from pilotproof.workspace import Workspace

PASSPORT_FILE = "source.yaml"
ONEROSTER_FILES = ("orgs.csv", "users.csv", "classes.csv", "enrollments.csv")


class Passport(Closed):
    """One raw file as it was received.

    rows : records in the file, without its header rows
    """

    file: str
    received: date
    sent_by: str
    one_row_is: str
    rows: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    agreement: str
    delete_by: date


class Passports(Closed):
    """All of data/raw/<pilot>/source.yaml."""

    files: tuple[Passport, ...]

    def of(self, file: str) -> Passport:
        """The passport of `file` (path within the raw folder)."""
        return next(passport for passport in self.files if passport.file == file)


def files_used(pilot: Pilot) -> list[str]:
    """The raw files that this pilot reads, as paths within its raw folder."""
    sources = pilot.sources
    single = (sources.outcomes, sources.teacher_survey, sources.sessions, sources.error_log)
    files = [source.file for source in single if source is not None]
    if sources.roster is not None:
        files += [f"{sources.roster.folder}/{name}" for name in ONEROSTER_FILES]
    return files


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_passports(name: str, pilot: Pilot, workspace: Workspace) -> Passports:
    """The passports of the files that the pilot reads.

    Raises DataError naming every file that is absent, has no passport, lies outside the raw folder or was changed.
    """
    folder = workspace.raw(name)
    passports = strict_yaml.read(folder / PASSPORT_FILE, Passports, shown_as=workspace.show(folder / PASSPORT_FILE))
    known = {passport.file: passport for passport in passports.files}
    problems = [
        problem for file in files_used(pilot) if (problem := _problem(folder, file, known.get(file), workspace)) is not None
    ]
    if problems:
        raise DataError(problems)
    return passports


def _problem(folder: Path, file: str, passport: Passport | None, workspace: Workspace) -> Problem | None:
    path = folder / file
    shown = workspace.show(path)
    if not path.is_file():
        return Problem(
            file=shown,
            found="no such file",
            expected="the export that the params file names",
            action=f"Put it into {workspace.show(folder)}/, or correct the name in the params file.",
        )
    if not path.resolve().is_relative_to(folder.resolve()):
        return Problem(
            file=shown,
            found="a link that leaves the pilot's raw folder",
            expected="a file inside it",
            action="Copy the file there.",
        )
    if passport is None:
        return Problem(
            file=shown,
            found="no passport",
            expected=f"an entry with `file: {file}` in {workspace.show(folder / PASSPORT_FILE)}",
            action="Record who sent the file and when.",
        )
    if (digest := sha256_of(path)) != passport.sha256:
        return Problem(
            file=shown,
            found=f"contents with SHA-256 {digest[:12]}…",
            expected=f"the file received on {passport.received} (SHA-256 {passport.sha256[:12]}…)",
            action="Raw files are never edited: restore the file as received, or record the new delivery in source.yaml.",
        )
    return None
