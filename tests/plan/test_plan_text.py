"""A plan and a difference in words, in English and Vietnamese."""

import pytest
from hand_made import plan_of
from said import said

from phancong import (
    BreachTotal,
    Continuity,
    Household,
    Member,
    Problem,
    Status,
    Travel,
    TravelMatrix,
    check,
)
from phancong.assignment import Assignment


def covered(pairs, needed=(1, 1)):
    """What is said of two households, a, b and c to choose from."""
    homes = [Household(f"h{i}", members_needed=n) for i, n in enumerate(needed, start=1)]
    problem = Problem([Member(m) for m in "abc"], homes, travel=None)
    plan = plan_of(problem, pairs, goals=())
    return tuple(said(plan, lang).partition(". ")[0] for lang in ("en", "vi"))


@pytest.mark.parametrize(
    ("pairs", "needed", "english", "vietnamese"),
    [
        (
            [("h1", "a"), ("h2", "a")],
            (1, 1),
            "All 2 households have a member in charge",
            "2/2 hộ đã có người phụ trách",
        ),
        (
            [("h1", "a")],
            (1, 1),
            "1 of 2 households has nobody in charge",
            "Còn 1 trong 2 hộ chưa có người phụ trách",
        ),
        (
            [("h1", "a"), ("h1", "b"), ("h2", "a")],
            (2, 1),
            "All 2 households have all members that they need, 3 in all",
            "2/2 hộ đã có đủ người phụ trách, tổng cộng 3 chỗ",
        ),
        (
            [("h1", "a")],
            (3, 1),
            "2 of 2 households lack a member; 3 of 4 places are open",
            "Còn 2 trong 2 hộ thiếu người phụ trách; 3 trong 4 chỗ còn trống",
        ),
        ([], (0, 0), "No household needs a member", "Không có hộ nào cần người phụ trách"),
    ],
)
def test_who_is_covered(pairs, needed, english, vietnamese):
    """Households where one member each is enough, places where it is not."""
    assert covered(pairs, needed) == (english, vietnamese)


@pytest.mark.parametrize(
    ("stopped", "english", "vietnamese"),
    [
        (None, "It is not proven", "Chưa chứng minh được"),
        ("time", "Time ran out", "Hết thời gian"),
        ("work", "The work allowed ran out", "Hết khối lượng tính toán"),
        ("gap", "The search stopped at the requested gap", "Việc tìm kiếm dừng ở sai số"),
        ("progress", "The search was stopped before", "Việc tìm kiếm bị dừng"),
        ("rounding", "Costs differ by too many orders", "Các con số chênh nhau"),
        ("something that a file says", "It is not proven", "Chưa chứng minh được"),
    ],
)
def test_what_cut_the_search_is_said(stopped, english, vietnamese):
    """Each cut in its words."""
    problem = Problem([Member("a")], [Household("h")], travel=None)
    plan = plan_of(problem, [("h", "a")], goals=(), status=Status.FEASIBLE, stopped=stopped)
    assert f"Every limit is kept. {english}" in said(plan)
    assert f"Mọi giới hạn đều được giữ. {vietnamese}" in said(plan, "vi")


def hamlet(**options):
    members = [Member("m1", max_households=1), Member("m2")]
    homes = [Household("h1"), Household("h2", workload=2.5)]
    ways = TravelMatrix([[1000.5, 2], [4000, 3]], unit="m")
    return Problem(members, homes, travel=ways, **options)


def test_a_plan_in_vietnamese():
    """The figures are those of the English text, written the Vietnamese way."""
    plan = plan_of(hamlet(max_travel=500), [("h1", "m1"), ("h2", "m1")], goals=(Travel(),))
    text = plan.text("vi")
    assert said(text.partition("\n\n")[0]) == (
        "2/2 hộ đã có người phụ trách. Không thể giữ mọi giới hạn: vượt số hộ tối đa tổng cộng 1 hộ; "
        "vượt quãng đường tối đa tổng cộng 4.000 m. Đã chứng minh là không thể ít hơn. Các mục tiêu "
        "theo thứ tự: tổng đường đi 5.000 m. Đã chứng minh: xét lần lượt các giới hạn rồi các mục "
        "tiêu, không có phương án nào tốt hơn."
    )
    assert text.split("\n\n")[1:] == [
        "người phụ trách  số hộ  khối lượng công việc (quy đổi)  đường đi m  xa nhất  phụ trách các hộ\n"
        "m1                   2                             3,5       5.000    4.000  h1, h2\n"
        "m2                   0                               0           0        0",
        "chỉ tiêu chưa đạt hoặc vượt  của  với  định mức  thực tế  chênh lệch\n"
        "số hộ tối đa                 m1               1        2           1\n"
        "quãng đường tối đa           h1   m1        500    1.000         500\n"
        "quãng đường tối đa           h2   m1        500    4.000       3.500",
        "mục tiêu       giá trị  cận dưới  chứng minh\n"
        "tổng đường đi    5.000     5.000  đã chứng minh",
        "Bộ giải: hand.",
    ]


