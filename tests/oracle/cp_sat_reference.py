"""A plain CP-SAT model, solved to proof stage by stage: the answer for problems of middling size.

A binary for each allowed pair, one method for each rule. All numbers of a problem are read as exact
fractions and brought to a common denominator, so nothing is rounded. Slow where it must be: each
stage is proven by one worker before the next begins.
"""

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from ortools.sat.python import cp_model

from oracle import reading

_BIG = 1 << 40
_LEVELS_AT_ONCE = 6


@dataclass(frozen=True)
class ReferenceResult:
    """The proven answer; the fields are those of ``oracle.brute.BruteResult``."""

    totals: dict
    keys: dict
    goals: tuple
    pairs: tuple


@dataclass(frozen=True)
class _Steps:
    """A quantity that grows in equal steps: ``count`` (0 … ``most``) times ``unit``."""

    count: object
    unit: Fraction
    most: int


@dataclass(frozen=True)
class _Scaled:
    """An integer expression that stands for a rational number: ``expression / scale``."""

    expression: object
    scale: int


def best(problem, goals, relax):
    """Return the best plan in the order of the contract; None if there is none."""
    caps = reading.ceilings(relax)
    model = _Model(problem, caps)
    if not model.can_be_solved():
        return None
    keys = {}
    for rule in reversed(caps):
        keys[rule] = tuple(float(v) for stage in model.stages_of(rule) for v in stage)
    values = tuple(model.optimise(goal) for goal in goals)
    return ReferenceResult(
        totals={rule: model.reached(model.total(rule)) for rule in reading.RELAXABLE},
        keys=keys,
        goals=values,
        pairs=model.pairs(),
    )


