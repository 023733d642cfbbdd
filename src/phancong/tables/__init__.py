"""Reading and writing of files: cells, lines and columns. This package knows no problems."""

from phancong.tables.csv_files import TEXT_ENDINGS, csv_bytes, read_csv, read_csv_grid, write_csv
from phancong.tables.forms import Form, FormColumn, write_form
from phancong.tables.grid import Grid
from phancong.tables.personal import looks_personal
from phancong.tables.replacing import make_folder, require_ending, write_files
from phancong.tables.sheet import Sheet
from phancong.tables.workbooks import WORKBOOK_ENDINGS, read_grids, read_workbook

__all__ = [
    "TEXT_ENDINGS",
    "WORKBOOK_ENDINGS",
    "Form",
    "FormColumn",
    "Grid",
    "Sheet",
    "csv_bytes",
    "looks_personal",
    "make_folder",
    "read_csv",
    "read_csv_grid",
    "read_grids",
    "read_workbook",
    "require_ending",
    "write_csv",
    "write_files",
    "write_form",
]
