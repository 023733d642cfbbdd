"""What a diagnosis says that is not so, each claim tried both ways with all plans of a tiny problem.

``relax`` is what was relaxed anyway: ``{rule: ceiling}``, None for no ceiling.
"""

from dataclasses import replace
from fractions import Fraction

from diagnosed import FEW, carried_aside, only_households, without_minimums
from oracle import exact, reading
from oracle.brute import count_plans

from phancong import TravelMatrix
from phancong.rules import RULES

#: Kinds of repair that loosen no limit alone: they add members or years, or ask for fewer members.
_OTHER_KINDS = {"add_members", "lower_members_needed", "phase"}
#: Each limit with the repair that is there exactly if the others hold once the limit is loosened.
SUFFICIENT = [
    (rule.name, kind)
    for rule in RULES.values()
    for kind in rule.repairs
    if kind not in _OTHER_KINDS
]

_MINIMA = ("min_households", "min_workload")
_MAXIMA = ("max_households", "max_workload")


def with_limits(problem, kept, rules):
    """Only the members in *kept* have the limits *rules* of loads."""
    none = {"min_households": 0, "max_households": None, "min_workload": 0.0, "max_workload": None}

    def freed(member):
        if member.id in kept or reading.is_exempt(member):
            return member
        return replace(member, **{rule: none[rule] for rule in rules})

    return problem.replace(members=[*map(freed, problem.members)], households=problem.households)


# --- conflicts


def untrue_conflicts(problem, found, relax):
    """Each conflict fails, and without any one of its elements it holds."""
    for conflict in found.conflicts:
        part = problem if conflict.kind == "carried" else carried_aside(problem)
        for wrong in _KINDS[conflict.kind](part, conflict, relax):
            yield f"{conflict!r}: {wrong}"


def _free(rules):
    return dict.fromkeys(rules)


def _rules(problem, conflict, relax, aside=()):
    """The named rules cannot hold together; without any one of them they can."""
    named = {rule: relax[rule] for rule in conflict.rules if rule in relax}
    others = _free(r for r in reading.RELAXABLE if r not in conflict.rules) | _free(aside)
    if exact.holds(problem, named | others):
        yield "these rules can hold together"
    for rule in conflict.rules:
        if not exact.holds(problem, named | others | {rule: None}):
            yield f"it fails without {rule}"


def _places(problem, conflict, relax):
    kept = set(conflict.households)
    if exact.holds(only_households(problem, kept), relax):
        yield "these households can all be placed"
    for one in sorted(kept):
        if not exact.holds(only_households(problem, kept - {one}), relax):
            yield f"it fails without {one}"
    if conflict.needed <= conflict.places:
        yield "there are as many places as are needed"
    yield from _rules(only_households(problem, kept), conflict, relax)


def _fixed(problem, conflict, relax):
    """Whether all are covered is set aside."""
    kept = set(conflict.households)
    part = with_limits(only_households(problem, kept), conflict.members, _MAXIMA)
    if not all((h, m) in problem.fixed for h in kept for m in conflict.members):
        yield "these pairs are not fixed"
    covered = relax | _free(["coverage"])
    if exact.holds(part, covered):
        yield "these pairs are not too many"
    for one in sorted(kept):
        fewer = only_households(problem, kept - {one})
        if not exact.holds(with_limits(fewer, conflict.members, _MAXIMA), covered):
            yield f"it fails without {one}"
    yield from _rules(part, conflict, relax, ("coverage",))


def _minimums(problem, conflict, relax):
    """Coverage and maxima are set aside."""
    kept = set(conflict.members)
    aside = (*_MAXIMA, "coverage")
    freed = relax | _free(aside)
    if exact.holds(with_limits(problem, kept, _MINIMA), freed):
        yield "these minimums can all hold"
    for one in sorted(kept):
        if not exact.holds(with_limits(problem, kept - {one}, _MINIMA), freed):
            yield f"it fails without {one}"
    if conflict.needed <= conflict.places:
        yield "there are as many households as are needed"
    yield from _rules(with_limits(problem, kept, _MINIMA), conflict, relax, aside)


def _limits(problem, conflict, relax):
    """Of the members who are named, if any are: nobody else has a limit of loads, nor coverage."""
    part = problem
    if conflict.members:
        part = with_limits(problem, conflict.members, (*_MINIMA, *_MAXIMA))
    yield from _rules(part, conflict, relax)


