"""Make a report again in a folder of its own and compare, byte for byte: what differs, and what may be the cause."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from pilotproof.errors import PilotproofError
from pilotproof.pilot import load_pilot
from pilotproof.pipeline.bundle import pack_inputs, unpack_inputs
from pilotproof.pipeline.manifest import MANIFEST_FILE, Manifest, describe_inputs, differences, differing, read_manifest
from pilotproof.pipeline.render import choose_renderer
from pilotproof.pipeline.report import Say, make_report
from pilotproof.sources.passport import sha256_of
from pilotproof.workspace import COPY, Workspace


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


def verify_report(name: str, workspace: Workspace, *, say: Say, is_own_allowed: bool = False) -> Verification:
    """Make the report of pilot `name` again in a temporary folder and compare it with the one that is there.

    is_own_allowed : run notebooks, too, that are not as this version brings them
    Raises PilotproofError when there is no report, or when it cannot be made again.
    """
    recorded = read_manifest(workspace.report(workspace.require_pilot(name)) / MANIFEST_FILE)
    if recorded is None:
        raise PilotproofError(f"There is no report of {name} with a manifest to verify. Make one: make report PILOT={name}")
    renderer = "quarto" if str(recorded.inputs["renderer"]).startswith("Quarto") else "embedded"
    formats = tuple(recorded.inputs["formats"])
    inputs = describe_inputs(name, load_pilot(name, workspace), workspace, choose_renderer(renderer).label, formats)
    with tempfile.TemporaryDirectory(prefix=f"{COPY}{name}-") as folder:
        copy = unpack_inputs(pack_inputs(inputs, workspace), Path(folder).resolve())
        make_report(
            name,
            copy,
            renderer=renderer,
            say=lambda line: say(line) if line.startswith(" ") else None,
            formats=",".join(formats),
            is_own_allowed=is_own_allowed,
        )
        anew = read_manifest(copy.report(name) / MANIFEST_FILE)
        if anew is None:
            raise PilotproofError(f"The report of {name} was made again, but its manifest cannot be read.")
        return Verification(
            files=len(recorded.outputs),
            edited=differing(recorded.outputs, _hashes_now(recorded, workspace)),
            differing=differing(recorded.outputs, anew.outputs),
            causes=tuple(differences(recorded, inputs)),
        )


def _steps_only(say: Say) -> Say:
    """Not where the report is: that folder is temporary."""
    return lambda line: say(line) if line.startswith(" ") else None


def _hashes_now(recorded: Manifest, workspace: Workspace) -> dict[str, str]:
    paths = {path: workspace.root / path for path in recorded.outputs}
    return {path: sha256_of(file) for path, file in paths.items() if file.is_file()}
