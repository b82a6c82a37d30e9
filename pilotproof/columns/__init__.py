"""The dictionary of every column of the tidy tables, and the check that a table keeps to it."""

from pilotproof.columns.check import TABLES, check_table
from pilotproof.columns.column import Column, Kind

__all__ = ["TABLES", "Column", "Kind", "check_table"]
