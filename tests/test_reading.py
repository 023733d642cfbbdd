"""Problems and plans from files (contract 2.6, 6.1)."""

import contextlib
import json
import math
import re

import numpy as np
import pytest
from hand_made import plan_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lanes import by_lane, examples
from workbook_files import write_workbook

from phancong import (
    BetweenPlaces,
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Geodesic,
    Household,
    InvalidProblemError,
    Member,
    Preference,
    Problem,
    Status,
    Travel,
    TravelMatrix,
)
from phancong.reading import read, read_plan
from phancong.tables import write_csv

MEMBERS = (
    ["id", "lat", "lon", "max_households", "skills"],
    [["m1", 21.5, 105.2, 5, "a;b"], ["m2", 21.6, 105.3, None, None]],
)
HOUSEHOLDS = (["id", "lat", "lon", "workload"], [["007", 21.5, 105.2, 2], ["h1", 21.6, 105.2, 1.5]])
PAIRS = (["household", "member"], [["007", "m1"]])
EXPECTED = Problem(
    [Member("m1", (21.5, 105.2), max_households=5, skills=("a", "b")), Member("m2", (21.6, 105.3))],
    [Household("007", (21.5, 105.2), workload=2.0), Household("h1", (21.6, 105.2), workload=1.5)],
)


@pytest.fixture(params=["folder", "workbook"])
def save(request, tmp_path):
    """Write tables by name, as a folder or as a workbook; give the path."""

    def saver(**tables):
        if request.param == "workbook":
            write_workbook(tmp_path / "b.xlsx", tables)
            return tmp_path / "b.xlsx"
        for name, table in tables.items():
            write_csv(tmp_path / f"{name}.csv", *table)
        return tmp_path

    return saver


@pytest.fixture
def folder(tmp_path):
    """Write files as they are; give the folder."""

    def saver(**files):
        for name, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (tmp_path / f"{name}.csv").write_bytes(data)
        return tmp_path

    return saver


def defects_of(path, **options):
    with pytest.raises(InvalidProblemError, match="in the input") as caught:
        read(path, **options)
    return [str(defect) for defect in caught.value.defects]


# --- problems -----------------------------------------------------------------------------------


def test_a_problem_is_what_its_tables_say(save):
    """Members and households, with coordinates and lists in cells."""
    assert read(save(members=MEMBERS, households=HOUSEHOLDS)) == EXPECTED


def test_pairs_are_read_where_they_are(save):
    """previous (with years), fixed and forbidden."""
    previous = (["household", "member", "years"], [["h1", "m1", 3], ["h1", "gone", None]])
    forbidden = (["household", "member"], [["h1", "m1"]])
    path = save(
        members=MEMBERS, households=HOUSEHOLDS, previous=previous, fixed=PAIRS, forbidden=forbidden
    )
    problem = read(path)
    assert problem.previous == (("h1", "gone", 1.0), ("h1", "m1", 3.0))
    assert problem.fixed == (("007", "m1"),)
    assert problem.forbidden == (("h1", "m1"),)


def test_options_are_those_of_a_problem(save):
    """Also the pairs, which take the place of their table."""
    path = save(members=MEMBERS, households=HOUSEHOLDS, fixed=PAIRS)
    problem = read(path, fixed=[("h1", "m2")], travel=Geodesic("km"), max_travel=20, max_changes=1)
    assert problem.fixed == (("h1", "m2"),)
    assert (problem.travel.unit, problem.max_travel, problem.max_changes) == ("km", 20.0, 1)
    with pytest.raises(
        TypeError, match=r"read\(\) has no option 'members', 'max_walk'; it has travel"
    ):
        read(path, members=[], max_walk=3)


def test_matrices_follow_the_order_of_the_file(save):
    """Contract 3.3: rows and columns in the order given."""
    households = (HOUSEHOLDS[0], HOUSEHOLDS[1][::-1])
    problem = read(
        save(members=MEMBERS, households=households), travel=TravelMatrix([[1, 2], [3, 4]])
    )
    assert problem.travel_matrix.tolist() == [[3, 4], [1, 2]]


def test_without_coordinates_a_way_leads_from_hamlet_to_hamlet(save):
    """0 within a hamlet and 1 to another, and a word on it, unless the caller says how to travel."""
    members = (["id", "hamlet"], [["m1", "A"]])
    households = (["id", "hamlet", "lat", "lon"], [["h1", "B", None, None]])
    path = save(members=members, households=households)
    reading = read(path, explain=True)
    assert reading.problem.travel == BetweenPlaces({("A", "B"): 1.0}, within=0.0, unit="hamlets")
    assert any(note.startswith("nobody has coordinates: a way counts 0") for note in reading.notes)
    travel = BetweenPlaces({("A", "B"): 3.0}, within=1.0, unit="km")
    assert read(path, travel=travel).travel_matrix.tolist() == [[3.0]]
    found = defects_of(path, travel=Geodesic())
    assert "lat, lon" in found[0]
    assert "lat, lon: has no coordinates" in found[0]
    found = defects_of(path, travel=BetweenPlaces({("A", "C"): 3.0}, within=1.0, unit="km"))
    assert len(found) == 1
    assert "hamlet 'B' is nowhere in the travel table" in found[0]
    assert "households" in found[0]
    assert "2, hamlet" in found[0]


