"""Whether an outcome is one that a What Works Clearinghouse reviewer would accept. This is not a WWC review."""

from __future__ import annotations

from typing import Literal

Ineligible = Literal["outcome not eligible", "outcome made by the vendor", "outcome not reliable"]
LEAST_RELIABILITY = 0.50  # internal consistency


def ineligible(*, is_relevant: bool, made_by: str, reliability: float | None) -> Ineligible | None:
    """Why a reviewer would not accept the outcome; None where nothing speaks against it.

    made_by : a score that the vendor of the tool made rises with the tool whatever is learned (over-alignment)
    reliability : internal consistency; None where it is not known, which is asked about on the page and closes nothing
    Source: What Works Clearinghouse Handbook 5.0 (2022), eligible outcomes: not over-aligned, reliability at least .50.
    """
    if not is_relevant:
        return "outcome not eligible"
    if made_by == "vendor":
        return "outcome made by the vendor"
    return "outcome not reliable" if reliability is not None and reliability < LEAST_RELIABILITY else None
