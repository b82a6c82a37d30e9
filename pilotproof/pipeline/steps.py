"""The notebooks as steps: each is known by the hash of all that it depends on, and is not run again while that is the same."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilotproof.pilot import Pilot
from pilotproof.pipeline.manifest import MANIFEST_FILE, code_files, read_manifest
from pilotproof.sources.passport import sha256_of
from pilotproof.workspace import Workspace

CLEAN, TEST, REPORT = "01-clean", "02-test", "03-report"
STEPS = {CLEAN: "read and clean", TEST: "test", REPORT: "write the report"}
# Keys of the params file that only the later steps read: a change of these does not clean the raw files again.
PROSE = frozenset({"title", "question", "notes", "page", "evidence", "checklist", "decision", "narrative"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """What a step was made from and what it wrote. key : SHA-256; outputs : paths from the project's folder"""

    key: str
    outputs: tuple[str, ...]


def step_keys(pilot: Pilot, inputs: Mapping[str, Any], workspace: Workspace) -> dict[str, str]:
    """The key of each step: a hash over all that the step and those before it depend on.

    inputs : as `describe_inputs` gives them
    """
    own = {workspace.show(workspace.notebook(stem)): stem for stem in STEPS}
    code = {path: digest for path, digest in code_files(workspace).items() if path not in own}
    prose = {path for path in inputs["files"] if path.startswith("params/") and not path.startswith("params/instruments/")}
    keys, key = {}, ""
    for stem, extra in (
        (CLEAN, _cleaning_inputs(pilot, inputs, prose) | {"code": code, "key": inputs["key"]}),
        (TEST, {"params": {path: inputs["files"][path] for path in sorted(prose)}}),
        (REPORT, {"page": inputs["page"]}),
    ):
        key = _hash({"before": key, "notebook": sha256_of(workspace.notebook(stem)), **extra})
        keys[stem] = key
    return keys


def reusable_steps(keys: Mapping[str, str], name: str, workspace: Workspace) -> dict[str, StepRecord]:
    """The steps of the last report that need not run again: same key, and every file as it was written."""
    manifest = read_manifest(workspace.report(name) / MANIFEST_FILE)
    if manifest is None:
        return {}
    found = {}
    for stem, key in keys.items():
        recorded = manifest.steps.get(stem)
        if recorded is None or recorded["key"] != key or not recorded["outputs"]:
            break
        if any(not _is_whole(workspace.root / path, manifest.outputs.get(path)) for path in recorded["outputs"]):
            break
        found[stem] = StepRecord(key=key, outputs=tuple(recorded["outputs"]))
    return found


def take_over(record: StepRecord, name: str, workspace: Workspace, staging: Workspace) -> None:
    """Copy what a step wrote last time to where the other steps of this run look for it."""
    for path in map(Path, record.outputs):
        source = workspace.root / path
        target = staged(source, name, workspace, staging)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def staged(path: Path, name: str, workspace: Workspace, staging: Workspace) -> Path:
    """Where a file of the finished report lies while the report is being made."""
    for final, partial in ((workspace.processed(name), staging.processed(name)), (workspace.report(name), staging.report(name))):
        if path.is_relative_to(final):
            return partial / path.relative_to(final)
    raise ValueError(f"{path} is no file of the report of {name}")


def _cleaning_inputs(pilot: Pilot, inputs: Mapping[str, Any], prose: set[str]) -> dict[str, Any]:
    return {
        "params": pilot.model_dump(mode="json", exclude=set(PROSE)),
        "files": {path: digest for path, digest in inputs["files"].items() if path not in prose},
        "packages": inputs["packages"],
        "pilotproof": inputs["pilotproof"],
    }


def _is_whole(path: Path, digest: str | None) -> bool:
    return path.is_file() and sha256_of(path) == digest


def _hash(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
