"""How large an input may be. Beyond these it is no export of a pilot, or a file made to do harm."""

MOST_BYTES = 256 * 2**20  # of a file that is read into memory; logs are larger and are read by DuckDB
MOST_COLUMNS = 16_384  # as many as a spreadsheet has
MOST_CHARACTERS_IN_A_CELL = 1_000_000
MOST_EXPANSION = 200  # of a workbook's parts, unpacked against packed
