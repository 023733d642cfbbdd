"""Workbooks for tests, as the library prints tables."""

from phancong.tables.printed import PrintedColumn, PrintedSheet
from phancong.tables.printing import write_sheets


def write_workbook(file, tables):
    """Sheet name → header and rows."""
    write_sheets(
        file,
        [
            PrintedSheet(name, (), tuple(map(PrintedColumn, head)), [list(row) for row in rows])
            for name, (head, rows) in tables.items()
        ],
    )
