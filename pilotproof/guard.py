"""Keeps the data of pilots out of git: run before each commit, on the files that would go into it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from pilotproof.audit.identifiers import identifiers_of
from pilotproof.errors import ParamsError, PilotproofError
from pilotproof.identity.known import KnownIdentifiers, shape_of
from pilotproof.pilot import load_pilot
from pilotproof.workspace import Workspace

OF_THE_PROJECT = {
    "data/raw/README.md",
    "data/processed/README.md",
    "reports/_quarto.yml",
    "reports/references.bib",
}
TEMPLATE = "reports/_template/"
TABLES_IN_ARCHIVES = (".xlsx", ".xlsm", ".xls", ".ods", ".parquet", ".feather", ".sav", ".sqlite", ".zip")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how such a file begins
PIECE, OVERLAP = 1_000_000, 200  # characters that are searched at once, and that two pieces share


def guard(files: Sequence[str], workspace: Workspace, *, is_staged: bool = False) -> None:
    """Raise PilotproofError naming each of `files` (paths within the project) that holds data of a real pilot.

    is_staged : read them as the next commit would take them, whatever lies in the folder now
    """
    simulated, known = _pilots(workspace)
    problems = []
    for file in files:
        content = (staged_content if is_staged else _content_now)(file, workspace)
        why = _by_place(PurePosixPath(file), simulated) or _by_content(PurePosixPath(file), content, known)
        if why:
            problems.append(f"  - {file}: {why}")
    if problems:
        raise PilotproofError(
            "These files would put data of pilots into git, where they can never be deleted:\n"
            + "\n".join(problems)
            + "\nTake them out of the commit: git restore --staged FILE"
        )


def staged_files(workspace: Workspace) -> list[str]:
    """What the next commit would add or change, as paths within the project."""
    command = ["git", "diff", "--cached", "--name-only", "--diff-filter=d", "-z", "--relative"]
    try:
        done = subprocess.run(command, cwd=workspace.root, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        raise PilotproofError("This folder is no git repository, so there is nothing to guard.") from None
    return [file for file in done.stdout.decode("utf-8", errors="surrogateescape").split("\0") if file]


def staged_content(file: str, workspace: Workspace) -> bytes:
    """What the next commit would hold of a file; nothing of a link to another repository."""
    done = subprocess.run(["git", "show", f":./{file}"], cwd=workspace.root, check=False, capture_output=True)
    return done.stdout if done.returncode == 0 else b""


def _content_now(file: str, workspace: Workspace) -> bytes:
    path = workspace.root / file
    return path.read_bytes() if path.is_file() else b""


def _pilots(workspace: Workspace) -> tuple[set[str], list[KnownIdentifiers]]:
    """Names of the simulated pilots, and the identifiers of the others.

    Raises PilotproofError for a pilot with raw data whose params cannot be read: whose people it holds cannot be told.
    """
    simulated, known = set(), []
    for name in workspace.pilots():
        try:
            pilot = load_pilot(name, workspace)
        except ParamsError as error:
            if workspace.raw(name).is_dir():
                raise PilotproofError(f"params/{name}.yaml must be mended before anything is committed.\n{error}") from None
            continue
        if pilot.is_simulated:
            simulated.add(name)
        elif workspace.raw(name).is_dir():
            known.append(identifiers_of(name, pilot, workspace, is_here_only=True)[0])
    return simulated, known


def _by_place(file: PurePosixPath, simulated: set[str]) -> str | None:
    path = file.as_posix()
    if path in OF_THE_PROJECT or path.startswith(TEMPLATE):
        return None
    if file.parts[:2] == ("data", "raw") and (len(file.parts) < 4 or file.parts[2] not in simulated):
        return "a raw file of a pilot that is not simulated"
    if file.parts[:2] == ("data", "processed"):
        return "processed data of a pilot"
    if file.parts[:1] == ("reports",):
        return "a report, which is given out by people and not by git"
    return "a key of pseudonyms" if file.suffix == ".key" else None


def _by_content(file: PurePosixPath, content: bytes, known: list[KnownIdentifiers]) -> str | None:
    if not known or not content:
        return None
    if file.suffix.lower() in TABLES_IN_ARCHIVES:
        return "a table that cannot be read here; real pilots' tables belong in data/raw"
    found = next((one for text in (file.as_posix(), *_texts(content)) for one in _found(text, known)), None)
    return None if found is None else f"holds an identifier of a pilot, of the form {shape_of(found)}"


def _texts(content: bytes) -> Iterator[str]:
    """The content as spreadsheets and editors save text: UTF-8 or UTF-16, a piece at a time."""
    encoding = "utf-16" if content[:2] in UTF_16 else "utf-8"
    text = content.decode(encoding, errors="replace")
    for start in range(0, max(1, len(text)), PIECE):
        yield text[max(0, start - OVERLAP) : start + PIECE]


def _found(text: str, known: list[KnownIdentifiers]) -> Iterator[str]:
    for identifiers in known:
        yield from identifiers.found(text)
