"""Read the finished page as its readers do, and stop when it says more than the evidence carries."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from pilotproof.errors import RenderError
from pilotproof.evidence.language import Carried, Overclaim, Rule, Sentence, overclaims
from pilotproof.findings import Findings
from pilotproof.report.narrative import HEADINGS as OWN_WORDS
from pilotproof.strict_yaml import lines_of

BLOCKS = {"p", "li", "td", "th", "figcaption", "caption", "h1", "h2", "h3", "h4", "dt", "dd", "title", "div"}
HEADINGS = {"h1", "h2", "h3", "h4"}
UNREAD = {"style", "script", "svg", "math"}
VOID = {"img", "br", "hr", "meta", "link", "input", "col", "source", "wbr"}
QUOTED, THEORY, OWN = "quoted", "theory", "own-words"
REFERENCES = "refs"  # titles of others' work
BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])[”\")]*\s+(?=[“\"(]?[A-ZÀ-Þ])")

INSTEAD: dict[Rule, str] = {
    "proof": "No single pilot proves anything. Say what was observed and how sure it is.",
    "significance": "“Significant” is said together with its p-value, or of what is not significant.",
    "daily": "Errors are called daily only when they came on at least 80 % of days, with a lower limit of at least 50 %.",
    "rating": "Only certified reviewers of the What Works Clearinghouse rate studies. Say what this report says of the design.",
    "tier": "The evidence does not support this tier; page one says which one it does.",
    "subgroup": "No group of students was tested by itself, so nothing can be said of how one did.",
    "no difference": "Not finding a difference is not finding that there is none. Write “we cannot tell”.",
    "cause": "This design cannot tell what caused a difference. Write “scores rose”, or “is associated with”.",
}


def check_wording(page: Path, findings: Findings, params: Path) -> None:
    """Raise RenderError naming each sentence of the HTML page that the evidence does not carry.

    params : the pilot's params file; of the district's own words the message names the line there
    """
    reliability = findings.reliability
    recurrence = reliability.recurrence if reliability else None
    found = overclaims(
        sentences_of(page.read_text(encoding="utf-8")),
        Carried(
            tool=findings.pilot.tool,
            claim=findings.primary.claim,
            is_significant=any(outcome.is_significant for outcome in findings.outcomes),
            may_say_daily=recurrence is not None and recurrence.is_daily,
            tier=findings.tier.tier,
            is_equivalent=findings.primary.is_equivalent,
        ),
    )
    if found:
        raise RenderError(_describe(found, findings.pilot.name, params))


def sentences_of(html: str) -> tuple[Sentence, ...]:
    """The sentences of a page with the heading they stand under; quotations, references and drawings are left out."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(reader.sentences)


class _Reader(HTMLParser):
    """Collects text block by block. `_open` holds the tag of every open element and how its text is to be taken."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sentences: list[Sentence] = []
        self._open: list[tuple[str, str]] = []
        self._text: list[str] = []
        self._place = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self._end_of_block(None)
        said = dict(attrs)
        if tag in VOID:
            self.handle_data(f" {said.get('alt') or ''} ")  # what stands for a figure is read, as its readers do
            return
        if tag == "svg":
            self.handle_data(f" {said.get('aria-label') or ''} ")
        kinds = {*(said.get("class") or "").split()} & {QUOTED, THEORY, OWN}
        is_unread = tag in UNREAD or QUOTED in kinds or said.get("id") == REFERENCES
        self._open.append((tag, "unread" if is_unread else THEORY if THEORY in kinds else OWN if OWN in kinds else ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._end_of_block(tag)
        while self._open and any(tag == name for name, _ in self._open):
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not any(kind == "unread" for _, kind in self._open):
            self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end_of_block(None)

    def _end_of_block(self, tag: str | None) -> None:
        text = " ".join("".join(self._text).split())
        self._text.clear()
        if tag in HEADINGS and text:
            self._place = text
        kinds = {kind for _, kind in self._open}
        self.sentences += [
            Sentence(text=sentence, place=self._place, is_theory=THEORY in kinds, is_own=OWN in kinds)
            for sentence in BETWEEN_SENTENCES.split(text)
            if sentence
        ]


def _describe(found: tuple[Overclaim, ...], pilot: str, params: Path) -> str:
    lines = [f"The report of {pilot} was not made, because it says more than the evidence carries:"]
    for one in found:
        place = _line_of_prose(one, params) or f"under “{one.sentence.place}”"
        lines.append(f"  - {place}, “{one.word}” in: {one.sentence.text}\n    {INSTEAD[one.rule]}")
    lines.append(f"Sentences of your own stand in params/{pilot}.yaml.")
    return "\n".join(lines)


def _line_of_prose(one: Overclaim, params: Path) -> str | None:
    """`params/nearpod.yaml, line 212, narrative.context`, of a word in the district's own words; None of any other."""
    key = next((key for key, heading in OWN_WORDS.items() if heading == one.sentence.place), None)
    if key is None:
        return None
    text = params.read_text(encoding="utf-8-sig")
    first, last = lines_of(text, ("narrative", key))
    line = _where(one, text.splitlines()[first - 1 : last])
    return f"params/{params.name}, line {first + line}, narrative.{key}"


def _where(one: Overclaim, lines: list[str]) -> int:
    """Which of these lines holds the word: within the sentence, which may begin lines before it and run over several."""
    letters = [(number, letter) for number, line in enumerate(lines) for letter in f"{line} " if letter.isalnum()]
    written = "".join(letter for _, letter in letters).casefold()
    sentence, word = ("".join(filter(str.isalnum, text)).casefold() for text in (one.sentence.text, one.word))
    start = max(written.find(sentence), 0)
    at = written.find(word, start)
    return letters[at][0] if at >= 0 else 0
