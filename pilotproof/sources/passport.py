"""The passport of each raw file: who sent it, when, and the SHA-256 that proves it is still the file received."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from pilotproof import strict_yaml
from pilotproof.errors import DataError, Problem
from pilotproof.pilot import Pilot
from pilotproof.pilot.fields import is_url
from pilotproof.sources.object_store import changes_at, shown_file
from pilotproof.sources.parts import Part, changes, entries_of, in_few_words, sha256_of, sha256_of_parts
from pilotproof.strict_yaml import Closed
from pilotproof.workspace import Workspace

PASSPORT_FILE = "source.yaml"
CORRECTIONS_FILE = "corrections.yaml"
SHORT = 12  # digits of a hash that a message shows


class Passport(Closed):
    """One raw file as it was received.

    file : path within the pilot's raw folder, or the address of a log that stays in a store
    rows : records in the file, without its header rows
    sha256 : of a folder or a log in a store the one over its listing (sources.parts.sha256_of_parts)
    kind : what the file was taken for when it was received; sent_as : its name as it came, when that was another
    parts : the listing of a folder of partitions, or of a log in a store; None of a plain file
    """

    file: str
    received: date
    sent_by: str
    one_row_is: str
    rows: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    agreement: str
    delete_by: date
    kind: str | None = None
    sent_as: str | None = None
    parts: tuple[Part, ...] | None = None

    @property
    def shown(self) -> str:
        """The file as pages may show it."""
        return shown_file(self.file)

    @model_validator(mode="after")
    def _is_of_its_parts(self) -> Passport:
        if self.parts is not None and sha256_of_parts(self.parts) != self.sha256:
            raise ValueError("parts as they were received, whose hashes give this sha256: one of the two was edited")
        if self.parts is None and is_url(self.file):
            raise ValueError("parts, the listing of a log in a store; `pilotproof receive` writes it")
        return self


class Passports(Closed):
    """All of data/raw/<pilot>/source.yaml."""

    files: tuple[Passport, ...]

    @model_validator(mode="after")
    def _one_each(self) -> Passports:
        names = [passport.file for passport in self.files]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"one entry for each file (twice: {', '.join(repeated)})")
        return self

    def get(self, file: str) -> Passport | None:
        """The passport of `file` (path within the raw folder), if it has one."""
        return next((passport for passport in self.files if passport.file == file), None)

    def of(self, file: str) -> Passport:
        """The passport of `file`. Raises DataError when it has none."""
        passport = self.get(file)
        if passport is None:
            raise DataError([_no_passport(file, file, PASSPORT_FILE)])
        return passport


def files_used(pilot: Pilot) -> list[str]:
    """The raw files that this pilot reads, as paths within its raw folder."""
    files = list(files_in(pilot.sources.model_dump()))
    if pilot.sources.roster is not None:
        files += pilot.sources.roster.files()
    files += pilot.sources.evidence
    return list(dict.fromkeys(files))


def logs_used(pilot: Pilot) -> set[str]:
    """Those of them that may be a folder of partitions, or lie in a store."""
    return {log.file for log in (pilot.sources.usage, pilot.sources.error_log) if log is not None}


def files_in(part: Any) -> Iterator[str]:
    """Values of the keys `file` and `files`, at any depth of the params of the sources."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "file" and isinstance(value, str):
                yield value
            elif key == "files":
                yield from (file for file in _leaves(value) if isinstance(file, str))
            else:
                yield from files_in(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from files_in(value)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from files_in(value) if "file" in value else (leaf for inner in value.values() for leaf in _leaves(inner))
    elif isinstance(value, list | tuple):
        yield from (leaf for inner in value for leaf in _leaves(inner))
    else:
        yield value


def load_passports(name: str, workspace: Workspace) -> Passports:
    """All passports of a pilot. Raises ParamsError when there is no source.yaml or it breaks the form."""
    path = workspace.raw(name) / PASSPORT_FILE
    return strict_yaml.read(path, Passports, shown_as=workspace.show(path))


def check_passports(name: str, pilot: Pilot, workspace: Workspace) -> Passports:
    """The passports of the files that the pilot reads.

    Raises DataError naming every file that is absent, has no passport, lies outside the raw folder or was changed.
    """
    passports = load_passports(name, workspace)
    if problems := passport_problems(name, pilot, passports, workspace):
        raise DataError(problems.values())
    return passports


def passport_problems(name: str, pilot: Pilot, passports: Passports, workspace: Workspace) -> dict[str, Problem]:
    """What is wrong with the files that the pilot reads, by the file as the params name it."""
    logs = logs_used(pilot)
    found = {file: _problem(name, file, passports.get(file), workspace, is_log=file in logs) for file in files_used(pilot)}
    return {file: problem for file, problem in found.items() if problem is not None}


def require_unchanged(name: str, file: str, passports: Passports, workspace: Workspace) -> None:
    """Raise DataError when a log in a store is no longer as its passport lists it: others may write there while it is read."""
    if is_url(file) and (problem := _problem_in_store(name, file, passports.get(file), workspace)) is not None:
        raise DataError([problem])


def loose_ends(name: str, pilot: Pilot, passports: Passports, workspace: Workspace) -> list[Problem]:
    """Files of the raw folder that no key of the params reads, and passports whose file is gone. They stop nothing.

    The other files of a roster bundle are no loose ends, nor are the notes that a simulation keeps without a passport.
    """
    folder = workspace.raw(name)
    used = set(files_used(pilot))
    bundle = pilot.sources.roster.folder if pilot.sources.roster is not None else None
    listed = [passport.file for passport in passports.files if passport.parts is not None]
    folders = tuple(f"{file}/" for file in (*used, *listed, bundle) if file)
    ends = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        file = path.relative_to(folder).as_posix()
        is_ours = file in (PASSPORT_FILE, CORRECTIONS_FILE) or any(part.startswith(".") for part in Path(file).parts)
        if is_ours or file in used or file.startswith(folders):
            continue
        if passports.get(file) is not None or not pilot.is_simulated:
            ends.append(_unused(workspace.show(path), passports.get(file)))
    idle = [file for file in listed if file not in used]
    ends += [_unused(workspace.show(folder / file), passports.get(file)) for file in idle if not is_url(file)]
    ends += [_unused_in_store(file, workspace.show(folder / PASSPORT_FILE)) for file in idle if is_url(file)]
    others = [passport for passport in passports.files if passport.file not in used and not is_url(passport.file)]
    gone = [passport for passport in others if not (folder / passport.file).exists()]
    return ends + [_gone(workspace.show(folder / PASSPORT_FILE), passport) for passport in gone]


def day_and_time(path: Path) -> str:
    """When the file was last changed, by the clock of this computer."""
    return f"{datetime.fromtimestamp(path.stat().st_mtime):%Y-%m-%d %H:%M}"


def _problem(name: str, file: str, passport: Passport | None, workspace: Workspace, *, is_log: bool) -> Problem | None:
    folder = workspace.raw(name)
    path = folder / file
    shown, where = workspace.show(path), workspace.show(folder)
    if is_url(file):
        return _problem_in_store(name, file, passport, workspace)
    if not path.is_file() and not (is_log and path.is_dir()):
        return Problem(
            file=shown,
            found="no such file",
            expected="the export that the params file names",
            action=f"Put it into {where}/ with `pilotproof receive {name} FILE`, or correct the name in the params file.",
        )
    if not all(one.resolve().is_relative_to(folder.resolve()) for one in (path, *_inside(path))):
        return Problem(
            file=shown,
            found="a link that leaves the pilot's raw folder",
            expected="a file inside it",
            action="Copy the file there.",
        )
    if passport is None:
        return _no_passport(shown, file, workspace.show(folder / PASSPORT_FILE), f" with `pilotproof receive {name} {shown}`")
    if (digest := sha256_of(path)) != passport.sha256:
        return _edited(name, path, digest, passport, workspace)
    return None


def _inside(path: Path) -> Iterator[Path]:
    return path.rglob("*") if path.is_dir() else iter(())


def _problem_in_store(name: str, file: str, passport: Passport | None, workspace: Workspace) -> Problem | None:
    passports = workspace.show(workspace.raw(name) / PASSPORT_FILE)
    if passport is None or passport.parts is None:
        return _no_passport(file, file, passports, f" with `pilotproof receive {name} {file}`")
    try:
        said = changes_at(file, passport.parts)
    except DataError as error:
        return error.problems[0]
    if not said:
        return None
    return Problem(
        file=file,
        found=f"another log than the one received on {passport.received}: {in_few_words(said)}",
        expected="the partitions that its passport lists",
        action="If this is a new delivery, delete its entry in "
        f"{passports} and receive it again (`pilotproof receive {name} {file}`); else have the store put back what was there.",
    )


def _edited(name: str, path: Path, digest: str, passport: Passport, workspace: Workspace) -> Problem:
    folder = workspace.show(workspace.raw(name))
    said = changes(passport.parts or (), entries_of(path), lambda entry: sha256_of(Path(entry.where))) if path.is_dir() else ()
    which = f" ({in_few_words(said)})" if said else ""
    return Problem(
        file=workspace.show(path),
        found=f"contents with SHA-256 {digest[:SHORT]}…, last changed on {day_and_time(path)}{which}",
        expected=f"the file received on {passport.received} (SHA-256 {passport.sha256[:SHORT]}…)",
        action="Raw files are never edited: restore the file as received. What is wrong in it is put right in "
        f"{folder}/{CORRECTIONS_FILE}; a new delivery is a file of its own: give it another name and record it with "
        f"`pilotproof receive {name} FILE`.",
    )


def _no_passport(shown: str, file: str, passports: str, how: str = "") -> Problem:
    return Problem(
        file=shown,
        found="no passport",
        expected=f"an entry with `file: {file}` in {passports}",
        action=f"Record who sent the file and when{how}.",
    )


def _unused(shown: str, passport: Passport | None) -> Problem:
    what = "" if passport is not None else ", and without a passport"
    return Problem(
        file=shown,
        found=f"a file that no key of the params file names{what}",
        expected="only files that the report is made from",
        action="Name it in the params file, or delete it: data that are not needed are not kept.",
    )


def _unused_in_store(url: str, passports: str) -> Problem:
    return Problem(
        file=url,
        found="the address of a log that no key of the params file names",
        expected="only logs that the report is made from",
        action=f"Name it in the params file, or delete its entry in {passports}; the log itself stays where it lies.",
    )


def _gone(shown: str, passport: Passport) -> Problem:
    return Problem(
        file=shown,
        found=f"the passport of a file that is gone ({passport.file}, received on {passport.received})",
        expected="a passport for each file",
        action="Delete the entry once nothing refers to the file any more.",
    )
