"""Strategies by name: by hand, ours, and the rivals."""

from __future__ import annotations

from typing import Final

from benchmarks.quality.case import Strategy
from benchmarks.quality.strategies.constrained_k_means import k_means_constrained
from benchmarks.quality.strategies.network_simplex import network_simplex
from benchmarks.quality.strategies.optimal_transport import pot_emd
from benchmarks.quality.strategies.ours import our_start, ours
from benchmarks.quality.strategies.plain import plain
from benchmarks.quality.strategies.plain_solvers import SOLVERS
from benchmarks.quality.strategies.pulp_cbc import pulp_cbc
from benchmarks.quality.strategies.two_pass_flow import two_pass_flow
from phancong.engines.by_hand import BY_HAND as HEURISTICS

#: As it is done by hand, one household after the other.
BY_HAND: Final[dict[str, Strategy]] = {name: ours(name) for name in HEURISTICS}
#: Our engines, and where ``"lns"`` begins.
OURS: Final[dict[str, Strategy]] = {
    **{name: ours(name) for name in ("auto", "flow", "cp_sat", "mip", "lns")},
    "lns start": our_start,
}
#: General solvers on a plain model, and what else people take.
RIVALS: Final[dict[str, Strategy]] = {
    **{
        f"plain {name} {how}": plain(name, from_start=how == "from our start")
        for name in SOLVERS
        for how in ("cold", "from our start")
    },
    "pulp cbc": pulp_cbc,
    "pot emd": pot_emd,
    "networkx simplex": network_simplex,
    "k-means-constrained": k_means_constrained,
    "two-pass flow": two_pass_flow,
}
STRATEGIES: Final[dict[str, Strategy]] = {**BY_HAND, **OURS, **RIVALS}
