"""Page one: enough for a superintendent who reads nothing else."""

from __future__ import annotations

from pilotproof.findings import Findings
from pilotproof.report.block import Block
from pilotproof.report.decision import decision_box
from pilotproof.report.ladder import ladder
from pilotproof.report.results import bottom_line
from pilotproof.report.strands import strand_table
from pilotproof.report.strings import ENGLISH, Language

CONTENTS = "::: {.contents}\n:::"  # on paper; the HTML page has its own


def page_one(findings: Findings, language: Language = ENGLISH) -> Block:
    """Bottom line, recommendation, ESSA ladder, the five strands. In another language it comes before the English one."""
    pages = [_page(findings, each) for each in ([ENGLISH] if language.code == ENGLISH.code else [language, ENGLISH])]
    return Block("\n\n".join([*pages, CONTENTS]))


def _page(findings: Findings, language: Language) -> str:
    listed = ".unnumbered" if language.code == ENGLISH.code else ".unnumbered .unlisted"  # the contents are in English
    parts = [
        f"::: {{.bottom-line}}\n{bottom_line(findings, language)}\n:::",
        decision_box(findings, language),
        f"# {language.say('ladder')} {{{listed}}}\n\n{ladder(findings, language)}",
        f"# {language.say('strands')} {{{listed}}}\n\n{strand_table(findings, language)}",
    ]
    body = "\n\n".join(parts)
    return f'::::: {{.page-one lang="{language.code}"}}\n{body}\n:::::\n\n::: {{.page-break}}\n:::'
