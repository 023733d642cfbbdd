"""Names, telephone numbers and identity numbers are never ids (contract 2.6)."""

from datetime import date

import pytest

from phancong.tables import looks_personal
from phancong.tables.private import may_be_shown, tells_hardship


@pytest.mark.parametrize(
    "value",
    [
        "0912345678",
        "0912 345 678",
        "091.234.5678",
        "+84912345678",
        "+84 24 3825 1234",
        "84912345678",
        "0084912345678",
        912345678,
        84912345678,
        "02193867123",
        "(0219) 3867 123",
        2603867123,
        "0168 234 5678",
        "+33 6 12 34 56 78",
        "SĐT 0912345678",
        "0912 345 678 Zalo",
        "０９１２３４５６７８",
    ],
)
def test_telephone_numbers(value):
    """Vietnamese numbers in their forms; a workbook has taken the 0 away."""
    assert looks_personal(value) == "a telephone number"


@pytest.mark.parametrize(
    "value",
    [
        "008190001234",
        "008 190 001 234",
        8190001234,
        27190001234,
        108190001234,
        "100000001",
        100000001,
        "070 123 456",
        "070.123.456",
    ],
)
def test_identity_numbers(value):
    """Twelve digits, nine until 2021; a workbook has taken one or two zeros away."""
    assert looks_personal(value) == "an identity number"


@pytest.mark.parametrize(
    "value",
    [
        "Nguyễn Văn An",
        "NGUYỄN VĂN AN",
        "Nguyễn Văn A",
        "Hoàng  Thị",
        "Nguye\u0302\u0303n Va\u0306n An",
        "nguyễn văn an",
        "nguyen van an",
        "nguyen_van_an",
        "lò thị hoà",
        "vàng a pao",
        "ma thị b",
        "Nguyễn Văn An 2",
        "Nguyễn Văn An (2)",
        "Đ/c Nguyễn Văn An",
        "Đ/c An",
        "đ/c lò thị hoà",
        "Ông Pản",
        "Nguyễn A",
        "An, Nguyễn Văn",
        "Jean-Pierre Dupont",
        "O'Brien Mary 3",
        "đ/c an",
        "chị Lan",
        "hộ ông An",
        "1. Nguyễn Văn An",
        "H1 Nguyễn Văn An",
        "Nguyễn Văn An - Lý Thị Mai",
        "Nguyễn Văn An (b)",
        "*Nguyễn Văn An",
        "(Nguyễn Văn An)",
        "Hoàng-Văn-An",
        "hoàng-văn-an",
        "NguyenVanAn",
        "NguyễnVănAn2",
        "Hoàng-An",
        "Hoàng-Văn-An (2)",
        "Hoàng-Văn-An; Lý-Thị-Mai",
        "Nguyễn\u200bVăn\u200bAn",
        "maria garcia",
        "maria_garcia",
        "jean-pierre dupont",
        "mohammed ali 2",
        "dc An",
        "d/c An",
        "ong An",
        "chi Lan 2",
        "Nguy?n V?n An",
        "TR?N V?N AN",
        "lò th? hoà",
        "?inh Th? Hoa",
        "Hu? An Bình",
        "Tr\ufffd\ufffdn V\ufffdn An",
        "\ufffd\ufffdặng An",
        # The first letter is lost, with or without a mark for it; the last as well.
        "?ào A S?",
        "\u25a1guyễn Văn An",
        "guyễn An",
        "ặng Kín",
        # UTF-8 read as Windows-1252, and text for fonts of TCVN 5712.
        "Nguyá»…n VÄƒn An",
        "NguyÔn V¨n An",
        "TrÇn ThÞ Hoa",
        "§ç ThÞ Lan",
        "Lª §×nh ChØ",
        "Ph¹m Hïng",
    ],
)
def test_names(value):
    """Two or more words of letters with a capital, composed or not, and where an encoding lost some."""
    assert looks_personal(value) == "a name"


@pytest.mark.parametrize(
    "value",
    [
        "m1",
        "007",
        "Hộ A",
        "hộ số 3",
        "Thôn 3",
        "An",
        "TQ-0123",
        "0123456789",
        "12345678901",
        7,
        12345678,
        2025000001,
        "Hộ 12",
        "bản-3/7",
        "Bản Mới 12",
        "HO 12 B",
        "tổ 3 hộ 4",
        "hh_01",
        "22-401-0012",
        "hộ mới",
        True,
        None,
        7.5,
        "",
        "hộ nghèo",
        "phân loại",
        "a@b",
        "...",
        "0912345678a",
        "1. tổ 3",
        "H1 - H2",
        "hộ 100000001",
        "bà mẹ",
        "3 Bản Mới",
        "H1 Bản Mới 2",
        "1" * 8 + " " * 30_000 + "b!",
        "a" * 30_000 + " @",
        "1. Bản Mới Đăm",
        "hộ 17",
        "B-12",
        "MX 03",
        "to-1-ho-4",
        "DC 3",
        "DC A",
        "dc kho",
        "Co.Op",
        "Nà-Lừa",
        "phan-loai",
        "Dinh-A-3",
        "Duong-1",
        "John 3",
        "ali a",
        "santa maria",
        "McDonald",
        "HoGiaDinh",
        "thon-van-lang",
        "thôn Văn Lãng",
        "h?1",
        "hộ?",
        "?",
        "có nhà?",
        "thôn ?à",
        "b?n ?ông 3",
        "nhà ?ông",
        "ào 3",
        "ống 3",
        "N° 12",
        "Nº 5",
        "§12",
        "h¹",
        "A·B",
        "2×3",
        "café 3",
        "naïve",
        "Straße 5",
    ],
)
def test_plain_ids(value):
    """Numbers of rows, codes and labels are ids."""
    assert looks_personal(value) is None


@pytest.mark.parametrize("value", ["an.nguyen@xa.gov.vn", "Hộ An <an@mail.vn>"])
def test_addresses_of_mail(value):
    """Wherever it stands in the cell."""
    assert looks_personal(value) == "an e-mail address"


@pytest.mark.parametrize(
    "value", [3, 2.5, True, None, "x", "two", "5 km", "1.5.2", "", "\ufffd", [1, "x"]]
)
def test_figures_and_plain_words_may_be_repeated(value):
    """They help to find the slip, and say nothing of anybody."""
    assert may_be_shown(value)


@pytest.mark.parametrize(
    "value",
    [
        "nghèo",
        "ngheo",
        "hộ nghèo",
        "mother alone",
        "lo thi en",
        "Én",
        "HCN",
        "[poor]",
        ["x", "poor"],
        date(1950, 1, 2),
        b"poor",
        {"class": "poor"},
    ],
)
def test_what_could_be_anything_may_not(value):
    """A class, a name, a day of birth."""
    assert not may_be_shown(value)


@pytest.mark.parametrize(
    "text", ["Hộ nghèo", "ho_ngheo", "cận  nghèo", "Poor", "neo đơn", "poor-1"]
)
def test_what_plainly_says_how_a_family_lives(text):
    """However it is written."""
    assert tells_hardship(text)


@pytest.mark.parametrize("text", ["HN-01", "Poorna", "h1", "Nà Lừa", 7, None])
def test_what_is_an_id(text):
    """Letters of a town, a part of another word, a number."""
    assert not tells_hardship(text)
