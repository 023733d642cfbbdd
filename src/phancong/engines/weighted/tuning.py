"""Numbers of the search that were chosen by measurement, and the rule by which each scales.

What has to be so for sums to be exact (bits, numbers that stand for "never") stands beside the code that
needs it. Shares of a turn's work stand in :mod:`.schedule`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple


class StepPace(NamedTuple):
    """How subgradient steps become smaller.

    Parameters
    ----------
    patience, shrink
        Steps without a better bound after which they are made smaller, and by how much.
    smallest
        When they are smaller than this, the bound has come as far as it will.
    """

    patience: int
    shrink: float
    smallest: float


# --- units of work: about what a core does in a second
#
# Each is counted in what its loop goes through, so that work grows with the problem as seconds do.

#: Entries of knapsack tables.
TABLE_ENTRIES_A_UNIT: Final = 400_000_000
#: Entries of such a table that take as long as one pair where households are split.
SORTING: Final = 60
#: Entries of tables of cheapest moves.
MOVE_ENTRIES_A_UNIT: Final = 800_000_000
#: Moves that tabu repair looks at.
LOOKS_A_UNIT: Final = 40_000_000
#: Arcs of the flow of the aggregated model.
ARCS_A_UNIT: Final = 1_000_000
#: Pairs of a linear program.
LINEAR_PAIRS_A_UNIT: Final = 100_000

# --- shares of what is left, and work of a call
#
# A share is of what the course or the stage has left, so that it scales with the limits of the user.

#: Units of work of a first turn, of which each step has its share. Turns double it …
TURN_WORK: Final = 8.0
#: … up to so many times.
MOST_EFFORT: Final = 1024.0
#: Work of the subgradient steps of a turn; it does not double, for more steps bring little.
SUBGRADIENT_WORK: Final = 3.0
#: Work that one call of a solver gets at the least: less is not worth the call.
LEAST_WORK: Final = 0.01
#: Seconds that a unit of work may take where the clock rules.
PATIENCE: Final = 2.0
#: Part of the search that an initial plan may take, and the work that its repair may take beyond that.
INITIAL_PART: Final = 0.5
MOMENT: Final = 0.1
#: Part that the repair of one start may take: there is a plan already, and of 10,000 households with
#: little room a last breach was moved about for half a minute.
REPAIR_PART: Final = 1 / 8
#: Part that one call for numbers of the aggregated model may take.
COUNT_PART: Final = 0.5
#: Part that a core may take: neighbourhoods improve a plan from the start.
CORE_PART: Final = 0.5
#: Part that one member may take whose breach is reduced.
MEMBER_PART: Final = 1 / 4
#: Parts that one level of a largest load may take, by repair and by a solver; the solver's work.
MEND_PART: Final = 1 / 2
FIND_PART: Final = 1 / 3
FIND_WORK: Final = 5.0
#: The part that a model of patterns may take, and its work.
PATTERN_PART: Final = 1 / 16
PATTERN_WORK: Final = 0.5

# --- bound

#: Subgradient steps in the first turn, and in every other turn.
FIRST_STEPS: Final = 100
STEPS: Final = 400
PACE: Final = StepPace(12, 0.6, 0.01)
QUICK_PACE: Final = StepPace(20, 0.7, 0.001)
#: How much of the last direction goes into the next.
MOMENTUM: Final = 0.6
#: The target lies at first so far above the bound, relative to it, and later at least so far.
FIRST_TARGET: Final = 4e-4
TARGET: Final = 1e-4
#: How far above the bound quick steps aim, in steps of the costs.
AIM: Final = 3
#: Where integers are to get the whole, steps go on while as many again close this part of the gap.
CLOSING: Final = 1 / 4
#: Households of a first core of a knapsack; it doubles until it is proven. With 16 or 32 a pass over
#: published problems of 20 to 60 members took as long or longer.
KNAPSACK_CORE: Final = 24
#: The first price of a budget that is tried is the largest one over two to this …
FIRST_PRICE: Final = 6
#: … by how much a price is raised at once, and how many are tried.
STRIDE: Final = 8
TRIES: Final = 5

# --- construct

#: For how many moves a unit stays where it came.
TENURE: Final = 8
#: Of the swaps of a member, so many pairs of households are looked at.
MOST_SWAPS: Final = 400_000
#: Members of each unit that a solver which looks for a plan is offered, of many pairs.
OFFERED: Final = 4

# --- improve

#: Members of all neighbourhoods under way but one, as a part of all members. The more there are, the
#: more threads are of use, but the less is left to choose the next one from.
UNDER_WAY: Final = 1 / 4
#: Pairs of a unit that count for who is near whom.
NEAR: Final = 3
#: So many loads that go round in cyclic transfers are looked at, the smallest.
MOST_LOADS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Sizes at which one method takes over from another, and how many tries each has.

    An :class:`~phancong.engines.weighted.instance.Instance` carries them, so that a search of a small
    problem can go the way of a large one.
    """

    # --- bound

    #: Entries of all knapsack tables of one pass, a twentieth of a second. With 57 million, at
    #: 1,000 × 30 and weights with tenths, a bound higher by 0.03 % left a plan that was 0.8 % dearer: too
    #: few passes, and rounds.
    most_entries: int = 20_000_000
    #: More different weights than these are no classes: too few households each.
    most_weights: int = 24
    #: Pairs of a linear program: of more it would take longer than what its prices spare.
    most_linear_pairs: int = 400_000
    #: Numbers of the aggregated model, one for each load and member: CP-SAT has those of 200 members and
    #: 12 loads in a second or two, and nothing of 65 members and 249 loads in ten. Of more, loads are
    #: counted by class, so many of them (8: optimal in 0.1 s there; 24: no solution in 4 s, and no
    #: higher bound).
    most_counts: int = 6_000
    load_classes: int = 8
    #: How often the aggregated model is asked for numbers.
    most_cuts: int = 30
    #: Where a step takes little, more of them come closer: of published problems with 200 households and
    #: 20 members 500 steps left 0.5 to 0.7 of a unit of the costs, and no more came; now 0.1 to 0.2, and
    #: less.
    quick_pace: StepPace = QUICK_PACE
    #: Steps go on while more pairs than these are left: of 400 × 60 with eleven changes to place, CP-SAT
    #: proves 2,000 to 4,000 pairs in a second, and all 24,000 in four to nine.
    few_pairs: int = 4_000
    #: Of more different weights there are too many patterns of a load; their number grows with each.
    pattern_weights: int = 16
    #: Beyond so many patterns in all there is room enough for averages to be right.
    most_patterns: int = 5_000
    #: Up to so many times as many are listed on the way, before those that are too heavy are left out.
    pattern_growth: int = 20
    #: Entries of a member's table where a budget fixes pairs out, some milliseconds: a member's
    #: households times the load. A member that would need more counts as having room for everybody.
    most_budget_entries: int = 1_000_000

    # --- construct

    #: Moves of tabu repair that are tried for each member, and at least.
    moves_a_member: int = 20
    fewest_moves: int = 300
    #: Ejection chains for each member, at the most.
    chains_a_member: int = 6
    #: Levels of a breach, or of a largest load, that are listed. Of more levels of a load so many between
    #: the least and the present one are tried; of a breach the exact stages decide.
    listed_levels: int = 5_000
    sampled_levels: int = 256
    #: Up to so many pairs all are offered to a solver that looks for a plan, so that it may prove that
    #: there is none; of more, :data:`OFFERED` members of each unit.
    all_offered: int = 10_000

    # --- improve

    #: Members of a neighbourhood and pairs offered to a unit, round after round.
    sizes: tuple[tuple[int, float], ...] = ((8, 2.0), (8, 5.0), (14, 4.0), (20, 5.0), (30, 4.0))
    #: Where a budget says how few may move, integers get the whole at once, up to so many pairs.
    budgeted_pairs: int = 20_000
    #: The residual problem is solved to its end where so few pairs can be part of a better plan.
    small_residual: int = 8_000
    #: Where they are fewer still, a core of some of them is no shorter.
    least_pairs: int = 1_500
    #: Penalties tell pairs apart where no more than this part of all pairs can be in a better plan: 0.05
    #: to 0.3 in communes, 0.3 to 1 in published assignment problems, where cores took time from
    #: neighbourhoods.
    telling: float = 1 / 3
    #: Nor do they where the gap is so few steps of the costs: of published problems of type C, 5 to 18.
    coarse_gap: int = 32
    #: Pairs of a core. Branch and cut would not get beyond the root with more.
    core_pairs: int = 40_000
    #: Pairs up to the end of a band. Presolving the limit of its cost, a row of all pairs, knows no
    #: clock: 18 s for 53,000.
    band_pairs: int = 20_000


#: The tuning of a search that is given no other.
TUNING: Final = Tuning()