def test_names_and_notes_never_enter(save):
    """Contract 2.6: the columns are left out, however their names are written."""
    members = (["id", " Name ", "NOTE"], [["m1", "Nguyễn Văn An", "poor"]])
    problem = read(save(members=members, households=(["id"], [["h1"]])))
    assert "Nguyễn" not in str(vars(problem))


def test_what_is_personal_is_no_id(save):
    """Contract 2.6: refused by place, never repeated, not even by another defect of the same record."""
    members = (["id", "share"], [["Nguyễn Văn An", -1], ["0912345678", 1], ["m3", 1], ["m3", 1]])
    households = (["id"], [["008190001234"]])
    fixed = (["household", "member"], [["008190001234", "Nguyễn Văn An"]])
    path = save(members=members, households=households, fixed=fixed)
    with pytest.raises(InvalidProblemError, match="7 defects") as caught:
        read(path)
    text = str(caught.value) + repr(caught.value.defects)
    assert text.count("looks like a name, which must not be an id") == 4
    assert "number the rows, and keep what stands here in a file of your own: columns={" in text
    for secret in ("Nguyễn", "0912345678", "008190001234"):
        assert secret not in text


def test_what_stands_in_the_wrong_column_is_not_repeated(save):
    """A name or a number of a person where a figure should be: the place is told, not the value."""
    rows = [["m1", "Nguyễn Văn An", None], ["m2", "7x", "0912345678"]]
    path = save(members=(["id", "share", "optional"], rows), households=HOUSEHOLDS)
    found = "".join(defects_of(path))
    assert "is not a number; give" in found
    assert "is not a number ('7x'); give" in found
    assert "is neither true nor false; give" in found
    assert "Nguyễn" not in found
    assert "0912345678" not in found


def test_every_defect_of_every_file_at_once(folder):
    """Each with file, line and column: those of the file and those of the problem."""
    path = folder(
        members="id;lat;lon;max_households\nm1;21,5;105,2;x\nm1;21,6;105,2;1;;9\n",
        households=b"id,lat,lon,workload,typo\nh1,21,105,-1,\n\nh2,nord,105,1,\nh3,1,1,\xff,\n",
        fixed="household,member\nh1,\n",
        forbidden="household\nh1\n",
        previous="",
    )
    found = defects_of(path)
    assert found == [
        "previous.csv, file: is empty; give a header and a line for each record",
        "members.csv, line 3, column 6: is filled, and the header has 4 columns; remove the cell, "
        "or put cells with a separator in them between quotes",
        "households.csv, line 5, column 4: holds bytes that are not UTF-8; save it as CSV UTF-8",
        "households.csv, line 1, typo: is not a known column; remove it, or call it one of "
        "id, at, lat, lon, workload, visits, needs, hamlet, cluster, group, priority, "
        "members_needed, approximate; columns={'households': {'typo': None}} leaves it out",
        "fixed.csv, line 2, member: is missing; write the member as in the list here, or its id",
        "forbidden.csv, line 1, member: is not a column of the table; add it",
        "members.csv, line 2, max_households: is not a number ('x'); give a whole number",
        "members.csv, line 3, id: is given twice ('m1', first in members.csv, line 2); "
        "give every record an id of its own",
        "households.csv, line 4, lat: is not a number; give decimal degrees, or leave it out",
        "households.csv, line 5, workload: is not a number ('\ufffd'); give a number",
        "households.csv, line 2, workload: is negative (-1.0); give 0 or more",
        "households.csv, line 5, lat, lon: is 11,437 km from the middle of all others; "
        "correct the coordinate, or raise farthest (in metres)",
    ]


def test_a_defect_that_was_found_by_id_gets_its_place(folder):
    """Who reads it sees a line of a file for ``member 'm1'``, and not both."""
    path = folder(
        members="id,household,max_travel\nm1,h9,\nm2,,5\n",
        households="id,group,members_needed\nh1,g,1\nh2,g,2\n",
        fixed="household,member\nh1,m1\n",
    )
    found = defects_of(path)
    assert any(
        text.startswith("members.csv, line 2, household: names household 'h9'") for text in found
    )
    assert any(
        text.startswith("members.csv, line 3, max_travel: needs distances") for text in found
    )
    assert any(text.startswith("households.csv, line 3, members_needed: is 2") for text in found)
    path = folder(members="id,max_households\nm1,0\n", households="id\nh1\n")
    assert defects_of(path)[0].startswith("fixed.csv, line 2, fixed: has an exempt")


