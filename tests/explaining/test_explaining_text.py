"""Explanations in words: each kind of sentence, in English and Vietnamese, from records by hand."""

import pytest
from said import said

from phancong import (
    Alternative,
    Explanation,
    FairLoad,
    Hindrance,
    MemberExplanation,
    Move,
    Price,
    Travel,
    Variation,
)


def line(goal=None, before=700.0, after=1100.0, *, name="max_travel", proven=True, worse=None):
    """One line of a plan before and after, of travel in metres unless it is another goal."""
    worse = after > before if worse is None else worse
    unit = "m" if goal is None or isinstance(goal, Travel) else ""
    name = name if goal is None else repr(goal)
    return Price(name, goal, before, after, after, proven, worse, unit)


def other(member, *prices, moves=1, against=()):
    moved = tuple(Move(f"h{i}", ("a",), ("b",)) for i in range(moves))
    return Alternative(prices, moved, member, against)


def barred(member, rule="forbidden"):
    return other(member, moves=0, against=(Hindrance(rule, 1.0, True),))


SAME = line(Travel(), 700.0, 700.0)
UNSURE = line(Travel(), 700.0, 700.0, proven=False)
EXACT = "Every price is proven: each time the rest was solved again to the optimum."
EXACT_VI = "Mọi con số này đều đã chứng minh: mỗi lần đều xếp lại phần còn lại sao cho tốt nhất."


@pytest.mark.parametrize(
    ("others", "english", "vietnamese"),
    [
        ([], "There is no other member.", "Không có người phụ trách nào khác."),
        (
            [other("b", SAME), other("c", SAME)],
            f"With b and c it would be just as good: a tie. {EXACT}",
            f"Giao cho b và c cũng tốt ngang như vậy: hoà nhau. {EXACT_VI}",
        ),
        (
            [other(f"m{i}", SAME) for i in range(8)],
            "With m0, m1, m2, m3, m4, … 3 more it would be just as good: a tie. " + EXACT,
            "Giao cho m0, m1, m2, m3, m4, … và 3 nữa cũng tốt ngang như vậy: hoà nhau. " + EXACT_VI,
        ),
        (
            [other("b", UNSURE)],
            "With b it would be as good, as far as is known. Not every price is proven.",
            "Trong mức đã biết, giao cho b cũng tốt ngang như vậy. "
            "Không phải mọi con số này đều đã chứng minh.",
        ),
        (
            [other("b", line(Travel(), 700.0, 600.0))],
            f"It would be better with b. {EXACT}",
            f"Giao cho b thì tốt hơn. {EXACT_VI}",
        ),
        (
            [other("b", line(Travel(), 700.0, 8237.0), moves=2)],
            f"With b: total travel 7,537 m more than 700 m. 1 other household would change hands. "
            f"{EXACT}",
            f"Nếu giao cho b: tổng đường đi tăng 7.537 m so với 700 m. "
            f"Khi đó 1 hộ khác phải đổi người phụ trách. {EXACT_VI}",
        ),
        (
            [
                other("b", line(FairLoad(), 7.0, 8.5), line(Travel(), 700.0, 600.0)),
                other("c", line(FairLoad(), 7.0, 7.0), line(Travel(), 700.0, 1100.0)),
                other("d", line(), SAME),
            ],
            f"The least would be lost with c: total travel 400 m more than 700 m. {EXACT}",
            f"Nếu giao cho c thì thiệt ít nhất: tổng đường đi tăng 400 m so với 700 m. {EXACT_VI}",
        ),
        (
            [other("b", line(), SAME), other("c", line(), SAME)],
            f"With any other member a limit would be broken more. {EXACT}",
            f"Giao cho bất kỳ ai khác thì giới hạn bị lệch nhiều hơn. {EXACT_VI}",
        ),
        (
            [barred("b")],
            "It cannot be with b: the pair is forbidden.",
            "Không thể giao cho b: đã quy định không giao.",
        ),
        (
            [barred("b"), barred("c")],
            "It cannot be with 2 others: the table says why.",
            "Không thể giao cho 2 người khác, lý do ghi trong bảng.",
        ),
    ],
)
def test_what_is_read_aloud_of_a_household(others, english, vietnamese):
    """Who else could have it, what the least would be, and whether that is proven."""
    found = Explanation("h07", ("m1", "m3"), tuple(others))
    paragraphs = [found.text(lang).partition("\n\n")[0] for lang in ("en", "vi")]
    assert said(paragraphs[0]) == f"Household h07 is with m1 and m3. {english}"
    assert said(paragraphs[1]) == f"Hộ h07 do m1 và m3 phụ trách. {vietnamese}"


def test_the_table_has_a_row_for_each_other_member():
    """What it would do, or the limit in the way, and how many others move; ids are words."""
    found = Explanation(7, (), (barred(10), other(9, line(), SAME, moves=3)))
    assert str(found).split("\n\n")[1].split("\n") == [
        "with  what it would do                     others that move",
        "10    not possible: the pair is forbidden",
        "9     max_travel +400 m                                   2",
    ]
    assert found.text("vi").split("\n\n")[1].split("\n") == [
        "giao cho  kết quả nếu làm vậy                hộ khác đổi người",
        "10        không thể: đã quy định không giao",
        "9         quãng đường tối đa +400 m                          2",
    ]


