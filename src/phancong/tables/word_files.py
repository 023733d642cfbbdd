"""Documents that offices edit: printed sheets as .docx. The only module that imports python-docx."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from copy import deepcopy
from importlib.util import find_spec
from typing import Any, Final
from xml.sax.saxutils import escape

from phancong.errors import MissingExtraError
from phancong.tables.measured import Measured
from phancong.tables.paper import Layout, layout
from phancong.tables.printed import Band, Cell, PaperForm, PrintedColumn, PrintedSheet, is_cells
from phancong.tables.printing import refuse_controls
from phancong.tables.type_widths import BOLD, points
from phancong.words import Words

#: The width between the margins of a portrait and a landscape page of A4, and the space beside the text
#: of a cell, in twentieths of a point.
_UPRIGHT, _LYING = 9350, 14280
_PAD: Final = 60
#: The sides of A4, in twentieths of a point.
_SHORT, _LONG = 11906, 16838
#: Font sizes of running text and of tables, in half points.
_TEXT, _SMALL = 28, 24
_SIDE: Final = {"middle": "center", "right": "right", "left": "left", "both": "both"}
_BORDERS: Final = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_TAG: Final = re.compile(r"<w:\w+")
#: A field of Word with the page number.
_PAGE: Final = (
    '<w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)


def has_writer() -> bool:
    """Whether python-docx, which is an extra, is installed."""
    return find_spec("docx") is not None


def document_bytes(papers: Sequence[Sequence[PrintedSheet]], w: Words) -> bytes:
    """A document of several papers, each beginning on a new page.

    A4, Times New Roman, margins and page numbers as in Decree 30/2020/NĐ-CP: at the top centre, none on
    the first page. Rows are not split, and headers of tables are repeated on every page.

    Parameters
    ----------
    papers
        The papers, each a sequence of parts without charts. The foot of a part without a table is its
        running text.
    w
        The language.

    Raises
    ------
    InvalidArgumentError
        A text holds control characters.
    MissingExtraError
        python-docx is not installed.
    """
    try:
        import docx  # here: it is an extra
    except ImportError:
        raise MissingExtraError(
            "documents need python-docx, which is an extra: pip install 'phancong[word]'"
        ) from None
    for paper in papers:
        for part in paper:
            refuse_controls(part)
    made = docx.Document()
    _settle(made, w)
    body = made.element.body
    lying = False
    for number, paper in enumerate(papers):
        layouts = [layout(Measured(part)) if part.columns else Layout(()) for part in paper]
        lies = any(at.lying for at in layouts)
        if lies != lying:
            _end_section(body, lying=lying)
            lying = lies
        for place, (part, at) in enumerate(zip(paper, layouts, strict=True)):
            for element in _elements(part, at, w, new_page=bool(number) and not place):
                body.insert(len(body) - 1, element)  # the last element holds the section
    _turn(body[-1], lying=lying)
    whole = io.BytesIO()
    made.save(whole)
    return whole.getvalue()


def _settle(made: Any, w: Words) -> None:
    """Set paper, margins, font and page numbers; no author is named."""
    from docx.enum.section import WD_ORIENTATION
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    section = made.sections[0]
    section.orientation = WD_ORIENTATION.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.top_margin = section.bottom_margin = Mm(20)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    numbered = section.header.paragraphs[0]._p
    numbered.getparent().replace(numbered, _parsed(_PAGE))
    style = made.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(_TEXT / 2)
    fonts = style.element.rPr.rFonts
    for kind in ("w:eastAsia", "w:cs"):
        fonts.set(qn(kind), "Times New Roman")
    language = {"vi": "vi-VN"}.get(w.lang, "en-GB")
    style.element.rPr.append(_parsed(f'<w:lang w:val="{language}"/>'))
    about = made.core_properties
    about.author = about.last_modified_by = about.comments = ""


def _end_section(body: Any, *, lying: bool) -> None:
    """End a section of pages with one orientation; the next one has the same page headers."""
    from docx.oxml.ns import qn

    section = deepcopy(body[-1])
    _turn(section, lying=lying)
    ended = _parsed('<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="20"/></w:pPr></w:p>')
    ended[0].append(section)
    body.insert(len(body) - 1, ended)
    for tag in ("w:headerReference", "w:titlePg"):  # those of the previous section hold
        for element in body[-1].findall(qn(tag)):
            body[-1].remove(element)


def _turn(section: Any, *, lying: bool) -> None:
    """Set the orientation of the pages of a section."""
    from docx.oxml.ns import qn

    size = section.find(qn("w:pgSz"))
    wide, high = (_LONG, _SHORT) if lying else (_SHORT, _LONG)
    size.set(qn("w:w"), str(wide))
    size.set(qn("w:h"), str(high))
    size.set(qn("w:orient"), "landscape" if lying else "portrait")


def _elements(part: PrintedSheet, at: Layout, w: Words, *, new_page: bool) -> list[Any]:
    """The paragraphs and tables of a part, as XML."""
    made: list[str] = []
    if part.form is not None and part.form.right:
        made.append(_letterhead(part.form))
    for number, line in enumerate(part.heading):
        first = new_page and not number and not made
        before = 0 if number or first else 360
        bold = not number or not part.columns
        made.append(_paragraph(line, "middle", bold=bold, page=first, before=before))
    if part.columns:
        made += _tables(part, at, w)
    side = "both" if not part.columns else "left"
    made += [
        _paragraph(line, side, before=120, after=60, indent=not part.columns) for line in part.foot
    ]
    if part.form is not None and (part.form.signed or part.form.received):
        made += [_paragraph("", size=_SMALL), _signature(part.form)]
    return [_parsed(xml) for xml in made]


def _parsed(xml: str) -> Any:
    """An element of a document; *xml* does not declare its prefix."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    tag = _TAG.match(xml)
    assert tag is not None
    return parse_xml(f"{tag[0]} {nsdecls('w')}{xml[tag.end() :]}")


