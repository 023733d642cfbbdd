"""Titles of survey exports (ODK, Kobo, Ona): the question after its groups, as in ``hh/hh_id``."""

import pytest

from phancong import InvalidProblemError, read
from phancong.reading.grouped import grouped

MEMBERS = "member/member_id,member/name,gps/latitude,gps/longitude\nm1,Lo An,22.4,105.2\n"


def folder(tmp_path, header, *rows, members=MEMBERS):
    (tmp_path / "members.csv").write_text(members, "utf-8")
    (tmp_path / "households.csv").write_text("\n".join([header, *rows]), "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "header",
    [
        "SubmissionDate,hh/hh_id,hh/head_name,location/gps/latitude,location/gps/longitude,hh/village",
        "start,hh-hh_id,hh-head_name,location-latitude,location-longitude,hh-village",
        "deviceid,household.hh_id,household.head_name,gps.latitude,gps.longitude,household.village",
        "_uuid,group_a1/hh_id,section_2/head_name,_gps_latitude,_gps_longitude,basic_info/village",
        "meta:instanceID,ho/ma_ho,ho/chu_ho,vi_tri/vi_do,vi_tri/kinh_do,ho/thon",
    ],
)
def test_a_question_is_read_by_its_last_part(tmp_path, header):
    """Where its groups are of the household, or of nobody; data about the form is left out."""
    path = folder(tmp_path, header, "2025-03-01,101,Nguyen An,22.401,105.201,Na Lua")
    reading = read(path, explain=True)
    assert not reading.defects
    assert reading.problem.household_columns.ids == ("101",)
    assert reading.problem.household_columns.hamlet == ("Na Lua",)
    assert reading.problem.household_columns.latitude.tolist() == [22.401]
    assert reading.problem.member_columns.ids == ("m1",)


@pytest.mark.parametrize("title", ["caregiver/id", "children.hh_id", "mother-hh_id", "kids/number"])
def test_a_question_about_somebody_else_is_asked_for(tmp_path, title):
    """Whose id or number that is, nobody can tell."""
    path = folder(tmp_path, f"{title},gps/latitude,gps/longitude", "7,22.4,105.2")
    with pytest.raises(InvalidProblemError, match="is not a known column") as told:
        read(path)
    if "number" not in title:
        assert "did you mean 'id'?" in str(told.value)
    meant = {"households": {title: "id"}}
    assert read(path, columns=meant).household_columns.ids == ("7",)


def test_a_running_number_counts_what_its_group_says(tmp_path):
    """``data/number`` could count anything; ``hh/number`` counts households."""
    path = folder(tmp_path, "data/number,gps/latitude,gps/longitude", "7,22.4,105.2")
    with pytest.raises(InvalidProblemError, match="is not a known column"):
        read(path)
    path = folder(tmp_path, "hh/number,gps/latitude,gps/longitude", "7,22.4,105.2")
    assert read(path).household_columns.ids == ("7",)


def test_two_questions_of_one_meaning_are_refused(tmp_path):
    """The last parts are the same: which of both is asked."""
    path = folder(tmp_path, "hh/hh_id,meta/hh_id,gps/latitude,gps/longitude", "7,8,22.4,105.2")
    with pytest.raises(InvalidProblemError, match="means the same as"):
        read(path)


def test_a_member_of_a_list_of_households_is_not_the_household(tmp_path):
    """``member/age`` is left out, ``member/name`` is asked for."""
    path = folder(tmp_path, "hh/hh_id,member/name,gps/latitude,gps/longitude", "7,An,22.4,105.2")
    with pytest.raises(InvalidProblemError, match="is not a known column"):
        read(path)


def test_numbers_below_such_titles_are_no_vietnamese_ones(tmp_path):
    """7.237 is asked for, as under English titles."""
    path = folder(
        tmp_path, "hh/hh_id,section_b/workload,gps/latitude,gps/longitude", "7,7.237,22.4,105.2"
    )
    with pytest.raises(InvalidProblemError, match=r"7\.237|could be"):
        read(path)


@pytest.mark.parametrize(
    "title",
    [
        "lat/lon",
        "nom/prenom",
        "hh id",
        "Sexe / Âge",
        "31/12/2025",
        "1.5",
        "thôn/bản",
        "hh//id",
        "hh/",
    ],
)
def test_a_title_that_names_two_things_has_no_groups(title):
    """Nor has one that a person wrote."""
    assert grouped(title) is None
