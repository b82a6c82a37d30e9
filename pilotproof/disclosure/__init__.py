"""Between findings and page: what may be shown of few students, so that nobody can be told, not by subtraction either."""

from pilotproof.disclosure.coding import CodedShare, coded_part, coded_share, coded_where_few
from pilotproof.disclosure.flow import TABLES_OF_STUDENTS, ShownStep, shown_flow
from pilotproof.disclosure.groups import few_or, may_show, may_show_arm, may_show_arms, may_show_part, shown_points
from pilotproof.disclosure.suppression import is_safe_subgroup, suppressed_row, suppressed_table

__all__ = [
    "TABLES_OF_STUDENTS",
    "CodedShare",
    "ShownStep",
    "coded_part",
    "coded_share",
    "coded_where_few",
    "few_or",
    "is_safe_subgroup",
    "may_show",
    "may_show_arm",
    "may_show_arms",
    "may_show_part",
    "shown_flow",
    "shown_points",
    "suppressed_row",
    "suppressed_table",
]
