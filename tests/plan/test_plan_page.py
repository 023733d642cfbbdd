"""A plan as one page: what stands on it, what does not, and that it asks for nothing (contract 6.10)."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import networkx
import numpy as np
import pytest
from hand_made import plan_of

from phancong import (
    Household,
    InvalidArgumentError,
    LoadMarks,
    Member,
    PathNetwork,
    Problem,
    TravelMatrix,
    diagnose,
    recommend,
)
from phancong.report.figures import Figures
from phancong.report.screen.map import MOST_LINES
from phancong.report.screen.network_on_map import network_on_map
from phancong.report.screen.placed import MapSheet
from phancong.synth import commune

WAYS = TravelMatrix([[100, 400, 100], [900, 100, 100], [300, 200, 100]], unit="m")
NAMES = {"members": {"m1": "Nguyễn Thị Hòa"}, "households": {"h1": "Lò Thị Én"}}
PAIRS = [("h1", "m1"), ("h2", "m2"), ("h3", "m1")]


def problem(**options):
    members = [
        Member("m1", (22.41, 105.2), min_households=1, max_households=2, hamlet="Nà Lừa"),
        Member("m2", max_households=1, hamlet="Bản Mới"),
        Member("m9", max_households=0, hamlet="Nà Lừa"),
    ]
    homes = [
        Household("h1", (22.4, 105.2), workload=2.0, hamlet="Nà Lừa", needs={"livestock"}),
        Household("h2", (22.42, 105.24), hamlet="Bản Mới", priority=3),
        Household("h3", hamlet="Nà Lừa"),
    ]
    settings = {"travel": WAYS, "previous": {"h1": "m1", "h3": "m2", "h2": "gone"}} | options
    return Problem(members, homes, **settings)


class _Read(HTMLParser):
    """The text of each element with an id or a role in the page, and all tags."""

    def __init__(self):
        super().__init__()
        self.tags, self.rows, self.words = [("", {})], [], []
        self._table = None

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        if tag == "table":
            self._table = found.get("id")
        if self._table == "households" and tag == "tr":
            self.rows.append((found, []))
        if self._table == "households" and tag in ("td", "th"):
            self.rows[-1][1].append("")

    def handle_endtag(self, tag):
        if tag == "table":
            self._table = None

    def handle_data(self, data):
        if self.tags[-1][0] not in ("style", "script"):
            self.words.append(data)
        if self._table == "households" and self.rows and self.rows[-1][1]:
            self.rows[-1][1][-1] += data.strip("\n")


def page(plan, tmp_path, **options):
    """The page as it was written, and what is read in it."""
    plan.to_html(tmp_path / "plan.html", **options)
    written = (tmp_path / "plan.html").read_text(encoding="utf-8")
    read = _Read()
    read.feed(written)
    return written, read


def rows(read):
    return [cells for _, cells in read.rows]


def told(read):
    return " ".join(" ".join(read.words).split())  # a blank that must not be parted is a blank


def test_the_list_is_that_of_the_workbook(tmp_path):
    """Household, hamlet, member, travel, note; hamlets in the order in which they were given."""
    _, read = page(plan_of(problem(), PAIRS), tmp_path)
    assert rows(read) == [
        ["household", "hamlet", "member in charge", "travel\N{NO-BREAK SPACE}m", "note"],
        ["h1", "Nà Lừa", "m1", "100", ""],
        ["h3", "Nà Lừa", "m1", "300", "until now: m2"],
        ["h2", "Bản Mới", "m2", "100", "until now: gone"],
    ]
    marks = [set(found) - {"data-m"} for found, _ in read.rows[1:]]
    assert marks == [set(), {"data-c"}, {"data-c"}]
    assert [found["data-m"] for found, _ in read.rows[1:]] == ["1", "1", "2"]


def test_names_are_joined_and_ids_stay(tmp_path):
    """In Vietnamese, with figures as Vietnamese write them."""
    written, read = page(plan_of(problem(), PAIRS), tmp_path, lang="vi", labels=NAMES)
    assert rows(read)[1] == ["h1", "Lò Thị Én", "Nà Lừa", "Nguyễn Thị Hòa", "100", ""]
    assert 'lang="vi" data-thousands="." data-point=","' in written
    assert "Danh sách hộ" in told(read)
    assert "List of households" not in told(read)


def test_what_says_how_a_family_lives_is_left_out(tmp_path):
    """Class, needs, exemption, coordinates and the workload of a household, unless named."""
    plan = plan_of(problem(), PAIRS)
    written, read = page(plan, tmp_path)
    told_to_readers = re.sub(r"'sha256-[^']*'", "", written)  # a hash may hold any two letters
    for secret in ("livestock", "105.2", "22.4", "m9", "priority", "<svg id"):
        assert secret not in told_to_readers
    assert "workload" not in rows(read)[0]
    chosen = ("workload", "needs", "priority", "exempt", "coordinates")
    written, read = page(plan, tmp_path, include=chosen)
    assert rows(read)[0][4:] == ["workload", "priority", "needs", "note"]
    assert rows(read)[3][4:7] == ["1", "3", ""]
    assert rows(read)[1][4:7] == ["2", "1", "livestock"]
    assert "3. m9" in told(read)
    assert "22.4" not in written  # the map has places on paper, no degrees
    with pytest.raises(InvalidArgumentError, match="include names 'names'"):
        plan.to_html(tmp_path / "plan.html", include=("names",))
    with pytest.raises(InvalidArgumentError, match="lang is 'fr'"):
        plan.to_html(tmp_path / "plan.html", lang="fr")


def test_a_figure_in_decimals_is_written_whole(tmp_path):
    """As it was given, with the comma of Vietnamese."""
    one = Problem([Member("a")], [Household("h", workload=1.234567)], travel=None)
    _, read = page(plan_of(one, [("h", "a")]), tmp_path, lang="vi", include=("workload",))
    assert rows(read)[1][2] == "1,234567"


def test_loads_stand_against_their_limits(tmp_path):
    """In words and marks, too; nothing by colour alone."""
    one = Problem(
        [
            Member("a", min_households=2, max_households=3),
            Member("b", max_households=1, max_workload=1.5),
            Member("c", min_households=1),
            Member("d", min_workload=0.5),
        ],
        [Household(f"h{n}", workload=n / 2) for n in range(1, 6)],
        travel=None,
    )
    pairs = [("h1", "a"), ("h2", "b"), ("h3", "b"), ("h4", "c"), ("h5", "d")]
    _, read = page(plan_of(one, pairs), tmp_path)
    words = told(read)
    assert "1. a 1 of 2 to 3 ▼ 1 too few" in words
    assert "2. b 2 of 0 to 1 ▲ 1 too many 2.5 of 0 to 1.5 ▲ 1 too many" in words
    assert "3. c 1 at least 1 2" in words
    assert "4. d 1 2.5 at least 0.5" in words
    assert "a: 1; 1 below the minimum number of households (2)." in words
    assert "b: 2; 1 above the maximum number of households (1)." in words
    assert "b: 2.5; 1 above the maximum workload (1.5)." in words


def test_marks_of_loads_are_words(tmp_path):
    """Green, amber and red, each with its name; nothing where no marks are stated."""
    one = Problem(
        [Member("a"), Member("b"), Member("c", max_households=0)],
        [Household("h1", workload=2.0), Household("h2", workload=5.0)],
        travel=None,
        load_marks=LoadMarks(amber=2, red=4),
    )
    plan = plan_of(one, [("h1", "a"), ("h2", "b")])
    written, _ = page(plan, tmp_path, include=("exempt",))
    assert '<span class="mark green">green</span>' in written
    assert '<span class="mark red">red</span>' in written
    assert written.count('class="mark ') == 2
    assert 'class="mark ' not in page(plan_of(problem(), PAIRS), tmp_path)[0]


def prices(written):
    found = re.search(r'<script type="application/json" id="prices">(.*?)</script>', written)
    return json.loads(found[1])


def test_prices_are_those_of_recommend(tmp_path):
    """Each line that differs, the best member first; they are there by choice only."""
    one = problem(travel=WAYS, max_travel=350)
    plan = plan_of(one, PAIRS)
    assert 'id="prices"' not in page(plan, tmp_path)[0]
    told = prices(page(plan, tmp_path, include=("prices", "exempt"))[0])
    order = ("h1", "h3", "h2")  # that of the list
    for home, offers in zip(order, told["rows"], strict=True):
        found = recommend(plan, home)
        assert [offer[0] for offer in offers] == [
            one.member_columns.index[other.member] + 1 for other in found.alternatives
        ]
        for (_, lines), other in zip(offers, found.alternatives, strict=True):
            asked = {
                str(price.goal or price.name): price.by
                for price in other.prices
                if not price.same and price.name != "needs"
            }
            assert [by for _, by, _ in lines] == pytest.approx(list(asked.values()))
    assert all(len(line) == 3 for line in told["lines"])


def test_what_cannot_move_has_no_price(tmp_path):
    """Fixed pairs, groups, several members; and who is exempt is not named."""
    one = Problem(
        [Member("a"), Member("b"), Member("c", max_households=0)],
        [
            Household("h1"),
            Household("h2", members_needed=2),
            Household("h3", group="g"),
            Household("h4", group="g"),
            Household("h5"),
        ],
        travel=None,
        fixed=[("h1", "a")],
        previous={"h5": "b"},
    )
    pairs = [("h1", "a"), ("h2", "a"), ("h2", "b"), ("h3", "a"), ("h4", "a"), ("h5", "a")]
    written, read = page(plan_of(one, pairs), tmp_path, include=("prices",))
    assert [bool(offers) for offers in prices(written)["rows"]] == [False] * 4 + [True]
    assert ["data-f" in found for found, _ in read.rows[1:]] == [True] * 4 + [False]
    assert [offer[0] for offer in prices(written)["rows"][4]] == [2]


def test_a_price_says_what_is_borne_worse(tmp_path):
    """The total of a breach is the same, and one member bears more of it."""
    one = Problem(
        [
            Member("a", max_households=1),
            Member("b", max_households=1),
            Member("c", max_households=1),
        ],
        [Household(f"h{n}") for n in range(5)],
        travel=None,
    )
    pairs = [("h0", "a"), ("h1", "a"), ("h2", "b"), ("h3", "b"), ("h4", "c")]
    told = prices(page(plan_of(one, pairs), tmp_path, include=("prices",))[0])
    place = [name for name, _, _ in told["lines"]].index("max_households")
    assert [place, 0, 1] in told["rows"][0][-1][1]


def test_two_plans_over_each_other(tmp_path):
    """Members where they differ, in the list and on the map, and both values of goals and loads."""
    one = problem()
    plan = plan_of(one, PAIRS)
    other = plan_of(one, [("h1", "m2"), ("h2", "m2")])
    written, read = page(plan, tmp_path, against=other, include=("coordinates",), labels=NAMES)
    assert rows(read)[0][4] == "in the other plan"
    assert [row[4] for row in rows(read)[1:]] == ["m2", "–", ""]
    assert ["data-d" in found for found, _ in read.rows[1:]] == [True, True, False]
    assert "2 households have other members in the other plan." in told(read)
    assert "households of Nguyễn Thị Hòa 2 0" in told(read)
    assert 'id="differs"' in written
    assert written.count("a22 22 0 1 0 44 0") == 1  # h3 has no place
    assert "A ring is a household" in told(read)
    written, read = page(plan, tmp_path, against=plan, include=("coordinates",))
    assert "0 households have other members" in told(read)
    assert 'class="other"' not in written
    fewer = Problem([Member("m1")], [Household("h1")], travel=None)
    _, read = page(plan, tmp_path, against=plan_of(fewer, [("h1", "m1")]))
    assert [row[3] for row in rows(read)[1:]] == [""] * 3  # h2 and h3 are not in it
    with pytest.raises(InvalidArgumentError, match="against is a int; give a Plan"):
        plan.to_html(tmp_path / "plan.html", against=3)


def test_who_serves_where(tmp_path):
    """By hamlet, with those of other hamlets marked and those without a member counted."""
    plan = plan_of(problem(), [("h1", "m1"), ("h2", "m1")])
    _, read = page(plan, tmp_path)
    assert "Bản Mới 1 household 1. m1 ↗ 1" in told(read)
    assert "Nà Lừa 2 households 1. m1 1 ▼ 1 without a member" in told(read)
    assert "h3: 1 member missing." in told(read)
    homes = [Household("h1", hamlet="Nà Lừa"), Household("h2")]
    some = Problem([Member("a")], homes, travel=None)
    _, read = page(plan_of(some, [("h1", "a"), ("h2", "a")]), tmp_path)
    assert "without a hamlet 1 household 1. a 1" in told(read)
    none = Problem([Member("a")], [Household("h1")], travel=None)
    _, read = page(plan_of(none, [("h1", "a")]), tmp_path)
    assert "Who serves which hamlet" not in told(read)
    assert rows(read)[0] == ["household", "member in charge", "note"]


def test_each_limit_that_gave_way_is_a_sentence(tmp_path):
    """With its names and amounts; needs only by choice."""
    one = problem(max_travel=150, within_hamlet=True, max_changes=0)
    plan = plan_of(one, [("h1", "m2"), ("h2", "m1"), ("h3", "m1")])
    words = told(page(plan, tmp_path, include=("needs",))[1])
    assert "h1 with m2: 250 m beyond the distance limit." in words
    assert "h2 with m1: member of another hamlet." in words
    assert "h1 with m2: without a needed skill." in words
    assert "max_changes: 2; 2 above the changes agreed (0)." in words
    words = told(page(plan, tmp_path)[1])
    assert "without a needed skill" not in words
    needs = plan_of(problem(), [("h1", "m1")])
    marked = [
        sum("data-b" in found for found, _ in page(needs, tmp_path, include=include)[1].rows)
        for include in ((), ("needs",))
    ]
    assert marked == [2, 3]  # a filter does not tell what a family needs, either
    assert "Not listed unless asked for: 1 household has a member without a skill" in words


def test_a_sentence_begins_with_the_title_of_a_person(tmp_path):
    """In Vietnamese, where names are given."""
    plan = plan_of(problem(max_travel=150), [("h1", "m2"), ("h2", "m1"), ("h3", "m1")])
    names = {"members": {"m2": "Ma Văn Sơn"}, "households": {"h1": "Lò Thị Én"}}
    words = told(page(plan, tmp_path, lang="vi", labels=names)[1])
    assert "Hộ ông/bà Lò Thị Én (số h1) do đồng chí Ma Văn Sơn phụ trách: " in words


def test_less_workload_than_the_least(tmp_path):
    """The limit has its own sentence."""
    one = Problem([Member("a", min_workload=2.5)], [Household("h")], travel=None)
    words = told(page(plan_of(one, [("h", "a")]), tmp_path)[1])
    assert "a: 1; 1.5 below the minimum workload (2.5)." in words


def test_of_many_breaches_the_first_are_told(tmp_path):
    """The list marks all of them."""
    one = Problem([Member("a")], [Household(f"h{n:03}") for n in range(203)], travel=None)
    written, read = page(plan_of(one, []), tmp_path)
    assert written.count("member missing.") == 200
    assert "… and 3 more" in told(read)
    assert sum("data-b" in found for found, _ in read.rows) == 203
    assert {found["data-m"] for found, _ in read.rows[1:]} == {""}


def test_what_would_mend_it(tmp_path):
    """The diagnosis stands on the page; one that says all can hold does not contradict the plan."""
    one = Problem([Member("a", max_households=1)], [Household("h1"), Household("h2")], travel=None)
    found = diagnose(one)
    words = told(page(plan_of(one, [("h1", "a"), ("h2", "a")]), tmp_path, diagnosis=found)[1])
    assert "Not all limits can hold" in words
    could = Problem([Member("a", max_households=1), Member("b")], one.households, travel=None)
    plan = plan_of(could, [("h1", "a"), ("h2", "a")])
    words = told(page(plan, tmp_path, diagnosis=diagnose(could))[1])
    assert "All limits can hold together: this way of searching found no such plan" in words


def test_changes_add_up(tmp_path):
    """Households that change are those of the list, each with its reason."""
    _, read = page(plan_of(problem(), PAIRS), tmp_path)
    assert "2 households change." in told(read)
    assert "could stay: 1" in told(read)
    assert "gone: 1" in told(read)
    assert sum("data-c" in found for found, _ in read.rows) == 2
    _, read = page(plan_of(problem(previous={"h1": "m1"}), PAIRS), tmp_path)
    assert "0 households change." in told(read)
    assert "Why the member" not in told(read)
    _, read = page(plan_of(problem(previous=None), PAIRS), tmp_path)
    assert "Changes against last year" not in told(read)


def test_a_household_with_several_members(tmp_path):
    """Is shown with all of them, and the way of each."""
    homes = [Household("h1", members_needed=2), Household("h2")]
    ways = TravelMatrix([[1, 2], [3, 4]], unit="km")
    one = Problem([Member("a"), Member("b")], homes, travel=ways)
    _, read = page(plan_of(one, [("h1", "a"), ("h1", "b"), ("h2", "a")]), tmp_path)
    assert rows(read)[1] == ["h1", "a, b", "1; 2", ""]
    assert read.rows[1][0]["data-m"] == "1 2"


# --- the map


def test_the_map_has_a_group_a_member(tmp_path):
    """Dots of its households, lines where its own place is known, and its number."""
    plan = plan_of(problem(), PAIRS)
    written, read = page(plan, tmp_path, include=("coordinates",), labels=NAMES)
    groups = re.findall(r'<g data-m="(\d+)" class="k\d d\d"><title>(.*?)</title>(.*?)</g>', written)
    assert [group[:2] for group in groups] == [("1", "Nguyễn Thị Hòa"), ("2", "m2")]
    assert [group[2].count('class="l"') for group in groups] == [1, 0]
    assert [re.search(r'class="h" d="([^"]*)"', g[2])[1].count("M") for g in groups] == [1, 1]
    # Numbers stand above all dots: a member often lives where a household is.
    symbols = re.findall(r'<g data-m="(\d+)" class="t k\d d\d">.*?class="(s[^"]*)"', written)
    assert symbols == [("1", "s"), ("2", "s o")]
    assert written.index('class="t k') > written.rindex('class="h"')
    assert "1 household has no place and is not on the map." in told(read)
    assert ["data-x" in found for found, _ in read.rows[1:]] == [False, True, False]
    # North is up: h2 lies north and east of h1.
    (x1, y1), (x2, y2) = (
        map(int, re.search(r'class="h" d="M(\d+) (\d+)z', g[2]).groups()) for g in groups
    )
    assert x2 > x1
    assert y2 < y1
    # Equal scales: 0.04° of longitude are 4.11 km at 22.41° N, 0.02° of latitude 2.22 km.
    assert (x2 - x1) / (y1 - y2) == pytest.approx(0.04 * 0.9245 / 0.02, rel=0.01)


def test_who_has_nobody_is_a_cross(tmp_path):
    """A mark of its own kind."""
    plan = plan_of(problem(), [("h1", "m1")])
    written, read = page(plan, tmp_path, include=("coordinates",))
    assert written.count("l36 36m0-36l-36 36") == 1
    assert "A cross is a household without a member." in told(read)


def test_without_any_place_there_is_no_map(tmp_path):
    """Whatever is asked for; and one place alone is a map, too."""
    one = Problem([Member("a", (1, 1))], [Household("h")], travel=None)
    written, _ = page(plan_of(one, [("h", "a")]), tmp_path, include=("coordinates",))
    assert "<svg id" not in written
    alone = Problem([Member("a")], [Household("h", (1, 1))], travel=None)
    written, _ = page(plan_of(alone, []), tmp_path, include=("coordinates",))
    assert 'viewBox="0 0 200 200"' in written


def network_page(graph, tmp_path, **options):
    """A page of two households 0.04° apart with a member between them, and the paths on its map."""
    homes = [Household("h1", (22.40, 105.20)), Household("h2", (22.40, 105.24))]
    one = Problem(
        [Member("a", (22.40, 105.22))], homes, travel=PathNetwork(graph, snap=10_000, **options)
    )
    plan = plan_of(one, [("h1", "a"), ("h2", "a")])
    written, read = page(plan, tmp_path, include=("coordinates",))
    drawn = re.findall(r'<path class="ways" d="([^"]*)"/>', written)
    assert ("network of paths" in told(read)) == bool(drawn)
    assert 'class="ways"' not in page(plan, tmp_path)[0]
    return drawn


def test_paths_stand_under_the_map(tmp_path):
    """Each once, in one line from end to end; none that is closed, or beyond the paper."""
    graph = networkx.MultiGraph()
    places = [(105.20, 22.40), (105.212, 22.40), (105.24, 22.40), (105.30, 22.9), (105.31, 22.9)]
    for name, (x, y) in enumerate(places):
        graph.add_node(name, x=x, y=y)
    for tail, head in ((0, 1), (1, 0), (1, 2), (3, 4)):
        graph.add_edge(tail, head, length=1000)
    assert network_page(graph, tmp_path) == ["M100 100l1140 0 2660 0"]
    for tail, head in ((0, 1), (1, 2)):
        for edge in graph[tail][head].values():
            edge["closed"] = True
    assert network_page(graph, tmp_path, closed="closed") == []
    assert PathNetwork(graph, closed="closed").pieces.tolist() == [[105.30, 22.9, 105.31, 22.9]]


def test_of_a_large_network_the_map_has_fewer_bends():
    """As many as there is room for."""
    graph = networkx.grid_2d_graph(12, 2)
    for x, y in graph:
        graph.nodes[x, y].update(x=105.20 + x / 300, y=22.40 - y / 3000)
    networkx.set_edge_attributes(graph, 300, "length")
    one = Problem(
        [Member("a", (22.40, 105.22))],
        [Household("h1", (22.40, 105.20))],
        travel=PathNetwork(graph, snap=10_000),
    )
    figures = Figures(plan_of(one, [("h1", "a")]))
    sheet = MapSheet(900, 100, np.array([105.20, 22.40]), np.array([20_000.0, -20_000.0]))
    whole, less = (network_on_map(figures, sheet, most) for most in (10_000, 100))
    assert 0 < len(less) <= 100 < len(whole)


@pytest.mark.full
def test_a_large_commune_stays_below_a_megabyte(tmp_path):
    """10,000 households: the script draws the lines, and marks are smaller."""
    one = commune(5, members=100, households=10_000)
    homes, people = one.household_columns.ids, one.member_columns.ids
    plan = plan_of(one, [(home, people[row // 100]) for row, home in enumerate(homes)])
    for lang in ("en", "vi"):
        written, read = page(plan, tmp_path, lang=lang, include=("coordinates",))
        assert (tmp_path / "plan.html").stat().st_size <= 1_000_000
        assert len(read.rows) == 10_001
    assert len(homes) > MOST_LINES
    assert 'class="l"' not in written
    assert '<svg id="map" class="many"' in written


# --- nothing gets in, nothing gets out

EVIL = '"><img src=x onerror="document.title=1"></script><script>document.title=1</script>'


def test_text_is_text(tmp_path):
    """In every place that an id, a label or a hamlet gets to."""
    one = Problem(
        [Member(EVIL, (1, 1), hamlet=EVIL)],
        [Household("h1", (1, 1.1), hamlet=EVIL), Household(EVIL, (1, 1.2), hamlet=EVIL)],
        previous={"h1": "<b>gone</b>"},
    )
    plan = plan_of(one, [("h1", EVIL)])
    for labels in (None, {"h1": EVIL, EVIL: EVIL}):
        written, read = page(plan, tmp_path, labels=labels, include=("coordinates",))
        assert not {"img", "b"} & {tag for tag, found in read.tags if "onerror" in found}
        assert sum(tag == "script" for tag, _ in read.tags) == 1
        assert "<img" not in written
        assert "<b>gone" not in written
        assert EVIL in "".join(read.words)


def test_the_policy_lets_nothing_in(tmp_path):
    """Style and script by their hashes; no address anywhere, no style in place."""
    written, read = page(plan_of(problem(), PAIRS), tmp_path, include=("coordinates",))
    policy = next(f["content"] for tag, f in read.tags if "http-equiv" in f)
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules.pop("default-src") == "'none'"
    assert rules.pop("base-uri") == rules.pop("form-action") == "'none'"
    for kind in ("style", "script"):
        inside = re.search(f"<{kind}>(.*?)</{kind}>", written, re.DOTALL)[1]
        digest = b64encode(sha256(inside.encode()).digest()).decode()
        assert rules.pop(f"{kind}-src") == f"'sha256-{digest}'"
    assert not rules
    assert not re.search(r"https?:|//[a-z]|url\(|@import|\bsrc=", written)
    attributes = {name for _, found in read.tags for name in found}
    assert "style" not in attributes
    assert not {name for name in attributes if name.startswith("on")}
    assert [f["href"] for _, f in read.tags if "href" in f] == ["#list"]


def test_each_control_has_a_name(tmp_path):
    """Buttons by their text, the others by a label around them."""
    written, read = page(plan_of(problem(), PAIRS), tmp_path, include=("coordinates",))
    assert all(re.findall(r"<button[^>]*>(.*?)</button>", written))
    assert len(re.findall(r"<(?:input|select)", written)) == len(re.findall(r"<label>", written))
    ids = [found["id"] for _, found in read.tags if "id" in found]
    assert len(ids) == len(set(ids))
    assert all(f["aria-labelledby"] in ids for _, f in read.tags if "aria-labelledby" in f)


def test_the_same_plan_is_the_same_page(tmp_path):
    """To the byte: a page can be compared."""
    plan = plan_of(problem(), PAIRS)
    assert page(plan, tmp_path)[0] == page(plan, tmp_path)[0]
