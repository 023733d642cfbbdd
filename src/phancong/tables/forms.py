"""Workbooks to be filled in: titles with notes, lists of choices, and limits of cells."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from phancong.tables.grid import letter
from phancong.tables.replacing import naming_the_file, write_files
from phancong.tables.workbooks import import_extra

#: The number of prepared rows below the header.
ROWS: Final = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class FormColumn:
    """One column to be filled in.

    Parameters
    ----------
    title
        Its title.
    note
        The explanation that appears when the user points at the title.
    width
        Its width in characters.
    choices
        The values that a cell offers; a spreadsheet warns of other text but accepts it.
    least, most
        The smallest and the largest number, None for no limit.
    whole
        Whether numbers must be whole.
    """

    title: str
    note: str
    width: int = 14
    choices: Sequence[str] = ()
    least: float | None = None
    most: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A sheet to be filled in.

    Parameters
    ----------
    title
        The name of the sheet.
    columns
        The columns to be filled in.
    rows
        Rows that are already filled in.
    """

    title: str
    columns: Sequence[FormColumn]
    rows: Sequence[Sequence[str]] = ()


def write_form(
    path: str | Path, forms: Sequence[Form], explained: tuple[str, Sequence[Sequence[str]]]
) -> None:
    """Write a workbook to be filled in.

    Parameters
    ----------
    path
        The file; an existing file is replaced.
    forms
        The sheets to be filled in, in order.
    explained
        The name and the rows of an explaining sheet, which is put last; its first row is a header.

    Raises
    ------
    MissingExtraError
        openpyxl is not installed.
    NotWrittenError
        The file cannot be written; an existing file is unchanged.
    """
    openpyxl = import_extra("openpyxl")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for form in forms:
        _write_form(book.create_sheet(form.title), form)
    title, rows = explained
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(list(row))
    _style(sheet, [max(len(cell) for cell in column) for column in zip(*rows, strict=True)])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = _wrapped()
    whole = io.BytesIO()
    # openpyxl writes its sheets, which hold titles only, to the folder of temporary files.
    with naming_the_file(path):
        _save(book, whole)
    write_files([(path, whole.getvalue())])


def _save(book: Any, whole: io.BytesIO) -> None:
    """Save a workbook; errors of the disk become OSError, also those that lxml raises.

    Raises
    ------
    OSError
        The disk is full, for example.
    """
    try:
        book.save(whole)
    except Exception as error:
        if type(error).__name__ != "SerialisationError":
            raise
        number = getattr(errno, str(error).removeprefix("IO_"), errno.EIO)  # such as IO_ENOSPC
        raise OSError(number, os.strerror(number)) from None


def _write_form(sheet: Any, form: Form) -> None:
    from openpyxl.comments import Comment

    sheet.append([column.title for column in form.columns])
    for row in form.rows:
        sheet.append(list(row))
    for position, column in enumerate(form.columns, 1):
        comment = Comment(column.note, "phancong")
        comment.width, comment.height = 320, 140
        sheet.cell(1, position).comment = comment
        validation = _validation(column)
        if validation is not None:
            sheet.add_data_validation(validation)
            validation.add(f"{letter(position)}2:{letter(position)}{ROWS}")
    _style(sheet, [column.width for column in form.columns])
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _validation(column: FormColumn) -> Any:
    """The check of a spreadsheet for cells of a column; None if any text is valid."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.choices:
        made = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"')
        made.errorStyle = "warning"
    elif column.least is None:
        return None
    else:
        made = DataValidation(type="whole" if column.whole else "decimal")
        made.operator = "greaterThanOrEqual" if column.most is None else "between"
        made.formula1 = f"{column.least:g}"
        made.formula2 = None if column.most is None else f"{column.most:g}"
    made.allow_blank = True
    made.showErrorMessage = True
    made.errorTitle, made.error = column.title[:31], column.note[:220]
    return made


def _style(sheet: Any, widths: Sequence[int]) -> None:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.worksheet.properties import PageSetupProperties

    for position, characters in enumerate(widths, 1):
        sheet.column_dimensions[letter(position)].width = min(max(characters + 2, 6), 90)
        cell = sheet.cell(1, position)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="DDE7F0")
        cell.alignment = _wrapped()
    sheet.freeze_panes = "A2"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties()


def _wrapped() -> Any:
    from openpyxl.styles import Alignment

    return Alignment(wrap_text=True, vertical="top")
