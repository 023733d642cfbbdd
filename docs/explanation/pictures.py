"""Draw the pictures of ideas.md: ``python docs/explanation/pictures.py`` writes them beside it."""

from pathlib import Path

INK, BLUE, RUST, PALE = "#222222", "#2b6ca3", "#a3492b", "#9aa5b1"
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" role="img" '
    'font-family="sans-serif" font-size="14"><title>{title}</title>'
    '<rect width="640" height="{height}" fill="#ffffff"/>'
)


def line(x: float, y: float, u: float, v: float, colour: str = INK, width: float = 1.5) -> str:
    """A straight line."""
    return f'<path d="M{x:g} {y:g}L{u:g} {v:g}" stroke="{colour}" stroke-width="{width:g}"/>'


def dot(x: float, y: float, colour: str = INK, radius: float = 5) -> str:
    """A point."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}"/>'


def text(x: float, y: float, said: str, anchor: str = "middle", colour: str = INK) -> str:
    """A word or two."""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{colour}">{said}</text>'


def flow() -> list[str]:
    """Households send a unit each to members, who pass at most their maximum on."""
    homes = [(90, 50 + 45 * i) for i in range(5)]
    members = [(320, 80), (320, 200)]
    served = {0: 0, 1: 0, 2: 0, 3: 1, 4: 1}
    parts = [
        line(*home, *member, BLUE if served[i] == m else PALE, 3 if served[i] == m else 1)
        for i, home in enumerate(homes)
        for m, member in enumerate(members)
    ]
    parts += [line(*member, 540, 140, BLUE, 3) for member in members]
    parts += [dot(*home) for home in homes] + [dot(*member, RUST, 9) for member in members]
    parts += [text(70, 55 + 45 * i, f"h{i + 1}", "end") for i in range(5)]
    parts += [text(320, 60, "m1"), text(320, 228, "m2"), dot(540, 140, INK, 7)]
    parts += [
        text(430, 95, "3 of at most 3"),
        text(430, 205, "2 of at most 3"),
        text(540, 165, "sink"),
    ]
    return parts


def bound() -> list[str]:
    """The bound is the lowest of the plans' lines; prices are moved to where it is highest."""
    lines = [(0.9, 40), (0.35, 95), (-0.15, 160), (-0.55, 300)]
    xs = range(0, 521, 4)
    low = [min(slope * x + base for slope, base in lines) for x in xs]
    parts = [
        line(70, 250 - base * 0.8, 590, 250 - (slope * 520 + base) * 0.8, PALE, 1)
        for slope, base in lines
    ]
    points = " ".join(f"{70 + x:g},{250 - y * 0.8:.1f}" for x, y in zip(xs, low, strict=True))
    parts.append(f'<polyline points="{points}" fill="none" stroke="{BLUE}" stroke-width="3"/>')
    best = max(range(len(low)), key=low.__getitem__)
    parts += [
        line(70, 250, 600, 250),
        line(70, 250, 70, 20),
        line(70, 88, 600, 88, RUST, 1.5),
        dot(70 + 4 * best, 250 - low[best] * 0.8, BLUE, 6),
        text(590, 80, "best plan found", "end", RUST),
        text(70 + 4 * best, 250 - low[best] * 0.8 + 26, "best bound", colour=BLUE),
        text(335, 275, "price of a place at a member"),
        text(20, 140, "cost", "start"),
    ]
    return parts


def core() -> list[str]:
    """Pairs by reduced cost: few are near zero, and only these can be in a better plan."""
    parts = ['<rect x="70" y="30" width="196" height="200" fill="#e6eef6"/>']
    for i in range(48):
        height = 2 + 190 * (i / 47) ** 2.2
        near = height < 22
        x = 74 + i * 11
        parts.append(line(x, 230, x, 230 - height, BLUE if near else PALE, 6))
    parts += [
        line(70, 230, 610, 230),
        line(70, 230 - 22, 610, 230 - 22, RUST, 1.5),
        text(276, 186, "gap between plan and bound", "start", RUST),
        text(168, 50, "band: decided anew", colour=BLUE),
        text(450, 50, "in no better plan"),
        text(340, 255, "all pairs, by reduced cost"),
    ]
    return parts


PICTURES = {
    "flow": ("A plan as a flow", 260, flow),
    "bound": ("A bound by prices", 290, bound),
    "core": ("The core and the band", 270, core),
}


def drawn(name: str) -> str:
    """A picture as SVG."""
    title, height, parts = PICTURES[name]
    return "\n".join([HEAD.format(title=title, height=height), *parts(), "</svg>", ""])


if __name__ == "__main__":
    for name in PICTURES:
        Path(__file__).with_name(f"{name}.svg").write_text(drawn(name), encoding="utf-8")
