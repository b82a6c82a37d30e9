"""The YAML head of report.qmd: valid for Quarto, read by both renderers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pilotproof.findings import Findings
from pilotproof.report import format as fmt


def front_matter(findings: Findings, page: dict[str, Any]) -> str:
    """The head of the document.

    page : what the page template needs (formats, filters, bibliography), from reports/_template/front-matter.yml
    """
    pilot = findings.pilot
    head = {
        "title": pilot.title,
        "subtitle": "Pilot report",
        "pilot": pilot.name,
        "tool": pilot.tool,
        "window": fmt.days(pilot.window_start, pilot.window_end),
        "district": pilot.district,
        "data-received": fmt.day(pilot.data_received),
        "simulated": pilot.is_simulated,
        "renderer": "quarto",
    }
    text = yaml.safe_dump(head | page, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text}---\n"


def read_page(folder: Path) -> dict[str, Any]:
    """The part of the head that is the same for every pilot."""
    return yaml.safe_load((folder / "front-matter.yml").read_text(encoding="utf-8"))
