"""Travel between hamlets or clusters is told by their labels (contract 3.4)."""

import copy
import pickle
import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phancong.errors import InvalidArgumentError
from phancong.travel import BetweenPlaces, Places, TravelModel

INF = np.inf


def places(kind, hamlets, clusters=None):
    """Places with these labels, with ids h0, h1, … (or m0, m1, …)."""
    n = len(hamlets)
    return Places(
        kind=kind,
        ids=tuple(f"{kind[0]}{i}" for i in range(n)),
        latitude=np.full(n, np.nan),
        longitude=np.full(n, np.nan),
        hamlet=tuple(hamlets),
        cluster=tuple(clusters or [None] * n),
        given=np.arange(n),
    )


def between(model, households, members):
    return model.between(places("household", households), places("member", members)).tolist()


def defects(model, households, members):
    return model.defects(places("household", households), places("member", members))


# --- meaning -------------------------------------------------------------------------------------


def test_travel_is_looked_up_by_the_labels_of_both_sides():
    model = BetweenPlaces({("A", "B"): 3, ("B", "C"): 5, ("A", "C"): 7})
    assert between(model, ["A", "B", "C", "B"], ["C", "A"]) == [[7, 0], [5, 3], [0, 7], [5, 3]]
    assert defects(model, ["A", "B", "C", "B"], ["C", "A"]) == []


@pytest.mark.parametrize("row", [tuple, list])
def test_triples_say_the_same_as_a_mapping(row):
    triples = BetweenPlaces([row(("A", "B", 3)), row(("B", "C", 5))])
    assert triples == BetweenPlaces({("A", "B"): 3, ("B", "C"): 5})
    assert triples == BetweenPlaces(iter([("A", "B", 3), ("B", "C", 5)]))


def test_one_direction_holds_for_both():
    model = BetweenPlaces({("A", "B"): 3})
    assert between(model, ["A"], ["B"]) == between(model, ["B"], ["A"]) == [[3]]


def test_the_mean_of_there_and_back_counts_where_they_differ():
    # contract 3.0: uphill 40, downhill 20 → 30
    model = BetweenPlaces({("A", "B"): 40, ("B", "A"): 20})
    assert between(model, ["A", "B"], ["A", "B"]) == [[0, 30], [30, 0]]


def test_a_way_without_a_way_back_is_none():
    model = BetweenPlaces({("A", "B"): 40, ("B", "A"): INF})
    assert between(model, ["A"], ["B"]) == [[INF]]


def test_a_pair_that_the_table_leaves_out_has_no_way():
    """It is never zero, although both labels are known."""
    model = BetweenPlaces({("A", "B"): 3, ("B", "C"): 5})
    assert between(model, ["A"], ["C"]) == [[INF]]
    assert defects(model, ["A"], ["C"]) == []


def test_within_is_the_travel_inside_one_place():
    model = BetweenPlaces({("A", "B"): 3}, within=0.5)
    assert between(model, ["A", "B"], ["A", "B"]) == [[0.5, 3], [3, 0.5]]


def test_within_may_differ_by_label():
    model = BetweenPlaces({("A", "B"): 3}, within={"A": 0.5, "B": 1, "C": 2})
    assert between(model, ["A", "B", "C"], ["A", "B"]) == [[0.5, 3], [3, 1], [INF, INF]]
    assert defects(model, ["A", "B", "C"], ["A", "B"]) == []


def test_an_entry_of_the_table_comes_before_within():
    model = BetweenPlaces({("A", "B"): 3, ("A", "A"): 0.25}, within=1)
    assert between(model, ["A", "B"], ["A", "B"]) == [[0.25, 3], [3, 1]]


def test_labels_may_be_those_of_clusters():
    model = BetweenPlaces({("x", "y"): 2}, unit="km", by="cluster")
    households = places("household", ["A", "A"], ["x", "y"])
    members = places("member", ["B"], ["y"])
    assert (model.by, model.unit) == ("cluster", "km")
    assert model.defects(households, members) == []
    assert model.between(households, members).tolist() == [[2], [0]]


