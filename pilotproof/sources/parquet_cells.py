"""The typed values of Parquet as the text that a CSV file would hold, in one spelling for each kind."""

from __future__ import annotations

NESTED = ("STRUCT", "MAP", "UNION", "VARIANT", "GEOMETRY")
WHOLE = r"'\.0$', ''"  # ids that a program kept as 20417.0 for the sake of empty cells
THREE_DECIMALS = r"'(\.\d{3})$', '\10'"  # a text 1.234 may be 1,234; a number is not, and 1.2340 says so
NUMBER = f"regexp_replace(regexp_replace({{0}}::VARCHAR, {WHOLE}), {THREE_DECIMALS})"
TIME = "replace({0}::VARCHAR, ' ', 'T')"
TEXTS = {
    "VARCHAR": "{0}",
    "BLOB": "coalesce(TRY(decode({0})), hex({0}))",  # old writers do not say that bytes are text
    "TIMESTAMP": TIME,
    "TIMESTAMP_S": TIME,
    "TIMESTAMP_MS": TIME,
    "TIMESTAMP_NS": TIME.replace("{0}", "{0}::TIMESTAMP"),  # formats of times have six decimals
    "TIMESTAMP WITH TIME ZONE": TIME.replace("{0}", "({0} AT TIME ZONE 'UTC')") + " || 'Z'",
    "FLOAT": f"CASE WHEN isnan({{0}}) THEN '' ELSE {NUMBER} END",
    "DOUBLE": f"CASE WHEN isnan({{0}}) THEN '' ELSE {NUMBER} END",
    "DECIMAL": f"regexp_replace({{0}}::VARCHAR, {THREE_DECIMALS})",
}


def is_nested(kind: str) -> bool:
    """Whether a type of DuckDB holds several values in one cell."""
    return kind.endswith("]") or kind.split("(")[0] in NESTED


def cell_sql(column: str, kind: str) -> str:
    """The SQL expression of a cell as text, empty where there is no value.

    Times are ISO 8601 (2026-09-14T10:12:00), those with a zone in UTC with a Z; days 2026-09-14; whole numbers have no decimal
    point; yes or no is true or false, as in JSON.
    """
    return f"coalesce({TEXTS.get(kind.split('(')[0], '{0}::VARCHAR').replace('{0}', column)}, '')"
