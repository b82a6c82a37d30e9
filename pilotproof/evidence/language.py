"""Words that a report may use only where the evidence carries them. Read over the finished page, custom prose included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pilotproof.evidence.claims import Claim

Rule = Literal["proof", "significance", "daily", "cause"]

NEGATED = re.compile(r"\b(not|no|nor|never|neither|cannot|can’t|can't|without|whether|nothing|none|un(able|likely))\b", re.I)
PROOF = re.compile(
    r"\b(prov(?:e[sdn]?|en|ing)|proof|guarantee[sd]?|undeniabl[ey]|conclusive(?:ly)?|beyond (?:any )?doubt)\b", re.I
)
SIGNIFICANT = re.compile(r"\b(?:in)?significan(?:t|tly|ce)\b", re.I)
DEFINED = re.compile(r"\bcalled significant\b", re.I)
P_VALUE = re.compile(r"\bp\b\s*(?:[=<>≤≥]|below|above|of|is|value)|p-value", re.I)
DAILY = re.compile(r"\b(daily|every (?:single )?(?:school )?day|each (?:school )?day)\b", re.I)
FAULT = re.compile(r"\b(crash\w*|error\w*|fault\w*|fail\w*|outage\w*|freez\w*|froze\w*)\b", re.I)
CAUSAL_VERB = (
    r"(?:caus(?:e[sd]?|ing)|led to|leads? to|result(?:s|ed) in|rais(?:e[sd]?|ing)|boost(?:s|ed|ing)?|improv(?:e[sd]?|ing)|"
    r"increas(?:e[sd]?|ing)|lift(?:s|ed)?|lower(?:s|ed)|reduc(?:e[sd]?|ing)|help(?:s|ed)|harm(?:s|ed)|work(?:s|ed)|made|makes)"
)
CAUSAL_PHRASE = (
    r"\b(because of|due to|thanks to|attributable to|as a result of|owing to|(?:effects?|impacts?|influence) of)\s+(?:the\s+)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of the page. place : the heading it stands under; is_theory : says why a tool should work, and is named so"""

    text: str
    place: str
    is_theory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overclaim:
    """One word that the evidence does not carry."""

    rule: Rule
    word: str
    sentence: Sentence


def overclaims(sentences: Iterable[Sentence], *, tool: str, claim: Claim, may_say_daily: bool) -> tuple[Overclaim, ...]:
    """Every sentence that says more than the design carries.

    claim : the verb the design allows; only "effect" lets the tool be named as a cause
    may_say_daily : whether errors recurred on enough days (stats.counts.Recurrence)
    A sentence that denies or asks is let through: "no proof that …", "Did … raise scores?".
    """
    return tuple(
        found for sentence in sentences for found in _in_sentence(sentence, tool=tool, claim=claim, may_say_daily=may_say_daily)
    )


def _in_sentence(sentence: Sentence, *, tool: str, claim: Claim, may_say_daily: bool) -> Iterator[Overclaim]:
    text = sentence.text
    is_question = text.rstrip("”\"' ").endswith("?")
    for match in PROOF.finditer(text):
        if not is_question and not _is_denied(text, match):
            yield Overclaim(rule="proof", word=match.group(), sentence=sentence)
            break
    significant = SIGNIFICANT.search(text)
    if significant and not is_question and not _has_p(text) and not _is_denied(text, significant):
        yield Overclaim(rule="significance", word=significant.group(), sentence=sentence)
    daily = DAILY.search(text)
    if daily and FAULT.search(text) and not may_say_daily and not _is_denied(text, daily):
        yield Overclaim(rule="daily", word=daily.group(), sentence=sentence)
    if claim != "effect" and not sentence.is_theory and not is_question and (cause := _cause(text, tool)):
        yield Overclaim(rule="cause", word=cause, sentence=sentence)


def _has_p(text: str) -> bool:
    return bool(P_VALUE.search(text) or DEFINED.search(text))


def _cause(text: str, tool: str) -> str | None:
    """The words that name the tool as the cause of something, unless they are denied."""
    named = rf"(?:{re.escape(tool)}|the (?:tool|app|software|product|programme?|pilot))"
    subject = re.compile(rf"(?<!\w){named}(?:\s+\w+){{0,2}}?\s+{CAUSAL_VERB}\b", re.I)
    phrase = re.compile(rf"{CAUSAL_PHRASE}{named}(?!\w)", re.I)
    for match in (*subject.finditer(text), *phrase.finditer(text)):
        if not _is_denied(text, match) and not NEGATED.search(match.group()):
            return match.group()
    return None


def _is_denied(text: str, match: re.Match[str]) -> bool:
    """Whether a negation stands before the word in its part of the sentence, or right after it ("proves nothing")."""
    start = max(text.rfind(mark, 0, match.start()) for mark in (";", ":", ","))
    after = text[match.end() : match.end() + 12]
    return bool(NEGATED.search(text[start + 1 : match.start()]) or NEGATED.match(after.lstrip()))
