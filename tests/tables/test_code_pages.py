"""Text of Windows before Unicode: French, Spanish, Portuguese, or Vietnamese, told by its letters."""

import pytest
from ugly_lists import windows_1258

from phancong import InvalidProblemError, read
from phancong.reading.key_files import read_keys
from phancong.tables.encodings import windows_text


@pytest.mark.parametrize(
    "text",
    [
        "N° de ménage;Quartier\nÉcole d'Août;Médina",
        "Código;Nombre\n1;Muñoz Ibáñez ¿sí?",
        "Nome;Aldeia\nJoão Simões;São Tomé; irmã; pães",
        "Coût – 5 €; Noël, œuvre",
    ],
)
def test_western_text(text):
    assert windows_text(text.encode("cp1252")) == (text, "Windows-1252")


@pytest.mark.parametrize(
    "text", ["Hộ;Thôn\nHoàng Văn Pản;Nà Lừa", "Ma Văn Sơn", "Văn", "Lò Thị Mơ"]
)
def test_vietnamese_text(text):
    """Văn is no Vãn: in Portuguese no consonant follows a tilde so."""
    assert windows_text(windows_1258(text)) == (text, "Windows-1258")


@pytest.mark.parametrize(
    "raw",
    [
        b"\x81\xc3",
        b"M\xfcller \xdf \xfe",
        "España".encode("mac-roman"),
        "MÁLAGA".encode("mac-roman"),
        "así".encode("cp850") + b" r\xa1o",
    ],
)
def test_text_of_other_languages_is_not_guessed(raw):
    assert windows_text(raw) is None


def test_a_list_in_portuguese(tmp_path):
    """It was read as Vietnamese: Săo in place of São."""
    (tmp_path / "members.csv").write_bytes("id,hamlet\nm1,São Tomé\n".encode("cp1252"))
    (tmp_path / "households.csv").write_bytes("id,hamlet\nh1,São Tomé\n".encode("cp1252"))
    reading = read(tmp_path, explain=True)
    assert reading.problem.household_columns.hamlet == ("São Tomé",)
    assert "households.csv was read as Windows-1252" in reading.notes


def test_files_of_keys_are_not_guessed(tmp_path):
    """Nobody is told there which code page a file was read in, so that it is refused."""
    path = tmp_path / "keys.csv"
    path.write_bytes("table,number,key\nhouseholds,1,São Tomé\n".encode("cp1252"))
    with pytest.raises(
        InvalidProblemError, match="Windows-1252, not Unicode; save it as CSV UTF-8"
    ):
        read_keys(path)
    path.write_text("table,number,key\nhouseholds,1,São Tomé\n", "utf-16")
    assert read_keys(path)["households"] == {"São Tomé": 1}


def test_a_list_in_another_code_page_is_a_defect(tmp_path):
    (tmp_path / "members.csv").write_bytes("id,hamlet\nm1,Žďár\n".encode("cp1250"))
    (tmp_path / "households.csv").write_text("id\nh1\n", "utf-8")
    with pytest.raises(InvalidProblemError, match="bytes that are not UTF-8"):
        read(tmp_path)
