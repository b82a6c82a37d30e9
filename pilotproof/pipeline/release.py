"""Record that a report was given out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pilotproof.audit import audit_pilot
from pilotproof.disclosure.release import check_against_releases, record_release
from pilotproof.errors import PilotproofError
from pilotproof.findings import FINDINGS_FILE, Findings, read_findings
from pilotproof.one_run import only_run
from pilotproof.pilot import Pilot, load_pilot
from pilotproof.workspace import Workspace


def release_report(name: str, workspace: Workspace, *, today: date) -> Path:
    """Write params/releases/<pilot>.json. Raises PilotproofError when there is no report, or one that must not be given out."""
    if not (workspace.processed(name) / FINDINGS_FILE).is_file():
        raise PilotproofError(f"There is no report of {name} yet: make report PILOT={name}")
    path = workspace.releases(name)
    with only_run(name, workspace):
        audit_pilot(name, workspace).raise_breaches(name)
        findings = read_findings(workspace.processed(name))
        require_releasable(
            name, load_pilot(name, workspace), findings, workspace
        )  # since the report was made others may have come
        record_release(findings, path, today=today)
    return path


def require_releasable(name: str, pilot: Pilot, findings: Findings, workspace: Workspace) -> None:
    """Raise PilotproofError when the new report, with an earlier one, would tell about few."""
    confirmed = pilot.disclosure.differences_confirmed
    day = None if confirmed is None else confirmed.released.isoformat()
    check_against_releases(findings, workspace.releases(name), confirmed=day)
