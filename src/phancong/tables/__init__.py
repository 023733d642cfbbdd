"""Reading and writing of files: cells, lines and columns; nothing here knows what a problem is."""

from phancong.tables.csv_files import read_csv, write_csv
from phancong.tables.personal import looks_personal
from phancong.tables.sheet import Sheet
from phancong.tables.workbooks import read_workbook, write_workbook

__all__ = ["Sheet", "looks_personal", "read_csv", "read_workbook", "write_csv", "write_workbook"]
