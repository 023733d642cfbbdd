"""What the judge says, in English and Vietnamese."""

import pytest
from said import said

from phancong import Household, Member, Problem, check

PROBLEM = Problem(
    [Member("a", max_households=1), Member("b", hamlet="x")],
    [Household("h1"), Household("h2", hamlet="y")],
    travel=None,
    within_hamlet=True,
    fixed=[("h2", "b")],
    forbidden=[("h1", "b")],
)


def test_a_plan_that_cannot_be_used():
    """Each thing that may never be, in words."""
    found = check(PROBLEM, [("h1", "b"), ("h2", "b"), ("x", "y"), ("h1", "y")])
    assert said(found).startswith(
        "The plan cannot be used: 3 things are wrong with it. 1 exception is intended: its pair is "
        "fixed. Violations of rules that no plan may break: "
        "- pair ('x', 'y') names an unknown household 'x' and member 'y' "
        "- pair ('h1', 'y') names an unknown member 'y' - pair ('h1', 'b') is forbidden "
    )
    assert said(found, "vi").startswith(
        "Phương án không hợp lệ: có 3 điểm sai. Có 1 ngoại lệ có chủ ý: cặp đã được ấn định. "
        "Những điều không bao giờ được phép: "
        "- cặp ('x', 'y') nêu hộ 'x' và người phụ trách 'y' không có trong danh sách "
        "- cặp ('h1', 'y') nêu người phụ trách không có trong danh sách: 'y' "
        "- cặp ('h1', 'b') bị cấm "
    )


@pytest.mark.parametrize(
    ("pairs", "english", "vietnamese"),
    [
        (
            [("h2", "b")],
            "The plan can be used; a limit is relaxed 1 time.",
            "Phương án hợp lệ; có 1 chỉ tiêu chưa đạt hoặc vượt.",
        ),
        (
            [("h1", "a"), ("h2", "b")],
            "The plan can be used; a limit is relaxed 1 time.",
            "Phương án hợp lệ; có 1 chỉ tiêu chưa đạt hoặc vượt.",
        ),
    ],
)
def test_a_plan_that_breaks_a_limit(pairs, english, vietnamese):
    """h1 has nobody; then it has somebody of no hamlet."""
    found = check(PROBLEM, pairs)
    assert said(found).startswith(english)
    assert said(found, "vi").startswith(vietnamese)


def test_a_plan_that_keeps_every_limit():
    """And the value of each goal."""
    problem = Problem([Member("a")], [Household("h1", workload=2.5)], travel=None)
    text = check(problem, [("h1", "a")]).text("vi")
    assert text.split("\n") == [
        "Phương án hợp lệ, mọi giới hạn đều được giữ.",
        "",
        f"{'mục tiêu':<30}  giá trị",
        f"{'khối lượng lớn nhất':<30}      2,5",
        f"{'số hộ thay đổi người phụ trách':<30}        0",
    ]
