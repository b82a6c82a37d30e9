"""Keeps the data of pilots out of git: run before each commit, on the files that would go into it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from pilotproof.audit.identifiers import identifiers_of
from pilotproof.errors import ParamsError, PilotproofError
from pilotproof.identity import KnownIdentifiers, shape_of
from pilotproof.pilot import load_pilot
from pilotproof.workspace import Workspace

OF_THE_PROJECT = {
    "data/raw/README.md",
    "data/processed/README.md",
    "reports/_quarto.yml",
    "reports/references.bib",
}
TEMPLATE = "reports/_template/"
LARGEST_READ = 2_000_000  # bytes


def guard(files: Sequence[str], workspace: Workspace) -> None:
    """Raise PilotproofError naming each of `files` (paths within the project) that holds data of a real pilot."""
    simulated, known = _pilots(workspace)
    problems = []
    for file in files:
        why = _by_place(PurePosixPath(file), simulated) or _by_content(workspace.root / file, known)
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


def _pilots(workspace: Workspace) -> tuple[set[str], list[KnownIdentifiers]]:
    """Names of the simulated pilots, and the identifiers of the others, as far as they can be read."""
    simulated, known = set(), []
    for name in workspace.pilots():
        try:
            pilot = load_pilot(name, workspace)
        except ParamsError:
            continue
        if pilot.is_simulated:
            simulated.add(name)
        elif workspace.raw(name).is_dir():
            known.append(identifiers_of(name, pilot, workspace)[0])
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


def _by_content(path: Path, known: list[KnownIdentifiers]) -> str | None:
    if not known or not path.is_file() or path.stat().st_size > LARGEST_READ:
        return None
    text = path.read_bytes().decode("utf-8", errors="replace")
    found = next(_found(text, known), None)
    return None if found is None else f"holds an identifier of a pilot, of the form {shape_of(found)}"


def _found(text: str, known: list[KnownIdentifiers]) -> Iterator[str]:
    for identifiers in known:
        yield from identifiers.found(text)
