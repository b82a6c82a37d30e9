"""Record that a report was given out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pilotproof.audit import audit_pilot
from pilotproof.disclosure.release import check_against_releases, record_release
from pilotproof.errors import PilotproofError
from pilotproof.findings import FINDINGS_FILE, Findings, read_findings
from pilotproof.pilot import Pilot
from pilotproof.workspace import Workspace


def release_report(name: str, workspace: Workspace, *, today: date) -> Path:
    """Write params/releases/<pilot>.json. Raises PilotproofError when there is no report, or one that must not be given out."""
    if not (workspace.processed(name) / FINDINGS_FILE).is_file():
        raise PilotproofError(f"There is no report of {name} yet: make report PILOT={name}")
    audit_pilot(name, workspace).raise_breaches(name)
    path = workspace.releases(name)
    record_release(read_findings(workspace.processed(name)), path, today=today)
    return path


def require_releasable(name: str, pilot: Pilot, findings: Findings, workspace: Workspace) -> None:
    """Raise PilotproofError when the new report, with an earlier one, would tell about few."""
    confirmed = pilot.disclosure.differences_confirmed
    day = None if confirmed is None else confirmed.released.isoformat()
    check_against_releases(findings, workspace.releases(name), confirmed=day)
