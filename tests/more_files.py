"""Files of kinds that openpyxl does not write: .ods, .xls, workbooks with odd parts."""

import zipfile
from xml.sax.saxutils import escape

import xlwt

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
    '<office:automatic-styles><style:style style:name="gone"><style:table-properties '
    'table:display="false"/></style:style><style:style '
    'style:name="shown"><style:table-properties/></style:style></office:automatic-styles>'
    "<office:body><office:spreadsheet>"
)
_TAIL = "</office:spreadsheet></office:body></office:document-content>"
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def ods_cell(value):
    """A cell; text that begins with < is taken as XML."""
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str) and value.startswith("<"):
        return value
    if isinstance(value, bool):
        said = str(value).lower()
        return (
            '<table:table-cell office:value-type="boolean" '
            f'office:boolean-value="{said}"><text:p>{said}</text:p></table:table-cell>'
        )
    if isinstance(value, (int, float)):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p>{escape(value)}</text:p></table:table-cell>"
    )


def ods_row(cells, attributes=""):
    return f"<table:table-row {attributes}>{''.join(map(ods_cell, cells))}</table:table-row>"


def ods(path, sheets, *, content=None, kind=KIND, more=()):
    """A spreadsheet of OpenDocument; a row that is text is taken as XML."""
    body = "".join(
        f'<table:table table:name="{name}">'
        + "".join(row if isinstance(row, str) else ods_row(row) for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content or f"{_HEAD}{body}{_TAIL}")
        for name, text in more:
            archive.writestr(name, text)
    return path


def xls(path, sheets):
    """An old workbook; a value (value, style) has a format of numbers."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, tuple):
                    sheet.write(at, column, value[0], xlwt.easyxf(num_format_str=value[1]))
                elif value is not None:
                    sheet.write(at, column, value)
    book.save(str(path))
    return path


def change_parts(path, changes, rename=None):
    """Rewrite parts of a package: name → a function of its bytes, or new bytes."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, change in changes.items():
        parts[name] = change(parts[name]) if callable(change) else change
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr((rename or {}).get(name, name), content)
    return path