@pytest.mark.parametrize(
    ("pairs", "english", "vietnamese"),
    [
        ([("h1", "a")], "7 are counted for places that stay open", "có 7 tính cho các chỗ để"),
        ([("h1", "a"), ("h2", "b")], None, None),
    ],
)
def test_travel_that_is_nobodys_is_said(pairs, english, vietnamese):
    """The goal counts it (contract 5.2), so that the ways of the members add up to less."""
    ways = TravelMatrix([[3.0, 5.0], [9.0, 7.0]])
    members, homes = [Member("a"), Member("b")], [Household("h1"), Household("h2")]
    plan = plan_of(Problem(members, homes, travel=ways), pairs, goals=(Travel(),))
    assert plan.goals[0].value == 3 + 7
    for lang, expected in (("en", english), ("vi", vietnamese)):
        if expected is None:
            assert "stay open" not in said(plan, lang)
        else:
            assert expected in said(plan, lang)


def test_a_breach_that_is_not_proven_is_not_called_the_least():
    """In either language."""
    plan = plan_of(hamlet(), [("h1", "m1"), ("h2", "m1")], goals=())
    breaches = {**plan.breaches, "max_households": BreachTotal(1.0, 0.0, False)}
    cut = plan_of(hamlet(), plan.pairs, goals=(), breaches=breaches, status=Status.FEASIBLE)
    assert "Not every limit is kept: members have 1 household more than" in said(cut)
    assert "Chưa chứng minh được đây là mức ít nhất." in said(cut, "vi")


def test_a_plan_in_a_notebook_has_the_same_words():
    """The paragraph and the three tables."""
    plan = plan_of(hamlet(), [("h1", "m1"), ("h2", "m1")], goals=(Travel(),))
    html = plan.html("vi")
    assert html.startswith('<div lang="vi">\n<p>2/2 hộ đã có người phụ trách.')
    assert html.count("<table>") == html.count("</table>") == 3
    assert '<th scope="col" style="text-align: left">người phụ trách</th>' in html
    assert "http" not in html


def test_a_difference_in_vietnamese():
    """Who changes hands, why, and what it does to loads and goals."""
    was = plan_of(hamlet(), [("h1", "m1"), ("h2", "m2")], goals=(Travel(),))
    now = plan_of(
        Problem(
            [Member("m2")],
            [Household("h1"), Household("h3"), Household("h4")],
            travel=TravelMatrix([[2], [7], [1]], unit="m"),
        ),
        [("h1", "m2"), ("h3", "m2")],
        goals=(Travel(),),
    )
    text = was.diff(now).text("vi")
    assert said(text.partition("\n\n")[0]) == (
        "1 hộ thay đổi người phụ trách. 2 hộ mới. 1 hộ không còn. "
        "1 hộ trước đây đủ, nay thiếu người phụ trách."
    )
    lines = text.split("\n")
    assert "hộ mới: h3, h4" in lines
    assert "h1  m1     m2   không còn nữa" in lines
    assert any(line.split() == ["m1", "1", "–", "–", "1", "–", "–"] for line in lines)
    assert "đường đi của các cặp    1.004      9        -994" in lines
    assert any(line.startswith("quãng đường xa nhất") for line in lines)


SIX = [f"h{number}" for number in range(6)]


@pytest.mark.parametrize(
    ("pairs", "count"),
    [
        ([(h, "b") for h in SIX], 6),
        ([(h, "b") for h in SIX[:2]], 2),
        ([], 0),
    ],
)
def test_who_gets_somebody_new_without_a_change_is_counted_on_a_line_of_its_own(pairs, count):
    """A was in charge of six and is exempt: no change of hands, and yet somebody new."""
    problem = Problem(
        [Member("a", max_households=0), Member("b")],
        [Household(h) for h in SIX],
        travel=None,
        previous=dict.fromkeys(SIX, "a"),
    )
    plan = plan_of(problem, pairs, goals=(Continuity(),))
    assert plan.metrics["changes"] == 0
    assert plan.assignment.renewed == check(problem, pairs).renewed == count
    paragraph = plan.text().split("\n\n")[1].replace("\n", " ")
    told = (
        f"{count} households get somebody new because their member of last year cannot have them any "
        "more (exempt, gone or not allowed); these are not counted as changes of hands."
    )
    assert (paragraph == told) is bool(count)
    assert (told in " ".join(check(problem, pairs).text().split())) is bool(count)
    assert ("không tính là thay đổi người phụ trách" in said(plan, "vi")) is bool(count)


@pytest.mark.parametrize(
    ("previous", "now", "renewed", "changes"),
    [
        ({"h": ["a"]}, ["b"], 0, 1),  # a could have stayed
        ({"h": ["gone"]}, ["b"], 1, 0),
        ({"h": ["x"]}, ["b"], 1, 0),  # x is exempt
        ({"h": ["a", "x"]}, ["a", "b"], 1, 0),
        ({"h": ["a"]}, ["a", "b"], 0, 0),  # b comes, nobody goes
        ({"h": ["a", "b"]}, ["a"], 0, 1),  # b goes, nobody comes
        ({"h": ["a", "x"]}, ["b", "c"], 0, 1),
        ({"elsewhere": ["a"]}, ["a", "b"], 0, 0),
        ({}, ["a", "b"], 0, 0),
    ],
)
def test_what_is_a_change_and_what_is_not(previous, now, renewed, changes):
    """Each household in one of the two counts at most."""
    members = [Member("a"), Member("b"), Member("c"), Member("x", max_households=0)]
    home = Household("h", members_needed=2)
    problem = Problem(members, [home], travel=None, previous=previous)
    assignment = Assignment.of(problem, [("h", member) for member in now])
    assert (assignment.renewed, assignment.changes) == (renewed, changes)
