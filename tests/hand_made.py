"""Plans made by hand, whose claims are what the judge finds."""

from phancong import RELAXABLE, BreachTotal, GoalValue, Plan, Status, check
from phancong.assignment import Assignment


def plan_of(problem, pairs, *, goals=None, **changes):
    """A plan of these pairs that says of every line that it is proven."""
    judgement = check(problem, pairs, goals=goals)
    claims = {
        "problem": problem,
        "assignment": Assignment.of(problem, pairs),
        "status": Status.OPTIMAL,
        "breaches": {
            rule: BreachTotal(judgement.total(rule), judgement.total(rule), True)
            for rule in RELAXABLE
        },
        "goals": tuple(
            GoalValue(goal, value, value, value, True) for goal, value in judgement.goals
        ),
        "engine": "hand",
        "reason": "made by hand",
        "stopped": None,
        "seconds": 0.25,
    }
    return Plan(**(claims | changes))
