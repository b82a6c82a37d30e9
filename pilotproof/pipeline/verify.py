"""Make a report again in a folder of its own and compare, byte for byte: what differs, and what may be the cause."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pilotproof.errors import PilotproofError
from pilotproof.pilot import load_pilot
from pilotproof.pipeline.manifest import MANIFEST_FILE, Manifest, describe_inputs, read_manifest, this_machine
from pilotproof.pipeline.render import choose_renderer
from pilotproof.pipeline.report import Say, make_report
from pilotproof.sources.passport import sha256_of
from pilotproof.workspace import Workspace

# What a run reads besides the raw files of its pilot.
PROJECT = ("params", "notebooks", "pilotproof", "reports/_template", "reports/_quarto.yml", "reports/references.bib")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How a report and the same report made anew compare.

    files : how many were compared
    edited : files that are not as the manifest recorded them when the report was made
    differing : files that the new run wrote with other bytes, did not write, or wrote in addition
    causes : what is not as it was for the recorded run: inputs, code, packages, machine
    """

    files: int
    edited: tuple[str, ...]
    differing: tuple[str, ...]
    causes: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return not self.edited and not self.differing


def verify_report(name: str, workspace: Workspace, *, say: Say) -> Verification:
    """Make the report of pilot `name` again in a temporary folder and compare it with the one that is there.

    Raises PilotproofError when there is no report, or when it cannot be made again.
    """
    recorded = read_manifest(workspace.report(workspace.require_pilot(name)) / MANIFEST_FILE)
    if recorded is None:
        raise PilotproofError(f"There is no report of {name} with a manifest to verify. Make one: make report PILOT={name}")
    renderer = "quarto" if str(recorded.inputs["renderer"]).startswith("Quarto") else "embedded"
    formats = tuple(recorded.inputs["formats"])
    inputs = describe_inputs(name, load_pilot(name, workspace), workspace, choose_renderer(renderer).label, formats)
    with tempfile.TemporaryDirectory(prefix="pilotproof-") as folder:
        copy = _copy(name, inputs, workspace, Path(folder))
        make_report(
            name, copy, renderer=renderer, say=lambda line: say(line) if line.startswith(" ") else None, formats=",".join(formats)
        )
        anew = read_manifest(copy.report(name) / MANIFEST_FILE)
        if anew is None:
            raise PilotproofError(f"The report of {name} was made again, but its manifest cannot be read.")
        return Verification(
            files=len(recorded.outputs),
            edited=_differing(recorded.outputs, _hashes_now(recorded, workspace)),
            differing=_differing(recorded.outputs, anew.outputs),
            causes=tuple(_causes(recorded, inputs)),
        )


def _steps_only(say: Say) -> Say:
    """Not where the report is: that folder is temporary."""
    return lambda line: say(line) if line.startswith(" ") else None


def _copy(name: str, inputs: Mapping[str, Any], workspace: Workspace, folder: Path) -> Workspace:
    for part in (*PROJECT, *inputs["files"]):
        source, target = workspace.root / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif not target.exists():
            shutil.copyfile(source, target)
    return Workspace.open(folder)


def _hashes_now(recorded: Manifest, workspace: Workspace) -> dict[str, str]:
    paths = {path: workspace.root / path for path in recorded.outputs}
    return {path: sha256_of(file) for path, file in paths.items() if file.is_file()}


def _differing(recorded: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(path for path in recorded.keys() | other.keys() if recorded.get(path) != other.get(path)))


def _causes(recorded: Manifest, inputs: Mapping[str, Any]) -> list[str]:
    """Everything that is not as it was, in words."""
    before, causes = recorded.inputs, []
    for path in _differing(before["files"], inputs["files"]):
        state = "changed" if path in before["files"] and path in inputs["files"] else "new" if path in inputs["files"] else "gone"
        causes.append(f"input: {path} is {state}")
    if before["code"] != inputs["code"]:
        causes.append("code: the package or a notebook is not the one that made the report")
    if before["page"] != inputs["page"]:
        causes.append("code: the page's template or references are not those that made the report")
    versions = {
        key: (before["packages"].get(key), inputs["packages"].get(key)) for key in before["packages"] | inputs["packages"]
    }
    causes += [
        f"package: {key} {old or 'none'}, now {new or 'none'}" for key, (old, new) in sorted(versions.items()) if old != new
    ]
    if before["renderer"] != inputs["renderer"]:
        causes.append(f"renderer: {before['renderer']}, now {inputs['renderer']}")
    here = this_machine()
    causes += [f"machine: {key} {old}, now {here.get(key)}" for key, old in recorded.machine.items() if old != here.get(key)]
    return causes
