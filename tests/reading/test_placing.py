"""Lists in which coordinates are missing: some households, or everybody."""

import pytest

from phancong import BetweenPlaces, InvalidArgumentError, InvalidProblemError, read, solve
from phancong.cli import main

MEMBERS = "id,lat,lon,hamlet\nm1,22.401,105.201,A\nm2,22.431,105.231,B\n"
HOUSEHOLDS = (
    "id,lat,lon,hamlet,cluster\n"
    "h1,22.401,105.201,A,c1\n"
    "h2,22.402,105.201,A,c1\n"
    "h3,22.404,105.201,A,c1\n"
    "h4,22.410,105.201,A,c2\n"
    "h5,,,A,c1\n"  # the middle of c1
    "h6,,,A,c3\n"  # no such cluster: the middle of A
    "h7,,,A,\n"
    "h8,,,B,c1\n"  # the c1 of another hamlet is another: a member of B stands for B
)
#: The same, but for the household of another hamlet.
ALL_A = HOUSEHOLDS.rpartition("h8")[0]


@pytest.fixture
def folder(tmp_path):
    def write(members=MEMBERS, households=HOUSEHOLDS):
        (tmp_path / "members.csv").write_text(members, "utf-8")
        (tmp_path / "households.csv").write_text(households, "utf-8")
        return tmp_path

    return write


def test_who_has_no_coordinates_stands_at_the_centre_of_the_cluster_or_of_the_hamlet(folder):
    reading = read(folder(), explain=True)
    at = {h.id: h.at for h in reading.problem.households}
    assert at["h5"] == (22.402, 105.201)
    assert at["h6"] == at["h7"] == (22.402, 105.201)
    assert at["h8"] == (22.431, 105.231)
    assert [h.id for h in reading.problem.households if h.approximate] == ["h5", "h6", "h7", "h8"]
    note = (
        "4 of 8 households have no coordinates and stand at the centre of their cluster or hamlet: "
        "h5, h6, h7, h8"
    )
    assert note in reading.notes
    plan = solve(reading.problem)
    assert "such as the centre of their hamlet: h5, h6, h7, h8." in " ".join(str(plan).split())
    assert "hộ chỉ có vị trí gần đúng, chẳng hạn trung tâm thôn: h5, h6, h7, h8." in " ".join(
        plan.text("vi").split()
    )


def test_of_many_the_note_names_the_first(folder):
    more = "".join(f"x{i:02},,,A,\n" for i in range(20))
    (note,) = read(folder(households=HOUSEHOLDS + more), explain=True).notes
    assert note.endswith("h5, h6, h7, h8, x00, x01, x02, x03, x04, x05, …")


def test_coordinates_in_one_column_are_filled_up_too(folder):
    households = 'id,Tọa độ,Thôn\nh1,"22,401; 105,201",A\nh2,,A\n'
    found = read(folder(households=households)).households
    assert (found[1].at, found[1].approximate) == ((22.401, 105.201), True)
    # Members have theirs, households none at all.
    found = read(folder(households="id,hamlet\nh1,A\nh2,B\n")).households
    assert [h.at for h in found] == [(22.401, 105.201), (22.431, 105.231)]


def test_who_has_no_hamlet_either_or_one_where_nobody_has_any_is_a_defect(folder):
    path = folder(households="id,lat,lon,hamlet\nh1,22.401,105.201,A\nh2,,,C\nh3,,,\n")
    why = "travel is measured between coordinates"
    with pytest.raises(InvalidProblemError) as raised:
        read(path)
    assert [(d.record, d.what) for d in raised.value.defects] == [
        (f"households.csv, line {line}", f"has no coordinates, and {why}") for line in (3, 4)
    ]


def test_strict_refuses_them(folder):
    with pytest.raises(InvalidProblemError, match="line 6, lat, lon: has no coordinates"):
        read(folder(), places="strict")
    with pytest.raises(InvalidArgumentError, match="places must be one of 'approximate', "):
        read(folder(), places="exact")


def test_half_a_coordinate_is_no_missing_one(folder):
    path = folder(households="id,lat,lon,hamlet\nh1,22.401,105.201,A\nh2,22.402,,A\n")
    with pytest.raises(InvalidProblemError, match="line 3, lat, lon: has only one half"):
        read(path)
    path = folder(households="id,lat,hamlet\nh1,22.401,A\nh2,,A\n")
    with pytest.raises(InvalidProblemError, match="lat: is given without its other half"):
        read(path)


def test_the_command_line_says_it_and_has_both_ways_out(folder, capsys):
    assert main(["lists", str(folder()), "--lang", "en"]) == 0
    assert "4 of 8 households have no coordinates" in " ".join(capsys.readouterr().out.split())
    assert main(["lists", str(folder()), "--places", "strict", "--lang", "en"]) == 2
    far = HOUSEHOLDS + "h9,23.401,105.201,C,\n"
    assert main(["lists", str(folder(households=far)), "--lang", "en"]) == 2
    assert "is 111 km from the middle" in " ".join(capsys.readouterr().out.split())
    assert main(["lists", str(folder(households=far)), "--farthest", "120000"]) == 0
    assert main(["diagnose", str(folder(households=far)), "--farthest", "120000"]) == 0


# --- nobody has coordinates ------------------------------------------------------------------------


