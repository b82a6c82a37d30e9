"""All that a report is made from as one archive, to be made in another folder or on another machine, and the report back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pilotproof.errors import PilotproofError
from pilotproof.pilot.fields import is_url
from pilotproof.pipeline.manifest import MANIFEST_FILE, read_manifest
from pilotproof.pipeline.place import move_into_place, recover
from pilotproof.sources.passport import sha256_of
from pilotproof.workspace import Workspace

# What a run reads besides the files that `describe_inputs` names.
PROJECT = ("params", "notebooks", "pilotproof", "reports/_template", "reports/_quarto.yml", "reports/references.bib")
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack_inputs(inputs: Mapping[str, Any], workspace: Workspace) -> bytes:
    """The code, the params and the raw files behind `inputs`, as `describe_inputs` gives them; same files, same bytes.

    Of a log in a store nothing travels but the listing in its passport: who makes the report reads it there.
    """
    parts = [workspace.root / part for part in (*PROJECT, *inputs["files"]) if not is_url(part)]
    paths = {file for part in parts for file in ([part] if part.is_file() else part.rglob("*")) if file.is_file()}
    return _pack((path for path in paths if "__pycache__" not in path.parts), workspace.root)


def unpack_inputs(archive: bytes, folder: Path) -> Workspace:
    """The workspace in the empty folder `folder` that `archive` was packed from."""
    _unpack(archive, folder)
    return Workspace.open(folder)


def pack_report(name: str, workspace: Workspace) -> bytes:
    """The finished report of pilot `name` with its tables and manifest."""
    folders = (workspace.processed(name), workspace.report(name))
    return _pack((path for folder in folders for path in folder.rglob("*") if path.is_file()), workspace.root)


def take_report(name: str, archive: bytes, workspace: Workspace) -> None:
    """Put a report that was made elsewhere in its place. Raises PilotproofError when a file is not what its manifest says."""
    staging = replace(workspace, is_staging=True)
    recover(name, workspace, staging)
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as packed:
            for entry in packed.namelist():
                target = _staged(entry, name, workspace, staging)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(packed.read(entry))
        _require_whole(name, workspace, staging)
        move_into_place(name, workspace, staging)
    finally:
        recover(name, workspace, staging)


def _staged(entry: str, name: str, workspace: Workspace, staging: Workspace) -> Path:
    path = (workspace.root / entry).resolve()
    for final, partial in ((workspace.processed(name), staging.processed(name)), (workspace.report(name), staging.report(name))):
        if path.is_relative_to(final):
            return partial / path.relative_to(final)
    raise PilotproofError(f"The report of {name} that came back holds {entry}, which is no file of a report. It was thrown away.")


def _require_whole(name: str, workspace: Workspace, staging: Workspace) -> None:
    manifest = read_manifest(staging.report(name) / MANIFEST_FILE)
    recorded = {} if manifest is None else manifest.outputs
    broken = [
        path
        for path, digest in recorded.items()
        if not (file := _staged(path, name, workspace, staging)).is_file() or sha256_of(file) != digest
    ]
    if manifest is None or broken:
        raise PilotproofError(f"The report of {name} came back damaged ({', '.join(broken) or MANIFEST_FILE}). Run it again.")


def _pack(paths: Iterable[Path], root: Path) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(paths):
            archive.writestr(zipfile.ZipInfo(path.relative_to(root).as_posix(), ZIP_EPOCH), path.read_bytes())
    return held.getvalue()


def _unpack(archive: bytes, folder: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        packed.extractall(folder)  # of names that lead out of the folder it drops the leading part