def test_options_have_no_place_in_a_file(folder):
    """A defect of an argument is told as it is."""
    path = folder(members="id\nm1\n", households="id\nh1\n")
    assert defects_of(path, max_changes=-1)[0].startswith("problem, max_changes: is -1")


def test_a_coordinate_in_one_column(folder):
    """``at`` may hold anything geopy reads; its defects keep that name."""
    path = folder(members='id,at\nm1,"21.5, 105.2"\n', households='id,at\nh1,"21.5, 105.2"\n')
    assert read(path).members[0].at == (21.5, 105.2)
    path = folder(members="id,at\nm1,\n")
    assert defects_of(path)[0].startswith("members.csv, line 2, at: has no coordinates")


def test_a_missing_table_does_not_hide_the_other(folder):
    """What is missing is named; what follows from it is not."""
    path = folder(members="id,share,household\nm1,-1,h1\n", fixed="household,member\nh1,m1\n")
    found = defects_of(
        path, max_travel=5, workload=[[1]], travel=TravelMatrix([[1]]), previous=[("h1", "m1")]
    )
    assert len(found) == 2
    assert "households.csv: does not exist; add this file" in found[0]
    assert found[1].startswith("members.csv, line 2, share: is not above 0")


def test_a_table_without_ids_is_missing(save):
    """One defect, not one for each row."""
    path = save(members=(["share"], [[1], [2]]), households=HOUSEHOLDS)
    assert len(defects_of(path)) == 1
    assert "id: is not a column of the table; add it" in defects_of(path)[0]


def test_a_column_without_a_name_is_told(folder):
    """What stands below it would be lost."""
    found = defects_of(folder(members="id,,hamlet\nm1,x,A\n", households="id\nh1\n"))
    assert found == [
        "members.csv, line 1, column 2: has no name, and cells below it (first in 2); "
        "name the column or empty it"
    ]


def test_a_table_without_a_header_repeats_nothing(folder):
    """The first line holds a person, not names of columns: no cell of it is told."""
    found = defects_of(folder(members="Nguyễn Văn An,21.5\nx,1\n", households="id\nh1\n"))
    assert found == [
        "members.csv, line 1, header: is not a header: none of its cells is the name of a column; "
        "begin with a line of names, such as id, at, lat, lon, or say which line it is: "
        "header={'members': ...}"
    ]


def test_a_misspelt_table_is_not_left_out_in_silence(save):
    """A sheet or a file whose name is nearly that of a table is a defect; other names are nothing."""
    found = defects_of(save(members=MEMBERS, households=HOUSEHOLDS, previus=PAIRS, legend=PAIRS))
    assert len(found) == 1
    assert "previous" in found[0]
    assert "does not exist, but 'previus" in found[0]


def test_names_of_tables_and_columns_in_capitals(save):
    """What differs in capitals only is meant."""
    members = (["ID", *MEMBERS[0][1:]], MEMBERS[1])
    assert read(save(Members=members, HOUSEHOLDS=HOUSEHOLDS)) == EXPECTED


def test_empty_sheets_are_nothing(tmp_path):
    """Spreadsheets have sheets with nothing in them."""
    file = tmp_path / "b.xlsx"
    import openpyxl

    write_workbook(file, {"members": MEMBERS, "households": HOUSEHOLDS})
    book = openpyxl.load_workbook(file)
    book.create_sheet("previous")
    book.save(file)
    assert read(file) == EXPECTED


def test_numbers_as_ids_in_a_workbook(tmp_path):
    """A numeric 7 is one id on all sheets, and a hamlet called 3 is a label."""
    file = tmp_path / "b.xlsx"
    members = (["id", "hamlet", "skills", "household"], [[1, 3, 5, 7.0]])
    write_workbook(
        file,
        {
            "members": members,
            "households": (["id"], [[7]]),
            "fixed": (["household", "member"], [[7.0, 1]]),
        },
    )
    problem = read(file)
    assert problem.members == (Member(1, hamlet="3", skills=("5",), household=7),)
    assert problem.fixed == ((7, 1),)
    write_workbook(file, {"members": members, "households": (["id"], [["7"]])})
    assert "names household 7, who is not in the problem" in defects_of(file)[0]


