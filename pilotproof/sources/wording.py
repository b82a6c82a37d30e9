"""Texts that people typed, made comparable: questions, answers and names of columns."""

from __future__ import annotations

import html
import re
import unicodedata

TAG = re.compile(r"<[^<>]{1,500}>")
PLAIN = str.maketrans({"‘": "'", "’": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "−": "-"})
AT_ENDS = " .,:;!?…*'\""


def plain_text(text: str) -> str:
    """The text without HTML, with single spaces."""
    if "<" in text:
        text = TAG.sub(" ", text)
    if "&" in text:
        text = html.unescape(text)
    return " ".join(text.replace("\u200b", "").replace("\ufeff", "").split())


def folded(text: str) -> str:
    """The text for comparing: no HTML, any case, any quotes and dashes, no punctuation at its ends."""
    text = unicodedata.normalize("NFKC", plain_text(text)).translate(PLAIN).casefold()
    return " ".join(text.split()).strip(AT_ENDS)
