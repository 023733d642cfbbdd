"""Workbooks as communes keep them, made here: titles, merged cells, sections, sums, signatures."""

import random
import unicodedata

import openpyxl

SURNAMES = ["Nguyễn", "Trần", "Lò", "Vàng", "Hoàng", "Bàn", "Đặng", "Quàng", "Ma", "Tống"]
MIDDLES = ["Văn", "Thị", "Công", "Hòa", "Đức"]
GIVEN = ["An", "Bình", "Hoà", "Thuỷ", "Quý", "Ước", "Pản", "Sinh", "Đào", "Lả"]


def people(count, seed=1):
    """Made-up names, all different."""
    draw = random.Random(seed)
    found = {}
    while len(found) < count:
        name = f"{draw.choice(SURNAMES)} {draw.choice(MIDDLES)} {draw.choice(GIVEN)}"
        found[name if name not in found else f"{name} {len(found)}"] = None
    return list(found)


def book(path, **sheets):
    """A workbook of rows; a sheet may be (rows, merged areas)."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, content in sheets.items():
        rows, merged = content if isinstance(content, tuple) else (content, ())
        sheet = made.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(row)
        for area in merged:
            sheet.merge_cells(area)
    made.save(path)
    return path


MEMBER_ROWS = [
    ["STT", "Họ và tên đảng viên", "Thôn", "Số hộ tối thiểu", "Số hộ tối đa", "Miễn phân công"],
    [1, "Nguyễn Văn An", "Nà Lừa", 1, 3, None],
    [2, "Lò Thị Hòa", "Bản Mới", 0, 2, None],
    [3, "Vàng Văn Quý", "Nà Lừa", 1, 2, "x"],
]

DECREE = (
    [
        ["ỦY BAN NHÂN DÂN XÃ TÂN AN", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [],
        ["DANH SÁCH HỘ GIA ĐÌNH NĂM 2025"],
        ["STT", "Họ và tên chủ hộ", "Nhân khẩu", "Phân loại", "Tọa độ", None, "Ghi chú"],
        [None, None, None, None, "Vĩ độ", "Kinh độ", None],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
        ["I", "Thôn Nà Lừa", 9],
        [1, "Hoàng Văn Pản", 4, "Hộ nghèo", "22,401", "105,201", "nhà xa"],
        [2, "Tống Công Minh", 5, "Cận nghèo", 22.402, 105.202, None],
        ["Cộng", None, 9],
        ["II. Bản Mới"],
        [1, "Bàn Thị Thuỷ", 3, None, "22.405", "105.205", None],
        ["Tổng cộng", None, 12],
        [None, None, None, "Tân An, ngày 02 tháng 9 năm 2025"],
        [None, "Người lập biểu", None, "TM. ỦY BAN NHÂN DÂN"],
        [None, "Đặng Văn Sinh", None, "Ma Thị Đào"],
    ],
    ["A3:G3", "A4:A5", "B4:B5", "C4:C5", "D4:D5", "E4:F4", "G4:G5", "A13:B13"],
)


def without_marks(rows):
    """Rows as somebody without a Vietnamese keyboard types them."""
    return [
        [
            "".join(
                mark
                for mark in unicodedata.normalize("NFD", cell.replace("đ", "d").replace("Đ", "D"))
                if not unicodedata.combining(mark)
            )
            if isinstance(cell, str)
            else cell
            for cell in row
        ]
        for row in rows
    ]


_TCVN3_VOWELS = {
    "a": "aµ¸¶·¹", "ă": "¨»¾¼½Æ", "â": "©ÇÊÈÉË", "e": "eÌÐÎÏÑ", "ê": "ªÒÕÓÔÖ", "i": "i×ÝØÜÞ",
    "o": "oßãáâä", "ô": "«åèæçé", "ơ": "¬êíëìî", "u": "uïóñòô", "ư": "\xadõøö÷ù", "y": "yúýûüþ",
}  # fmt: skip
_VNI_VOWELS = {
    "a": ("a", ""), "ă": ("a", "ê"), "â": ("a", "â"), "e": ("e", ""), "ê": ("e", "â"),
    "i": ("i", ""), "o": ("o", ""), "ô": ("o", "â"), "ơ": ("ô", ""), "u": ("u", ""),
    "ư": ("ö", ""), "y": ("y", ""),
}  # fmt: skip
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
_VNI_TONES = {
    "": ("", "", ""), "\u0300": ("ø", "è", "à"), "\u0301": ("ù", "é", "á"),
    "\u0309": ("û", "ú", "å"), "\u0303": ("õ", "ü", "ã"), "\u0323": ("ï", "ë", "ä"),
}  # fmt: skip
_VNI_I = {"": "i", "\u0300": "ì", "\u0301": "í", "\u0309": "æ", "\u0303": "ó", "\u0323": "ò"}


def _letters(text):
    """Each letter without its tone, and the tone."""
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in parts if mark in _TONES)
        yield unicodedata.normalize("NFC", "".join(m for m in parts if m not in _TONES)), tone


def tcvn3(text):
    """Text as a .VnTime font needs it, read as Latin-1; capitals are those of another font."""
    out = ""
    for letter, tone in _letters(text):
        small = letter.lower()
        if small in _TCVN3_VOWELS:
            mark = _TCVN3_VOWELS[small][_TONES.index(tone)]
            out += mark.upper() if letter != small and mark.isascii() else mark
        else:
            out += {"đ": "®", "Đ": "§"}.get(letter, letter)
    return out


def vni(text):
    """Text as a VNI font needs it, read as Latin-1."""
    out = ""
    for letter, tone in _letters(text):
        small = letter.lower()
        if small == "i":
            out += _VNI_I[tone] if letter == "i" else _VNI_I[tone].upper()
        elif small in _VNI_VOWELS:
            base, hat = _VNI_VOWELS[small]
            plain, breve, circumflex = _VNI_TONES[tone]
            mark = {"": plain, "ê": breve or "ê", "â": circumflex or "â"}[hat]
            out += base.upper() + mark.upper() if letter != small else base + mark
        else:
            out += {"đ": "ñ", "Đ": "Ñ"}.get(letter, letter)
    return out


def windows_1258(text):
    """Bytes of the Vietnamese code page: the tone stands behind its letter."""
    return b"".join((letter + tone).encode("cp1258") for letter, tone in _letters(text))