# --- text


def _paragraph(
    text: str,
    side: str = "left",
    *,
    bold: bool = False,
    italic: bool = False,
    size: int = _TEXT,
    before: int = 0,
    after: int = 60,
    page: bool = False,
    indent: bool = False,
    keep: bool = False,
) -> str:
    """A paragraph as XML; *page* begins a page, *keep* keeps it on the page of the next one."""
    looks = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "")
    breaks = ("<w:keepNext/>" if keep else "") + ("<w:pageBreakBefore/>" if page else "")
    shifted = '<w:ind w:firstLine="567"/>' if indent else ""
    return (
        f'<w:p><w:pPr>{breaks}<w:spacing w:before="{before}" w:after="{after}"/>{shifted}'
        f'<w:jc w:val="{_SIDE[side]}"/><w:rPr><w:sz w:val="{size}"/></w:rPr></w:pPr>'
        f'<w:r><w:rPr>{looks}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(" ".join(text.split()))}</w:t></w:r></w:p>'
    )


def _cell(inside: str, room: int) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{room}" w:type="dxa"/></w:tcPr>{inside}</w:tc>'


def _grid(rooms: Sequence[int], *, lines: bool) -> str:
    """The opening XML of a table."""
    borders = f"<w:tblBorders>{_BORDERS}</w:tblBorders>" if lines else ""
    columns = "".join(f'<w:gridCol w:w="{room}"/>' for room in rooms)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(rooms)}" w:type="dxa"/><w:tblInd w:w="{_PAD}" w:type="dxa"/>'
        f'{borders}<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="{_PAD}" w:type="dxa"/>'
        f'<w:right w:w="{_PAD}" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>"
    )


