"""`write_template`: a workbook that a commune fills in and :func:`read` reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from phancong.errors import InvalidArgumentError
from phancong.reading.classes import DEFAULT_WORKLOADS
from phancong.rules import RULES
from phancong.tables import Form, FormColumn, write_form
from phancong.words import Message, words

_CLASSES_VI: Final = ("hộ nghèo", "hộ cận nghèo", "hộ mới thoát nghèo", "hộ không nghèo")
_CLASSES_EN: Final = ("poor", "near poor", "average", "not poor")


def _loads(classes: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {DEFAULT_WORKLOADS[name]:g}" for name in classes)


def _limits(lang: str, *, rare: bool = False) -> Iterator[FormColumn]:
    """The columns of members that set a limit: those that most need, or those that few do."""
    w = words(lang)
    for rule in RULES.values():
        column = rule.column
        if column is not None and column.title is not None and column.rare == rare:
            assert column.note is not None  # each column of a template is explained
            yield FormColumn(title=column.title(w), note=column.note(w), least=0, whole=True)


_FORMS: Final[Mapping[str, tuple[Form, ...]]] = {
    "vi": (
        Form(
            title="Danh sách hộ",
            columns=(
                FormColumn(title="STT", note="Số thứ tự, không lặp lại.", width=6),
                FormColumn(
                    title="Họ và tên chủ hộ",
                    note="Chỉ dùng để in danh sách; không đưa vào tính toán.",
                    width=28,
                ),
                FormColumn(title="Thôn", note="Tên thôn, bản, tổ dân phố.", width=18),
                FormColumn(
                    title="Phân loại",
                    note=f"Khối lượng mặc định: {_loads(_CLASSES_VI)}. Để trống: 1.",
                    width=20,
                    choices=_CLASSES_VI,
                ),
                FormColumn(
                    title="Khối lượng",
                    note="Chỉ điền khi khác với khối lượng mặc định của phân loại. Ví dụ: 1,5.",
                    least=0,
                ),
                FormColumn(
                    title="Vĩ độ",
                    note="Độ thập phân WGS 84, ví dụ 22,401. Điền cho tất cả, hoặc không hộ nào.",
                    least=-90,
                    most=90,
                ),
                FormColumn(
                    title="Kinh độ",
                    note="Độ thập phân WGS 84, ví dụ 105,201.",
                    least=-180,
                    most=180,
                ),
                FormColumn(
                    title="Người phụ trách năm trước",
                    note="Họ và tên như trong danh sách đảng viên; nhiều người cách nhau bằng dấu ;",
                    width=28,
                ),
                FormColumn(title="Ghi chú", note="Không đưa vào tính toán.", width=24),
            ),
        ),
        Form(
            title="Danh sách đảng viên",
            columns=(
                FormColumn(title="STT", note="Số thứ tự, không lặp lại.", width=6),
                FormColumn(
                    title="Họ và tên đảng viên",
                    note="Chỉ dùng để in danh sách và để tìm người phụ trách năm trước.",
                    width=28,
                ),
                FormColumn(title="Thôn", note="Nơi ở.", width=18),
                *_limits("vi"),
                FormColumn(
                    title="Hệ số",
                    note="Phần công việc so với người khác: 1 là bình thường, bí thư 0,5.",
                    least=0,
                ),
                FormColumn(
                    title="Người mới",
                    note="Điền x nếu mới nhận việc: hệ số lấy theo trang cách tính khối lượng.",
                    choices=("x",),
                    width=12,
                ),
                FormColumn(
                    title="Miễn phân công", note="Điền x nếu được miễn.", choices=("x",), width=12
                ),
                FormColumn(title="Vĩ độ", note="Nơi ở, độ thập phân WGS 84.", least=-90, most=90),
                FormColumn(
                    title="Kinh độ", note="Nơi ở, độ thập phân WGS 84.", least=-180, most=180
                ),
                *_limits("vi", rare=True),
                FormColumn(
                    title="Số hộ phụ trách ngoài danh sách",
                    note="Đã phụ trách mà không có trong danh sách hộ; tính vào giới hạn và cân đối.",
                    least=0,
                    whole=True,
                ),
                FormColumn(
                    title="Khối lượng ngoài danh sách",
                    note="Khối lượng của các hộ đó hoặc của việc khác, cùng đơn vị với của hộ.",
                    least=0,
                ),
                FormColumn(title="Ghi chú", note="Không đưa vào tính toán.", width=24),
            ),
        ),
        Form(
            title="Cách tính khối lượng",
            columns=(
                FormColumn(
                    title="Phân loại",
                    note="Để trống cả trang nếu dùng khối lượng mặc định. Ghi "
                    '"Các hộ khác" cho mọi hộ còn lại.',
                    width=22,
                    choices=(*_CLASSES_VI, "Các hộ khác"),
                ),
                FormColumn(
                    title="Điểm", note="Điểm của mỗi hộ; hoặc số lần và số phút bên cạnh.", least=0
                ),
                FormColumn(title="Số lần một tháng", note="Số lần đến mỗi tháng.", least=0),
                FormColumn(title="Số phút một lần", note="Số phút ở lại mỗi lần.", least=0),
                FormColumn(
                    title="Số phút đi đường",
                    note="Một lượt, chung cho mọi hộ; chỉ điền một ô. Hoặc ghi tốc độ.",
                    least=0,
                ),
                FormColumn(
                    title="Tốc độ (km/giờ)",
                    note="Để tính đường đi và về của từng cặp theo tọa độ; chỉ điền một ô.",
                    least=0,
                ),
                FormColumn(title="Hệ số người mới", note="Ví dụ 0,5; chỉ điền một ô.", least=0),
                FormColumn(
                    title="Vàng trên", note="Khối lượng từ đó là nhiều; chỉ điền một ô.", least=0
                ),
                FormColumn(
                    title="Đỏ trên", note="Khối lượng từ đó là quá nhiều; chỉ điền một ô.", least=0
                ),
            ),
        ),
    ),
    "en": (
        Form(
            title="Households",
            columns=(
                FormColumn(title="No", note="A number of its own for each row.", width=6),
                FormColumn(
                    title="Head of household",
                    note="For printed lists only: a name is never part of what is computed.",
                    width=28,
                ),
                FormColumn(title="Hamlet", note="Where the household lives.", width=18),
                FormColumn(
                    title="Class",
                    note=f"Workload by default: {_loads(_CLASSES_EN)}. Empty: 1.",
                    width=20,
                    choices=_CLASSES_EN,
                ),
                FormColumn(
                    title="Workload",
                    note="Only where it differs from that of the class. For instance 1.5.",
                    least=0,
                ),
                FormColumn(
                    title="Latitude",
                    note="Decimal degrees WGS 84, such as 22.401. For all, or for nobody.",
                    least=-90,
                    most=90,
                ),
                FormColumn(
                    title="Longitude",
                    note="Decimal degrees WGS 84, such as 105.201.",
                    least=-180,
                    most=180,
                ),
                FormColumn(
                    title="Member in charge",
                    note="Last year's, by the name in the list of members; several parted by ;",
                    width=28,
                ),
                FormColumn(title="Note", note="Not part of what is computed.", width=24),
            ),
        ),
        Form(
            title="Members",
            columns=(
                FormColumn(title="No", note="A number of its own for each row.", width=6),
                FormColumn(
                    title="Full name",
                    note="For printed lists, and to find who was in charge last year.",
                    width=28,
                ),
                FormColumn(title="Hamlet", note="Where the member lives.", width=18),
                *_limits("en"),
                FormColumn(
                    title="Share",
                    note="The part of a full load: 1 as usual, 0.5 for a secretary.",
                    least=0,
                ),
                FormColumn(
                    title="Newcomer",
                    note="x where the member is new: the share is that of the sheet of the scheme.",
                    choices=("x",),
                    width=12,
                ),
                FormColumn(
                    title="Exempt", note="x where the member is exempt.", choices=("x",), width=12
                ),
                FormColumn(title="Latitude", note="Decimal degrees WGS 84.", least=-90, most=90),
                FormColumn(title="Longitude", note="Decimal degrees WGS 84.", least=-180, most=180),
                *_limits("en", rare=True),
                FormColumn(
                    title="Households besides the list",
                    note="Already carried and not in the list; counted in limits and in fairness.",
                    least=0,
                    whole=True,
                ),
                FormColumn(
                    title="Workload besides the list",
                    note="Of those households or of other duties, in the unit of the households'.",
                    least=0,
                ),
                FormColumn(title="Note", note="Not part of what is computed.", width=24),
            ),
        ),
        Form(
            title="Workload scheme",
            columns=(
                FormColumn(
                    title="Class",
                    note='Leave the sheet empty for the default workloads. "Others" stands for all '
                    "other households.",
                    width=22,
                    choices=(*_CLASSES_EN, "Others"),
                ),
                FormColumn(
                    title="Points", note="Of each household; or visits and minutes beside.", least=0
                ),
                FormColumn(title="Visits a month", note="How many visits a month.", least=0),
                FormColumn(title="Minutes a visit", note="Minutes there at each visit.", least=0),
                FormColumn(
                    title="Minutes one way",
                    note="The same for all; fill in one cell. Or give the speed.",
                    least=0,
                ),
                FormColumn(
                    title="Speed (km/h)",
                    note="For the way of each pair, there and back, by coordinates; one cell.",
                    least=0,
                ),
                FormColumn(
                    title="Newcomer share", note="For instance 0.5; fill in one cell.", least=0
                ),
                FormColumn(
                    title="Amber above", note="More than this is much; fill in one cell.", least=0
                ),
                FormColumn(
                    title="Red above", note="More than this is too much; one cell.", least=0
                ),
            ),
        ),
    ),
}
_GUIDES: Final = {
    "vi": ("Hướng dẫn", ("Danh sách", "Cột", "Cách điền")),
    "en": ("Guide", ("List", "Column", "What to write")),
}


def write_template(path: str | Path, *, lang: str = "vi") -> None:
    """Write a workbook to fill in: households, members, and a sheet that explains the columns.

    Parameters
    ----------
    path
        The file, with the ending ``.xlsx``; one that is there is replaced.
    lang
        ``"vi"`` or ``"en"``.

    Raises
    ------
    InvalidArgumentError
        There is no template in that language, or the file is no .xlsx.
    MissingExtraError
        openpyxl is not installed.
    """
    if lang not in _FORMS:
        raise InvalidArgumentError(f"lang must be one of {', '.join(map(repr, _FORMS))}")
    if Path(path).suffix.lower() != ".xlsx":
        raise InvalidArgumentError(
            Message("a template is a workbook: give a path that ends with .xlsx")
        )
    title, header = _GUIDES[lang]
    forms = _FORMS[lang]
    rows = [(form.title, column.title, column.note) for form in forms for column in form.columns]
    write_form(path, forms, (title, [header, *rows]))
