"""Page one in Spanish."""

from __future__ import annotations

from pilotproof.report.strings import english

MONTHS = english.MONTHS
TEXT = english.TEXT
