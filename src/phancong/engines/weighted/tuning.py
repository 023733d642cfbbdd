"""Constants of the search that were chosen by measurement, with the rule by which each scales.

Constants that exact arithmetic needs (bits, costs of impossible moves) stand beside the code that uses
them. Shares of a turn's work stand in :mod:`.schedule`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple


class StepPace(NamedTuple):
    """The rule by which subgradient steps become smaller.

    Parameters
    ----------
    patience, shrink
        After *patience* steps without a better bound the step size is multiplied by *shrink*.
    smallest
        The steps end when the step size falls below this.
    """

    patience: int
    shrink: float
    smallest: float


# --- units of work; a unit takes about one second of a processor core
#
# Each counts the operations of its loop, so that work grows with the problem as seconds do.

#: Entries of knapsack tables.
TABLE_ENTRIES_A_UNIT: Final = 400_000_000
#: Table entries that take as long as sorting one pair in a fractional knapsack.
SORTING: Final = 60
#: Table entries that take as long as one near pair in a subgradient step.
GATHERING: Final = 4
#: Entries of tables of cheapest moves.
MOVE_ENTRIES_A_UNIT: Final = 800_000_000
#: Moves that tabu repair evaluates.
LOOKS_A_UNIT: Final = 40_000_000
#: Arcs of the flow of the aggregated model.
ARCS_A_UNIT: Final = 2_000_000
#: Rows × simplex iterations of a master problem.
PIVOTS_A_UNIT: Final = 10_000_000
#: Simplex iterations for each row until the multipliers of a master problem are nearly optimal: 20 to 45
#: at 400 × 60, where 200 to 460 rows are left.
PIVOTS_A_ROW: Final = 30
#: Pairs of a linear program: by the simplex, if a load depends on the member or if a budget is held (0.5
#: to 0.6 CPU seconds at 100,000 pairs, 0.8 at 160,000), and by the interior point method.
LINEAR_PAIRS_A_UNIT: Final = 100_000
BUDGETED_PAIRS_A_UNIT: Final = 200_000
INTERIOR_PAIRS_A_UNIT: Final = 60_000

# --- parts of the remaining budget, and work of a call
#
# A part is a fraction of the rest of the course or stage, so that it scales with the user's limits.

#: Units of work of the first turn, of which each step has its share. It doubles from turn to turn …
TURN_WORK: Final = 8.0
#: … up to this factor.
MOST_EFFORT: Final = 1024.0
#: Work of the subgradient steps of a turn. It does not double: further steps raise the bound little.
SUBGRADIENT_WORK: Final = 3.0
#: Least work of a call of a solver; with less a call does not pay.
LEAST_WORK: Final = 0.01
#: Most seconds for a unit of work if the search is limited by seconds.
PATIENCE: Final = 2.0
#: Part for the initial plan, and work that its repair may take in any case.
INITIAL_PART: Final = 0.5
LEAST_INITIAL_WORK: Final = 0.1
#: Part for the repair of one constructed plan. The incumbent needs no repair, and with 10,000 households
#: and tight limits the repair moved a last breach about for half a minute.
REPAIR_PART: Final = 1 / 8
#: Part for one call of the solver on an aggregated model, and after which it is not solved with further
#: cuts. At 6,797 × 1,360 with many forbidden pairs cuts took all 28 units of a stage.
COUNT_PART: Final = 0.5
#: Part for a core; the rest is for neighbourhoods, which improve the plan from the start.
CORE_PART: Final = 0.5
#: Part for one member whose breach is reduced.
MEMBER_PART: Final = 1 / 4
#: Parts for one level of a largest load, by repair and by a solver, and the solver's work.
LEVEL_REPAIR_PART: Final = 1 / 2
FIND_PART: Final = 1 / 3
FIND_WORK: Final = 5.0
#: Part for the counts under one level, with all their cuts.
COUNTED_PART: Final = 1 / 4
#: Part for the linear relaxation of one level.
LEVEL_PART: Final = 1 / 8
#: Part for the level with split units, and for the repair of its rounded solution under one level. Most
#: levels that it reaches it reaches at once.
SPLIT_PART: Final = 1 / 4
ROUNDED_PART: Final = 1 / 8
#: Part for a model of load patterns, and its work.
PATTERN_PART: Final = 1 / 16
PATTERN_WORK: Final = 0.5

#: Calls for the residual problem within budgets until neighbourhoods are no longer tried before it. At
#: 400 × 60 with 15 changes two rounds took 9 s of 18; the second brought nothing.
MOST_TRIED: Final = 2
#: Times that the work of a call for the residual problem is doubled.
MOST_DOUBLED: Final = 10

# --- bound

#: Subgradient steps in the first turn, and in every other turn.
FIRST_STEPS: Final = 100
STEPS: Final = 400
PACE: Final = StepPace(12, 0.6, 0.01)
QUICK_PACE: Final = StepPace(20, 0.7, 0.001)
#: Factor of the last direction that is added to the next one.
MOMENTUM: Final = 0.6
#: Distance of the target from the bound, relative to the bound: at first, and at least.
FIRST_TARGET: Final = 4e-4
TARGET: Final = 1e-4
#: Distance of the target of quick steps from the bound, in steps of the costs.
AIM: Final = 3
#: With budgets, rounds of steps are repeated while each closes this fraction of the gap.
CLOSING: Final = 1 / 4
#: Households of the first core of a knapsack; it doubles until it is optimal. With 16 or 32 a pass over
#: published problems of 20 to 60 members took as long or longer.
KNAPSACK_CORE: Final = 24
#: The first multiplier tried for a budget is the largest one divided by 2 to this power …
FIRST_PRICE: Final = 6
#: … the largest factor between two multipliers, and how many are tried.
STRIDE: Final = 8
TRIES: Final = 5
#: Part of the rest of the stage after which no further one is tried. At 1,039 × 5,194 each takes a unit.
TRIES_PART: Final = 0.4
#: Part of the rest of the stage that a linear program may take where flows give multipliers as well.
LINEAR_PART: Final = 0.5
#: The same with many members, unless these are nearly full or most pairs are forbidden. At 973 × 4,861
#: five tries had the bound of two, in five CPU seconds instead of one; at 841 × 4,208, where 0.6 % of the
#: load is room, two ended 3 % below the bound of five.
WIDE_TRIES_PART: Final = 0.15
#: Members are nearly full if at most this part of their maxima is room.
NEARLY_FULL: Final = 0.01
#: Subgradient steps look at near pairs if these are at most one in so many pairs.
LEAST_SPARED: Final = 4

# --- construct

#: With more units a member neighbourhoods of many members are too large for a solver.
MOST_UNITS_EACH: Final = 8
#: Multiples of the multipliers of budgets that are added, in turn, until a constructed plan keeps them.
#: At 1,039 × 5,194 with 141 changes the plan of 0 has 5 too many and is 1.5 % above the bound, that of
#: 1/4 is within them and 2.6 % above it.
SPARING: Final = (0.0, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1.0)
#: Tabu tenure: a unit that was moved stays for this many moves.
TENURE: Final = 8
#: Most swaps of a member that are evaluated, as pairs of households.
MOST_SWAPS: Final = 400_000
#: Most loads of a table of divisions, which takes some milliseconds. With more, loads are rounded in it.
DIVISION_CELLS: Final = 2**15
#: Divisions of a table that are looked at: limits that are not in the table may rule out the best.
DIVISION_TRIES: Final = 8
#: Most units that two members divide.
DIVIDED_UNITS: Final = 48
#: Members with room to which paths of divisions lead.
PATH_ENDS: Final = 6
#: Members of each unit in a model that looks for any plan, if there are many pairs.
OFFERED: Final = 4

# --- improve

#: Pairs of each unit with a choice in a core within budgets.
CORE_EACH: Final = 5
#: Fraction of the members that neighbourhoods under way may have, beside one more neighbourhood. With a
#: larger one more threads are busy, but fewer members are left for the next neighbourhood.
UNDER_WAY: Final = 1 / 4
#: Pairs of least penalty of each unit; members who share such units are neighbours.
NEAR: Final = 3
#: Most loads that cyclic transfers pass on; the smallest are used.
MOST_LOADS: Final = 12
#: Most passes in a row that only bar hops. Nearly all cycles break a budget that leaves no room: at 202 ×
#: 3,054 with 45 changes the passes went on for all of 10 units, and the plan was the same. With 12 passes
#: proofs at 400 × 60 took up to twice as long.
MOST_IDLE: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Thresholds between methods, by size, and limits of their tries.

    Each :class:`~phancong.engines.weighted.instance.Instance` has one, so that a test can make a small
    problem take the methods of a large one.
    """

    # --- bound

    #: Most entries of all knapsack tables of one pass, which takes a twentieth of a second. With 57
    #: million, at 1,000 × 30 and weights with tenths, the bound was 0.03 % higher but the plan 0.8 %
    #: dearer: there was time for few passes and rounds only.
    most_entries: int = 20_000_000
    #: Most different weights for tables by class; with more, a class has too few households.
    most_weights: int = 24
    #: Units of work of the master problem from which on the linear relaxation gives the first multipliers
    #: within budgets. At 400 × 60, where the master problem takes less, a proof took 21 instead of 9 CPU
    #: seconds with it.
    slow_master: float = SUBGRADIENT_WORK
    #: Most pairs of a linear program; with more, it takes longer than its duals save.
    most_linear_pairs: int = 400_000
    #: Most counts of an aggregated model by load, one for each load and member; with more, loads are
    #: counted by class. CP-SAT takes a second or two with 200 members and 12 loads, and had no solution
    #: after ten with 65 members and 249 loads.
    most_counts: int = 6_000
    #: Classes of loads. At 65 × 467 with two decimals 8 classes were optimal in 0.1 s, and 24 had no
    #: solution after 4 s and no better bound.
    load_classes: int = 8
    #: Most rounds of cuts in the aggregated model.
    most_cuts: int = 30
    #: Near pairs of each unit, which subgradient steps look at. At 566 × 2,832 the best sets had no other
    #: pair after 350 steps, and a step took 14 ms.
    near_pairs: int = 40
    #: Pace of quick steps. If a step is cheap, more steps give a better bound: in published problems of
    #: 200 households and 20 members 500 steps ended 0.5 to 0.7 of a cost unit below the best bound; with
    #: this pace it is 0.1 to 0.2 or less.
    quick_pace: StepPace = QUICK_PACE
    #: With budgets, steps go on while more pairs than these are left. At 400 × 60 with eleven changes
    #: CP-SAT takes a second for a proof over 2,000 to 4,000 pairs, and four to nine over all 24,000.
    few_pairs: int = 4_000
    #: Most different weights for load patterns; with each further weight their number grows.
    pattern_weights: int = 16
    #: Most load patterns. With more, loads are so flexible that averages are a good bound.
    most_patterns: int = 5_000
    #: Most load patterns of one member in a residual problem. With more, it has room for nearly any load.
    member_patterns: int = 150
    #: While patterns are listed, there may be this many times as many before heavy ones are left out.
    pattern_growth: int = 20
    #: Most entries (households × load) of a member's table in variable fixing by a budget; it takes some
    #: milliseconds. A member that would need a larger table is relaxed: all its own pairs fit.
    most_budget_entries: int = 1_000_000

    # --- construct

    #: Moves of tabu repair: for each member, and at least in all.
    moves_a_member: int = 20
    fewest_moves: int = 300
    #: Most ejection chains for each member.
    chains_a_member: int = 6
    #: Most levels of a largest load that are listed. If it has more, *sampled_levels* are tried.
    listed_levels: int = 5_000
    sampled_levels: int = 256
    #: Most pairs for a model that looks for any plan over all pairs, and so can prove that there is none.
    #: With more pairs it has :data:`OFFERED` members of each unit.
    all_offered: int = 10_000

    #: Most pairs of a model that decides whether a largest breach is the least. At 102 × 411 CP-SAT takes
    #: five seconds for a plan over 41,000 pairs, at 43 × 443 0.04 s for the proof over 16,000.
    most_decided: int = 50_000

    # --- improve

    #: Members of a neighbourhood and pairs of each unit in it, round by round.
    sizes: tuple[tuple[int, float], ...] = ((8, 2.0), (8, 5.0), (14, 4.0), (20, 5.0), (30, 4.0))
    #: The same with many members, each with few units. At 566 × 2,832 two neighbourhoods of 60 members
    #: took the gap from 2.5 to 1.0 % in 7 CPU seconds, and later ten of 30 from 0.8 to 0.4 % in 5.
    wide_sizes: tuple[tuple[int, float], ...] = ((30, 4.0), (60, 3.0))
    #: Most pairs for that; with more, matrices of all pairs leave no time for it.
    most_wide_pairs: int = 25_000_000
    #: Units of work charged for each unit that a solver counts there. On models of 1,000 pairs SCIP took
    #: two to four seconds for a unit.
    wide_charge: float = 2.5
    #: With budgets, most pairs left for which the solver of integer models gets the residual problem.
    budgeted_pairs: int = 20_000
    #: Most pairs left for which the residual problem counts as small, to be solved to its end.
    small_residual: int = 8_000
    #: With no more pairs left than these, the core is the residual problem.
    least_pairs: int = 1_500
    #: Penalties discriminate if at most this fraction of all pairs can be in a better plan. It was 0.05
    #: to 0.3 in communes, and 0.3 to 1 in published assignment problems, where cores took time from
    #: neighbourhoods.
    telling: float = 1 / 3
    #: They do not if the gap is fewer steps of the costs than this; in published problems of type C it
    #: is 5 to 18.
    coarse_gap: int = 32
    #: Most pairs of a core; with more, branch and cut does not get beyond the root.
    core_pairs: int = 40_000


#: The default tuning.
TUNING: Final = Tuning()
