"""Say how much of an uploaded file is read."""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 20_000_000
MAX_ROWS: Final = 50_000
MAX_COLUMNS: Final = 100
MAX_CELL: Final = 2_000
MAX_CHARACTERS: Final = 20_000_000
MAX_DEFINITION_ROWS: Final = 50
MAX_SHEET_NAME: Final = 200
# A title may stand above the headings.
MAX_PREAMBLE: Final = 30
# Everything in an archive, unpacked; and how much smaller an archive may make an entry.
MAX_UNPACKED_BYTES: Final = 200_000_000
MAX_ENTRIES: Final = 2_000
MAX_RATIO: Final = 300
RATIO_FROM_BYTES: Final = 5_000_000
# Of the process that reads the file.
MEMORY_BYTES: Final = 400_000_000
CPU_SECONDS: Final = 10
WALL_SECONDS: Final = 20
