"""Bounds of distances, and what needs no distance of each pair, against the distances of all pairs."""

import numpy as np
import pytest
from as_large import WIDE, as_large

from phancong import Household, Member, Problem
from phancong.synth import commune
from phancong.travel import Geodesic, Places
from phancong.travel.chords import HOMES, Boxes, Chords
from phancong.travel.nearest import near_pairs


def places(kind, at):
    latitude, longitude = np.array(at, dtype=float).reshape(-1, 2).T
    nothing = (None,) * len(latitude)
    return Places(
        kind=kind,
        ids=tuple(range(len(latitude))),
        latitude=latitude,
        longitude=longitude,
        hamlet=nothing,
        cluster=nothing,
        given=np.arange(len(latitude)),
    )


def drawn(seed, households, members, spread):
    rng = np.random.default_rng(seed)
    middle = rng.uniform((-80, -180), (80, 180))

    def some(kind, number):
        around = middle + rng.normal(0, spread, (number, 2))
        return places(kind, np.column_stack([np.clip(around[:, 0], -90, 90), around[:, 1]]))

    return some("household", households), some("member", members)


@pytest.mark.parametrize("spread", [1e-4, 0.05, 1.0, 60.0])
@pytest.mark.parametrize("unit", ["m", "km"])
def test_a_straight_line_is_never_longer_than_the_way_and_none_is_longer_than_the_farthest(
    spread, unit
):
    homes, members = drawn(7, 90, 70, spread)
    travel = Geodesic(unit)
    chords = Chords(homes, members, travel)
    ways = travel.between(homes, members)
    rows, columns = np.indices(ways.shape).reshape(2, -1)
    least = chords.least(rows, columns).reshape(ways.shape)
    assert (least <= ways).all()
    assert ways.max() <= chords.farthest
    if spread <= 0.05:  # some ten kilometres: they hardly differ
        assert (ways - least).max() <= 0.01 / travel.metres * 1000
    boxes = chords.apart
    for box, order in enumerate(chords.home_boxes.order):
        for other, among in enumerate(chords.member_boxes.order):
            inside = ways[np.ix_(order[order >= 0], among[among >= 0])]
            assert boxes[box, other] <= inside.min(initial=np.inf)


def test_a_distance_is_the_same_asked_for_alone_and_among_all():
    homes, members = drawn(3, 60, 40, 0.1)
    for travel in (Geodesic(), Geodesic("km")):
        rows, columns = np.divmod(np.arange(0, 2400, 7), 40)
        alone = travel.of_pairs(homes, members, rows, columns)
        assert np.array_equal(alone, travel.between(homes, members)[rows, columns])


@pytest.mark.parametrize("number", [0, 1, HOMES, HOMES + 1, 5 * HOMES + 3])
def test_every_place_is_in_one_box(number):
    points = np.random.default_rng(1).normal(size=(number, 3))
    boxes = Boxes.of(points, HOMES)
    inside = boxes.order[boxes.order >= 0]
    assert sorted(inside.tolist()) == list(range(number))
    assert boxes.order.shape[1] <= HOMES
    for box, order in enumerate(boxes.order):
        here = points[order[order >= 0]]
        assert (here >= boxes.low[box]).all()
        assert (here <= boxes.high[box]).all()


def test_all_members_are_near_where_there_are_few():
    homes, members = drawn(5, 10, 3, 0.1)
    rows, columns = near_pairs(Chords(homes, members, Geodesic()), 8)
    assert list(zip(rows.tolist(), columns.tolist(), strict=True)) == [
        (row, column) for row in range(10) for column in range(3)
    ]


def test_the_nearest_of_many_is_among_the_near_ones():
    homes, members = drawn(6, 200, 300, 0.1)
    rows, columns = near_pairs(Chords(homes, members, Geodesic()), 8)
    near = set(zip(rows.tolist(), columns.tolist(), strict=True))
    nearest = Geodesic().between(homes, members).argmin(axis=1)
    found = [(row, column) in near for row, column in enumerate(nearest.tolist())]
    assert np.mean(found) > 0.95  # a good guess is enough


