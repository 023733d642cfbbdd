"""Workbooks for tests, as the library prints tables."""

from phancong.tables.printed import PrintedColumn, PrintedSheet
from phancong.tables.printing import sheets_bytes


def write_workbook(file, tables):
    """Sheet name → header and rows."""
    sheets = [
        PrintedSheet(name, (), tuple(map(PrintedColumn, head)), [list(row) for row in rows])
        for name, (head, rows) in tables.items()
    ]
    file.write_bytes(sheets_bytes(sheets))
