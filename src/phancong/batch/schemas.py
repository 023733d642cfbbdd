"""The columns of the datasets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pyarrow as pa

#: The datasets, in the order in which their parts are written.
DATASETS: Final = ("pairs", "breaches", "failures", "figures")
#: The figures of a plan (contract 6.1).
METRICS: Final = (
    *("coverage", "travel_total", "travel_mean", "travel_max"),
    *("load_min", "load_max", "load_spread", "load_gini", "load_jain"),
    *("workload_min", "workload_max", "kept", "kept_share", "changes"),
)


def schema(dataset: str, types: Mapping[str, str]) -> Any:
    """The columns of a dataset.

    Parameters
    ----------
    dataset
        One of :data:`DATASETS`.
    types
        The types of ``commune``, ``household`` and ``member``.
    """
    commune = ("commune", types["commune"])
    columns = {
        "pairs": [
            commune,
            ("household", types["household"]),
            ("member", types["member"]),
            ("travel", "float64"),
            ("kept", "bool"),
        ],
        "breaches": [
            commune,
            *((name, "string") for name in ("rule", "subject", "member")),
            *((name, "float64") for name in ("limit", "value", "by")),
        ],
        "failures": [
            commune,
            ("kind", "string"),
            ("reason", "string"),
            ("translations", "string"),
            ("count", "int64"),
            ("defects", "string"),
        ],
        "figures": [
            commune,
            *((name, "string") for name in ("province", "status", "stopped", "engine")),
            ("relaxed", "bool"),
            *((n, "int64") for n in ("households", "members", "exempt", "pairs", "missing")),
            ("more_members", "int64"),
            ("merged", "int64"),
            ("changes_unmerged", "float64"),
            ("gap", "float64"),
            ("goals", "string"),
            *((name, "float64") for name in METRICS),
        ],
    }
    return pa.schema([(name, pa.type_for_alias(kind)) for name, kind in columns[dataset]])