def test_of_leximax_the_first_figure_that_differs_is_read():
    """The others say nothing of what decides."""
    price = line(FairLoad(aim="leximax"), (7.0, 5.0, 2.0), (7.0, 5.5, 1.0), worse=True)
    found = Explanation("h", ("a",), (other("b", price),))
    assert "workloads, the largest first: number 2 is 5.5 instead of 5." in said(found)
    assert "khối lượng của từng người, từ lớn nhất: mức thứ 2 là 5,5 thay vì 5." in said(
        found, "vi"
    )
    assert str(price) == "workloads, the largest first +0.5"


@pytest.mark.parametrize(
    ("price", "english", "vietnamese"),
    [
        (line(), "the distance limit broken by 400 m more", "quãng đường tối đa: lệch thêm 400 m"),
        (
            line(before=1100.0, after=700.0),
            "the distance limit broken by 400 m less",
            "quãng đường tối đa: lệch ít hơn 400 m",
        ),
        (
            line(after=700.0, worse=True),
            "the distance limit broken in a worse way",
            "quãng đường tối đa: phân bổ kém hơn",
        ),
        (
            line(Travel(), 1100.0, 700.0),
            "total travel 400 m less than 1,100 m",
            "tổng đường đi giảm 400 m so với 1.100 m",
        ),
    ],
)
def test_a_price_is_read_aloud(price, english, vietnamese):
    """A limit by what it is about, a goal by what it was."""
    found = MemberExplanation("a", ("h",), 1.0, (), Variation((price,), (), 3, True), None)
    assert f"With at most 3 households: {english}." in said(found)
    assert f"Nếu nhận nhiều nhất 3 hộ: {vietnamese}." in said(found, "vi")


@pytest.mark.parametrize(
    ("price", "english", "vietnamese"),
    [
        (
            line(name="coverage", before=2.0, after=1.0, worse=True),
            "coverage -1 m, shared less evenly",
            "đủ người phụ trách -1 m, nhưng phân bổ kém hơn",
        ),
        (
            line(after=700.0, worse=True, proven=False),
            "max_travel the same total, shared less evenly (not proven)",
            "quãng đường tối đa bằng trước, nhưng phân bổ kém hơn (chưa chứng minh)",
        ),
    ],
)
def test_a_price_in_a_cell(price, english, vietnamese):
    """In few words."""
    assert (price.text(), price.text("vi")) == (english, vietnamese)


@pytest.mark.parametrize(
    ("rule", "english", "vietnamese"),
    [
        ("needs", "the member lacks a skill", "người này thiếu kỹ năng cần có"),
        ("within_hamlet", "the member is of another hamlet", "người này ở thôn khác"),
        ("max_travel", "132 m beyond the distance limit", "vượt quãng đường tối đa 132 m"),
        ("members_needed", "it needs no member", "hộ này không cần người phụ trách"),
        ("limits", "the other limits could not hold", "các giới hạn khác không giữ được"),
    ],
)
def test_a_hindrance_is_a_sentence(rule, english, vietnamese):
    """Whatever stands in the way."""
    hindrance = Hindrance(rule, 132.0, True, "m")
    assert (hindrance.text(), hindrance.text("vi")) == (english, vietnamese)


def test_what_is_read_aloud_of_a_member():
    """The load, what binds it, and one place less and one more."""
    less = Variation((line(Travel(), 700.0, 1100.0),), (), 2, True)
    found = MemberExplanation(
        "m3",
        ("h1", "h2", "h3"),
        3.5,
        ("max_households", "max_workload"),
        less,
        Variation((), (), 4, False),
    )
    assert said(str(found).partition("\n\n")[0]) == (
        "m3 is in charge of 3 households, with a workload of 3.5. There is no room left in the maximum "
        "number of households and the maximum workload. With at most 2 households: total travel 400 m "
        "more than 700 m. With at most 4 households no plan can be made."
    )
    assert found.text("vi").split("\n") == [
        "m3 phụ trách 3 hộ, khối lượng 3,5. Đã chạm giới hạn: số hộ tối đa và khối lượng tối đa. "
        "Nếu nhận",
        "nhiều nhất 2 hộ: tổng đường đi tăng 400 m so với 700 m. Nếu nhận nhiều nhất 4 hộ thì không lập",
        "được phương án nào.",
        "",
        "nhiều nhất  kết quả nếu làm vậy   số hộ đổi người",
        "         2  tổng đường đi +400 m                0",
        "         4  không thể",
    ]


def test_a_household_reads_its_explanation_in_a_notebook():
    """Ids are escaped."""
    found = Explanation("<h>", ("a & b",), (barred("<b>"),))
    assert "<p>Household &lt;h&gt; is with a &amp; b." in found._repr_html_()
    assert '<td style="text-align: left">&lt;b&gt;</td>' in found.html("vi")