def test_labels_are_compared_in_nfc():
    """One Vietnamese label can be written in two ways that look the same."""
    label = "Bản Mới"
    assert unicodedata.normalize("NFD", label) != unicodedata.normalize("NFC", label)
    for table, carried in (("NFC", "NFD"), ("NFD", "NFC")):
        written = unicodedata.normalize(table, label)
        model = BetweenPlaces({(written, "B"): 3}, within={written: 1, "B": 2})
        households = [unicodedata.normalize(carried, label)]
        assert between(model, households, ["B", label]) == [[3, 1]]
        assert defects(model, households, ["B"]) == []


def test_two_places_without_a_label_are_not_in_the_same_place():
    assert between(BetweenPlaces({}), [None], [None]) == [[INF]]


def test_nobody_is_no_trouble():
    model = BetweenPlaces({("A", "B"): 3})
    assert model.between(places("household", []), places("member", ["A"])).shape == (0, 1)


LABELS = "ABCD"
tables = st.dictionaries(
    st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), st.floats(0, 1e6) | st.just(INF)
)


@given(tables, st.lists(st.sampled_from(LABELS)), st.lists(st.sampled_from(LABELS)))
def test_travel_is_the_definition_pair_by_pair(table, households, members):
    """The table of labels that is spread out in bulk says what one pair at a time would say."""
    travel = BetweenPlaces(table, within=9).between(
        places("household", households), places("member", members)
    )
    assert travel.shape == (len(households), len(members))
    for row, a in enumerate(households):
        for column, b in enumerate(members):
            told = [table[pair] for pair in ((a, b), (b, a)) if pair in table]
            missing = 9 if a == b else INF
            assert travel[row, column] == (sum(told) / len(told) if told else missing)


# --- defects -------------------------------------------------------------------------------------


def test_each_place_without_a_label_is_a_defect():
    found = defects(BetweenPlaces({("A", "B"): 3}), ["A", None], [None])
    assert [(d.record, d.field) for d in found] == [
        ("household 'h1'", "hamlet"),
        ("member 'm0'", "hamlet"),
    ]


def test_a_label_that_the_table_leaves_out_is_a_defect_that_names_its_like_and_who_carries_it():
    model = BetweenPlaces({("Thôn Đông", "Thôn Đoài"): 3})
    carried = ["Thôn Đông", "Thôn Đônq", "Thôn Đônq"]
    found = defects(model, carried, ["Thôn Đônq", "xyz"])
    assert [(d.record, d.field, d.what) for d in found] == [
        (
            "hamlet 'Thôn Đônq'",
            "hamlet",
            "is nowhere in the travel table (household 'h1' and 2 more)",
        ),
        ("hamlet 'xyz'", "hamlet", "is nowhere in the travel table (member 'm1')"),
    ]
    assert found[0].mend == "did you mean 'Thôn Đông'? If not, add it to the table"
    assert found[1].mend == "correct the label, or add it to the table"


def test_every_unknown_label_is_named_however_many_they_are():
    labels = [f"A{i:02}" for i in range(40)]
    found = defects(BetweenPlaces({("A", "B"): 3}), labels, ["A"])
    assert [d.record for d in found] == [f"hamlet {label!r}" for label in labels]


def test_a_label_that_within_leaves_out_is_a_defect():
    """A mapping of labels that forgets one would make its own place unreachable, silently."""
    table = {("A", "B"): 3, ("B", "C"): 3, ("C", "C"): 1}
    (defect,) = defects(BetweenPlaces(table, within={"A": 1}), ["A", "B", "C"], ["A"])
    assert (defect.record, defect.field) == ("hamlet 'B'", "within")


@pytest.mark.parametrize("wrong", [-1.0, -INF, np.nan])
def test_negative_numbers_and_nan_are_defects_wherever_they_stand(wrong):
    table = {("A", "B"): wrong, ("B", "A"): 2}
    everywhere = BetweenPlaces(table, within=wrong)
    by_label = BetweenPlaces(table, within={"A": wrong, "B": 1})
    for model, field in ((everywhere, "within"), (by_label, "within 'A'")):
        found = defects(model, ["A"], ["B"])
        assert [d.field for d in found] == ["from 'A' to 'B'", field]
        kind = "not a number" if np.isnan(wrong) else f"negative ({wrong:g})"
        assert all(kind in d.what for d in found)


