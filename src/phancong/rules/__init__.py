"""The limits: the meaning of each, by how much a plan breaks it, and its words (contract 4)."""

from phancong.rules.loads import column_limit
from phancong.rules.pairs import beyond_ceiling, fixed_mask, reach
from phancong.rules.records import Figure, PairBreach, Relaxation, Rule, Unset
from phancong.rules.registry import (
    LAST_FIRST,
    RELAXABLE,
    RULES,
    beyond_ceiling_of,
    beyond_ceilings,
    breaches,
    exceptions,
    order,
    pair_breaches,
    pair_breaches_of,
    total,
    totals,
    unset,
)
from phancong.rules.violations import violations

__all__ = [
    "LAST_FIRST",
    "RELAXABLE",
    "RULES",
    "Figure",
    "PairBreach",
    "Relaxation",
    "Rule",
    "Unset",
    "beyond_ceiling",
    "beyond_ceiling_of",
    "beyond_ceilings",
    "breaches",
    "column_limit",
    "exceptions",
    "fixed_mask",
    "order",
    "pair_breaches",
    "pair_breaches_of",
    "reach",
    "total",
    "totals",
    "unset",
    "violations",
]
