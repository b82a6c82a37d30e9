"""Columns of the counts of what was left out."""

from __future__ import annotations

from pilotproof.columns.column import Column

FLOW = {
    "table": Column(kind="text", meaning="What is counted"),
    "step": Column(kind="whole number", meaning="Order of the step within its table", low=0),
    "label": Column(kind="text", meaning="The rule, in words"),
    "arm": Column(kind="text", meaning="Arm of those counted", allowed=("treated", "comparison", "neither")),
    "removed": Column(kind="whole number", meaning="Rows left out by this rule", unit="rows", low=0),
    "remaining": Column(kind="whole number", meaning="Rows left after this rule", unit="rows", low=0),
    "clusters": Column(kind="whole number", meaning="Clusters left after this rule", unit="clusters", low=0),
}

ACCOUNT = {
    "file": Column(kind="text", meaning="Raw file, within data/raw/<pilot>/"),
    "fate": Column(kind="text", meaning="What became of its records", allowed=("kept", "merged", "removed")),
    "reason": Column(kind="text", meaning="The rule that removed or merged them, in words; empty for kept ones"),
    "records": Column(kind="whole number", meaning="How many records", unit="records", low=0),
}