def _letterhead(form: PaperForm) -> str:
    """The lines at the top, in two halves, with the number of the decision beside the date.

    A rule stands below the body and below the motto, as the forms of the Party and of the state require.
    """
    last = len(form.right) - 1
    left = [(line, number + 1 == len(form.left), False) for number, line in enumerate(form.left)]
    right = [(line, True, False) for line in form.right[:last]]
    halves = [
        "".join(
            _paragraph(line, "middle", bold=bold, italic=italic, size=26, after=20)
            for line, bold, italic in half
        )
        for half in (left, right)
    ]
    rooms = [_UPRIGHT * 9 // 20, _UPRIGHT - _UPRIGHT * 9 // 20]
    halves[0] += _rule(rooms[0], points(form.left[-1], 13.0) * 0.5) if form.left else ""
    halves[1] += _rule(rooms[1], points(form.right[last - 1], 13.0) * BOLD) if last else ""
    halves[0] += _paragraph(form.number, "middle", size=26, after=20) if form.number else ""
    halves[1] += _paragraph(form.right[last], "middle", italic=True, size=26, after=20)
    return _two(rooms, halves)


def _rule(room: int, wide: float) -> str:
    """A line in the middle of a half, *wide* points wide."""
    side = max(int((room - 2 * _PAD - wide * 20) / 2), 0)
    return (
        f'<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>'
        f'<w:spacing w:before="20" w:after="0" w:line="80" w:lineRule="exact"/>'
        f'<w:ind w:left="{side}" w:right="{side}"/></w:pPr></w:p>'
    )


def _signature(form: PaperForm) -> str:
    """The recipients on the left, the signature on the right; a page break never splits them."""
    left = [
        _paragraph(line, bold=not place, italic=not place, size=22, after=0)
        for place, line in enumerate(form.received)
    ]
    right = [
        _paragraph(line, "middle", bold=line != form.hint, italic=line == form.hint, keep=True)
        for line in form.signed
    ]
    rooms = [_UPRIGHT // 2, _UPRIGHT - _UPRIGHT // 2]
    return _two(rooms, ["".join(left) or _paragraph(""), "".join(right)])


def _two(rooms: Sequence[int], halves: Sequence[str]) -> str:
    """Two halves side by side, without borders."""
    cells = "".join(_cell(half, room) for half, room in zip(halves, rooms, strict=True))
    row = f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"
    return f"{_grid(rooms, lines=False)}{row}</w:tbl>"


# --- tables


def _tables(part: PrintedSheet, at: Layout, w: Words) -> list[str]:
    """The rows as tables, one for each run between bands that begin a page."""
    whole = _LYING if at.lying else _UPRIGHT
    size = round(_SMALL * at.scale / 100)
    # Stretch a table that is nearly as wide as the page.
    wide = sum(at.rooms) * 20 * at.scale / 100
    grown = whole / wide if wide > whole * 0.4 else 1.0
    rooms = [math.floor(room * 20 * at.scale / 100 * grown) for room in at.rooms]
    head = "".join(
        _cell(_paragraph(column.title, "middle", bold=True, size=size, after=0), room)
        for column, room in zip(part.columns, rooms, strict=True)
    )
    begin = f"{_grid(rooms, lines=True)}<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>"
    made: list[str] = []
    rows: list[str] = []

    def close() -> None:
        if rows:
            made.append(f"{begin}{''.join(rows)}</w:tbl>")
            made.append(_paragraph("", size=12, after=0))
        rows.clear()

    for cells in part.rows:
        if isinstance(cells, Band):
            close()
            made.append(_paragraph(cells.text, bold=True, page=cells.new_page, keep=True))
        elif is_cells(cells):
            rows.append(_row(cells, part.columns, rooms, (w, size)))
    close()
    return made


def _row(
    cells: Sequence[Cell],
    columns: Sequence[PrintedColumn],
    rooms: Sequence[int],
    words_and_size: tuple[Words, int],
) -> str:
    w, size = words_and_size
    xml = "".join(
        _cell(_paragraph(*_shown(cell, column, w), size=size, after=0), room)
        for cell, column, room in zip(cells, columns, rooms, strict=True)
    )
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{xml}</w:tr>"


def _shown(cell: Cell, column: PrintedColumn, w: Words) -> tuple[str, str]:
    """The text of a cell and its alignment."""
    if cell is None or isinstance(cell, str):
        return cell or "", "left"
    if isinstance(cell, float) and not math.isfinite(cell):
        return "", "left"
    if column.counts:
        return str(cell), "middle"
    return w.number(cell if column.decimals is None else round(cell, column.decimals)), "right"
