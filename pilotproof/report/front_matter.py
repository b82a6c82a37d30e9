"""The YAML head of report.qmd: valid for Quarto, read by both renderers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pilotproof.findings import Findings
from pilotproof.report import format as fmt
from pilotproof.report.strings import ENGLISH, Language

DIGITS_OF_HASH = 12
SIMULATED = ENGLISH.say("band.simulated")
DRAFT = ENGLISH.say("band.draft")
WORDS = {"title", "subtitle", "tool", "district", "page-logo-alt"}  # of the params file; the head is read as Markdown too


def front_matter(findings: Findings, look: dict[str, Any], page: dict[str, Any], language: Language = ENGLISH) -> str:
    """The head of the document.

    look : the pilot's own marks: accent, page-logo, page-logo-alt, is-draft
    page : what the page template needs (formats, filters, bibliography), from reports/_template/front-matter.yml
    language : of page one, on which the title block stands
    """
    pilot = findings.pilot
    head = {
        "title": pilot.title,
        "subtitle": _subtitle(findings, language),
        "pilot": pilot.name,
        "tool": pilot.tool,
        "window": language.days(pilot.window_start, pilot.window_end),
        "district": pilot.district,
        "data-received": language.day(pilot.data_received),
        "band": _band(findings, language, is_draft=look["is-draft"]),
        **({} if language.code == ENGLISH.code else _title_block(language)),
        "provenance": _provenance(findings),
        "accent": look["accent"],
        "page-logo": look["page-logo"],
        "page-logo-alt": look["page-logo-alt"],
        "renderer": "quarto",
    }
    head = {key: fmt.text(value) if key in WORDS else value for key, value in head.items() if value is not None}
    text = yaml.safe_dump(head | page, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text}---\n"


def _subtitle(findings: Findings, language: Language) -> str:
    """What this is; in another language with the title, where the operator has translated it."""
    title = language.own_words.get(findings.pilot.title)
    return language.say("subtitle") if title is None else f"{language.say('subtitle')}: {title}"


def _band(findings: Findings, language: Language, *, is_draft: bool) -> str | None:
    """What stands on every page, in English and in the language of page one."""
    keys = [key for key, is_so in (("band.draft", is_draft), ("band.simulated", findings.pilot.is_simulated)) if is_so]
    languages = [ENGLISH] if language.code == ENGLISH.code else [ENGLISH, language]
    return " · ".join(each.say(key) for each in languages for key in keys) or None


def _title_block(language: Language) -> dict[str, str]:
    """The names of the facts under the title, for the templates; without them they are in English."""
    facts = ("tool", "window", "district", "received")
    return {"page-one-lang": language.code} | {f"fact-{fact}": language.say(f"fact.{fact}") for fact in facts}


def _provenance(findings: Findings) -> str:
    """What the pages were made from, short enough for the foot of each."""
    made_from = findings.provenance
    notebooks = "notebooks changed · " if made_from.own_notebooks else ""
    return (
        f"Pilot {findings.pilot.name} · {notebooks}code {made_from.code[:DIGITS_OF_HASH]} · "
        f"params {made_from.params_sha256[:DIGITS_OF_HASH]} · data received {fmt.day(findings.pilot.data_received)}"
    )


def read_page(folder: Path) -> dict[str, Any]:
    """The part of the head that is the same for every pilot."""
    return yaml.safe_load((folder / "front-matter.yml").read_text(encoding="utf-8"))
