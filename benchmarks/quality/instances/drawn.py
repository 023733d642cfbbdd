"""What the sets of weighted communes draw: weights 1 to 5, and nobody has another share."""

from __future__ import annotations

from phancong import Member, Problem, synth


def drawn(seed: int, households: int, members: int) -> tuple[Problem, list[Member]]:
    """A commune as the generator draws it, and its members who are not exempt."""
    commune = synth.commune(
        seed,
        members=members,
        households=households,
        weights="integer",
        secretary_share=1.0,
        infeasible=0.0,
    )
    return commune, [m for m in commune.members if m.max_households != 0]
