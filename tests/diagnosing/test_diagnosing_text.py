"""A diagnosis in words, in English and Vietnamese."""

import pytest
from said import said

from phancong import Conflict, Diagnosis, Repair

FULL = Conflict("places", ("h1", "h2"), ("a",), 2, 1, ("coverage", "max_households"))
RAISE = Repair("raise_max_households", 3, (), {})
LEAVE = Repair("leave_uncovered", 1, ("h1",), {})


def test_a_diagnosis_in_vietnamese():
    """What is missing, why, and what would mend it."""
    assert Diagnosis(False, 1, (FULL,), (RAISE, LEAVE)).text("vi").split("\n") == [
        "Không thể giữ mọi giới hạn: còn thiếu 1 chỗ. Có 2 cách khắc phục, chỉ cần chọn một; mỗi "
        "cách đều",
        "đã được giải thử. Cách thứ nhất: nâng số hộ tối đa lên 3 hộ cho tất cả.",
        "",
        "Lý do:",
        "- 2 hộ (h1, h2) cần 2 chỗ mà chỉ giao được cho người phụ trách a, tổng cộng chỉ nhận được 1 "
        "chỗ",
        "  (đủ người phụ trách, số hộ tối đa)",
        "",
        "cách khắc phục                         đối với",
        "nâng số hộ tối đa lên 3 hộ cho tất cả",
        "để trống 1 chỗ                         h1",
    ]


@pytest.mark.parametrize(
    ("found", "english", "vietnamese"),
    [
        (Diagnosis(True, 0, (), ()), "All limits can hold.", "Có thể giữ mọi giới hạn."),
        (
            Diagnosis(False, None, (), ()),
            "Not all limits can hold. No single repair is enough.",
            "Không thể giữ mọi giới hạn. Không có cách khắc phục đơn lẻ nào là đủ.",
        ),
        (
            Diagnosis(False, None, (), (), complete=False),
            "Not all limits can hold. The search was cut before every repair was tried.",
            "Không thể giữ mọi giới hạn. "
            "Việc tìm kiếm bị dừng trước khi thử hết các cách khắc phục.",
        ),
        (
            Diagnosis(False, 2, (), (RAISE,)),
            "Not all limits can hold: 2 places are missing. 1 repair is enough by itself, and was "
            "verified by solving. The first: raise the maximum to 3 households for all. what would "
            "mend it raise the maximum to 3 households for all",
            "Không thể giữ mọi giới hạn: còn thiếu 2 chỗ. Có 1 cách khắc phục, chỉ cần chọn một; mỗi "
            "cách đều đã được giải thử. Cách thứ nhất: nâng số hộ tối đa lên 3 hộ cho tất cả. "
            "cách khắc phục nâng số hộ tối đa lên 3 hộ cho tất cả",
        ),
    ],
)
def test_what_is_read_aloud(found, english, vietnamese):
    """Nothing is claimed of what was not tried."""
    assert (said(found), said(found, "vi")) == (english, vietnamese)


@pytest.mark.parametrize(
    ("conflict", "text"),
    [
        (
            Conflict("places", ("h1",), (), 1, 0, ("coverage",)),
            "hộ h1 cần 1 chỗ mà không ai nhận được (đủ người phụ trách)",
        ),
        (
            Conflict("fixed", ("h1", "h2"), ("a",), 2, 1, ("max_households",)),
            "2 hộ (h1, h2) đã ấn định cho người phụ trách a, mà chỉ nhận được 1 hộ (số hộ tối đa)",
        ),
        (
            Conflict("minimums", ("h1",), ("a", "b"), 2, 1, ("min_households",)),
            "2 người phụ trách (a, b) phải có 2 hộ mà chỉ 1 hộ giao được (số hộ tối thiểu)",
        ),
        (
            Conflict("limits", (), (), 0, 0, ("max_changes", "needs")),
            "không thể cùng giữ: số hộ thay đổi tối đa, kỹ năng cần có",
        ),
        (
            Conflict("limits", (), ("a",), 0, 0, ("min_workload", "max_households")),
            "không thể cùng giữ đối với người phụ trách a: khối lượng tối thiểu, số hộ tối đa",
        ),
    ],
)
def test_a_conflict_in_vietnamese(conflict, text):
    """Each kind of conflict."""
    assert conflict.text("vi") == text


@pytest.mark.parametrize(
    ("repair", "text"),
    [
        (Repair("lower_min_households", 2, ("a",), {}), "hạ số hộ tối thiểu xuống 2 hộ (a)"),
        (Repair("allow_changes", 3, (), {}), "cho phép 3 hộ thay đổi người phụ trách"),
        (
            Repair("allow_other_hamlets", 2, (), {}),
            "cho 2 hộ có người phụ trách ở thôn khác",
        ),
        (
            Repair("extend_max_travel", 1234.5, (), {}, unit="m"),
            "nới quãng đường tối đa lên 1.234,5 m",
        ),
        (
            Repair("raise_max_workload", 3.7030001, (), {}),
            "nâng khối lượng tối đa lên 3,704 cho tất cả",
        ),
        (RAISE, "nâng số hộ tối đa lên 3 hộ cho tất cả"),
        (Repair("add_members", 2, (), {}, 7), "thêm 2 người phụ trách, mỗi người nhận được 7 hộ"),
        (Repair("lower_members_needed", 1, (), {}), "giảm yêu cầu 1 người phụ trách"),
        (LEAVE, "để trống 1 chỗ (h1)"),
        (Repair("phase", 2, (), {}), "phân kỳ thực hiện trong 2 năm"),
    ],
)
def test_a_repair_in_vietnamese(repair, text):
    """Each kind of repair."""
    assert said(repair, "vi") == text


def test_the_reach_is_extended_by_a_length_with_its_unit():
    """In English, too."""
    repair = Repair("extend_max_travel", 1234.5, (), {}, unit="m")
    assert str(repair) == "raise the distance limit to 1,234.5 m"
