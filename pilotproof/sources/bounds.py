"""How large an input may be. Beyond these it is no export of a pilot, or a file made to do harm.

Together they keep the reading of any one file within 10 seconds and 1 GB of memory.
"""

MOST_BYTES = 50 * 2**20  # of a file that is read into memory; logs are larger and are read by DuckDB
MOST_ROWS = 1_048_576  # as many as a spreadsheet has
MOST_COLUMNS = 16_384  # likewise
MOST_LOG_COLUMNS = 1000
MOST_CELLS = 20_000_000  # of a table, empty ones included
MOST_FILLED_CELLS = 4_000_000  # of a table
MOST_CHARACTERS_IN_A_CELL = 1_000_000
MOST_JSON_OBJECTS = 1_500_000  # objects and lists of a JSON file, nested ones included
MOST_JSON_VALUES = 3_000_000
MOST_DIGITS = 40  # of one number in JSON
MOST_PARTS = 10_000  # files inside a workbook or another ZIP
MOST_UNPACKED_BYTES = 256 * 2**20  # of one part of a workbook
MOST_XML_TAGS = 6_000_000  # of one part of a workbook; a cell has four
MOST_RECEIVED_BYTES = 4 * 2**30  # of a log, which is counted and read without being held in memory
