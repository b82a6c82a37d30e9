"""Why the tool should work: what Tier 4 rests on, in the operator's own words."""

from __future__ import annotations

from pilotproof.findings import Findings
from pilotproof.report import format as fmt
from pilotproof.report.block import Block


def rationale(findings: Findings) -> Block:
    """Published findings and the plan for further study, below the drawn logic model; says so where one of them is absent."""
    return Block("\n\n".join([*_no_logic_model(findings), _research(findings), _plan(findings)]))


def _no_logic_model(findings: Findings) -> list[str]:
    absent = findings.pilot.logic_model is None
    return ["No logic model (a written account of why the tool should work) was given."] if absent else []


def _research(findings: Findings) -> str:
    if not findings.pilot.research_basis:
        return "No published finding was cited."
    cited = [f"- {fmt.sentence(fmt.text(one['finding']))} ({fmt.text(one['citation'])})" for one in findings.pilot.research_basis]
    listed = "\n".join(cited)
    return f"Published findings, as the district cites them; this report has not checked them:\n\n::: {{.quoted}}\n{listed}\n:::"


def _plan(findings: Findings) -> str:
    plan = findings.pilot.ongoing_study
    return f"Further study: {fmt.sentence(fmt.text(plan))}" if plan else "No further study is planned."
