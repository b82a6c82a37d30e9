"""Blank sheets to fill in: where they go, and never over another file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pilotproof.errors import PilotproofError
from pilotproof.sources.lesson_template import write_lesson_template
from pilotproof.sources.observation_template import write_observation_template
from pilotproof.workspace import Workspace

Kind = Literal["observations", "lessons"]
WRITERS = {"observations": write_observation_template, "lessons": write_lesson_template}


def write_template(kind: Kind, *, pilot: str | None, output: Path | None, root: Path) -> Path:
    """Write the sheet into the raw folder of `pilot`, or to `output`.

    Raises PilotproofError when neither or both are named, for a pilot that does not exist and for a file that is there.
    """
    if (pilot is None) == (output is None):
        raise PilotproofError(f"Name the pilot: pilotproof template {kind} PILOT, or another place with --output FILE.")
    if pilot is not None:
        workspace = Workspace.open(root)
        output = workspace.raw(workspace.require_pilot(pilot)) / f"{kind}.xlsx"
    target = Path(output or "")
    if target.exists():
        raise PilotproofError(f"{target} is there already; name another file: pilotproof template {kind} --output FILE")
    return WRITERS[kind](target)
