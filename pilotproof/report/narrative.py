"""The district's own prose on the page: told apart from the results, and with no markup that could change the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from textwrap import dedent

from pilotproof.report.block import Block
from pilotproof.report.plain_text import without_unseen

HEADINGS = {
    "introduction": "Introduction, in the district’s own words",
    "context": "The schools and the setting, in the district’s own words",
    "implementation": "How the pilot went, in the district’s own words",
    "recommendations": "What the district recommends, in its own words",
}
LINK = re.compile(r"\[([^\[\]\n]+)\]\(((?:https?://|mailto:)[A-Za-z0-9\-._~:/?#@!$&'*+,;=%]+)\)")
MARKUP = re.compile(r"([\\`{}\[\]<$@|~^#&])")
LINE_OF_MARKUP = re.compile(r"(?m)^([ \t]*)([-=_*][-=_* \t]*|[:%+])(?=$)")  # rules, underlined headings, dashes of a table
START_OF_MARKUP = re.compile(r"(?m)^([ \t]*)(:|%|\+(?=[-=]))")  # divs and definitions, a title, a table of lines


def own_words(narrative: Mapping[str, str], key: str) -> Block | None:
    """One part under its heading; None when the district wrote none."""
    if key not in narrative:
        return None
    return Block(f"# {HEADINGS[key]}\n\n::: {{.own-words}}\n{harmless(narrative[key])}\n:::")


def harmless(prose: str) -> str:
    """Markdown of which only paragraphs, lists, quotations, emphasis and links to web pages are left; the rest is plain text.

    So no raw HTML, Typst or LaTeX, no attribute that would hide a sentence from the check of claims, no picture, no citation.
    """
    seen = "\n".join(map(without_unseen, dedent(prose.replace("\r\n", "\n").replace("\t", "    ")).split("\n")))
    text = "".join(_pieces(seen.strip()))
    text = START_OF_MARKUP.sub(r"\1\\\2", text)
    return LINE_OF_MARKUP.sub(_escaped_line, text)


def _pieces(prose: str) -> list[str]:
    """Plain text escaped, links left as they are."""
    pieces, end = [], 0
    for link in LINK.finditer(prose):
        pieces += [_escaped(prose[end : link.start()]), f"[{_escaped(link[1])}]({link[2]})"]
        end = link.end()
    return [*pieces, _escaped(prose[end:])]


def _escaped(text: str) -> str:
    return MARKUP.sub(r"\\\1", text)


def _escaped_line(line: re.Match[str]) -> str:
    return line[1] + re.sub(r"([-=_*:%+])", r"\\\1", line[2])