def test_without_coordinates_households_go_to_members_of_their_hamlet(folder):
    members = "id,hamlet,max_households\nm1,A,2\nm2,B,2\n"
    path = folder(members, "id,hamlet\nh1,B\nh2,A\nh3,B\nh4,A\n")
    problem = read(path)
    assert problem.travel.unit == "hamlets"
    assert solve(problem).pairs == (("h1", "m2"), ("h2", "m1"), ("h3", "m2"), ("h4", "m1"))
    assert read(path, places="strict").travel is None


@pytest.mark.parametrize(
    ("members", "households"),
    [
        ("id\nm1\n", "id\nh1\n"),
        ("id,hamlet\nm1,A\n", "id,hamlet\nh1,A\n"),  # all in one
        ("id,hamlet\nm1,A\n", "id,hamlet\nh1,\n"),
        ("id\nm1\n", "id,hamlet\nh1,A\nh2,B\n"),
        ("id,hamlet\nm1,H0\n", "id,hamlet\n" + "".join(f"h{i},H{i}\n" for i in range(401))),
    ],
)
def test_where_hamlets_do_not_tell_there_is_no_distance(folder, members, households):
    reading = read(folder(members, households), explain=True)
    assert reading.problem.travel is None
    assert "no distances" in reading.notes


def test_a_reach_in_metres_is_not_kept_by_counting_hamlets(folder):
    """It cannot be judged, and is refused as ever."""
    path = folder("id,hamlet\nm1,A\n", "id,hamlet\nh1,B\n")
    with pytest.raises(InvalidProblemError, match="max_travel"):
        read(path, max_travel=2000)
    path = folder("id,hamlet,max_travel\nm1,A,500\n", "id,hamlet\nh1,B\n")
    with pytest.raises(InvalidProblemError, match="max_travel"):
        read(path)


def test_the_caller_may_say_how_far_hamlets_are(folder):
    path = folder("id,hamlet\nm1,A\n", "id,hamlet\nh1,B\n")
    travel = BetweenPlaces({("A", "B"): 3.0}, within=1.0, unit="km")
    assert read(path, travel=travel).travel_matrix.tolist() == [[3.0]]


def test_members_without_coordinates_stand_at_the_centre_of_their_hamlet_if_that_is_said(folder):
    """One of two members has none: a defect that offers it; said so, it is done and noted."""
    path = folder("id,hamlet,lat,lon\nm1,A,22.401,105.201\nm2,A,,\n", ALL_A)
    with pytest.raises(InvalidProblemError, match="let members stand at the centre") as caught:
        read(path)
    assert len(caught.value.defects) == 1
    reading = read(path, explain=True, places="everybody")
    assert [m.at for m in reading.problem.members] == [(22.401, 105.201), (22.402, 105.201)]
    note = "1 of 2 members has no coordinates and stands at the centre of its hamlet: m2"
    assert note in reading.notes


@pytest.mark.parametrize(
    ("members", "at"),
    [
        ("id,hamlet\nm1,A\n", (22.402, 105.201)),
        ("id,hamlet,at\nm1,A,\n", (22.402, 105.201)),
        ('id,hamlet,at\nm1,A,"22.5, 105.2"\n', (22.5, 105.2)),
    ],
)
def test_members_stand_at_centres_whatever_columns_there_are(folder, members, at):
    """No column of coordinates, an empty one, one that is filled."""
    problem = read(folder(members, ALL_A), places="everybody", max_travel=None)
    assert [m.at for m in problem.members] == [at]


def test_members_of_no_hamlet_that_is_known_stay_a_defect(folder):
    """Nobody of their hamlet has coordinates: distances stay, since most others have them."""
    path = folder("id,hamlet,lat,lon\nm1,Z,,\nm2,A,22.4,105.2\n", ALL_A)
    with pytest.raises(InvalidProblemError, match="or leave all distances out") as caught:
        read(path, places="everybody")
    assert [d.field for d in caught.value.defects] == ["lat, lon"]


def test_half_a_coordinate_of_a_member_is_no_missing_one(folder):
    """Columns that are no whole coordinate are refused, and nobody is moved."""
    with pytest.raises(InvalidProblemError, match="lon"):
        read(folder("id,hamlet,lat\nm1,A,22.4\n"), places="everybody")


def test_answers_keep_distances_where_most_have_coordinates(folder, capsys):
    """The likely answer lets the member stand at the centre; where there is none, the cell is mended."""
    path = folder("id,hamlet,lat,lon\nm1,A,,\nm2,Z,,\nm3,A,22.4,105.2\n", ALL_A)
    answers = path / "answers.toml"
    assert main(["lists", str(path), "--answers", str(answers), "--lang", "en"]) == 2
    text = answers.read_text("utf-8")
    assert 'places = "everybody"' in text
    assert "travel =" not in text
    assert "# To be corrected in the lists themselves:" in text
    assert "members.csv, line 3" in text


def test_where_few_have_coordinates_the_answer_leaves_distances_out(folder):
    """One of many has a place: then distances are what is to be given up."""
    path = folder(
        "id,lat,lon\nm1,22.4,105.2\nm2,,\n", "id,lat,lon\n" + "".join(f"h{n},,\n" for n in range(9))
    )
    answers = path / "answers.toml"
    assert main(["lists", str(path), "--answers", str(answers), "--lang", "en"]) == 2
    assert 'travel = "none"' in answers.read_text("utf-8")


def test_members_stand_nowhere_near_where_there_is_no_list_of_households(folder):
    """The list that is missing is the defect."""
    path = folder("id,hamlet,lat,lon\nm1,A,22.401,105.201\nm2,A,,\n")
    (path / "households.csv").unlink()
    with pytest.raises(InvalidProblemError, match=r"households\.csv: does not exist"):
        read(path, places="everybody")
