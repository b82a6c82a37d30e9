"""What all parts of the findings have in common."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from pilotproof.stats.results import Interval


class Frozen(BaseModel):
    """Base of the findings: closed, frozen, no NaN."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Basis(Frozen):
    """What a result rests on, so that a reader can reckon it again.

    method : what was computed, in the words of the field
    rule : why this method and no other, or where its formula comes from
    tables : SHA-256 of each tidy table that went in, over its rows as CSV text (analyse.basis)
    """

    method: str
    rule: str
    tables: dict[str, str]


class PartOf(Frozen):
    """Some of a number of people or lessons. share : 0 to 1; interval : exact (Clopper-Pearson)"""

    some: int
    of: int
    share: float
    interval: Interval


def as_json(content: Any) -> str:
    """Canonical JSON text."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
