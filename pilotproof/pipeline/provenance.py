"""Who and what stands behind the numbers: the pilot's card, its plan and its inputs, for findings.json."""

from __future__ import annotations

from pathlib import Path

from pilotproof import __version__
from pilotproof.evidence.profile import CONFIDENCE
from pilotproof.findings import (
    CorrectionFinding,
    FlowStep,
    InputFile,
    PilotCard,
    PlanAmendment,
    PlanChange,
    PlanFinding,
    Provenance,
    RecordCount,
)
from pilotproof.findings.base import Frozen
from pilotproof.pilot import Pilot
from pilotproof.pipeline.known_notebooks import own_notebooks
from pilotproof.pipeline.manifest import code_fingerprint, package_versions
from pilotproof.plan import deviations, load_plan
from pilotproof.sources.passport import Passports, files_used, sha256_of
from pilotproof.store import read_table
from pilotproof.workspace import Workspace


def context_of(name: str, pilot: Pilot, passports: Passports, workspace: Workspace) -> dict[str, Frozen | None]:
    """The card, the plan and the provenance of pilot `name`, by the names that findings give them."""
    return {
        "pilot": pilot_card(name, pilot),
        "plan": plan_of(name, pilot, passports, workspace),
        "provenance": provenance_of(name, pilot, passports, workspace),
    }


def pilot_card(name: str, pilot: Pilot) -> PilotCard:
    """The pilot in the words of its params file."""
    evidence = pilot.evidence
    return PilotCard(
        name=name,
        **pilot.model_dump(include={"title", "tool", "district", "question", "data_received", "is_simulated", "notes"}),
        **pilot.design.model_dump(include={"assignment", "cluster", "block"}),
        window_start=pilot.window.start,
        window_end=pilot.window.end,
        confidence=CONFIDENCE,
        class_icc=pilot.analysis.class_icc,
        smallest_group=pilot.disclosure.smallest_group,
        notice_days=pilot.decision.notice_days,
        logic_model=None if evidence.logic_model is None else evidence.logic_model.model_dump(),
        research_basis=tuple(finding.model_dump() for finding in evidence.research_basis),
        ongoing_study=evidence.ongoing_study,
    )


def plan_of(name: str, pilot: Pilot, passports: Passports, workspace: Workspace) -> PlanFinding | None:
    """The plan of pilot `name` against its params, None when there is no plan. Raises ParamsError for an edited plan."""
    plan = load_plan(name, workspace)
    if plan is None:
        return None
    first, last = plan.versions[0], plan.versions[-1]
    return PlanFinding(
        first_written=first.written,
        written=last.written,
        sha256=last.sha256,
        is_before_outcomes=last.written < min(passports.of(file).received for file in pilot.sources.outcomes.all_files),
        amendments=tuple(PlanAmendment(written=version.written, why=version.why) for version in plan.versions[1:]),
        deviations=tuple(
            PlanChange(key=found.key, planned=found.planned, done=found.done) for found in deviations(last.plan, pilot)
        ),
    )


def what_was_left_out(folder: Path) -> dict[str, tuple[Frozen, ...]]:
    """flow, account and corrections of the findings, from the tidy tables in `folder`."""
    models = {"flow": FlowStep, "account": RecordCount, "corrections": CorrectionFinding}
    return {table: tuple(model(**row) for row in read_table(table, folder).to_dict("records")) for table, model in models.items()}


def provenance_of(name: str, pilot: Pilot, passports: Passports, workspace: Workspace) -> Provenance:
    """The files, the code and the package versions that the findings depend on."""
    used = set(files_used(pilot))
    return Provenance(
        pilotproof=__version__,
        code=code_fingerprint(workspace),
        params_sha256=sha256_of(workspace.params(name)),
        packages=package_versions(),
        seed=pilot.analysis.seed,
        own_notebooks=own_notebooks(workspace),
        inputs=tuple(
            InputFile(**passport.model_dump(include=set(InputFile.model_fields)) | {"file": passport.shown})
            for passport in passports.files
            if passport.file in used
        ),
    )
