"""Delete the data of a pilot when their time is over, and prove what is gone. The report stays."""

from __future__ import annotations

import glob
import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pilotproof.errors import ParamsError, PilotproofError
from pilotproof.files import write_text
from pilotproof.identity.keys import key_path
from pilotproof.one_run import only_run
from pilotproof.pilot import load_pilot
from pilotproof.pilot.fields import is_url
from pilotproof.sources.parts import sha256_of
from pilotproof.sources.passport import load_passports
from pilotproof.workspace import COPY, PARTIAL, Workspace

PURGE_FILE = "purge.json"
WORKING_COPIES = ("notebooks", "failed")  # of the report's folder: they show more than the report does


@dataclass(frozen=True, slots=True)
class Purge:
    """What was deleted.

    files : shown paths with their hashes, a folder of partitions also as a whole; record : where it is written down
    elsewhere : addresses of logs that lie in a store, where nothing here can delete them
    """

    files: dict[str, str]
    record: Path
    elsewhere: tuple[str, ...] = ()


def due_on(name: str, workspace: Workspace) -> date | None:
    """The day by which the last of the pilot's files must be deleted; None when it has none any more."""
    if not workspace.raw(name).is_dir():
        return None
    return max((passport.delete_by for passport in load_passports(name, workspace).files), default=None)


def purge_pilot(name: str, workspace: Workspace, *, today: date, is_now: bool = False) -> Purge:
    """Delete raw and processed data, working copies and the key of `name`; keep report, evidence and manifest.

    The record is begun before anything is deleted, so that a run that is killed can be ended by another.
    Raises PilotproofError before the delete-by day, unless `is_now`, while a report is being made, which would bring the data
    back, and when something is still there afterwards.
    """
    with only_run(name, workspace):
        return _purge(name, workspace, today=today, is_now=is_now)


def _purge(name: str, workspace: Workspace, *, today: date, is_now: bool) -> Purge:
    is_simulated = load_pilot(workspace.require_pilot(name), workspace).is_simulated
    _bring_back_report(name, workspace)
    record = workspace.report(name) / PURGE_FILE
    earlier = _read(record)
    if not (is_now or earlier.get("completed_on", "") is None):
        _require_due(name, workspace, today)
    folders = [folder for folder in _folders(name, workspace) if folder.is_dir()]
    _require_no_links(folders, workspace)
    key = None if is_simulated else key_path(name, workspace)
    logs = _logs_of_parts(name, workspace)
    found = {workspace.show(path): sha256_of(path) for folder in folders for path in _files(folder)}
    found |= {workspace.show(path): sha256_of(path) for log in logs if (path := workspace.raw(name) / log).is_dir()}
    files = dict(sorted((earlier.get("files", {}) | found).items()))
    elsewhere = sorted({*earlier.get("not_deleted", []), *filter(is_url, logs)})
    keys = {"key": sha256_of(key)} if key is not None and key.is_file() else earlier.get("keys", {})
    begun = {"pilot": name, "begun_on": earlier.get("begun_on", today.isoformat()), "files": files, "keys": keys}
    begun |= {"not_deleted": elsewhere} if elsewhere else {}
    _write(record, begun | {"completed_on": None})
    folders += _copies_elsewhere(name)
    for folder in folders:
        shutil.rmtree(folder)
    keys_left = [] if key is None else [key, *key.parent.glob(f".{glob.escape(key.name)}.*")]  # of a run that was killed
    for file in keys_left:
        file.unlink(missing_ok=True)
    _require_gone([*folders, *keys_left])
    _write(record, begun | {"completed_on": today.isoformat()})
    return Purge(files, record, tuple(elsewhere))


def _logs_of_parts(name: str, workspace: Workspace) -> list[str]:
    """Folders and addresses of logs that are in parts, by the passports; none where these are gone or cannot be read."""
    try:
        passports = load_passports(name, workspace).files
    except ParamsError:
        return []
    return [passport.file for passport in passports if passport.parts is not None]


def _require_due(name: str, workspace: Workspace, today: date) -> None:
    due = due_on(name, workspace)
    if due is not None and today < due:
        raise PilotproofError(
            f"The data of {name} may be kept until {due}, and today is {today}. Nothing was deleted.\n"
            f"To delete them before that day: pilotproof purge {name} --now"
        )


def _folders(name: str, workspace: Workspace) -> list[Path]:
    report, processed = workspace.report(name), workspace.processed(name)
    parts = [folder.with_name(f"{name}{end}") for folder in (report, processed) for end in (PARTIAL, f".outgoing{PARTIAL}")]
    copies = [report / folder for folder in WORKING_COPIES]
    return [workspace.raw(name), processed, *copies, *parts, workspace.runtime(name)]


def _copies_elsewhere(name: str) -> list[Path]:
    """Temporary folders that `pilotproof verify` or the worker of a cluster left on this computer when it was killed."""
    drawn = re.compile(rf"{re.escape(COPY + name)}(\.\d+\.[0-9a-f]{{8}})?-[a-z0-9_]{{8}}")
    return [path for path in Path(tempfile.gettempdir()).glob(f"{COPY}*") if path.is_dir() and drawn.fullmatch(path.name)]


def _bring_back_report(name: str, workspace: Workspace) -> None:
    """The report that a killed run had moved aside stays: it goes back to its place."""
    outgoing = workspace.report(name).with_name(f"{name}.outgoing{PARTIAL}")
    if outgoing.is_dir() and not workspace.report(name).exists():
        outgoing.rename(workspace.report(name))


def _require_no_links(folders: list[Path], workspace: Workspace) -> None:
    """Deleting a link leaves what it leads to; a proof that the data are gone would be false."""
    links = [path for folder in folders for path in (folder, *folder.rglob("*")) if path.is_symlink()]
    if links:
        raise PilotproofError(
            "Nothing was deleted, because these are links, and what they lead to would stay:\n"
            + "\n".join(f"  - {workspace.show(link)}" for link in links)
            + "\nDelete what they lead to, then the links, and run the command again."
        )


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _require_gone(places: list[Path]) -> None:
    left = [str(place) for place in places if place.exists()]
    if left:
        raise PilotproofError(f"Could not be deleted: {', '.join(left)}. Close what has them open, and run the command again.")


def _read(record: Path) -> dict[str, Any]:
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(record: Path, content: dict[str, Any]) -> None:
    write_text(record, json.dumps(content, indent=2, sort_keys=True) + "\n")
