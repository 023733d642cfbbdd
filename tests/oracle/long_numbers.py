"""Seeded tiny problems of numbers that no float is: long decimals, fractions, 1e9, limits just met."""

import math
import random
from dataclasses import replace
from fractions import Fraction

from oracle import exact, random_problems, reading
from oracle.brute import count_plans
from phancong import Household, Member, Problem, TravelMatrix
from phancong.goals import Continuity, FairLoad, FairTravel, Farthest, Preference, Travel

MOST_PLANS = 300


def drawn(seed):
    """Return ``(problem, goals, relax)``; in every tenth all limits are last year's own loads."""
    rng = random.Random(f"long numbers {seed}")
    always = isinstance(seed, int) and seed % 10 == 0
    while True:
        problem = _problem(rng, met=always or rng.random() < 0.3)
        if 1 < count_plans(problem) <= MOST_PLANS:
            return problem, _goals(rng, problem), _relax(rng)


def dressed(seed, *, flow_only=False):
    """Return ``(problem, goals, relax)`` of any rule, with numbers that no float is.

    A problem of :mod:`oracle.random_problems` in another unit of work and another of travel: what
    was equal, or met exactly, is so still, but for what floats add or take away.
    """
    rng = random.Random(f"dressed {seed} {flow_only}")
    for attempt in range(1_000):
        drawn_ = random_problems.tiny(f"{seed} {attempt}", flow_only=flow_only)
        if 1 < count_plans(drawn_[0]) <= MOST_PLANS:
            problem, goals, relax = drawn_
            return _dressed(rng, problem, flow_only=flow_only), goals, relax
    raise AssertionError("no problem is small enough")


def at_the_edge(seed):
    """Return ``(problem, goals, relax)`` with limits that some plan's loads meet just so.

    At the very edge of the tolerance: as a fraction, as one that is missed by a hair, or as a float
    on either side of it; and of what is broken the ceilings are such.
    """
    rng = random.Random(f"at the edge {seed}")
    problem, goals, relax = drawn(f"{seed} edge")
    plans = exact.Plans(problem, dict.fromkeys(reading.RELAXABLE, math.inf))
    loads = plans.loads("workload")[rng.randrange(len(plans.rows))]
    people = []
    for member, load in zip(problem.members, loads, strict=True):
        limits = {"min_workload": 0.0, "max_workload": None}
        kind = rng.random()
        if load and kind < 0.6:
            limits["max_workload"] = _edge(rng, load, 1)
        elif load and kind < 0.8:
            limits["min_workload"] = _edge(rng, load, -1)
        people.append(replace(member, **limits))
    return problem.replace(members=people), goals, relax


def tied(seed):
    """Return ``(problem, goals, relax)`` of long ways, of which many plans have the same sum.

    Ways are the sum of a number of the household and one of the member, or multiples of one unit, or
    few numbers and their sums, of ten digits and more: equal sums to the last digit, and not in floats.
    """
    rng = random.Random(f"tied {seed}")
    while True:
        problem = _tied(rng)
        if 1 < count_plans(problem) <= MOST_PLANS:
            break
    fair = [FairLoad(aim=aim) for aim in ("minmax", "leximax", "spread")]
    later = [*fair, Continuity(), Continuity(weight="years"), Farthest()]
    goals = [Travel(), *rng.sample(later, rng.choice((1, 2)))]
    if rng.random() < 0.2:
        goals.insert(0, rng.choice([goal for goal in later[:4] if goal not in goals]))
    relax = rng.choice(((), reading.RELAXABLE, ("coverage",), ("max_households",)))
    return problem, tuple(goals), relax


