"""The YAML head of report.qmd: valid for Quarto, read by both renderers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pilotproof.findings import Findings
from pilotproof.report import format as fmt

DIGITS_OF_HASH = 12
SIMULATED = "Simulated data: not a real pilot"
DRAFT = "Draft: may still change"


def front_matter(findings: Findings, look: dict[str, Any], page: dict[str, Any]) -> str:
    """The head of the document.

    look : the pilot's own marks: accent, page-logo, page-logo-alt, is-draft
    page : what the page template needs (formats, filters, bibliography), from reports/_template/front-matter.yml
    """
    pilot = findings.pilot
    band = [words for words, is_so in ((DRAFT, look["is-draft"]), (SIMULATED, pilot.is_simulated)) if is_so]
    head = {
        "title": pilot.title,
        "subtitle": "Pilot report",
        "pilot": pilot.name,
        "tool": pilot.tool,
        "window": fmt.days(pilot.window_start, pilot.window_end),
        "district": pilot.district,
        "data-received": fmt.day(pilot.data_received),
        "band": " · ".join(band) or None,  # stands on every page
        "provenance": _provenance(findings),
        "accent": look["accent"],
        "page-logo": look["page-logo"],
        "page-logo-alt": look["page-logo-alt"],
        "renderer": "quarto",
    }
    head = {key: value for key, value in head.items() if value is not None}
    text = yaml.safe_dump(head | page, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text}---\n"


def _provenance(findings: Findings) -> str:
    """What the pages were made from, short enough for the foot of each."""
    made_from = findings.provenance
    return (
        f"Pilot {findings.pilot.name} · code {made_from.code[:DIGITS_OF_HASH]} · "
        f"params {made_from.params_sha256[:DIGITS_OF_HASH]} · data received {fmt.day(findings.pilot.data_received)}"
    )


def read_page(folder: Path) -> dict[str, Any]:
    """The part of the head that is the same for every pilot."""
    return yaml.safe_load((folder / "front-matter.yml").read_text(encoding="utf-8"))
