"""Write the plan with its date and hash, amend it with a reason, and refuse a plan that was edited afterwards."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

from pilotproof import strict_yaml
from pilotproof.errors import ParamsError, PilotproofError, Problem
from pilotproof.files import write_text
from pilotproof.pilot import load_pilot
from pilotproof.plan.compare import planned_part
from pilotproof.strict_yaml import Closed
from pilotproof.workspace import Workspace

FIRST = "first plan"
HEAD = """# The analysis plan of this pilot, written by `pilotproof lock`. Do not edit it: the hash would no longer fit.
# To change the plan, change the params file and run `pilotproof lock {name} --why "…"`; the earlier plan stays here.
"""


class PlanVersion(Closed):
    """One version of the plan.

    sha256 : of date, reason and plan together with the hash of the version before, so that none can be changed or taken out
    """

    written: date
    why: str
    plan: dict[str, Any]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class Plan(Closed):
    """All of params/plans/<pilot>.yaml: the versions of the plan, the one that counts last."""

    versions: tuple[PlanVersion, ...] = Field(min_length=1)


def load_plan(name: str, workspace: Workspace) -> Plan | None:
    """The plan of pilot `name`, None when there is none. Raises ParamsError for a plan that was edited after its date."""
    path = workspace.plan(name)
    if not path.is_file():
        return None
    plan = strict_yaml.read(path, Plan, shown_as=workspace.show(path))
    before = ""
    for version in plan.versions:
        if not _fits(version, before):
            raise ParamsError([_edited(workspace.show(path), version)])
        before = version.sha256
    return plan


def lock_plan(name: str, workspace: Workspace, *, today: date, why: str | None = None) -> Path:
    """Write the plan of pilot `name`, or add a version to it.

    why : the reason for a change; needed when there is a plan already
    Returns the path of the plan. Raises PilotproofError when nothing has changed or the reason is missing.
    """
    part = planned_part(load_pilot(name, workspace))
    earlier = load_plan(name, workspace)
    versions = earlier.versions if earlier else ()
    if versions and versions[-1].plan == part:
        raise PilotproofError(f"{name}: the plan of {versions[-1].written} already says what params/{name}.yaml says.")
    if versions and not why:
        raise PilotproofError(
            f"{name} has a plan of {versions[-1].written}, and params/{name}.yaml differs from it. Say why the plan changes:\n"
            f'  pilotproof lock {name} --why "the reason"'
        )
    reason = why or FIRST
    digest = _hash(today, reason, part, versions[-1].sha256 if versions else "")
    plan = Plan(versions=(*versions, PlanVersion(written=today, why=reason, plan=part, sha256=digest)))
    path = workspace.plan(name)
    text = yaml.safe_dump(plan.model_dump(), sort_keys=False, allow_unicode=True, width=120)
    write_text(path, HEAD.format(name=name) + text)
    return path


def _hash(written: date, why: str, plan: dict[str, Any], before: str) -> str:
    content = json.dumps([before, written.isoformat(), why, plan], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def _fits(version: PlanVersion, before: str) -> bool:
    try:
        return version.sha256 == _hash(version.written, version.why, version.plan, before)
    except (TypeError, ValueError):  # a date, a key that is a number: no plan that was written here holds one
        return False


def _edited(file: str, version: PlanVersion) -> Problem:
    return Problem(
        file=file,
        found=f"a plan of {version.written} that does not fit its hash {version.sha256[:12]}…",
        expected="the plan as it was written on that day",
        action="Restore the file from your version control; a plan is changed with `pilotproof lock … --why`.",
    )