def _tied(rng):
    """Draw a problem of :func:`tied`."""
    homes, people = range(rng.randint(3, 5)), range(rng.randint(2, 3))
    digits = rng.choice((10, 12, 13, 14, 15, 16, 17))
    places = rng.randint(1, digits - 1)

    def number(digits):
        return Fraction(rng.randrange(10 ** (digits - 1), 10**digits), 10**places)

    unit = Fraction(rng.randrange(1, 10 ** rng.choice((1, 2, 4, 8))), 10**places)
    kind = rng.random()
    if kind < 0.4:
        x, y = [number(digits) for _ in homes], [number(digits - 1) for _ in people]
        ways = [[x[h] + y[m] + unit * rng.choice((0, 0, 0, 1, 2)) for m in people] for h in homes]
    elif kind < 0.7:
        base = number(digits)
        ways = [[base + unit * rng.randint(0, 3) for _ in people] for _ in homes]
    else:
        one, other = number(digits), number(digits)
        pool = [one, other, one + other, abs(one - other) + unit]
        ways = [[rng.choice(pool) for _ in people] for _ in homes]
    if rng.random() < 0.5:
        ways = [[float(way) for way in row] for row in ways]
    if rng.random() < 0.15:
        ways[0][0] *= rng.choice((10**3, 10**6))
    return Problem(
        [
            Member(
                f"m{m}",
                min_households=rng.choice((0, 0, 1)),
                max_households=rng.choice((None, 2, 2, 3)),
                share=rng.choice((1, 1, 1, 0.5, 0.7)),
            )
            for m in people
        ],
        [
            Household(
                f"h{h}",
                members_needed=rng.choice((1, 1, 1, 2)) if len(people) > 2 else 1,
                visits=rng.choice((1, 1, 1, 2, 3)),
            )
            for h in homes
        ],
        travel=TravelMatrix(ways),
        previous=[(f"h{h}", f"m{rng.choice(people)}") for h in homes if rng.random() < 0.7],
    )


def _edge(rng, load, sign):
    """Draw a limit that a load passes by the tolerance, or by hardly more or less."""
    tolerance = Fraction(sign, 10**9)
    limit = load / (1 + tolerance)
    if limit < 1:
        limit = load - tolerance
    if limit <= 0:
        return load
    kind = rng.random()
    if kind < 0.3:
        return limit
    if kind < 0.6:
        return limit * (1 + rng.choice((-1, 1)) * Fraction(1, 10**22))
    return math.nextafter(float(limit), rng.choice((0.0, math.inf, float(limit))))


def _dressed(rng, problem, *, flow_only):
    """The problem in other units; now and then one load is its own, or last year's loads limit."""
    work = float(_number(rng, rng.choice(KINDS)))
    way = float(_number(rng, rng.choice(KINDS)))
    homes = [replace(h, workload=h.workload * work) for h in problem.households]
    if not flow_only and rng.random() < 0.3:
        one = rng.randrange(len(homes))
        homes[one] = replace(homes[one], workload=float(_number(rng, rng.choice(KINDS))))

    def times(limit, unit):
        return None if limit is None else limit * unit

    people = [
        replace(
            m,
            min_workload=m.min_workload * work,
            max_workload=times(m.max_workload, work),
            carried_workload=m.carried_workload * work,
            max_travel=times(m.max_travel, way),
            share=m.share * rng.choice((1.0, 1.0, 1 / 3, 0.7)),
        )
        for m in problem.members
    ]
    changes = {"members": people, "households": homes}
    if problem.workload_matrix is not None:
        changes["workload"] = problem.workload_matrix * work
    if problem.travel is not None:
        changes["travel"] = TravelMatrix(problem.travel_matrix * way, unit="m")
        changes["max_travel"] = times(problem.max_travel, way)
    if rng.random() < 0.1:
        load = {h.id: h.workload for h in homes}
        last = {}
        for household, member, _ in problem.previous:
            last[member] = last.get(member, 0.0) + load.get(household, 0.0)
        changes["members"] = [
            replace(m, min_workload=0.0, max_workload=last[m.id]) if last.get(m.id) else m
            for m in people
        ]
    return problem.replace(**changes)


def _number(rng, kind):
    """Draw a number of one kind of digits."""
    if kind == "long":
        return rng.uniform(0.05, 3.0)
    if kind == "decimals":
        return round(rng.uniform(0.05, 3.0), rng.randint(5, 12))
    if kind == "fractions":
        return Fraction(rng.randint(1, 9), rng.choice((3, 7, 9, 11, 13)))
    if kind == "large":
        return round(rng.uniform(1.0, 4.0), rng.randint(0, 3)) * 1e9
    if kind == "mixed":
        return rng.uniform(0.5, 2.0) * 10.0 ** rng.randint(-4, 9)
    return rng.choice((0.5, 1.0, 1.5, 2.0, 0.1, 0.3))


