"""Seeded random problems: small integers, so that ties abound; every rule now and then.

A generator never makes a defect of contract 2.4, but it does make problems that cannot be solved.
"""

import math
import random
from dataclasses import replace

from oracle import reading
from oracle.brute import count_plans
from phancong import Household, Member, Problem, TravelMatrix
from phancong.goals import (
    Cohesion,
    Continuity,
    FairLoad,
    FairTravel,
    Farthest,
    Preference,
    Travel,
)

MOST_PLANS = 100_000

_AIMS = ("minmax", "leximax", "spread")
_SKILLS = ("bike", "nurse")
_SHARES = (1.0, 1.0, 1.0, 0.5, 2.0, 1.5)


def tiny(seed, *, flow_only):
    """Return ``(problem, goals, relax)`` that brute force can solve.

    ``flow_only`` keeps to what a flow of unit loads can express: equal workloads, no matrix of
    workloads, no group, no optional member, no ``max_changes``, no ``max_hamlets``, neither
    ``FairTravel`` nor ``Cohesion``, and a tolerance on ``Farthest`` and ``FairLoad`` only.
    """
    rng = random.Random(f"tiny {seed} {flow_only}")
    most = rng.choice((1_000, 10_000, 10_000, 20_000, MOST_PLANS))
    while True:
        draw = _Draw(rng, flow_only=flow_only, chance=rng.choice((0.1, 0.25, 0.25, 0.5)))
        members = rng.choice((1, 2, 3, 3, 4, 4))
        problem = draw.problem(members, rng.choice((1, 2, 3, 4, 5, 6, 6, 6, 7)))
        if count_plans(problem) <= most:
            return problem, draw.goals(problem), draw.relax()


def medium(seed, *, least=10, most=40):
    """Return ``(problem, goals, relax)`` of so many households, 3–8 members and unit loads."""
    rng = random.Random(f"medium {seed}")
    draw = _Draw(rng, flow_only=True, chance=rng.choice((0.1, 0.2)))
    problem = draw.problem(rng.randint(3, 8), rng.randint(least, most))
    return problem, draw.goals(problem), draw.relax()


