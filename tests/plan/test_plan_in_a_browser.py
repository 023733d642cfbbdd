"""The page of a plan in a real browser without a network: it works, and asks for nothing."""

import csv
import re

import pytest
from browsing import CONTRASTS, browser, opened
from hand_made import plan_of

from phancong import Household, LoadMarks, Member, Problem, Travel, TravelMatrix, read, read_plan
from phancong.cli import main
from phancong.reading.decided_by_hand import decided_by_hand
from phancong.synth import commune

pytestmark = [
    pytest.mark.full,
    pytest.mark.filterwarnings("ignore:.*event loop:DeprecationWarning"),
]

EVIL = '"><img src=x onerror="document.title=1"></script><script>document.title=1</script>'
#: Everything but shown rows of the list, by member.
SHOWN = "rows => rows.filter(row => !row.hidden).map(row => row.dataset.m)"


@pytest.fixture(scope="module")
def chromium():
    with browser() as found:
        yield found


def shared_out(members, households, seed=1):
    """A drawn commune, each household with the member of its turn; one has nobody."""
    problem = commune(seed, members=members, households=households)
    ids, homes = problem.member_columns.ids, problem.household_columns.ids
    pairs = [(home, ids[row * members // households]) for row, home in enumerate(homes[1:], 1)]
    return plan_of(problem, pairs)


@pytest.fixture(scope="module")
def plan():
    return shared_out(8, 66)


@pytest.fixture
def path(plan, tmp_path):
    plan.to_html(tmp_path / "plan.html", include=("coordinates",))
    return tmp_path / "plan.html"


def rows(page):
    return page.locator("#households tbody tr").evaluate_all(SHOWN)


def column(page, place):
    return page.locator("#households tbody tr").evaluate_all(
        f"rows => rows.filter(row => !row.hidden).map(row => row.cells[{place}].textContent.trim())"
    )


def test_a_click_on_a_member_shows_its_households_only(chromium, path, plan):
    """In the list, on the map, and in words; a second click shows all again."""
    with opened(chromium, path) as page:
        assert page.locator("#status").inner_text() == "Households shown: 66 of 66."
        button = page.locator("#loads button").nth(2)
        button.click()
        member = plan.problem.member_columns.ids[2]
        assert column(page, 0) == [str(home) for home in plan.households_of(member)]
        assert set(rows(page)) == {"3"}
        assert button.get_attribute("aria-pressed") == "true"
        count = len(plan.households_of(member))
        assert (
            page.locator("#status").inner_text() == f"3. {member}. Households shown: {count} of 66."
        )
        lit = page.locator("#map g.on").evaluate_all("found => found.map(g => g.dataset.m)")
        assert set(lit) == {"3"}
        button.click()
        assert len(rows(page)) == 66
        assert page.locator("#map g.on").count() == 0


def test_a_hamlet_and_the_list_choose_a_member_too(chromium, path):
    """All ways lead to the same choice."""
    with opened(chromium, path) as page:
        page.locator("#hamlets button[data-m='4']").first.click()
        assert page.locator("#who").input_value() == "4"
        assert set(rows(page)) == {"4"}
        page.locator("#who").select_option("5")
        assert set(rows(page)) == {"5"}
        page.locator("#all").click()
        assert len(rows(page)) == 66


def test_the_list_is_searched_without_marks(chromium, tmp_path):
    """“lua” finds “Nà Lừa”, “duc” finds “Đức”."""
    homes = [Household("h1", hamlet="Nà Lừa"), Household("h2", hamlet="Bản Mới"), Household("h3")]
    problem = Problem([Member("a"), Member("b")], homes, travel=None)
    plan = plan_of(problem, [("h1", "a"), ("h2", "b"), ("h3", "b")])
    labels = {"a": "Trần Văn Đức", "b": "Nguyễn Thị Hòa"}
    plan.to_html(tmp_path / "plan.html", lang="vi", labels=labels)
    with opened(chromium, tmp_path / "plan.html") as page:
        for words, found in (("lua", ["1"]), ("DUC", ["1"]), ("hòa", ["2", "2"]), ("xyz", [])):
            page.locator("#query").fill(words)
            assert rows(page) == found
        page.locator("#query").fill("hoa")
        page.locator("#query").press("Enter")  # a form that is sent would load the page anew
        assert page.locator("#status").inner_text() == "Đang hiện 2/3 hộ."
        assert "Trần Văn Đức" in page.locator("#loads").inner_text()


def test_filters_show_what_is_marked(chromium, path, plan):
    """Households that change, and those where a limit gave way."""
    with opened(chromium, path) as page:
        page.locator("#broken").check()
        assert plan.uncovered[0] in column(page, 0)
        assert all(
            "missing" in note or "beyond" in note or "hamlet" in note for note in column(page, 4)
        )
        page.locator("#broken").uncheck()
        page.locator("#changed").check()
        assert column(page, 0)
        assert all("until now" in note or "missing" in note for note in column(page, 4))


def test_columns_sort_figures_as_figures(chromium, path):
    """Up, then down; ids by their number, and the head says so."""
    with opened(chromium, path) as page:
        head = page.locator("#households thead button").nth(3)
        head.click()
        ways = [float(way.replace(",", "")) for way in column(page, 3) if way]
        assert ways == sorted(ways)
        assert column(page, 3)[-1] == ""  # who has nobody stands last
        assert page.locator("#households th").nth(3).get_attribute("aria-sort") == "ascending"
        head.click()
        ways = [float(way.replace(",", "")) for way in column(page, 3) if way]
        assert ways == sorted(ways, reverse=True)
        page.locator("#households thead button").nth(0).click()
        assert column(page, 0) == sorted(column(page, 0))
        assert page.locator("#households th").nth(3).get_attribute("aria-sort") is None


def test_the_map_zooms_moves_and_chooses(chromium, path):
    """By mouse and by keyboard."""
    with opened(chromium, path) as page:
        chart = page.locator("#map")
        whole = chart.get_attribute("viewBox")
        page.locator("#nearer").click()
        assert chart.get_attribute("viewBox") != whole
        page.locator("#whole").click()
        assert chart.get_attribute("viewBox") == whole
        chart.focus()
        for key in ("+", "ArrowRight", "ArrowDown"):
            before = chart.get_attribute("viewBox")
            page.keyboard.press(key)
            assert chart.get_attribute("viewBox") != before, key
        page.keyboard.press("0")
        assert chart.get_attribute("viewBox") == whole
        page.mouse.wheel(0, -100)
        point = page.evaluate(
            "() => { const map = document.getElementById('map');"
            "const [x, y] = map.querySelector(\"g[data-m='2'] .h\").getAttribute('d')"
            ".match(/M(\\d+) (\\d+)/).slice(1).map(Number);"
            "const p = new DOMPoint(x, y).matrixTransform(map.getScreenCTM()); return [p.x, p.y]; }"
        )
        page.mouse.move(*point)
        page.mouse.click(*point)
        chosen = page.locator("#who").input_value()
        assert set(rows(page)) == {chosen}
        assert page.locator("#where").inner_text()
        page.keyboard.press("Escape")
        assert len(rows(page)) == 66
        page.locator("#nearer").click()
        before, box = chart.get_attribute("viewBox"), chart.bounding_box()
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.move(*middle)
        page.mouse.down()
        page.mouse.move(middle[0] - 60, middle[1] - 40, steps=4)
        page.mouse.up()
        assert chart.get_attribute("viewBox") != before
        assert len(rows(page)) == 66  # a drag chooses nobody


def priced_plan():
    """Three members on a line; whoever has h3 instead of b walks 1 km more, or 4."""
    ways = TravelMatrix([[1, 2, 5], [1, 2, 5], [2, 1, 5], [9, 9, 1]], unit="km")
    members = [Member(m, max_households=2) for m in "abc"]
    homes = [Household(h) for h in ("h1", "h2", "h3", "=h4")]
    problem = Problem(members, homes, travel=ways, fixed=[("=h4", "c")])
    plan = plan_of(problem, [("h1", "a"), ("h2", "a"), ("h3", "b"), ("=h4", "c")], goals=[Travel()])
    labels = {"members": {"a": "Én", "b": "Hòa"}, "households": {"h3": "Lò Thị Páo"}}
    return plan, labels


def test_what_another_member_would_change(chromium, tmp_path):
    """Exact prices of one change, sums of several, and what is not yet known; all can be undone."""
    plan, labels = priced_plan()
    plan.to_html(tmp_path / "plan.html", labels=labels, include=("prices",))
    with opened(chromium, tmp_path / "plan.html") as page:
        page.locator("#home").fill("lo thi pao")
        assert page.locator("#why").inner_text().startswith("Lò Thị Páo (h3): 2. Hòa.")
        offers = page.locator("#offers tbody tr").all_inner_texts()
        assert [" ".join(offer.split()) for offer in offers] == [
            "3. c total travel +4 km give",
            "1. Én max_households +1; total travel +1 km give",
        ]
        page.get_by_role("button", name="give to 1. Én").click()
        assert "→ 1. Én" in page.locator("#households tr.tried").inner_text()
        assert (
            page.locator("#price").inner_text()
            == "Exactly: max_households +1; total travel +1\xa0km."
        )
        assert page.locator("#after li").all_inner_texts() == [
            "2. Hòa: 1 → 0 households (of 0 to 2)",
            "1. Én: 2 → 3 households (of 0 to 2) ▲ 1 too many",
        ]
        page.locator("#home").fill("h1")
        page.locator("#to").select_option("2")
        page.locator("#give").click()
        told = page.locator("#price").inner_text()
        assert told == "Exactly: total travel +2\xa0km. Not yet known: max_households."
        page.locator("#tried button").first.click()
        assert page.locator("#price").inner_text() == "Exactly: total travel +1\xa0km."
        page.locator("#tried button").first.click()
        assert page.locator("#price").inner_text() == ""
        assert page.locator("#households tr.tried").count() == 0
        assert not page.locator("#save").is_visible()


def test_without_prices_nothing_is_made_up(chromium, tmp_path):
    """The page says so; what is fixed stays, and an unknown name is told."""
    plan, labels = priced_plan()
    plan.to_html(tmp_path / "plan.html", labels=labels)
    with opened(chromium, tmp_path / "plan.html") as page:
        page.locator("#households tbody tr").nth(0).click()
        assert page.locator("#why").inner_text().endswith("is not on this page.")
        page.locator("#to").select_option("3")
        page.locator("#give").click()
        assert page.locator("#price").inner_text() == "Not yet known: every limit and goal."
        page.locator("#home").fill("=h4")
        assert "It stays" in page.locator("#why").inner_text()
        page.locator("#give").click()
        assert page.locator("#tried tbody tr").count() == 1
        page.locator("#home").fill("nobody")
        assert page.locator("#why").inner_text() == "No household has this id or name."
        page.locator("#give").click()
        assert page.locator("#tried tbody tr").count() == 1


def test_what_was_tried_is_completed(chromium, tmp_path, capsys):
    """Saved as CSV, read by ``phancong plan --fixed``: who is away has nobody."""
    lists, out = tmp_path / "lists", tmp_path / "out"
    assert main(["synth", str(lists), "--members", "6", "--households", "30"]) == 0
    first = ["plan", str(lists), "-o", str(out), "--lang", "en", "--seconds", "5"]
    assert main([*first, "--include", "prices"]) == 0
    before = read_plan(out / "plan.json", read(lists))
    leaver = before.problem.member_columns.ids[0]
    with opened(chromium, out / "plan.html") as page:
        page.locator("#leaver").select_option("1")
        page.locator("#away").click()
        left = len(before.households_of(leaver))
        assert page.locator("#tried tbody tr").count() == left + 1
        home = before.households_of(before.problem.member_columns.ids[1])[0]
        page.locator("#home").fill(str(home))
        page.locator("#to").select_option("3")
        page.locator("#give").click()
        with page.expect_download() as saved:
            page.locator("#save").click()
        saved.value.save_as(tmp_path / "tried.csv")
        page.locator("#rest").select_option("move")
        with page.expect_download() as saved:
            page.locator("#save").click()
        saved.value.save_as(tmp_path / "few.csv")
    again = [*first[:2], "-o", str(tmp_path / "again"), *first[4:]]
    assert main([*again, "--fixed", str(tmp_path / "tried.csv")]) == 0
    with (tmp_path / "again" / "plan.csv").open(encoding="utf-8", newline="") as file:
        after = {line["household"]: line["member"] for line in csv.DictReader(file)}
    taker = before.problem.member_columns.ids[2]
    assert after[home] == taker
    assert leaver not in after.values()
    for one in before.problem.household_columns.ids:
        if one != home and before.member_of(one) != leaver:
            assert after[one] == before.member_of(one)
    with (tmp_path / "few.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["household", "member", "away"],
            [str(home), taker, ""],
            ["", leaver, "yes"],
        ]
    capsys.readouterr()


def test_a_saved_list_is_no_formula(chromium, tmp_path):
    """It is guarded as every CSV of the library, and read back."""
    plan, labels = priced_plan()
    plan.to_html(tmp_path / "plan.html", labels=labels)
    with opened(chromium, tmp_path / "plan.html") as page:
        page.locator("#home").fill("h1")
        page.locator("#lock").click()
        page.locator("#home").fill("h2")
        page.locator("#open").click()
        with page.expect_download() as saved:
            page.locator("#save").click()
        saved.value.save_as(tmp_path / "tried.csv")
    assert "'=h4,c," in (tmp_path / "tried.csv").read_text(encoding="utf-8")
    fixed = decided_by_hand(tmp_path / "tried.csv", plan.problem).fixed
    assert set(fixed) == {("h1", "a"), ("h3", "b"), ("=h4", "c")}


def test_labels_do_nothing(chromium, tmp_path):
    """Whatever stands in a name is shown."""
    problem = Problem(
        [Member("a", (1, 1), hamlet=EVIL), Member("b", (1, 1.1))],
        [Household("h", (1, 1.2), hamlet=EVIL), Household(EVIL, (1, 1.3))],
    )
    plan = plan_of(problem, [("h", "a"), (EVIL, "b")])
    labels = {"a": EVIL, "h": EVIL}
    plan.to_html(tmp_path / "plan.html", labels=labels, include=("coordinates",))
    with opened(chromium, tmp_path / "plan.html") as page:
        page.locator("#loads button").first.click()
        page.locator("#query").fill(EVIL)
        assert rows(page) == ["1"]
        assert page.title() == "Households and the members in charge of them"
        assert page.locator("img").count() == 0
        assert EVIL in page.locator("#households").inner_text()


def test_every_control_is_reached_and_named(chromium, path):
    """By the keyboard alone, each with a name of its own; a member is chosen by the space bar."""
    with opened(chromium, path) as page:
        page.locator("#households tbody tr").nth(3).click()
        page.locator("#open").click()
        page.evaluate("() => { scrollTo(0, 0); document.activeElement.blur(); }")
        page.locator("h1").click()
        controls = page.locator("button, input, select, a[href], svg[tabindex]").count()
        reached = set()
        for _ in range(controls + 2):
            page.keyboard.press("Tab")
            reached.add(
                page.evaluate(
                    "() => { const e = document.activeElement;"
                    "window.every ||= [...document.querySelectorAll('*')];"
                    "const label = e.getAttribute('aria-label') || e.labels?.[0]?.textContent"
                    " || e.textContent; return [window.every.indexOf(e), label.trim()].join('|'); }"
                )
            )
        named = {int(found.split("|")[0]): found.split("|", 1)[1] for found in reached}
        named.pop(page.evaluate("() => window.every.indexOf(document.body)"), None)
        assert len(named) == controls
        assert all(named.values())
        page.locator("#loads button").first.focus()
        page.keyboard.press("Space")
        assert set(rows(page)) == {"1"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "vi"])
def test_text_stands_out(chromium, plan, tmp_path, lang, scheme):
    """A contrast of 4.5 at least, also of what is chosen, of marks, and of what is tried."""
    marked = plan.problem.replace(load_marks=LoadMarks(amber=8, red=12))
    plan = plan_of(marked, plan.pairs)
    plan.to_html(tmp_path / "plan.html", lang=lang, include=("coordinates", "prices"))
    with opened(chromium, tmp_path / "plan.html", color_scheme=scheme) as page:
        page.locator("#loads button").first.click()
        page.locator("#households tbody tr").nth(1).click()
        page.locator("#offers button").first.click()
        page.mouse.move(0, 0)
        found = page.evaluate(CONTRASTS)
        assert len(found) > 100
        assert sum("<text" in shown for _, shown in found) == page.locator("#map text").count() > 0
        assert min(found)[0] >= 4.5, min(found)


def test_nothing_is_told_by_colour_alone(chromium, tmp_path):
    """Members have numbers, what is chosen a tick, what is broken words, marks their names."""
    marked = shared_out(20, 66).problem.replace(load_marks=LoadMarks(amber=3, red=4))
    ids, homes = marked.member_columns.ids, marked.household_columns.ids
    plan = plan_of(marked, [(home, ids[row % 20]) for row, home in enumerate(homes) if row])
    plan.to_html(tmp_path / "plan.html", include=("coordinates",))
    with opened(chromium, tmp_path / "plan.html") as page:
        names = page.locator("#loads button").all_inner_texts()
        told = page.locator("#map g.t").evaluate_all(
            "all => all.map(g => `${g.querySelector('text').textContent}. "
            "${g.querySelector('title').textContent}`)"
        )
        assert len(set(told)) == len(told) == 20
        assert sorted(told) == sorted(names)
        # Each line ends at the number of its member, whatever its colour and kind.
        ends = page.locator("#map g:not(.t)").evaluate_all(
            "all => all.every(g => { const at = (path) => path.getAttribute('d').match(/M\\d+ \\d+/)[0];"
            "const home = document.querySelector(`#map g.t[data-m='${g.dataset.m}'] .s`);"
            "return at(g.querySelector('.l')) === at(home); })"
        )
        assert ends is True
        marks = page.locator(".mark").evaluate_all(
            "all => all.map(m => [m.className, m.textContent])"
        )
        assert (
            len({look for look, _ in marks})
            == len({word for _, word in marks})
            == len({tuple(mark) for mark in marks})
            >= 2
        )
        page.locator("#loads button").first.click()
        ticks = page.locator("button[data-m]").evaluate_all(
            "all => all.map(b => [b.getAttribute('aria-pressed') === 'true',"
            "getComputedStyle(b, '::before').content.includes('✓')])"
        )
        assert all(pressed == ticked for pressed, ticked in ticks)
        assert any(pressed for pressed, _ in ticks)
        assert (
            page.locator("#loads .over").count() == page.locator("#loads em", has_text="▲").count()
        )


def test_a_phone_is_wide_enough(chromium, path):
    """Tables scroll within themselves; the page does not."""
    with opened(chromium, path, viewport={"width": 390, "height": 800}) as page:
        width = page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= 390


def test_it_reads_without_a_script(chromium, path):
    """The list, the loads and the map are there; controls that would do nothing are not."""
    with opened(chromium, path, java_script_enabled=False) as page:
        assert page.locator("#households tbody tr").count() == 66
        assert page.locator("#map .l").count() == 8
        assert not page.locator("#controls").is_visible()
        assert not page.locator("#nearer").is_visible()


def test_it_prints(chromium, tmp_path):
    """Vectors, heads on every page, no row of 300 households broken, as many pages as expected."""
    plan = shared_out(12, 300)
    plan.to_html(tmp_path / "plan.html", include=("coordinates",))
    with opened(chromium, tmp_path / "plan.html") as page:
        printed = page.pdf(path=tmp_path / "plan.pdf", prefer_css_page_size=True)
    assert b"/Subtype /Image" not in printed
    pages = len(re.findall(rb"/Type /Page\b", printed))
    assert 8 <= pages <= 14
    pytest.importorskip("pypdf", reason="no pypdf: pip install 'phancong[browser]'")
    import pypdf

    texts = [sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "plan.pdf").pages]
    homes = [str(home) for home in plan.problem.household_columns.ids]
    lists = [text for text in texts if sum(home in text for home in homes) > 5]
    assert all("member in charge" in text for text in lists)
    assert all(sum(home in text for text in texts) >= 1 for home in homes)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_list_far_below_is_read_aloud_and_found(chromium, tmp_path, scripts):
    """Its layout may come later than that of the rest; all of it is there without scrolling."""
    plan = shared_out(40, 300)
    plan.to_html(tmp_path / "plan.html", include=("coordinates",))
    last = str(plan.problem.household_columns.ids[-1])
    with opened(chromium, tmp_path / "plan.html", java_script_enabled=scripts) as page:
        page.locator(".late" if not scripts else "#list ~ .wide:not(.late)").wait_for()
        tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
        assert last in {node["name"]["value"] for node in tree if node["role"]["value"] == "cell"}
        assert page.evaluate("(words) => find(words, true, true)", last)
        box = page.locator("#households tbody tr").last.bounding_box()
        assert 0 <= box["y"] <= page.viewport_size["height"]


@pytest.mark.parametrize(("members", "households", "seconds"), [(60, 3000, 2), (100, 10_000, 4)])
def test_large_communes_answer_a_click(chromium, tmp_path, members, households, seconds):
    """The time of the page itself, on one core that others may share: four times what is asked for."""
    shared_out(members, households).to_html(tmp_path / "plan.html", include=("coordinates",))
    with opened(chromium, tmp_path / "plan.html") as page:
        page.locator("#loads button").nth(1).click()
        assert set(rows(page)) == {"2"}
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        assert page.evaluate("() => performance.now()") < 4000 * seconds
