"""Draw the pictures of the officer's first plan again: ``python docs/images/sheets.py``.

Needs ``phancong[excel,word,plot]``, LibreOffice (``soffice``) and ``pdftoppm`` (Debian:
libreoffice-calc, poppler-utils). People and places are made up. The English pictures have no suffix,
the others have that of their language, which is how Sphinx finds them.
"""

import subprocess
import tempfile
from pathlib import Path

import openpyxl
from PIL import Image, ImageChops

from phancong.cli import main

PICTURES = Path(__file__).parent / "officer"
#: Dots an inch of a picture, and how many greys and colours it has.
SHARPNESS, COLOURS = 80, 24

MEMBERS = [
    # name, hamlet, fewest and most households, latitude, longitude
    ("Nguyễn Văn An", "Bản Chang", 3, 6, 22.4021, 105.2013),
    ("Lò Thị Hoà", "Bản Chang", 3, 6, 22.4052, 105.2041),
    ("Hoàng Văn Pản", "Nà Lừa", 3, 6, 22.4113, 105.2122),
]
HOUSEHOLDS = [
    ("Bàn Thị Thuỷ", "Bản Chang"),
    ("Tống Công Minh", "Bản Chang"),
    ("Lý Văn Sáng", "Bản Chang"),
    ("Đặng Thị Mai", "Bản Chang"),
    ("Phùng Văn Tài", "Bản Chang"),
    ("Triệu Thị Lan", "Bản Chang"),
    ("Nông Văn Khánh", "Bản Chang"),
    ("Ma Thị Hiền", "Nà Lừa"),
    ("Vàng A Sinh", "Nà Lừa"),
    ("Giàng Thị Dợ", "Nà Lừa"),
    ("Lục Văn Bình", "Nà Lừa"),
    ("Chu Thị Ngân", "Nà Lừa"),
    ("Hà Văn Toàn", "Nà Lừa"),
    ("La Thị Xuân", "Nà Lừa"),
]
CLASSES = {"vi": ("Hộ nghèo", "Hộ cận nghèo"), "en": ("poor", "near poor")}
OFFICE = {
    "vi": 'above = "Đảng ủy xã Minh Quang"\nbody = "Chi bộ liên thôn"\n',
    "en": 'above = "Commune of Minh Quang"\nbody = "Branch of two hamlets"\n',
}


def list_of(folder: Path, language: str) -> Path:
    """The template, filled in with the two lists."""
    path = folder / "list.xlsx"
    main(["template", str(path), "--lang", language])
    book = openpyxl.load_workbook(path)
    households, members = book.worksheets[0], book.worksheets[1]
    for row, (name, hamlet, least, most, *at) in enumerate(MEMBERS, start=2):
        _write(members, row, [row - 1, name, hamlet, least, most, None, None, None, *at])
    poor, near_poor = CLASSES[language]
    for row, (name, hamlet) in enumerate(HOUSEHOLDS, start=2):
        class_ = {0: poor, 3: near_poor}.get(row % 6)
        _, _, _, _, *at = MEMBERS[0 if hamlet == "Bản Chang" else 2]
        where = [round(at[0] + row * 37 % 60 / 1e4, 4), round(at[1] + row * 53 % 70 / 1e4, 4)]
        _write(households, row, [row - 1, name, hamlet, class_, None, *where])
    book.save(path)
    return path


def _write(sheet: openpyxl.worksheet.worksheet.Worksheet, row: int, cells: list[object]) -> None:
    for column, value in enumerate(cells, start=1):
        if value is not None:
            sheet.cell(row, column, value)


def pages(book: Path) -> dict[str, Image.Image]:
    """The first page that LibreOffice prints of each sheet, by the sheet's name, without margins."""
    convert = [
        "soffice",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(book.parent),
        str(book),
    ]
    subprocess.run(convert, check=True, capture_output=True)
    printed = book.with_suffix(".pdf")
    texts = subprocess.run(
        ["pdftotext", "-layout", printed, "-"], check=True, capture_output=True, encoding="utf-8"
    ).stdout.split("\f")
    first = {}
    for sheet in openpyxl.load_workbook(book).worksheets:
        if sheet.sheet_state == "visible":
            # The foot of a page of a plan names its sheet; a template has no foot, and one page a sheet.
            feet = [text.rstrip().rpartition("\n")[2].strip() for text in texts]
            found = [n for n, foot in enumerate(feet) if foot.startswith(sheet.title)]
            first[sheet.title] = _picture(printed, found[0] if found else len(first))
    return first


def _picture(printed: Path, number: int) -> Image.Image:
    """One page, without what is around it."""
    one, name = str(number + 1), printed.parent / "page"
    command = ["pdftoppm", "-r", str(SHARPNESS), "-f", one, "-l", one, "-singlefile", "-png"]
    subprocess.run([*command, printed, name], check=True)
    return _cut(Image.open(name.with_suffix(".png")).convert("RGB"))


def _cut(page: Image.Image) -> Image.Image:
    """The page without what is white around it, and without the line at its foot."""
    page = page.crop((0, 0, page.width, int(page.height * 0.93)))
    box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox()
    assert box, "an empty page"
    left, top, right, bottom = box
    edge = 12
    return page.crop((max(left - edge, 0), max(top - edge, 0), right + edge, bottom + edge))


def draw(language: str) -> None:
    """All pictures of a language."""
    suffix = "" if language == "en" else f".{language}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lists = list_of(folder, language)
        (folder / "office.toml").write_text(OFFICE[language], encoding="utf-8")
        office = ["--office", str(folder / "office.toml")]
        main(["plan", str(lists), "-o", str(folder / "plan"), "--lang", language, *office])
        annex, loads, _, slips, *_ = pages(folder / "plan" / "plan.xlsx").values()
        filled, *_ = pages(lists).values()
        drawn = {"list": filled, "annex": annex, "loads": loads, "slips": slips}
        for picture, image in drawn.items():
            small = image.quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(PICTURES / f"{picture}{suffix}.png", optimize=True)


if __name__ == "__main__":
    for spoken in ("en", "vi"):
        draw(spoken)
