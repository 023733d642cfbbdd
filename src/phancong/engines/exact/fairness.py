"""Steps that compare members: minimise the largest figure, all in leximax order, or their spread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from phancong.engines.common.integers import common_divisor
from phancong.engines.common.linear_model import Linear, negated
from phancong.engines.common.quantities import Quantity
from phancong.engines.exact.levels import Levels
from phancong.engines.exact.model import Model
from phancong.engines.exact.steps import LEVEL_PART, Minimised, Stage, Steps
from phancong.meeting import exact, exact_slack, largest_met, least_met
from phancong.problem import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class FigureSums:
    """Figures of members as integer sums in a common quantum.

    Parameters
    ----------
    sums
        The sum of each member who is not exempt.
    quantum
        Real value of the integer 1.
    error
        Largest rounding error of one figure.
    """

    sums: Sequence[Linear]
    quantum: Fraction
    error: float

    def at(self, values: IntArray) -> list[int]:
        """The figures of a plan, the largest first."""
        return sorted((each.at(values) for each in self.sums), reverse=True)


#: Returns the value that later goals must keep, from the best value; both in real units.
Held = Callable[[float], float]


# --- by levels -----------------------------------------------------------------------------------------


def lowest_level(steps: Steps, levels: Levels, hold: Held | None) -> Stage:
    """Minimise and hold the largest figure, by a threshold search over the levels.

    Parameters
    ----------
    steps
        The search.
    levels
        The figures.
    hold
        Returns the value that later goals must keep; None: the best value itself.
    """
    low, high, reached = _largest(steps, levels)
    best = float(reached[high])
    if hold is None:
        levels.tighten(reached[high])
    else:
        room = hold(best)
        levels.tighten(max(reached[high], largest_met(room)))
    return Stage(low >= high, float(reached[low]))


def _largest(steps: Steps, levels: Levels) -> tuple[int, int, list[Fraction]]:
    """A lower bound of the largest figure and its value in the plan, as indices, and the levels."""
    least = max(levels.ideal()[0], levels.least)
    if steps.solver.accuracy:
        least = max(least, _relaxed(steps, levels, least))
    listed = levels.between(least, levels.figures(steps.plan)[0])

    def reached() -> int:
        return listed.index(levels.figures(steps.plan)[0])

    def tighten(number: int) -> None:
        levels.tighten(listed[number])

    low, high = steps.threshold(0, len(listed) - 1, tighten, reached)
    return low, high, listed


def _relaxed(steps: Steps, levels: Levels, least: Fraction) -> Fraction:
    """A bound of the largest figure by branch and cut; the plan becomes the best that was found.

    The linear relaxation bounds all levels at once, which a threshold search refutes one by one.
    """
    present = levels.figures(steps.plan)[0]
    quantum = common_quantum(levels.quanta, present, steps.model.formulation.bits)
    if quantum is None or len(levels.between(least, present)) <= 2:
        return least
    each = zip(levels.variables, levels.quanta, strict=True)
    sums = FigureSums([Linear.of([(v, int(q / quantum))]) for v, q in each], quantum, 0.0)
    found = steps.within(LEVEL_PART, lambda: lowest_largest(steps, sums, None, held=False))
    assert isinstance(found.bound, float)
    return least_met(found.bound)


def levels_in_order(steps: Steps, levels: Levels) -> Stage:
    """Minimise and hold the largest figure, then the second largest, and so on (leximax).

    First the ideal figures, a lower bound by arithmetic, are tried at all positions at once, which mostly
    succeeds. If not, the number of members above each level is minimised, from the highest level down.
    """
    ideal = levels.ideal()
    if levels.least > ideal[0]:  # the ideal is impossible; only the first position has a bound
        ideal = [levels.least, *[Fraction(0)] * (len(ideal) - 1)]
    elif levels.figures(steps.plan) == ideal or _reach(steps, levels, ideal):
        _cap(steps, levels, levels.figures(steps.plan))
        return Stage(True, None)
    low, high, listed = _largest(steps, levels)
    levels.tighten(listed[high])
    if low < high:
        _cap(steps, levels, levels.figures(steps.plan))
        return Stage(False, _bound(listed[low : low + 1], ideal))
    proven = [listed[high]]
    for level in reversed(levels.between(Fraction(0), listed[high])[:-1]):
        if len(proven) == len(ideal):
            break
        passing = [(literal, 1) for literal in levels.above(level)]
        count = Quantity(Linear.of(passing), floor=len(proven))
        found = steps.minimise(count, gap=0.0)
        steps.hold(count, found.value)
        # Members above this level that are not proven yet are at the next higher level.
        proven += levels.figures(steps.plan)[len(proven) : found.bound]
        if not found.proven:
            _cap(steps, levels, levels.figures(steps.plan))
            return Stage(False, _bound(proven, ideal))
    return Stage(True, None)


def _reach(steps: Steps, levels: Levels, figures: Sequence[Fraction]) -> bool:
    """Whether there is a plan with these figures or better ones."""
    mark = steps.model.mark()
    _cap(steps, levels, figures)
    found = steps.find()
    steps.back_to(mark)
    return bool(found)


def _cap(steps: Steps, levels: Levels, figures: Sequence[Fraction]) -> None:
    """Hold the figures in leximax order: above each level no more members than in *figures*."""
    levels.tighten(figures[0])
    for level in sorted(set(figures), reverse=True)[1:]:
        most = sum(figure > level for figure in figures)
        steps.model.add(Linear.of([(passes, 1) for passes in levels.above(level)]), upper=most)


def _bound(proven: Sequence[Fraction], ideal: Sequence[Fraction]) -> tuple[float, ...]:
    """The larger of two leximax bounds: the proven positions, and the ideal by arithmetic.

    Positions after the proven ones get the bound 0: repeating the last bound there would be invalid,
    since a plan may meet it.
    """
    known = [*proven, *[Fraction(0)] * (len(ideal) - len(proven))]
    return tuple(map(float, max(known, list(ideal))))


# --- by sums --------------------------------------------------------------------------------------


def lowest_largest(
    steps: Steps, figures: FigureSums, hold: Held | None, *, held: bool = True
) -> Stage:
    """Minimise the largest figure, and hold it if *held*."""
    found = _lowest(steps, figures, 0)
    quantity = Quantity(Linear.of(()), figures.quantum, error=figures.error)
    if held:
        most = quantity.as_good(found.value)
        if hold is not None:
            most = quantity.within(hold(quantity.real(found.value)), most)
        for each in figures.sums:
            steps.model.add(each, upper=most)
    return Stage(found.proven, quantity.real(found.bound or 0) - found.error, found.error)


def lowest_exactly(
    steps: Steps,
    reached: Callable[[], Fraction],
    keep: Callable[[Fraction], object],
    hold: Held | None,
) -> bool:
    """Minimise the largest figure exactly, from a plan that is optimal in rounded integers, and hold it.

    Parameters
    ----------
    steps
        The search, with a plan whose largest figure is the least in rounded integers.
    reached
        Returns the exact largest figure of the plan.
    keep
        Keeps all figures at or below a level.
    hold
        As in :func:`lowest_level`.

    Returns
    -------
    bool
        Whether the plan's largest figure is proven to be the least.
    """
    proven: bool | None = None
    while proven is None:
        mark = steps.model.mark()
        level = reached() - exact_slack(reached()) / 2
        keep(level)
        found = steps.find()
        steps.back_to(mark)
        if not found:
            proven = found is False
        elif reached() > level:  # the rounded rows accept a plan that is no better
            proven = False
    if not proven:
        steps.note_cut()
    most = reached() if hold is None else exact(hold(float(reached())))
    keep(most + exact_slack(most) / 2)
    return proven


def _lowest(steps: Steps, figures: FigureSums, place: int) -> Minimised:
    """Minimise the figure at a place in descending order (0: the largest)."""
    mark = steps.model.mark()
    model = steps.model
    present = figures.at(steps.plan)[place]
    top = model.integer(0, present, partial(_place, figures, place))
    beyond = [Linear.of([*each.terms(), (top, -1)], each.constant) for each in figures.sums]
    _keep_all_but(model, beyond, place)
    quantity = Quantity(Linear.of([(top, 1)]), figures.quantum, error=figures.error, floor=0)
    found = steps.minimise(quantity)
    steps.back_to(mark)
    return found


def _place(figures: FigureSums, place: int, values: IntArray) -> int:
    return figures.at(values)[place]


def _hold(steps: Steps, figures: FigureSums, most: int, place: int) -> None:
    """Keep the figure at a place in descending order at or below *most* in all later stages."""
    beyond = [Linear(f.variables, f.coefficients, f.constant - most) for f in figures.sums]
    _keep_all_but(steps.model, beyond, place)


def _keep_all_but(model: Model, sums: Sequence[Linear], most: int) -> None:
    """Keep all sums at or below 0, but at most so many of them."""
    excused = []
    for each in sums:
        if most == 0:
            model.add(each, upper=0)
            continue
        excused.append(model.boolean(partial(_exceeds, each)))
        model.add(each, upper=0, when=negated(excused[-1]))
    model.add(Linear.of([(literal, 1) for literal in excused]), upper=most)


def _exceeds(each: Linear, values: IntArray) -> int:
    return int(each.at(values) > 0)


def figures_in_order(steps: Steps, figures: FigureSums) -> Stage:
    """Minimise and hold the largest figure, then the second largest, and so on (leximax)."""
    known: list[float] = []
    error = figures.error
    rounded = Quantity(Linear.of(()), figures.quantum, error=error)
    for place in range(len(figures.sums)):
        found = _lowest(steps, figures, place)
        _hold(steps, figures, rounded.as_good(found.value), place)
        error = max(error, found.error)
        known.append(max(0.0, float(figures.quantum * (found.bound or 0)) - error))
        if not found.proven:
            for later in range(place + 1, len(figures.sums)):  # hold the unproven places, too
                _hold(steps, figures, figures.at(steps.plan)[later], later)
            rest = [0.0] * (len(figures.sums) - len(known))
            return Stage(False, (*known, *rest), error)
    return Stage(True, None, error)


def narrowest(steps: Steps, quantity: Quantity, hold: Held | None) -> Stage:
    """Minimise and hold the largest less the smallest figure, a quantity of :func:`spread_of`."""
    found = steps.minimise(quantity)
    most = quantity.as_good(found.value)
    if hold is not None:
        most = quantity.within(hold(quantity.real(found.value)), most)
    steps.hold(quantity, most)
    return Stage(found.proven, quantity.real(found.bound or 0) - found.error, found.error)


def spread_of(
    steps: Steps, figures: FigureSums, used: Sequence[int | None], floor: int = 0
) -> Quantity:
    """The largest less the smallest figure as a quantity; the model gets variables for both.

    Parameters
    ----------
    steps, figures
        The search, and the figures of members.
    used
        For each figure the literal under which it counts; None: it always counts.
    floor
        Lower bound of the spread in integers.
    """
    model = steps.model
    ranges = [model.range_of(each) for each in figures.sums]
    lowest, highest = min(low for low, _ in ranges), max(high for _, high in ranges)
    ends = partial(_ends, figures, used)
    top = model.integer(lowest, highest, lambda values: ends(values)[1])
    bottom = model.integer(lowest, highest, lambda values: ends(values)[0])
    for each, when in zip(figures.sums, used, strict=True):
        model.add(Linear.of([*each.terms(), (top, -1)], each.constant), upper=0, when=when)
        model.add(Linear.of([*each.terms(), (bottom, -1)], each.constant), lower=0, when=when)
    width = Linear.of([(top, 1), (bottom, -1)])
    model.add(width, lower=0)
    return Quantity(width, figures.quantum, error=2 * figures.error, floor=floor)


def _ends(figures: FigureSums, used: Sequence[int | None], values: IntArray) -> tuple[int, int]:
    counted = [
        each.at(values)
        for each, when in zip(figures.sums, used, strict=True)
        if when is None or values[when]
    ]
    return (min(counted), max(counted)) if counted else (0, 0)


def common_quantum(quanta: Sequence[Fraction], most: Fraction, bits: int) -> Fraction | None:
    """The largest common divisor of *quanta*; None if *most* in it has more than *bits* bits."""
    quantum = common_divisor(quanta, most / 2**bits)
    return quantum if most / quantum < 2**bits else None
