"""Pages of comparisons and fronts: one file each, which loads nothing (contract 6.10)."""

import re
from dataclasses import replace

import pytest
from browsing import CONTRASTS, browser, opened

from phancong import (
    Continuity,
    Household,
    InvalidArgumentError,
    Member,
    Problem,
    Search,
    Travel,
    TravelMatrix,
    compare,
    frontier,
)

PROBLEM = Problem(
    [Member("m1"), Member("m2"), Member("m3")],
    [Household(f"h{n}") for n in range(4)],
    travel=TravelMatrix([[1, 5, 9], [2, 2, 8], [7, 1, 3], [9, 4, 1]]),
    previous={"h0": "m3", "h1": "m3", "h2": "m1", "h3": "m1"},
)


def written(made, tmp_path, **options):
    made.to_html(tmp_path / "page.html", **options)
    return (tmp_path / "page.html").read_text(encoding="utf-8")


def test_engines_side_by_side(tmp_path):
    """The sentences and the table of the record, without a script; refusals as a list."""
    found = compare(PROBLEM, engines=["nearest", "auto"], search=Search(work=1.0))
    page = written(found, tmp_path)
    assert "<h1>Engines side by side</h1>" in page
    assert '<th scope="col">engine</th>' in page
    assert "<td>nearest</td>" in page
    assert "script" not in page.split("</style>")[1]
    assert "default-src 'none'; style-src 'sha256-" in page
    assert "script-src" not in page
    few = PROBLEM.replace(max_changes=0)
    refused = written(compare(few, engines=["nearest"], relax=()), tmp_path, lang="vi")
    assert "So sánh các cách phân công" in refused
    assert "<ul><li>nearest: " in refused
    with pytest.raises(InvalidArgumentError, match="lang is 'fr'"):
        found.to_html(tmp_path / "page.html", lang="fr")


def test_a_front_is_drawn(tmp_path):
    """A point each, full where it is proven; the knee has a ring; the table has the figures."""
    front = frontier(PROBLEM, Continuity(), Travel(), search=Search(work=5.0))
    page = written(front, tmp_path)
    assert page.count('class="sure"') == len(front.points) > 2
    assert page.count('class="knee"') == (front.knee is not None)
    assert page.count('<td class="n">') >= len(front.points)
    at = re.findall(r'class="sure" cx="([\d.]+)" cy="([\d.]+)"', page)
    assert [float(x) for x, _ in at] == sorted(float(x) for x, _ in at)
    assert [float(y) for _, y in at] == sorted(float(y) for _, y in at)  # down is less
    assert "<h1>Số hộ thay đổi người phụ trách so với" in written(front, tmp_path, lang="vi")
    points = tuple(replace(point, proven=False) for point in front.points)
    assert written(replace(front, points=points), tmp_path).count('class="unsure"') == len(points)


def test_a_front_of_one_plan_has_no_knee(tmp_path):
    """The point stands in the middle."""
    one = Problem([Member("a")], [Household("h")], travel=TravelMatrix([[1]]))
    front = frontier(one, Continuity(), Travel())
    page = written(front, tmp_path)
    assert 'cx="320.0"' in page
    assert 'class="knee"' not in page.split("</style>")[1]


@pytest.mark.full
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_they_open_without_a_complaint(tmp_path, scheme):
    """In a real browser without a network: no request, no forbidden style; text stands out."""
    front = frontier(PROBLEM, Continuity(), Travel(), search=Search(work=5.0))
    found = compare(PROBLEM, engines=["nearest", "auto"], search=Search(work=1.0))
    with browser() as chromium:
        for made in (front, found):
            made.to_html(tmp_path / "page.html")
            with opened(chromium, tmp_path / "page.html", color_scheme=scheme) as page:
                assert page.locator("table").count() == 1
                found = page.evaluate(CONTRASTS)
                assert len(found) > 10
                assert min(found)[0] >= 4.5, min(found)
