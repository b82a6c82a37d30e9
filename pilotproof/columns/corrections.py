"""Columns of the list of corrections. It goes into the report, so it says nothing of who or which row was corrected."""

from __future__ import annotations

from pilotproof.columns.column import Column

CORRECTIONS = {
    "file": Column(kind="text", meaning="Raw file, within data/raw/<pilot>/"),
    "column": Column(kind="text", meaning="Column that was corrected; empty when records were removed"),
    "rows": Column(kind="whole number", meaning="Records that the correction changed", unit="records", low=1),
    "before": Column(kind="text", meaning="Value as received; 'not shown' when it could identify a person"),
    "after": Column(kind="text", meaning="Value after the correction, or 'removed'"),
    "because": Column(kind="text", meaning="Why it was corrected"),
    "told": Column(kind="text", meaning="Who confirmed it, and when"),
}