def test_a_workbook_names_the_letter_of_the_column(tmp_path):
    """File, sheet, row and column."""
    file = tmp_path / "b.xlsx"
    write_workbook(
        file, {"members": (["id", "share"], [[1, -1]]), "households": (["id", "x"], [[7, 1]])}
    )
    assert defects_of(file) == [
        "b.xlsx, sheet 'households', row 1, x (column B): is not a known column; remove it, "
        "or call it one of id, at, lat, lon, workload, visits, needs, hamlet, cluster, group, "
        "priority, members_needed, approximate; columns={'households': {'x': None}} leaves it out",
        "b.xlsx, sheet 'members', row 2, share (column B): is not above 0 (-1.0); give more than 0",
    ]


def test_decimal_commas_are_read_in_columns_of_numbers_only(folder):
    """An id, a label or a skill with a comma stays as it is."""
    path = folder(
        members="id;lat;lon;max_workload\n1,5;21,5;105.125;\n",
        households="id;lat;lon;workload;hamlet\n2,5;21,5;105,125;1.234,5;3,4\n",
    )
    problem = read(path)
    assert problem.member_columns.ids == ("1,5",)
    assert problem.members[0].at == (21.5, 105.125)
    assert problem.households[0].workload == 1234.5
    assert problem.households[0].hamlet == "3,4"


def test_a_number_that_can_be_read_two_ways_is_refused(folder):
    """7.237 in a file with semicolons: seven thousand, or a little more than seven?"""
    path = folder(members="id\nm1\n", households="id;workload\nh1;7.237\nh2;1,5\n")
    assert defects_of(path) == [
        "households.csv, line 2, workload: could be a decimal or thousands, in a file with "
        "semicolons; write it without the mark, or say which mark is the decimal one: decimal=',' or "
        "decimal='.'"
    ]
    path = folder(households="id;workload\nh1;7.237\nh2;1.5\n")
    assert read(path).households[0].workload == 7.237


def test_blanks_around_ids_are_nothing(folder):
    """Nobody sees them: they are no other id."""
    path = folder(members="id\n m1 \n", households="id\nh1\n", fixed="household,member\n h1,m1 \n")
    assert read(path).fixed == (("h1", "m1"),)


