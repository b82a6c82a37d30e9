"""evidence.json: the public summary of one pilot, to be cited, pooled and checked. Holds no group below the limit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pilotproof.files import write_text
from pilotproof.findings import EVIDENCE_FILE, ArmSummary, Findings, OutcomeFinding, as_json
from pilotproof.report.disclosure import may_show_arm

EVIDENCE_VERSION = 1
NOTICE = "Our own reading of the evidence tiers; not a What Works Clearinghouse review."


def evidence_of(findings: Findings) -> dict[str, Any]:
    """The summary: pilot, design, contrasts, gates, tier, recommendation, provenance."""
    content = findings.model_dump(mode="json", include={"tier", "decision", "provenance"})
    pilot = findings.pilot.model_dump(
        mode="json",
        include={
            "name", "title", "tool", "district", "window_start", "window_end", "data_received", "is_simulated",
            "assignment", "cluster", "block",
        },
    )  # fmt: skip
    return {
        "evidence_version": EVIDENCE_VERSION,
        "notice": NOTICE,
        "pilot": pilot,
        "outcomes": [_outcome(outcome, findings) for outcome in findings.outcomes],
        **content,
    }


def write_evidence(findings: Findings, folder: Path) -> Path:
    """Write FOLDER/evidence.json."""
    path = folder / EVIDENCE_FILE
    write_text(path, as_json(evidence_of(findings)))
    return path


def _outcome(outcome: OutcomeFinding, findings: Findings) -> dict[str, Any]:
    content = outcome.model_dump(
        mode="json", exclude={"points": True, "treated": True, "comparison": True, "staggered": {"points"}}
    )
    content["treated"] = _arm(outcome.treated, findings)
    content["comparison"] = None if outcome.comparison is None else _arm(outcome.comparison, findings)
    return content


def _arm(arm: ArmSummary, findings: Findings) -> dict[str, Any] | None:
    return arm.model_dump(mode="json") if may_show_arm(arm, findings) else None
