"""Words that a report may use only where the evidence carries them. Read over the finished page, custom prose included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pilotproof.evidence import claim_words as words
from pilotproof.evidence.claims import Claim
from pilotproof.evidence.profile import ALPHA

Rule = Literal["proof", "significance", "daily", "cause", "rating", "tier", "subgroup", "no difference"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of the page.

    place : the heading it stands under; is_theory : says why a tool should work, and is named so
    is_own : written by the district and not by this report, so that no finding stands behind its numbers
    """

    text: str
    place: str
    is_theory: bool = False
    is_own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What the evidence carries.

    tool : its name; claim : the verb that the design allows; only "effect" lets the tool be named as a cause ...
    is_significant : ... and only when something could be told from chance
    may_say_daily : whether errors recurred on enough days (stats.counts.Recurrence)
    tier : that is supported, None for none; is_equivalent : whether a difference worth having is ruled out
    """

    tool: str
    claim: Claim
    is_significant: bool = True
    may_say_daily: bool = False
    tier: int | None = None
    is_equivalent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overclaim:
    """One word that the evidence does not carry."""

    rule: Rule
    word: str
    sentence: Sentence


def overclaims(sentences: Iterable[Sentence], carried: Carried) -> tuple[Overclaim, ...]:
    """Every sentence that says more than the evidence carries.

    A sentence that denies or asks is let through: "no proof that …", "Did … raise scores?". One that only seems to is not: "no
    doubt that …", "Did you know that …?".
    """
    return tuple(
        Overclaim(rule=rule, word=word, sentence=sentence)
        for sentence in sentences
        for rule, word in _in_sentence(sentence, carried)
    )


def _in_sentence(sentence: Sentence, carried: Carried) -> Iterator[tuple[Rule, str]]:
    text, may_name_cause = sentence.text, carried.claim == "effect" and carried.is_significant
    asks = _asks(text)
    if not asks and (proof := _said(words.PROOF, text)):
        yield "proof", proof
    if not asks and (significant := _significant(text)):
        yield "significance", significant
    if words.FAULT.search(text) and not carried.may_say_daily and (daily := _said(words.DAILY, text)):
        yield "daily", daily
    if not asks and (rated := _said(words.RATED, text)):
        yield "rating", rated
    if not (may_name_cause or sentence.is_theory or asks) and (cause := _cause(sentence, carried.tool)):
        yield "cause", cause
    if sentence.is_own and not asks:
        yield from _of_the_district(text, carried)


def _of_the_district(text: str, carried: Carried) -> Iterator[tuple[Rule, str]]:
    """What only the report itself may say, because it has the numbers: tiers, groups of students, and no difference."""
    for match in words.TIER.finditer(text):
        claimed = words.TIERS[match["tier"].casefold()]
        if not _is_denied(text, match) and (carried.tier is None or claimed < carried.tier):
            yield "tier", match.group()
            break
    if group := _said(words.SUBGROUP, text):
        yield "subgroup", group
    if not carried.is_equivalent and (nothing := words.NO_DIFFERENCE.search(text)) and _names(text, carried.tool):
        yield "no difference", nothing.group()


def _names(text: str, tool: str) -> bool:
    return bool(
        re.search(rf"\b(?:{re.escape(tool)}|{words.THE}{words.THINGS}|groups?|results?)\b|\bthere (?:is|was)\b", text, re.I)
    )


def _asks(text: str) -> bool:
    is_question = text.rstrip("”\"') ").endswith("?")
    return is_question and bool(words.ASKS.match(text)) and not words.TELLS.match(text)


def _significant(text: str) -> str | None:
    """“Significant” without a p, or beside one that is not below the limit."""
    found = words.SIGNIFICANT.search(text)
    if found is None or _is_denied(text, found) or found.group().casefold().startswith("in"):
        return None
    if any(p["sign"] != "=" or float(p["value"]) >= ALPHA for p in words.P_NUMBER.finditer(text)):
        return found.group()
    has_p = words.P_VALUE.search(text) or words.DEFINED.search(text)
    return None if has_p else found.group()


def _cause(sentence: Sentence, tool: str) -> str | None:
    """The words that name the tool as the cause of something, unless they are denied."""
    text = sentence.text
    patterns = (*words.causes(tool), *((words.PRONOUN,) if sentence.is_own else ()))
    for match in (match for pattern in patterns for match in pattern.finditer(text)):
        if not _is_denied(text, match) and not words.NEGATED.search(words.AFFIRMING.sub(" ", match.group())):
            return match.group()
    return None


def _said(pattern: re.Pattern[str], text: str) -> str | None:
    """The first match that is not denied."""
    return next((match.group() for match in pattern.finditer(text) if not _is_denied(text, match)), None)


def _is_denied(text: str, match: re.Match[str]) -> bool:
    """Whether a negation stands before the word in its part of the sentence, or right after it ("proves nothing")."""
    start = max(text.rfind(mark, 0, match.start()) for mark in (";", ":", ","))
    before, after = text[start + 1 : match.start()], text[match.end() : match.end() + 12]
    return bool(words.NEGATED.search(words.AFFIRMING.sub(" ", before)) or words.NEGATED.match(after.lstrip()))