class _Draw:
    """One throw of the dice; ``chance`` is how often any one rule takes part."""

    def __init__(self, rng, *, flow_only, chance):
        self.rng = rng
        self.other = random.Random(repr(rng.getstate()[1][:8]))
        self.besides = random.Random(repr(rng.getstate()[1][8:16]))
        self.flow_only = flow_only
        self.chance = chance

    def often(self, factor=1.0):
        return self.rng.random() < self.chance * factor

    def general(self, factor=1.0):
        """Draw for a rule that a flow cannot keep."""
        return not self.flow_only and self.often(factor)

    # The problem --------------------------------------------------------------------------------

    def problem(self, members, households):
        rng = self.rng
        member_ids = [f"m{j + 1}" for j in range(members)]
        household_ids = [f"h{i + 1:02d}" for i in range(households)]
        hamlets = self.often()
        scattered = hamlets and not self.flow_only and self.other.random() < 0.4
        skills = self.often()
        load = rng.choice((1.0, 1.0, 2.0, 0.5)) if self.flow_only else None
        shares = _SHARES if self.often(1.5) else (1.0,)
        fair = households / members
        own = self.often(1.5)
        at_most = self.often(2)
        at_least = self.often(1.5)
        by_load = self.often()
        carries = self.besides.random() < 0.25
        people = [
            Member(
                m,
                **self.carried(carries, load),
                **self.limits(fair, at_most, at_least, by_load, load or 2.0),
                share=rng.choice(shares),
                skills=tuple(s for s in _SKILLS if skills and rng.random() < 0.6),
                hamlet=self.hamlet() if hamlets else None,
                household=rng.choice(household_ids) if own and rng.random() < 0.6 else None,
                optional=self.general() and rng.random() < 0.7,
                max_travel=rng.choice((1, 2, 3)) if self.often(0.3) else None,
                max_hamlets=self.most_hamlets(scattered),
            )
            for m in member_ids
        ]
        classes = self.often()
        several = self.often()
        cluster = self.general(2)
        visits = self.often()
        homes = [
            Household(
                h,
                workload=load if load is not None else rng.choice((0.0, 0.5, 1.0, 1.0, 2.0, 3.0)),
                visits=rng.choice((0.0, 1.0, 1.0, 2.0)) if visits else 1.0,
                needs=(rng.choice(_SKILLS),) if skills and rng.random() < 0.4 else (),
                hamlet=self.hamlet() if hamlets else None,
                cluster=rng.choice(("c1", "c2", None)) if cluster else None,
                priority=rng.choice((1.0, 2.0, 5.0)) if classes else 1.0,
                members_needed=rng.choice((0, 1, 1, 2, 2, 3)) if several else 1,
            )
            for h in household_ids
        ]
        exempting = {m.household for m in people} - {None}
        homes = self.grouped(homes, exempting)
        values, forbidden = self.reach(homes, people)
        arguments = {
            "travel": None if values is None else TravelMatrix(values),
            "forbidden": forbidden,
            "previous": self.previous(household_ids, member_ids),
            "own_household": rng.choice(("forbid", "exempt")) if own else "allow",
            "within_hamlet": hamlets and rng.random() < 0.7,
        }
        if values is None:
            people = [replace(m, max_travel=None) for m in people]
        elif self.often():
            arguments["max_travel"] = rng.choice((0, 1, 2, 3))
        if arguments["previous"] and self.general(2):
            arguments["max_changes"] = rng.choice((0, 0, 1, 2))
        arguments["max_hamlets"] = self.most_hamlets(scattered)
        if self.general():
            arguments["workload"] = [
                [rng.choice((0.0, 1.0, 2.0, 1.5)) for _ in member_ids] for _ in household_ids
            ]
        problem = Problem(people, homes, **arguments)
        if self.often():
            arguments["fixed"] = self.fixed(problem)
            problem = Problem(people, homes, **arguments)
        return problem

    def limits(self, fair, at_most, at_least, by_load, load):
        rng = self.rng
        limits = {}
        if self.often(0.3):
            return {rng.choice(("max_households", "max_workload")): 0}  # exempt
        if at_most and rng.random() < 0.8:
            limits["max_households"] = max(1, round(fair) + rng.choice((-1, 0, 0, 1)))
        if at_least and rng.random() < 0.8:
            lowest = max(0, math.floor(fair) + rng.choice((-1, 0, 1)))
            limits["min_households"] = min(lowest, limits.get("max_households", lowest))
        if by_load and rng.random() < 0.6:
            limits["max_workload"] = max(0.5, load * (round(fair) + rng.choice((-1, -0.5, 0, 1))))
        if by_load and rng.random() < 0.6:
            lowest = max(0.0, load * (round(fair) + rng.choice((-1, -0.5, 0))))
            limits["min_workload"] = min(lowest, limits.get("max_workload", lowest))
        return limits

    def carried(self, carries, load):
        """Draw what a member carries besides, by dice of its own; of unit loads whole ones."""
        if not carries or self.besides.random() < 0.4:
            return {}
        unit = load or self.besides.choice((0.25, 0.5, 1.0))
        return {
            "carried_households": self.besides.choice((0, 0, 1, 2, 3)),
            "carried_workload": unit * self.besides.choice((0, 1, 2, 2, 5)),
        }

    def most_hamlets(self, hamlets):
        """Draw a maximum of hamlets, by dice of its own: what else is drawn stays as it was."""
        return self.other.choice((0, 1, 1, 2, None, None, None, None)) if hamlets else None

    def hamlet(self):
        return self.rng.choice(("A", "A", "A", "B", "B", "B", None))

    def grouped(self, homes, exempting):
        """Put some households into one group; all of it needs as many members."""
        if not self.general(1.5) or len(homes) < 2:
            return homes
        free = [i for i, h in enumerate(homes) if h.id not in exempting]
        if len(free) < 2:
            return homes
        chosen = self.rng.sample(free, self.rng.randint(2, min(3, len(free))))
        need = self.rng.choice((1, 1, 2))
        return [
            replace(h, group="g", members_needed=need) if i in chosen else h
            for i, h in enumerate(homes)
        ]

    def reach(self, homes, people):
        """Return travel (``None``: there is none) and the forbidden pairs."""
        rng = self.rng
        pairs = [(h.id, m.id) for h in homes for m in people]
        forbidden = [p for p in pairs if rng.random() < 0.15] if self.often() else []
        if self.often(0.3):
            return None, forbidden
        farthest = rng.choice((1, 3, 6, 9))
        gaps = 0.1 if self.often(1.5) else 0.0
        values = [
            [math.inf if rng.random() < gaps else float(rng.randint(0, farthest)) for _ in people]
            for _ in homes
        ]
        return values, forbidden

    def previous(self, household_ids, member_ids):
        if not self.often(2.5):
            return None
        rng = self.rng
        years = (1.0, 1.0, 2.0, 3.0, 5.0) if rng.random() < 0.5 else (1.0,)
        several = 2 if rng.random() < 0.3 else 1
        members = [*member_ids, "gone"] if rng.random() < 0.3 else member_ids
        return [
            (h, m, rng.choice(years))
            for h in [*household_ids, "left"]
            if rng.random() < 0.8
            for m in rng.sample(members, min(len(members), rng.randint(1, several)))
        ]

    def fixed(self, problem):
        rng = self.rng
        need = reading.needed(problem)
        mates = reading.groups(problem)
        fixed = set()
        for pair in sorted(reading.allowed(problem)):
            household, member = pair
            taken = sum(1 for h, _ in fixed if h == household)
            if pair not in fixed and taken < need[household] and rng.random() < 0.12:
                fixed |= {(h, member) for h in mates[household]}
        return sorted(fixed)

    # Goals and relaxation -----------------------------------------------------------------------

    def goals(self, problem):
        rng = self.rng
        kinds = ["load", "continuity", "preference"]
        if problem.travel_matrix is not None:
            kinds += ["travel", "farthest"]
        kinds += ["load", "years"]
        if not self.flow_only:
            kinds += ["cohesion"]
            if problem.travel_matrix is not None:
                kinds += ["fair travel"]
        chosen = rng.sample(kinds, rng.randint(1, min(4, len(kinds))))
        goals = [self.goal(kind, problem) for kind in chosen]
        described = {repr(goal) for goal in goals}
        return tuple(goals) if len(described) == len(goals) else tuple(goals[:1])

    def goal(self, kind, problem):
        rng = self.rng
        if kind == "load":
            measure = rng.choice(("workload", "households"))
            aim = rng.choice(_AIMS)
            return FairLoad(measure, aim=aim, **self.leeway(aim, exact=False))
        if kind == "farthest":
            return Farthest(**self.leeway(None, exact=False))
        leeway = self.leeway(None, exact=self.flow_only)
        if kind == "travel":
            return Travel(**leeway)
        if kind == "cohesion":
            return Cohesion(**leeway)
        if kind == "continuity":
            return Continuity(**leeway)
        if kind == "years":
            return Continuity(weight="years", **leeway)
        if kind == "fair travel":
            aim = rng.choice(_AIMS)
            return FairTravel(aim=aim, **self.leeway(aim, exact=False))
        scores = {
            (h.id, m.id): float(rng.randint(-1, 3))
            for h in problem.households
            for m in problem.members
            if rng.random() < 0.6
        }
        return Preference(scores, **leeway)

    def leeway(self, aim, *, exact):
        """Draw a tolerance; ``leximax`` takes none (contract 5.1)."""
        if exact or aim == "leximax" or not self.often():
            return {}
        return self.rng.choice(
            ({"tolerance": 1.0}, {"rtol": 0.25}, {"tolerance": 0.5, "rtol": 0.5}, {"rtol": 0.1})
        )

    def relax(self):
        rng = self.rng
        kind = rng.random()
        if kind < 0.4:
            return reading.RELAXABLE
        if kind < 0.55:
            return ()
        known = [rule for rule in reading.RELAXABLE if rule != "max_hamlets"]
        rules = rng.sample(known, rng.randint(1, len(known)))
        if self.other.random() < 0.5:
            rules.insert(self.other.randint(0, len(rules)), "max_hamlets")
        if kind < 0.8:
            return tuple(rules)
        return {rule: rng.choice((None, None, 1, 2, 0.5)) for rule in rules}