KINDS = ("long", "decimals", "fractions", "large", "mixed", "simple")


def _problem(rng, *, met):
    members = [f"m{n}" for n in range(rng.choice((2, 2, 3, 3, 4)))]
    homes = [f"h{n}" for n in range(rng.choice((2, 3, 4, 5, 6)))]
    kind = rng.choice(KINDS)
    few = [_number(rng, kind) for _ in range(3)]
    # Ties are where an engine errs that takes equal integers for equal numbers.
    workload = [rng.choice(few) if rng.random() < 0.4 else _number(rng, kind) for _ in homes]
    matrix = None
    if rng.random() < 0.2:
        matrix = [[float(_number(rng, kind)) for _ in members] for _ in homes]
    load = {
        (h, m): matrix[i][j] if matrix else float(workload[i])
        for i, h in enumerate(homes)
        for j, m in enumerate(members)
    }
    last = [(h, rng.choice(members)) for h in homes]
    odd = rng.random() < 0.4
    people = []
    for m in members:
        mine = [load[pair] for pair in last if pair[1] == m]
        limits = {}
        if met and mine:
            # As a person has it: added up in floats, or exactly.
            total = sum(mine) if rng.random() < 0.5 else float(sum(map(Fraction, map(repr, mine))))
            if rng.random() < 0.8:
                limits["max_workload"] = total
            if rng.random() < 0.3:
                limits["min_workload"] = total
        elif rng.random() < 0.5:
            fair = sum(load[h, m] for h in homes) / len(members)
            limits["max_workload"] = fair * rng.choice((0.6, 0.9, 1.0, 1.2, 1.5))
            if rng.random() < 0.4:
                limits["min_workload"] = limits["max_workload"] * rng.choice((0.3, 0.7, 1.0))
        if rng.random() < 0.15:
            limits["max_households"] = rng.randint(1, 3)
        share = rng.choice((1.0, 0.5, Fraction(1, 3), round(rng.uniform(0.3, 1.0), 3)))
        people.append(Member(m, share=share if odd else 1.0, optional=rng.random() < 0.1, **limits))
    ways = rng.choice(("long", "decimals", "mixed", "simple"))
    travel = [
        [math.inf if rng.random() < 0.05 else float(_number(rng, ways)) for _ in members]
        for _ in homes
    ]
    group = "g" if rng.random() < 0.15 and len(homes) > 2 else None
    return Problem(
        people,
        [
            Household(h, workload=w, group=group if i < 2 else None)
            for i, (h, w) in enumerate(zip(homes, workload, strict=True))
        ],
        travel=TravelMatrix(travel, unit="m"),
        workload=matrix,
        previous=last,
        max_changes=rng.choice((None, None, None, 0, 1, 2)),
        max_travel=rng.choice((None, None, travel[0][0])) if travel[0][0] < math.inf else None,
        forbidden=[(h, m) for h in homes for m in members if rng.random() < 0.05],
    )


def _goals(rng, problem):
    kinds = [
        Travel(),
        FairLoad(aim=rng.choice(("minmax", "minmax", "leximax", "spread"))),
        FairLoad("households", aim=rng.choice(("minmax", "leximax", "spread"))),
        Continuity(),
        Farthest(),
        FairTravel(aim=rng.choice(("minmax", "leximax", "spread"))),
        Preference(
            {
                (h.id, m.id): float(_number(rng, "long"))
                for h in problem.households
                for m in problem.members
                if rng.random() < 0.5
            }
        ),
    ]
    chosen = rng.sample(kinds, rng.randint(1, 3))
    first = chosen[0]
    if getattr(first, "aim", None) != "leximax" and rng.random() < 0.15:
        chosen[0] = replace(first, rtol=rng.choice((0.1, 0.25)))
    return tuple(chosen)


def _relax(rng):
    kind = rng.random()
    if kind < 0.5:
        return reading.RELAXABLE
    if kind < 0.8:
        return ()
    if kind < 0.9:
        return tuple(rng.sample(reading.RELAXABLE, 3))
    return {rule: rng.choice((None, 0.3, 1)) for rule in rng.sample(reading.RELAXABLE, 4)}