@pytest.mark.parametrize(
    ("path", "match"),
    [
        ("nowhere", r"nowhere, file: does not exist; give a folder or a workbook"),
        ("nowhere.xlsx", r"nowhere.xlsx, file: does not exist"),
        ("a.pdf", r"a.pdf, file: is neither a folder nor a list that is read; open it in a"),
        ("a.csv", r"a.csv, members: does not exist; add this list, or say which it is: sheets="),
        ("a\0b", r"does not exist"),
        (".", r"members.csv: does not exist; add this file"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, path, match):
    """A clear error, with the path."""
    (tmp_path / "a.csv").write_text("id\n")
    (tmp_path / "a.pdf").write_text("id\n")
    with pytest.raises(InvalidProblemError, match=match):
        read(tmp_path / path)


def test_a_folder_that_cannot_be_opened_is_named(tmp_path, monkeypatch):
    """No permission, for instance."""

    def refuse(_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "iterdir", refuse)
    with pytest.raises(InvalidProblemError, match=r"cannot be opened \(Permission denied\)"):
        read(tmp_path)


CELLS = st.one_of(
    st.sampled_from(
        ["", "m1", "h1", "21.5", "105", "-1", "1e999", "x;y", "nan", "=1", "0912345678"]
    ),
    st.text(max_size=4),
)
TITLES = st.sampled_from(
    [
        "id",
        "lat",
        "lon",
        "at",
        "share",
        "skills",
        "household",
        "member",
        "years",
        "optional",
        "name",
        "?",
    ]
)


@given(
    st.dictionaries(
        st.sampled_from(["members", "households", "previous", "fixed", "forbidden", "fixd"]),
        st.tuples(
            st.sampled_from(",;"),
            st.lists(TITLES, max_size=4),
            st.lists(st.lists(CELLS, max_size=4), max_size=4),
        ),
    )
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=by_lane(quick=20, full=300),
)
def test_any_tables_leave_only_the_error_of_the_library(tmp_path_factory, tables):
    """Whatever the cells hold: a problem, or an InvalidProblemError."""
    path = tmp_path_factory.mktemp("tables")
    for name, (mark, titles, rows) in tables.items():
        text = "\n".join(mark.join(row) for row in [titles, *rows])
        (path / f"{name}.csv").write_bytes(text.encode(errors="surrogatepass"))
    said = ""
    try:
        read(path)
    except InvalidProblemError as error:
        said = str(error)
    assert "0912345678" not in said


@pytest.mark.full
def test_twenty_thousand_households(save):
    """A large commune is all there."""
    rows = [[f"h{n}", 21.5, 105.5, 1.0] for n in range(20_000)]
    problem = read(save(members=MEMBERS, households=(HOUSEHOLDS[0], rows)))
    assert len(problem.household_columns) == 20_000


# --- plans --------------------------------------------------------------------------------------

PROBLEM = Problem(
    [
        Member("m1", (21.0, 105.0), max_households=1),
        Member(2, (21.1, 105.0)),
        Member("=3", (21.0, 105.1)),
    ],
    [
        Household("h1", (21.0, 105.0), cluster="c"),
        Household("h2", (21.2, 105.0)),
        Household("=h3", (21.0, 105.2)),
        Household(4, (21.0, 105.3)),
    ],
    previous=[("h1", "m1", 3), ("h2", "m1", 1)],
)
PLAN_PAIRS = [("h1", "m1"), ("h2", "m1"), ("=h3", "=3"), (4, 2)]
GOALS = (
    FairLoad("households", aim="leximax"),
    FairTravel(aim="spread", tolerance=0.5),
    Continuity("years"),
    Cohesion(),
    Farthest(rtol=0.25),
    Travel(),
    Preference({("h1", "m1"): 2.0, (4, 2): -1}),
    Preference(np.arange(12).reshape(4, 3), tolerance=1.0),
)


def same(one, other):
    return all(
        getattr(one, name) == getattr(other, name)
        for name in (
            "problem",
            "pairs",
            "status",
            "breaches",
            "goals",
            "engine",
            "reason",
            "stopped",
            "seconds",
            "options",
            "versions",
        )
    )


@pytest.mark.parametrize("goals", [None, GOALS, ()])
@pytest.mark.parametrize("stopped", [None, "time"])
def test_a_plan_in_json_is_restored(tmp_path, goals, stopped):
    """The whole record: status, breaches, goals with their parameters, how and why it ended."""
    status = Status.OPTIMAL if stopped is None else Status.FEASIBLE
    plan = plan_of(PROBLEM, PLAN_PAIRS, goals=goals, stopped=stopped, status=status)
    plan.to_json(tmp_path / "p.json")
    again = read_plan(tmp_path / "p.json", PROBLEM)
    assert same(plan, again)
    assert again.breaches["max_households"].total == 1


def test_a_plan_from_before_there_was_a_rule_keeps_its_proofs(tmp_path):
    """Where the problem does not set the rule, and only there; a rule that nobody knows is refused."""
    path = tmp_path / "p.json"
    plan = plan_of(PROBLEM, PLAN_PAIRS)
    plan.to_json(path)
    record = json.loads(path.read_text(encoding="utf-8"))
    del record["breaches"]["max_hamlets"]
    path.write_text(json.dumps(record), encoding="utf-8")
    assert same(plan, read_plan(path, PROBLEM))
    limited = read_plan(path, PROBLEM.replace(max_hamlets=1))
    assert limited.reason == "from p.json, made for another problem"
    record["breaches"]["max_moons"] = record["breaches"]["coverage"]
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(InvalidProblemError, match=r"p\.json, breaches: cannot be read"):
        read_plan(path, PROBLEM)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (("metrics", "travel_total", 1.0), "travel_total: is stated as 1.0, and is "),
        (("metrics", "changes", None), "metrics: cannot be read"),
        (("metrics", "load_max", "2"), "metrics: cannot be read"),
        (("metrics", "moons", 2), "metrics: cannot be read"),
        (("metrics", [1]), "metrics: cannot be read"),
        (("files", [1]), "files: cannot be read"),
        (("stopped", "time"), "status: says optimal, and that the search was stopped: time"),
        (("stopped", "tea"), "stopped: cannot be read"),
        (("goals", 0, "value", [2.0]), "goals: cannot be read"),
        (("goals", 0, "weight", 2.0), "goals: cannot be read"),
        (("breaches", "coverage", "by", 2.0), "breaches: cannot be read"),
        (("options", "hurry", True), "options: cannot be read"),
        (
            ("options", {"engine": "auto", "relax": [], "search": {"seconds": 1, "minutes": 2}}),
            "options: cannot be read",
        ),
        (("status ", "optimal"), "status : is not known; write the plan again"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(tmp_path, changed, says):
    """Its figures, too: other programs read them."""
    path = tmp_path / "p.json"
    plan_of(PROBLEM, PLAN_PAIRS).to_json(path)
    record = json.loads(path.read_text(encoding="utf-8"))
    *where, last, value = changed
    part = record
    for key in where:
        part = part[key]
    part[last] = value
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(InvalidProblemError, match=re.escape(says)):
        read_plan(path, PROBLEM)


def test_figures_that_are_a_row_are_no_number(tmp_path):
    """The value of a largest load is one number, that of leximax as many as there are members."""
    path = tmp_path / "p.json"
    plan_of(PROBLEM, PLAN_PAIRS, goals=(Farthest(),)).to_json(path)
    record = json.loads(path.read_text(encoding="utf-8"))
    for name in ("best", "value", "bound"):
        record["goals"][0][name] = [record["goals"][0][name]]
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(InvalidProblemError, match=r"the value of Farthest\(\) is stated as \("):
        read_plan(path, PROBLEM)


def test_bounds_that_are_not_there_are_restored(tmp_path):
    """Minus infinity is null in JSON, which knows no infinity."""
    lines = plan_of(PROBLEM, PLAN_PAIRS, goals=(Travel(), FairLoad(aim="leximax"))).goals
    cut = tuple(
        type(line)(line.goal, line.best, line.value, bound, False)
        for line, bound in zip(lines, (-math.inf, (-math.inf,) * 3), strict=True)
    )
    plan = plan_of(PROBLEM, PLAN_PAIRS, goals=(), status=Status.FEASIBLE)
    plan = type(plan)(**{**{f: getattr(plan, f) for f in plan.__dataclass_fields__}, "goals": cut})
    plan.to_json(tmp_path / "p.json")
    assert "Infinity" not in (tmp_path / "p.json").read_text()
    assert same(plan, read_plan(tmp_path / "p.json", PROBLEM))


def test_scores_of_a_matrix_find_their_pairs_in_another_order(tmp_path):
    """The same problem given in another order is the same problem: so are its scores."""
    scores = [[1.0, 2.0], [3.0, 4.0]]
    members, households = [Member("b"), Member("a")], [Household("y"), Household("x")]
    problem = Problem(members, households, travel=None)
    plan = plan_of(problem, [("x", "a"), ("y", "b")], goals=(Preference(scores),))
    assert plan.goals[0].value == -5.0
    plan.to_json(tmp_path / "p.json")
    turned = Problem(members[::-1], households, travel=None)
    again = read_plan(tmp_path / "p.json", turned)
    assert again.goals[0].value == -5.0
    assert again.goals[0].goal.scores.tolist() == [[2.0, 1.0], [4.0, 3.0]]


@pytest.mark.parametrize("goals", [None, (FairLoad(aim="leximax"), Travel())])
def test_the_claims_of_another_problem_are_dropped(tmp_path, goals):
    """The pairs stand, and are judged; of what was proven nothing is left."""
    plan = plan_of(PROBLEM, PLAN_PAIRS, goals=goals)
    plan.to_json(tmp_path / "p.json")
    again = read_plan(tmp_path / "p.json", PROBLEM.replace(max_travel=5_000))
    assert again.pairs == plan.pairs
    assert again.status is Status.FEASIBLE
    assert again.reason == "from p.json, made for another problem"
    assert [line.goal for line in again.goals] == [line.goal for line in plan.goals]
    assert not any(line.proven for line in again.goals)
    assert again.breaches["max_travel"].total > 0
    assert (again.breaches["max_travel"].bound, again.breaches["max_travel"].proven) == (0.0, False)
    assert again.breaches["coverage"].proven


@pytest.mark.parametrize("goals", [(Travel(),), (Preference(np.ones((4, 3))),), ()])
def test_goals_that_make_no_sense_elsewhere_give_way_to_the_default(tmp_path, goals):
    """Travel without distance, scores of other members, no goals at all."""
    plan_of(PROBLEM, PLAN_PAIRS, goals=goals).to_json(tmp_path / "p.json")
    other = PROBLEM.replace(travel=None, members=[*PROBLEM.members, Member("m9")])
    again = read_plan(tmp_path / "p.json", other)
    assert [line.goal for line in again.goals] == [FairLoad(), Continuity()]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_pairs_are_restored_from_tables(tmp_path, ending):
    """Ids find their type again, and text that looks like a formula is itself again."""
    plan = plan_of(PROBLEM, PLAN_PAIRS)
    file = tmp_path / f"p.{ending}"
    (plan.to_csv if ending == "csv" else plan.to_excel)(file)
    again = read_plan(file, PROBLEM)
    assert again.pairs == plan.pairs
    assert (again.status, again.engine, again.reason) == (
        Status.FEASIBLE,
        "read",
        f"from {file.name}",
    )
    assert [line.goal for line in again.goals] == [FairLoad(), Continuity(), Travel()]
    assert [line.value for line in again.goals] == [line.value for line in plan.goals]
    assert all(line.bound == -math.inf and not line.proven for line in again.goals)
    line = again.breaches["max_households"]
    assert (line.total, line.bound, line.proven) == (1, 0.0, False)
    assert again.breaches["needs"].proven


def csv_plan(tmp_path, text, problem=PROBLEM):
    (tmp_path / "p.csv").write_text(text)
    return read_plan(tmp_path / "p.csv", problem)


def test_a_plan_made_by_hand(tmp_path):
    """Two columns are enough, in any order, with any others beside them."""
    plan = csv_plan(tmp_path, "Member,x,HOUSEHOLD\nm1,?, h1 \n 2,?,4\n")
    assert plan.pairs == ((4, 2), ("h1", "m1"))


def test_every_pair_that_cannot_be_read_is_named(tmp_path):
    """Unknown, missing and double ones, each with its line; a person's name is not repeated."""
    with pytest.raises(InvalidProblemError, match="5 defects") as caught:
        csv_plan(tmp_path, "household,member\nh9,m1\n,m1\nh1,m1\nh1,m1\nh2,Nguyễn Văn An\nh2,\n")
    assert [str(defect).split(";")[0] for defect in caught.value.defects] == [
        "p.csv, line 2, household: names nobody in the problem ('h9')",
        "p.csv, line 3, household: is missing",
        "p.csv, line 5, pair: is given twice (first: p.csv, line 4)",
        "p.csv, line 6, member: names nobody in the problem",
        "p.csv, line 7, member: is missing",
    ]


def test_ids_that_are_written_alike(tmp_path):
    """7 and "7" cannot be told apart in CSV; a workbook and JSON can."""
    problem = Problem([Member(1)], [Household(7), Household("7")], travel=None)
    with pytest.raises(InvalidProblemError, match=r"could be one of 2 ids that are written alike"):
        csv_plan(tmp_path, "household,member\n7,1\n", problem)
    plan = plan_of(problem, [("7", 1)])
    plan.to_json(tmp_path / "p.json")
    assert read_plan(tmp_path / "p.json", problem).pairs == plan.pairs
    write_workbook(tmp_path / "p.xlsx", {"pairs": (["household", "member"], [[7, 1]])})
    assert read_plan(tmp_path / "p.xlsx", problem).pairs == ((7, 1),)
    write_workbook(tmp_path / "p.xlsx", {"pairs": (["household", "member"], [[7, True]])})
    with pytest.raises(InvalidProblemError, match=r"member \(column B\): names nobody"):
        read_plan(tmp_path / "p.xlsx", problem)


@pytest.mark.parametrize(
    ("name", "text", "match"),
    [
        (
            "p.csv",
            "household\nh1\n",
            r"p.csv, line 1, member: is not a column of the table; add it",
        ),
        ("p.csv", "household,member\nh1,m1,x\n", r"p.csv, line 2, column 3: is filled"),
        ("p.csv", "", r"p.csv, file: is empty"),
        ("p.txt", "", r"p.txt, file: is not a plan: its ending is not .json, .csv or .xlsx"),
        ("p.json", "", r"p.json, file: is not JSON in UTF-8"),
        ("p.json", "[" * 100_000, r"p.json, file: is not JSON"),
        ("p.json", '{"format": NaN}', r"p.json, file: is not JSON"),
        ("p.json", '{"a": {"pairs": 1, "pairs": 2}}', r"the key 'pairs' twice in one object; keep"),
        (
            "p.json",
            "[]",
            r"p.json, file: is not a plan written by this library; give a file that to_json",
        ),
        ("p.json", '{"format": "x"}', r"p.json, file: is not a plan written by this library"),
        ("p.json", '{"format": "phancong plan", "version": 9}', r"written by another version"),
        (
            "p.json",
            '{"format": "phancong plan", "version": 1}',
            r"p.json, pairs: is missing; write",
        ),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path, name, text, match):
    """The file is named, and what to do."""
    (tmp_path / name).write_text(text)
    with pytest.raises(InvalidProblemError, match=match):
        read_plan(tmp_path / name, PROBLEM)


def test_a_plan_that_is_not_there(tmp_path):
    """The path is named."""
    for ending in ("json", "csv", "xlsx"):
        with pytest.raises(InvalidProblemError, match=rf"none.{ending}, file: cannot be opened"):
            read_plan(tmp_path / f"none.{ending}", PROBLEM)
    write_workbook(tmp_path / "p.xlsx", {"x": (["a"], [])})
    with pytest.raises(InvalidProblemError, match=r"p.xlsx, file: has no sheet 'pairs'"):
        read_plan(tmp_path / "p.xlsx", PROBLEM)


def edited(tmp_path, **changes):
    record = json.loads(plan_of(PROBLEM, PLAN_PAIRS, goals=GOALS).to_json())
    for name, value in changes.items():
        record[name] = value
    (tmp_path / "p.json").write_text(json.dumps(record))
    return tmp_path / "p.json"


LINE = {"goal": {"type": "Cohesion"}, "best": 0, "value": 0, "bound": 0, "proven": True}
TOTALS = json.loads(plan_of(PROBLEM, PLAN_PAIRS).to_json())["breaches"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("pairs", 7),
        ("pairs", [["h1"]]),
        ("pairs", [["h1", 1.5]]),
        ("pairs", [["h1", True]]),
        ("status", "perfect"),
        ("status", []),
        ("engine", 7),
        ("reason", None),
        ("stopped", 7),
        ("seconds", "long"),
        ("seconds", 10**400),
        ("breaches", {}),
        ("breaches", 7),
        ("breaches", TOTALS | {"needs": {"total": True, "bound": 0, "proven": True}}),
        ("breaches", TOTALS | {"needs": {"total": 0, "bound": 0, "proven": 1}}),
        ("breaches", TOTALS | {"needs": 7}),
        ("goals", 7),
        ("goals", [7]),
        ("goals", [LINE | {"goal": {"type": "Nothing"}}]),
        ("goals", [LINE | {"goal": {"type": "Cohesion", "x": 1}}]),
        ("goals", [LINE | {"goal": {"type": "Cohesion", "tolerance": -1}}]),
        ("goals", [LINE | {"goal": {"type": "Preference", "scores": {"matrix": [[1]]}}}]),
        ("goals", [LINE | {"goal": {"type": "Preference", "scores": {}}}]),
        ("goals", [LINE | {"goal": {"type": "Preference", "scores": [["h1", "m1", "x"]]}}]),
        ("goals", [LINE | {"goal": {"type": "Preference", "scores": [["no", "no", 1]]}}]),
        ("goals", [LINE | {"value": "x"}]),
        ("goals", [LINE | {"value": None}]),
    ],
)
def test_a_record_that_was_changed_is_refused_by_its_part(tmp_path, name, value):
    """No part of a file is trusted."""
    with pytest.raises(
        InvalidProblemError, match=rf"p.json, {name}: cannot be read; write the plan"
    ):
        read_plan(edited(tmp_path, **{name: value}), PROBLEM)


def test_a_number_beyond_all_numbers_is_refused(tmp_path):
    """JSON can write what no float holds."""
    file = edited(tmp_path)
    file.write_text(file.read_text().replace('"seconds": 0.25', '"seconds": 1e999'))
    with pytest.raises(InvalidProblemError, match=r"p.json, seconds: cannot be read"):
        read_plan(file, PROBLEM)


def test_all_parts_that_cannot_be_read_are_named(tmp_path):
    """All defects at once."""
    with pytest.raises(InvalidProblemError, match="2 defects"):
        read_plan(edited(tmp_path, engine=1, status=2), PROBLEM)


def test_violations_are_refused(tmp_path):
    """Contract 4.1: what may never be broken, all of it, in every kind of file."""
    problem = PROBLEM.replace(forbidden=[("h1", "m1"), ("h2", "m1")])
    pattern = r"pair \('h1', 'm1'\) is forbidden; correct.*\n.*pair \('h2', 'm1'\) is forbidden"
    plan = plan_of(PROBLEM, PLAN_PAIRS)
    plan.to_json(tmp_path / "p.json")
    plan.to_csv(tmp_path / "p.csv")
    for name in ("p.json", "p.csv"):
        with pytest.raises(InvalidProblemError, match=pattern):
            read_plan(tmp_path / name, problem)
    with pytest.raises(InvalidProblemError, match=r"names an unknown household 'h9'"):
        read_plan(edited(tmp_path, pairs=[["h9", "m1"]]), PROBLEM)


def test_false_claims_are_refused(tmp_path):
    """A file that was made for this problem and states what is not so."""
    goal = LINE | {"value": 5, "best": 5, "bound": 5}
    with pytest.raises(
        InvalidProblemError, match=r"the value of Cohesion.* is stated as 5.0, and is"
    ):
        read_plan(edited(tmp_path, goals=[goal]), PROBLEM)
    totals = TOTALS | {"needs": {"total": 3, "bound": None, "proven": False}}
    with pytest.raises(InvalidProblemError, match=r"breaches\['needs'\].total is stated as 3.0"):
        read_plan(edited(tmp_path, breaches=totals), PROBLEM)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(
                st.sampled_from(["type", "goal", "scores", "matrix"]), inner, max_size=3
            ),
        ),
        max_leaves=6,
    ),
    st.sampled_from(
        [
            "pairs",
            "status",
            "breaches",
            "goals",
            "engine",
            "stopped",
            "seconds",
            "options",
            "versions",
            "fingerprint",
            "version",
        ]
    ),
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=examples(300),
)
def test_any_record_leaves_only_errors_of_the_library(tmp_path, value, name):
    """Whatever a part of the file holds."""
    with contextlib.suppress(InvalidProblemError):
        read_plan(edited(tmp_path, **{name: value}), PROBLEM)