class _Model:
    """The variables, the rules that are never relaxed, and a breach for each that may."""

    def __init__(self, problem, caps):
        self.problem = problem
        self.caps = caps
        self.model = cp_model.CpModel()
        self.solver = cp_model.CpSolver()
        self.solver.parameters.num_workers = 1
        self.solver.parameters.max_time_in_seconds = 120.0
        # With it, presolve of or-tools 9.15 loses solutions (its tracker, 5293).
        self.solver.parameters.presolve_inclusion_work_limit = 0
        self.members = {m.id: m for m in problem.members}
        self.households = {h.id: h for h in problem.households}
        self.need = reading.needed(problem)
        self.possible = sorted(reading.allowed(problem))
        self.travel = reading.travel(problem)
        self.workload = reading.workload(problem)
        self.share = {m: Fraction(member.share) for m, member in self.members.items()}
        self.eligible = [m for m in self.members if not reading.is_exempt(self.members[m])]
        self.x = {pair: self.model.new_bool_var(f"x{pair}") for pair in self.possible}
        self.of_household = {
            h: [pair for pair in self.possible if pair[0] == h] for h in self.households
        }
        self.of_member = {m: [p for p in self.possible if p[1] == m] for m in self.members}
        self.used = {m: self._is_used(m) for m in self.members}
        self._fixed_pairs()
        self._groups()
        self.missing = {h: self._missing(h) for h in self.households}
        self.nobody = {h: self._nobody(h) for h in self.households if self.need[h] > 0}
        self._pairs_that_should_not_be()
        self.load_breach = {
            rule: {m: self._load_breach(rule, m) for m in self.members}
            for rule in ("min_households", "max_households", "min_workload", "max_workload")
        }
        self.excess_hamlets = {m: self._excess_hamlets(m) for m in self.members}
        self.excess_changes = self._excess_changes()

    # Rules that are never relaxed ------------------------------------------------------------------

    def _fixed_pairs(self):
        for pair in self.problem.fixed:
            self.model.add(self.x[pair] == 1)

    def _groups(self):
        """Households of one group have the same members."""
        for h, mates in reading.groups(self.problem).items():
            for mate in mates:
                for m in self.members:
                    if (h, m) in self.x and h < mate:
                        self.model.add(self.x[h, m] == self.x[mate, m])

    def _is_used(self, m):
        """Return a literal: the member has at least one household."""
        used = self.model.new_bool_var(f"used {m}")
        chosen = [self.x[pair] for pair in self.of_member[m]]
        self.model.add_max_equality(used, [*chosen, self.model.new_constant(0)])
        return used

    # Breaches -----------------------------------------------------------------------------------

    def _cap(self, rule):
        return self.caps.get(rule, 0.0)

    def _missing(self, h):
        """Return how many members the household misses; never less than none."""
        missing = self.model.new_int_var(0, self.need[h], f"missing {h}")
        chosen = sum(self.x[pair] for pair in self.of_household[h])
        self.model.add(missing + chosen == self.need[h])
        if not math.isinf(self._cap("coverage")):
            self.model.add(missing <= math.floor(self._cap("coverage")))
        return missing

    def _nobody(self, h):
        """Return a literal: nobody is in charge of the household."""
        nobody = self.model.new_bool_var(f"nobody {h}")
        self.model.add(self.missing[h] >= self.need[h]).only_enforce_if(nobody)
        self.model.add(self.missing[h] <= self.need[h] - 1).only_enforce_if(~nobody)
        return nobody

    def _pair_breach(self, rule, pair):
        """Return by how much the pair breaks the rule; a fixed pair is an exception."""
        if pair in self.problem.fixed:
            return 0
        household, member = self.households[pair[0]], self.members[pair[1]]
        if rule == "needs":
            return int(reading.lacks_skill(household, member))
        if rule == "within_hamlet":
            return int(reading.is_outside(self.problem, household, member))
        limit = reading.travel_limit(self.problem, member)
        if math.isinf(limit):
            return 0
        return max(0, Fraction(self.travel[pair]) - Fraction(limit))

    def _pairs_that_should_not_be(self):
        for pair in self.possible:
            for rule in ("needs", "within_hamlet", "max_travel"):
                if self._pair_breach(rule, pair) > self._cap(rule):
                    self.model.add(self.x[pair] == 0)

    def _load(self, m, measure):
        """Return the member's load as ``[(coefficient, pair)]``."""
        return [
            (Fraction(1) if measure == "households" else Fraction(self.workload[pair]), pair)
            for pair in self.of_member[m]
        ]

    def _besides(self, m, measure):
        """Return what the member carries besides."""
        return Fraction(getattr(self.members[m], f"carried_{measure}"))

    def _load_breach(self, rule, m):
        """Return the breach as an expression, at least as large as it must be, and not over cap."""
        limit = getattr(self.members[m], rule)
        if limit is None or (rule.startswith("min") and limit == 0):
            return _Scaled(0, 1)
        if reading.is_exempt(self.members[m]):
            return _Scaled(0, 1)
        measure = rule.partition("_")[2]
        load = self._load(m, measure)
        limit = Fraction(limit) - self._besides(m, measure)
        scale = _denominator([limit, *(c for c, _ in load)])
        total = sum(int(c * scale) * self.x[pair] for c, pair in load)
        cap = self._cap(rule)
        top = _BIG if math.isinf(cap) else math.floor(Fraction(cap) * scale)
        breach = self.model.new_int_var(0, top, f"{rule} {m}")
        if rule.startswith("max"):
            self.model.add(breach >= total - int(limit * scale))
        elif self.members[m].optional:
            missing = breach >= int(limit * scale) - total
            self.model.add(missing).only_enforce_if(self.used[m])
        else:
            self.model.add(breach >= int(limit * scale) - total)
        return _Scaled(breach, scale)

    def _changes(self):
        former = reading.previous_members(self.problem)
        ended = 0
        for h, members in former.items():
            kept = sum(self.x[h, m] for m in members)
            ended += min(len(members), self.need[h]) - kept
        return ended

    def _excess_hamlets(self, m):
        """Return by how many hamlets the member may be above the maximum, not over the cap."""
        limit = reading.hamlet_limit(self.problem, self.members[m])
        if math.isinf(limit):
            return _Scaled(0, 1)
        serves = []
        for hamlet in sorted({h.hamlet for h in self.households.values()} - {None}):
            here = [p for p in self.of_member[m] if self.households[p[0]].hamlet == hamlet]
            served = self.model.new_bool_var(f"{m} serves {hamlet}")
            chosen = [self.x[pair] for pair in here]
            self.model.add_max_equality(served, [*chosen, self.model.new_constant(0)])
            serves.append(served)
        cap = self._cap("max_hamlets")
        top = _BIG if math.isinf(cap) else math.floor(cap)
        excess = self.model.new_int_var(0, top, f"hamlets too many {m}")
        self.model.add(excess >= sum(serves) - limit)
        return _Scaled(excess, 1)

    def _excess_changes(self):
        if self.problem.max_changes is None:
            return _Scaled(0, 1)
        cap = self._cap("max_changes")
        top = _BIG if math.isinf(cap) else math.floor(cap)
        excess = self.model.new_int_var(0, top, "excess changes")
        self.model.add(excess >= self._changes() - self.problem.max_changes)
        return _Scaled(excess, 1)

    def total(self, rule):
        """Return the whole breach of a rule."""
        if rule in self.load_breach:
            return _sum(self.load_breach[rule].values())
        if rule == "max_changes":
            return self.excess_changes
        if rule == "max_hamlets":
            return _sum(self.excess_hamlets.values())
        if rule == "coverage":
            return _Scaled(sum(self.missing.values()), 1)
        return self._linear((self._pair_breach(rule, pair), pair) for pair in self.possible)

    def stages_of(self, rule):
        """Minimise a rule's breach in the stages of contract 4.3; yield what each reached."""
        if rule == "coverage":
            for level in sorted({h.priority for h in self.households.values()}, reverse=True):
                of_class = [h for h, one in self.households.items() if one.priority == level]
                empty = sum(self.nobody[h] for h in of_class if h in self.nobody)
                yield [self.minimise(_Scaled(empty, 1))]
                yield [self.minimise(_Scaled(sum(self.missing[h] for h in of_class), 1))]
            return
        yield [self.minimise(self.total(rule))]
        if rule in self.load_breach:
            breaches = self.load_breach[rule]
            if rule.endswith("households"):
                most = {m: self._most_breach(m) for m in breaches}
                yield self.leximax_in_steps(
                    [_Steps(b.expression, 1 / self.share[m], most[m]) for m, b in breaches.items()]
                )
            else:
                by_share = [_times(breach, 1 / self.share[m]) for m, breach in breaches.items()]
                yield [self.minimise(self._largest(_common(by_share)))]

    def _most_breach(self, m):
        member = self.members[m]
        above = len(self.of_member[m]) + member.carried_households
        return int(max(above, member.min_households))

    # Goals --------------------------------------------------------------------------------------

    def optimise(self, goal):
        """Optimise one goal and hold it to within its tolerance; return what it reached."""
        aim = getattr(goal, "aim", None)
        if aim == "leximax":
            steps = self._steps(goal)
            if steps is None:
                return tuple(self.leximax(self._values(goal)))
            return tuple(self.leximax_in_steps(steps))
        return self.minimise(self._expression(goal, aim), goal)

    def _expression(self, goal, aim):
        name = type(goal).__name__
        if aim == "minmax":
            return self._largest(_common(self._values(goal)))
        if aim == "spread":
            return self._spread(_common(self._values(goal)))
        if name == "Travel":
            return self._travel()
        if name == "Farthest":
            return self._farthest()
        if name == "Continuity":
            return self._years_lost() if goal.weight == "years" else _Scaled(self._changes(), 1)
        if name == "Cohesion":
            return self._cohesion()
        if name == "Preference":
            return self._linear(
                (-Fraction(reading.score(goal, *pair)), pair) for pair in self.possible
            )
        raise NotImplementedError(name)

    def _values(self, goal):
        """Return what the goal makes fair, for each member who is not exempt."""
        if type(goal).__name__ == "FairTravel":
            return [self._linear(self._way(p) for p in self.of_member[m]) for m in self.eligible]
        return [
            self._linear(
                ((c / self.share[m], pair) for c, pair in self._load(m, goal.measure)),
                self._besides(m, goal.measure) / self.share[m],
            )
            for m in self.eligible
        ]

    def _steps(self, goal):
        """Return the loads in steps if all pairs of each member weigh the same, else None."""
        if type(goal).__name__ != "FairLoad":
            return None
        steps = []
        for m in self.eligible:
            weights = {c for c, _ in self._load(m, goal.measure)}
            if len(weights) > 1:
                return None
            besides = self._besides(m, goal.measure)
            unit = weights.pop() if weights else besides or Fraction(1)
            if not unit or besides % unit:
                return None
            pairs, carried = self.of_member[m], int(besides / unit)
            count = sum(self.x[pair] for pair in pairs) + carried
            steps.append(_Steps(count, unit / self.share[m], len(pairs) + carried))
        return steps

    def _way(self, pair):
        return Fraction(self.households[pair[0]].visits) * Fraction(self.travel[pair]), pair

    def _travel(self):
        """Who is missing counts with the household's smallest allowed travel."""
        parts = [self._linear(self._way(pair) for pair in self.possible)]
        for h, pairs in self.of_household.items():
            if pairs:
                least = min(self._way(pair)[0] for pair in pairs)
                parts.append(_times(_Scaled(self.missing[h], 1), least))
        return _sum(parts)

    def _farthest(self):
        scale = _denominator(Fraction(self.travel[pair]) for pair in self.possible)
        farthest = self.model.new_int_var(0, _BIG, "farthest")
        for pair in self.possible:
            self.model.add(farthest >= int(Fraction(self.travel[pair]) * scale) * self.x[pair])
        return _Scaled(farthest, scale)

    def _years_lost(self):
        former = reading.previous_members(self.problem)
        whole = Fraction(0)
        kept = []
        for h, members in former.items():
            longest = sorted(members.values(), reverse=True)[: self.need[h]]
            whole += sum(Fraction(years) for years in longest)
            kept += [(-Fraction(years), (h, m)) for m, years in members.items()]
        return _sum([self._linear(kept), _times(_Scaled(1, 1), whole)])

    def _cohesion(self):
        parts = 0
        for label in {h.cluster for h in self.households.values()} - {None}:
            inside = {h for h, one in self.households.items() if one.cluster == label}
            serving = []
            for m, pairs in self.of_member.items():
                here = [self.x[pair] for pair in pairs if pair[0] in inside]
                if here:
                    serving.append(self.model.new_bool_var(f"{m} serves {label}"))
                    self.model.add_max_equality(serving[-1], here)
            parted = self.model.new_int_var(0, len(self.members), f"{label} is parted")
            self.model.add(parted >= sum(serving) - 1)
            parts += parted
        return _Scaled(parts, 1)

    def _largest(self, values):
        largest = self.model.new_int_var(0, _BIG, "largest")
        for value in values:
            self.model.add(largest >= value.expression)
        return _Scaled(largest, values[0].scale if values else 1)

    def _spread(self, values):
        largest = self.model.new_int_var(0, _BIG, "largest")
        smallest = self.model.new_int_var(0, _BIG, "smallest")
        self.model.add(smallest <= largest)
        for m, value in zip(self.eligible, values, strict=True):
            counts = self.used[m] if self.members[m].optional else self.model.new_constant(1)
            self.model.add(largest >= value.expression).only_enforce_if(counts)
            self.model.add(smallest <= value.expression).only_enforce_if(counts)
        return _Scaled(largest - smallest, values[0].scale if values else 1)

    def _linear(self, terms, constant=Fraction(0)):
        terms = [(Fraction(c), pair) for c, pair in terms if c]
        scale = _denominator([constant, *(c for c, _ in terms)])
        total = sum(int(c * scale) * self.x[pair] for c, pair in terms)
        return _Scaled(total + int(constant * scale), scale)

    # Solving ------------------------------------------------------------------------------------

    def can_be_solved(self):
        """Return whether any plan keeps what must hold; remember it if so."""
        return self._solve()

    def minimise(self, value, goal=None):
        """Minimise to proof, then hold the value (a goal to within its tolerance)."""
        self.model.minimize(value.expression)
        if not self._solve():
            raise AssertionError("a stage made the problem infeasible")
        least = round(self.solver.objective_value)
        reached = least / value.scale
        slack = 0.0 if goal is None else reading.slack(goal, reached)
        self.model.add(value.expression <= least + math.floor(slack * value.scale + 1e-6))
        self.model.clear_objective()
        return reached

    def leximax(self, values):
        """Minimise the largest, the second largest, …: at most k - 1 may pass the k-th."""
        reached = []
        values = _common(values)
        for place in range(len(values)):
            bound = self.model.new_int_var(0, _BIG, f"place {place}")
            passing = [self.model.new_bool_var("passes") for _ in values]
            self.model.add(sum(passing) <= place)
            for value, passes in zip(values, passing, strict=True):
                self.model.add(value.expression <= bound).only_enforce_if(~passes)
            reached.append(self.minimise(_Scaled(bound, values[0].scale)))
        return reached

    def leximax_in_steps(self, quantities):
        """Do the same by levels: from the highest down, as few as can be reach each level.

        The counts of several levels go into one objective, each worth more than all below it.
        """
        steps = []
        for quantity in quantities:
            reached = [self.model.new_bool_var("step") for _ in range(quantity.most)]
            self.model.add(sum(reached) == quantity.count)
            for lower, upper in pairwise(reached):
                self.model.add_implication(upper, lower)
            steps.append(reached)
        levels = sorted({q.unit * k for q in quantities for k in range(1, q.most + 1)} - {0})
        at_level = [
            [
                reached[math.ceil(level / q.unit) - 1]
                for q, reached in zip(quantities, steps, strict=True)
                if q.unit and math.ceil(level / q.unit) <= q.most
            ]
            for level in levels
        ]
        highest = self.model.new_int_var(0, len(levels), "highest level")
        for rank, there in enumerate(at_level, start=1):
            for literal in there:
                self.model.add(highest >= rank).only_enforce_if(literal)
        top = int(self.minimise(_Scaled(highest, 1)))
        base = len(quantities) + 1
        for start in range(top, 0, -_LEVELS_AT_ONCE):
            counts = [sum(at_level[r - 1]) for r in range(start, 0, -1)][:_LEVELS_AT_ONCE]
            worth = sum(count * base ** (len(counts) - i) for i, count in enumerate(counts))
            self.minimise(_Scaled(worth, 1))
        self._solve()
        return sorted(
            (
                float(q.unit * sum(self.solver.boolean_value(step) for step in reached))
                for q, reached in zip(quantities, steps, strict=True)
            ),
            reverse=True,
        )

    def _solve(self):
        self.model.clear_hints()
        if hasattr(self, "values"):
            for pair, chosen in self.values.items():
                self.model.add_hint(self.x[pair], chosen)
        status = self.solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            return False
        if status != cp_model.OPTIMAL:
            raise TimeoutError(f"no proof: status {int(status)}")
        self.values = {pair: self.solver.boolean_value(x) for pair, x in self.x.items()}
        return True

    def reached(self, value):
        """Return what an expression is worth on the last plan found."""
        return self.solver.value(value.expression) / value.scale

    def pairs(self):
        return tuple(sorted(pair for pair, chosen in self.values.items() if chosen))


def _denominator(numbers):
    return math.lcm(*(number.denominator for number in numbers))


def _times(value, factor):
    """Multiply by a fraction."""
    return _Scaled(value.expression * factor.numerator, value.scale * factor.denominator)


def _common(values):
    """Bring all to one scale."""
    values = list(values)
    scale = math.lcm(*(value.scale for value in values))
    return [_Scaled(value.expression * (scale // value.scale), scale) for value in values]


def _sum(values):
    values = _common(values)
    if not values:
        return _Scaled(0, 1)
    return _Scaled(sum(value.expression for value in values), values[0].scale)
