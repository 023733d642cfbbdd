"""A front as a picture on a page: points, steps between them, and the knee."""

from __future__ import annotations

from collections.abc import Sequence

from phancong.report.screen import text
from phancong.words import Words

#: The size of the picture, and its margin.
WIDTH, HEIGHT, EDGE = 640, 400, 60


def picture(
    names: tuple[str, str],
    points: Sequence[tuple[float, float, bool]],
    knee: int | None,
    w: Words,
) -> str:
    """The points of a front as SVG: filled if proven, hollow otherwise, with a ring around the knee.

    Parameters
    ----------
    names
        The names of the axes.
    points
        Both values, and whether the point is proven; the smallest *x* first.
    knee
        The index of the knee, None if there is none.
    w
        The language.
    """
    xs, ys = [x for x, _, _ in points], [y for _, y, _ in points]
    at = [
        (_scaled(x, xs, EDGE, WIDTH - EDGE), _scaled(y, ys, HEIGHT - EDGE, EDGE / 2))
        for x, y in zip(xs, ys, strict=True)
    ]
    steps = "".join(f"H{x:.1f}V{y:.1f}" for x, y in at[1:])
    marks = [f'<path class="step" d="M{at[0][0]:.1f} {at[0][1]:.1f}{steps}"/>']
    for number, (x, y) in enumerate(at):
        kind = "sure" if points[number][2] else "unsure"
        marks.append(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
        if number == knee:
            marks.append(f'<circle class="knee" cx="{x:.1f}" cy="{y:.1f}" r="9"/>')
    ends = [
        (EDGE, HEIGHT - EDGE + 18, "start", w.number(xs[0])),
        (WIDTH - EDGE, HEIGHT - EDGE + 18, "end", w.number(xs[-1])),
        (WIDTH / 2, HEIGHT - 16, "middle", names[0]),
        (EDGE - 8, EDGE / 2 + 4, "end", w.number(ys[0])),
        (EDGE - 8, HEIGHT - EDGE + 4, "end", w.number(ys[-1])),
        (EDGE, 14, "start", names[1]),
    ]
    marks += [
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{side}">{text(label)}</text>'
        for x, y, side, label in ends
    ]
    axes = f"M{EDGE} {EDGE / 2:.0f}V{HEIGHT - EDGE}H{WIDTH - EDGE}"
    title = w.gettext("{x} against {y}", x=names[0], y=names[1])
    legend = w.gettext("A full point is proven, a hollow one is not; a ring marks the knee.")
    inside = "".join(marks)
    return (
        f'<svg class="front" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{text(title)}">'
        f'<path class="axis" d="{axes}"/>{inside}</svg>\n<p><small>{text(legend)}</small></p>'
    )


def _scaled(figure: float, all_of: Sequence[float], start: float, end: float) -> float:
    """The position of a figure between the ends of an axis; the middle if all figures are equal."""
    low, high = min(all_of), max(all_of)
    part = (figure - low) / (high - low) if high > low else 0.5
    return start + part * (end - start)