# --- what is refused at once ---------------------------------------------------------------------


@pytest.mark.parametrize("table", ["A-B", 5, None])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(InvalidArgumentError, match="table: is not a table"):
        BetweenPlaces(table)


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ({"AB": 3}, "entry 1 is not from, to and travel"),
        ({("A", "B", "C"): 3}, "entry 1 is not from, to and travel"),
        ([("A", "B", 3), ("A", "C")], "entry 2 is not from, to and travel"),
        (["AB3"], "entry 1 is not from, to and travel"),
        ([("A", None, 3)], "entry 1 has a label that is not text"),
        ([(1, "A", 3)], "entry 1 has a label that is not text"),
        ({("A", "B"): "7.237"}, "entry 1, from 'A' to 'B', has no number as travel"),
        ({("A", "B"): None}, "entry 1, from 'A' to 'B', has no number as travel"),
        ({("A", "B"): True}, "entry 1, from 'A' to 'B', has no number as travel"),
        ([("A", "B", 3), ("A", "B", 4)], "entry 2 gives another travel from 'A' to 'B'"),
    ],
)
def test_what_cannot_be_read_is_refused_by_position(table, fault):
    with pytest.raises(InvalidArgumentError, match=f"^table: {fault}; give"):
        BetweenPlaces(table)


def test_everything_that_cannot_be_read_is_told_at_once_up_to_what_a_message_holds():
    with pytest.raises(InvalidArgumentError, match=r"entry 1 is .*; entry 2 is .*; and 5 more; "):
        BetweenPlaces([None] * 30)


def test_the_same_travel_told_twice_is_no_fault():
    assert BetweenPlaces([("A", "B", 3), ("A", "B", 3.0)]) == BetweenPlaces({("A", "B"): 3})


@pytest.mark.parametrize(
    ("within", "fault"),
    [
        ("near", "is not a number"),
        (None, "is not a number"),
        ({"A": "near"}, "'A' has no number as travel"),
        ({1: 2.0}, "label 1 is not text"),
        ({"Mới": 1, unicodedata.normalize("NFD", "Mới"): 2}, "is given twice"),
    ],
)
def test_within_that_cannot_be_read_is_refused(within, fault):
    with pytest.raises(InvalidArgumentError, match=f"^within: .*{fault}; give a number"):
        BetweenPlaces({("A", "B"): 3}, within=within)


def test_another_label_than_hamlet_or_cluster_is_refused():
    with pytest.raises(InvalidArgumentError, match="by: 'village' is neither"):
        BetweenPlaces({}, by="village")


# --- a value -------------------------------------------------------------------------------------


def test_tables_are_equal_by_value():
    model = BetweenPlaces({("A", "B"): 3}, within=1, unit="km")
    assert model == BetweenPlaces([("A", "B", 3.0)], within=1.0, unit="km")
    assert model != BetweenPlaces({("A", "B"): 3}, within=1, unit="m")
    assert model != BetweenPlaces({("A", "B"): 3}, within={"A": 1}, unit="km")
    assert model != BetweenPlaces({("A", "B"): 3}, within=1, unit="km", by="cluster")
    assert model != "km"
    with pytest.raises(TypeError, match="unhashable"):
        hash(model)


def test_a_table_is_a_copy_that_nobody_can_change():
    table, within = {("A", "B"): 3}, {"A": 1, "B": 1}
    model: TravelModel = BetweenPlaces(table, within=within, unit="km")
    table["A", "B"] = within["A"] = 9
    assert between(model, ["A"], ["A", "B"]) == [[1, 3]]
    with pytest.raises(AttributeError, match="unit"):
        model.unit = "m"


def test_a_table_that_was_pickled_is_equal():
    model = BetweenPlaces({("A", "B"): 3}, within={"A": 1, "B": 2}, unit="km", by="cluster")
    assert pickle.loads(pickle.dumps(model)) == copy.deepcopy(model) == model


def test_repr_counts_the_labels_and_holds_no_travel():
    model = BetweenPlaces({("A", "B"): 3.25, ("B", "C"): 4.5}, unit="km")
    assert repr(model) == "BetweenPlaces(3 labels, unit='km', by='hamlet')"
