"""Figures, lists and sentences as a language writes them."""

import math
import pickle

import pytest
from said import said

from phancong import Conflict, Diagnosis, InvalidArgumentError, Problem, Repair, check
from phancong.words import Bullets, Message, Page, PageTable, page, words

EN, VI = words("en"), words("vi")


@pytest.mark.parametrize(
    ("value", "english", "vietnamese"),
    [
        (7237, "7,237", "7.237"),
        (1234567.0, "1,234,567", "1.234.567"),
        (71.82, "71.8", "71,8"),
        (-1.5, "-1.5", "-1,5"),
        (None, "–", "–"),
        (math.inf, "∞", "∞"),
    ],
)
def test_figures(value, english, vietnamese):
    """Vietnamese separates thousands by points and decimals by a comma."""
    assert (EN.number(value), VI.number(value)) == (english, vietnamese)


def test_a_difference_has_its_sign():
    """More is +; nothing has none."""
    assert [VI.signed(value) for value in (1200, -2.5, 0, None)] == ["+1.200", "-2,5", "0", "–"]


def test_a_limit_is_rounded_up():
    """What is read out still holds."""
    assert [w.at_least(1234.56789) for w in (EN, VI)] == ["1,234.568", "1.234,568"]
    assert EN.at_least(3.7030001) == "3.704"


@pytest.mark.parametrize(
    ("items", "english", "vietnamese"),
    [
        ([], "", ""),
        (["a"], "a", "a"),
        (["a", "b"], "a and b", "a và b"),
        (["a", "b", "c"], "a, b and c", "a, b và c"),
    ],
)
def test_a_list_in_a_sentence(items, english, vietnamese):
    """Each language has its "and"."""
    assert (EN.listed(items), VI.listed(items)) == (english, vietnamese)


def test_a_long_list_is_cut():
    """The rest is counted; ids that are numbers stay as they are, figures do not."""
    assert EN.named([1000, 2], 2) == "1000, 2"
    assert EN.named(range(9), 3) == "0, 1, … 7 more"
    assert VI.named(range(9), 3) == "0, 1, … và 7 nữa"
    assert VI.named([1.5, 1000.0], 3, "; ") == "1,5; 1.000"


def test_what_fills_a_sentence_is_never_read_as_one():
    """Ids may hold braces and percent signs."""
    assert EN.gettext("Engine: {engine}.", engine="{x} 5 %s") == "Engine: {x} 5 %s."


@pytest.mark.parametrize("lang", ["fr", "", None, 3, ["vi"]])
def test_an_unknown_language_names_those_that_there_are(lang):
    """Wherever a language is asked for."""
    with pytest.raises(InvalidArgumentError, match="there are 'en', 'vi'"):
        words(lang)
    judgement = check(Problem([], [], travel=None), [])
    with pytest.raises(InvalidArgumentError, match="there are 'en', 'vi'"):
        judgement.text(lang)
    with pytest.raises(InvalidArgumentError, match="there are 'en', 'vi'"):
        judgement.html(lang)


# --- messages


def test_a_message_is_a_string_that_can_be_told_again():
    """In English as in an error, in another language when it is asked for; a string stays itself."""
    message = Message("pair {pair} is given twice", pair="('h', 'm')")
    assert message == "pair ('h', 'm') is given twice"
    assert VI.tell(message) == "cặp ('h', 'm') ghi hai lần"
    assert VI.tell("anything else") == "anything else"
    assert Message("{n} households", n=1234) == "1,234 households"


def test_a_message_survives_pickling():
    """Braces in what fills it, too."""
    message = Message("pair {pair} is given twice", pair="{x}")
    again = pickle.loads(pickle.dumps(message))
    assert (again, again.msgid, again.values) == (message, message.msgid, {"pair": "{x}"})


# --- pages

PAGE = Page(
    "vi",
    (
        "a <b> & 785\N{NO-BREAK SPACE}m",
        "",
        Bullets("Why:", ()),
        Bullets("Why:", ("x < y",)),
        PageTable(["id", "n"], []),
        PageTable(["id", "n<"], [["<1>", "2"]], ("id",), "… and 1 more"),
    ),
)