def _carried(problem, conflict, relax):
    """Nobody is asked for, and still it fails; without the rule, or the member's, it does not."""
    members, (rule,) = conflict.members, conflict.rules
    idle = without_minimums(problem).replace(fixed=())
    others = _free(r for r in reading.RELAXABLE if r != rule) | {
        r: cap for r, cap in relax.items() if r == rule
    }
    if exact.holds(with_limits(idle, members, (rule,)), others):
        yield "what is carried passes no maximum"
    if not exact.holds(with_limits(idle, (), (rule,)), others):
        yield f"it fails without {rule}"


_KINDS = {
    "carried": _carried,
    "places": _places,
    "fixed": _fixed,
    "minimums": _minimums,
    "limits": _limits,
}


# --- repairs


def untrue_repairs(problem, found, relax):
    """Each repair mends it, a little less does not, and where one rule would mend it, it is named."""
    kinds = {repair.kind: repair for repair in found.repairs}
    if len(kinds) < len(found.repairs):
        yield "a kind of repair is given twice"
    for kind, repair in kinds.items():
        mended = repair.apply(problem)
        if count_plans(mended) > FEW:
            continue  # new members make more plans than can be tried
        if not exact.holds(mended, relax):
            yield f"{kind}: {repair!r} does not mend it"
        less = _LESS.get(kind)
        if less is not None:
            yield from (
                f"{kind} ({repair.amount}): {wrong}" for wrong in less(problem, repair, relax)
            )
    for rule, kind in SUFFICIENT:
        if (kind in kinds) != exact.holds(problem, relax | {rule: None}):
            yield f"{kind} is {'' if kind in kinds else 'not '}there"


def _total(rule):
    def less(problem, repair, relax):
        others = {name: cap for name, cap in relax.items() if name != rule}
        amount = exact.best(problem, (), others | {rule: None}).totals[rule]
        if rule == "max_changes":
            amount += problem.max_changes
        if repair.amount != amount:
            yield f"{float(amount)} is enough"

    return less


def _smaller(field, step):
    """With a limit that is smaller by *step* it does not hold."""

    def less(problem, repair, relax):
        least = exact.meant(repair.amount)
        if _beaten(problem, field, least - step(least), relax):
            yield "less is enough"

    return less


def _beaten(problem, field, most, relax):
    limits = [getattr(m, field) for m in problem.members if not reading.is_exempt(m)]
    if most < min(exact.meant(limit) for limit in limits if limit is not None):
        return False
    return exact.holds(_raised(problem, field, most), relax)


def _raised(problem, field, most):
    def raised(m):
        limit = getattr(m, field)
        if reading.is_exempt(m) or limit is None:
            return m
        return replace(m, **{field: type(limit)(max(limit, most))})

    return problem.replace(members=[*map(raised, problem.members)], households=problem.households)


def _reach(problem, repair, relax):
    shorter = [way for way in reading.travel(problem).values() if way < repair.amount]
    shorter = [way for way in shorter if repair.amount - way > 3e-9 * max(1.0, way)]
    if shorter:
        most = max(shorter)
        reached = _raised(problem, "max_travel", most)
        if problem.max_travel is not None:
            reached = reached.replace(max_travel=max(problem.max_travel, most))
        if exact.holds(reached, relax):
            yield "a shorter way is enough"


def _minimum(problem, repair, relax):
    members = [
        replace(m, min_households=min(m.min_households, int(repair.amount) + 1))
        for m in problem.members
    ]
    if exact.holds(problem.replace(members=members, households=problem.households), relax):
        yield "a higher minimum holds"


def _new_members(problem, repair, relax):
    mended = repair.apply(problem)
    known = {m.id for m in problem.members}
    for one in [m for m in mended.members if m.id not in known]:
        members = [m for m in mended.members if m.id != one.id]
        changes = {"members": members, "households": mended.households}
        kept = [n for n, m in enumerate(mended.members) if m.id != one.id]
        if mended.travel is not None:
            matrix = mended.travel_matrix[:, kept]
            changes["travel"] = TravelMatrix(matrix, unit=mended.travel.unit)
        if mended.workload_matrix is not None:
            changes["workload"] = mended.workload_matrix[:, kept]
        if exact.holds(mended.replace(**changes), relax):
            yield f"it holds without {one.id}"


_LESS = {
    "lower_min_households": _minimum,
    "allow_changes": _total("max_changes"),
    "allow_other_hamlets": _total("within_hamlet"),
    "extend_max_travel": _reach,
    "raise_max_workload": _smaller(
        "max_workload", lambda least: Fraction(4, 10**9) * max(1, least)
    ),
    "raise_max_households": _smaller("max_households", lambda least: 1),
    "add_members": _new_members,
    "leave_uncovered": _total("coverage"),
}