@pytest.fixture
def wide():
    """Every problem is taken for a large one."""
    with as_large(WIDE):
        yield


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize("seed", range(4))
def test_the_smallest_allowed_travel_is_found_without_that_of_each_pair(seed):
    given = commune(seed, members=30, households=150, weights="equal")
    forbidden = [(h, m) for h in range(1, 4) for m in range(1, 30)]
    ids = [m.id for m in given.members], [h.id for h in given.households]
    pairs = [(ids[1][h], ids[0][m]) for h, m in forbidden]
    problem = given.replace(forbidden=pairs, own_household="forbid", fixed=())
    found = problem.nearest_travel
    assert "travel_matrix" not in problem.__dict__
    matrix = np.where(problem.allowed, problem.travel_matrix, np.inf).min(axis=1)
    assert np.array_equal(found, np.where(np.isfinite(matrix), matrix, 0.0))


@pytest.mark.usefixtures("wide")
def test_a_household_with_no_allowed_pair_has_no_smallest_travel():
    members = [Member("m1", at=(21.0, 105.0), max_households=0)]
    problem = Problem(members, [Household("h1", at=(21.1, 105.0))])
    assert problem.nearest_travel.tolist() == [0.0]


@pytest.mark.usefixtures("wide")
def test_without_members_or_households_nobody_is_near():
    nobody = Problem([], [Household("h1", at=(21.1, 105.0))])
    assert nobody.nearest_travel.tolist() == [0.0]
    assert Problem([], []).nearest_travel.tolist() == []


def test_travel_of_pairs_is_that_of_the_matrix_whatever_the_way_of_travelling():
    problem = commune(3, members=5, households=20, weights="equal")
    rows, columns = np.divmod(np.arange(100), 5)
    before = problem.travel_of(rows, columns)
    assert "travel_matrix" not in problem.__dict__
    assert np.array_equal(problem.travel_matrix[rows, columns], before)
    assert np.array_equal(problem.travel_of(rows, columns), before)


@pytest.mark.parametrize("spread", [1e-4, 0.05, 1.0, 60.0])
@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.98, 1.0, np.inf])
def test_pairs_within_a_limit_are_found_without_the_distance_of_each(spread, part):
    """Limits of members around a quantile of all distances; only pairs in doubt are asked for."""
    homes, members = drawn(11, 700, 90, spread)
    travel = Geodesic()
    ways = travel.between(homes, members)
    most = np.quantile(ways, part) if part <= 1 else np.inf
    limits = most * np.linspace(0.9, 1.1, 90)
    asked = []

    def exactly(rows, columns):
        asked.extend(rows.tolist())
        return ways[rows, columns] <= limits[columns]

    chords = Chords(homes, members, travel)
    mask = chords.within(limits - 0.01, limits + 0.01, exactly)
    assert np.array_equal(mask, ways <= limits)
    if spread <= 0.05 and part > 0:
        assert len(asked) <= ways.size / 10


@pytest.mark.parametrize("shape", [(1, 1), (33, 17), (130, 70)])
def test_boxes_that_hold_a_pair_of_a_mask(shape):
    homes, members = drawn(5, *shape, 0.1)
    mask = np.random.default_rng(2).random(shape) < 0.01
    chords = Chords(homes, members, Geodesic())
    found = chords.holding(mask)
    a, b = chords.home_boxes.order, chords.member_boxes.order
    assert found.shape == (len(a), len(b))
    for box, order in enumerate(a):
        for other, among in enumerate(b):
            inside = mask[np.ix_(order[order >= 0], among[among >= 0])].any()
            assert found[box, other] >= inside
    assert found.sum() <= 4 * max(mask.sum(), 1) + len(a) + len(b)


def test_chords_of_all_pairs_are_the_distances_but_for_a_millionth():
    """Within a commune; two at one place are not apart."""
    rng = np.random.default_rng(4)
    at = rng.uniform((22.3, 105.1), (22.5, 105.3), (300, 2)).tolist()
    homes, members = places("household", at), places("member", at[:200])
    for unit in ("m", "km"):
        travel = Geodesic(unit=unit)
        lengths = Chords(homes, members, travel).between()
        np.testing.assert_allclose(lengths, travel.between(homes, members), rtol=2e-6, atol=1e-3)