def test_a_page_in_a_terminal():
    """What is empty is left out; a blank that holds a figure and its unit together is a blank."""
    assert PAGE.text() == "a <b> & 785 m\n\nWhy:\n- x < y\n\nid   n<\n<1>   2\n… and 1 more"


def test_a_page_in_a_notebook():
    """All text is escaped, figures are on the right, and nothing is loaded."""
    assert PAGE.html().split("\n") == [
        '<div lang="vi">',
        "<p>a &lt;b&gt; &amp; 785\N{NO-BREAK SPACE}m</p>",
        "<p>Why:</p>",
        "<ul>",
        "<li>x &lt; y</li>",
        "</ul>",
        "<table>",
        "<thead>",
        '<tr><th scope="col" style="text-align: left">id</th>'
        '<th scope="col" style="text-align: right">n&lt;</th></tr>',
        "</thead>",
        "<tbody>",
        '<tr><td style="text-align: left">&lt;1&gt;</td><td style="text-align: right">2</td></tr>',
        "</tbody>",
        "</table>",
        "<p>… and 1 more</p>",
        "</div>",
    ]


def test_a_paragraph_is_broken_between_words():
    """At the width of a terminal, a figure never from its unit, an id never at all."""
    told = Page("en", (" ".join(["word"] * 19) + " 12\N{NO-BREAK SPACE}m",)).text()
    assert told.split("\n") == [" ".join(["word"] * 19), "12 m"]
    long = "x-" * 60
    assert Page("en", (long,)).text() == long


def test_nobody_tells_what_is_no_record():
    """A kind of record without sentences is a mistake in the library."""
    with pytest.raises(TypeError, match="no text is registered for a int"):
        page(3, EN)


def test_a_notebook_shows_english():
    """The language of ``str``; ``html("vi")`` is there for the other."""
    judgement = check(Problem([], [], travel=None), [])
    assert judgement._repr_html_() == judgement.html() == judgement.html("en")
    assert '<div lang="vi">' in judgement.html("vi")
    assert said(judgement, "vi").startswith("Phương án hợp lệ, mọi giới hạn đều được giữ.")


def test_records_are_harmless_whoever_made_them():
    """An id commands no terminal, turns no line and breaks no table, in text and in HTML."""
    evil = "h\x1b[2J\u202e\ud800\n1"
    record = Conflict("places", (evil,), (), 1, 0, ("coverage",))
    found = Diagnosis(False, 1, (record,), (Repair("leave_uncovered", 1.0, (evil, "<b>"), {}),))
    for text in (
        str(record),
        str(found),
        found.text("vi"),
        found.html(),
        Page("en", (evil,)).html(),
    ):
        assert not set("\x1b\u202e\ud800") & set(text)
        text.encode()
    table = str(found).rpartition("\n\n")[2]
    assert len(table.splitlines()) == 2
    assert r"h\x1b[2J\u202e\ud800\n1, <b>" in table
    assert "&lt;b&gt;" in found.html()


def test_a_limit_that_is_not_known_is_none():
    """Of a plan that was read as CSV nothing is proven."""
    assert (EN.at_least(math.inf), VI.at_least(-math.inf)) == ("∞", "-∞")
    assert EN.at_least(1.2341) == "1.235"


@pytest.mark.parametrize(
    ("n", "english", "vietnamese"),
    [
        (1, "one row a person: 3 rows are 1 household", "mỗi dòng một người: 3 dòng thành 1 hộ"),
        (
            1200,
            "one row a person: 3 rows are 1,200 households",
            "mỗi dòng một người: 3 dòng thành 1.200 hộ",
        ),
    ],
)
def test_a_message_about_one_or_several(n, english, vietnamese):
    """It is told by its number in each language, after pickling and refilling, too."""
    one, many = (
        "one row a person: {rows} rows are {n} household",
        "one row a person: {rows} rows are {n} households",
    )
    message = Message.ngettext(one, many, n, rows=3)
    for same in (message, pickle.loads(pickle.dumps(message)), message.refilled(message.values)):
        assert same == english
        assert words("vi").tell(same) == vietnamese
