"""Workbooks for tests, as the library prints tables."""

from phancong.tables.printing import PrintedColumn, PrintedSheet, write_sheets


def write_workbook(file, tables):
    """Sheet name → header and rows."""
    write_sheets(
        file,
        [
            PrintedSheet(name, (), tuple(map(PrintedColumn, head)), [list(row) for row in rows])
            for name, (head, rows) in tables.items()
        ],
    )
