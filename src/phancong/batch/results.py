"""The datasets of a batch, as its report and its workbooks show them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from phancong.batch.place_names import PlaceNames
from phancong.batch.reasons import failures_in
from phancong.batch.text import KINDS
from phancong.words import Words


@dataclass(frozen=True, slots=True)
class Results:
    """Rows of the datasets; all have ``name`` and ``province``, the latter None if it is unknown.

    Parameters
    ----------
    figures
        A row for each commune with a plan, those that need the most members first; ``in_charge`` is
        the number of members who are not exempt.
    breaches
        A row for each breach.
    failures
        A row for each commune without a plan; ``cause`` names the kind of failure.
    """

    figures: pd.DataFrame
    breaches: pd.DataFrame
    failures: pd.DataFrame


def read_results(target: Path, places: PlaceNames, w: Words) -> Results:
    """The datasets in an output folder.

    Parameters
    ----------
    target
        The output folder; at least one commune was tried.
    places
        The names of communes and provinces.
    w
        The language.
    """
    figures = pq.read_table(target / "figures").to_pandas()
    breaches = pq.read_table(target / "breaches", columns=["commune", "rule", "by"]).to_pandas()
    failures = failures_in(target, w).sort_values(["kind", "commune"])
    provinces = {key: places.province(code) for key, code in places.province_of.items()}
    for frame in (figures, breaches, failures):
        known = [provinces.get(key) for key in frame["commune"]]
        frame["province"] = pd.Series(known, frame.index, dtype=object)
        frame["name"] = [places.commune(key) for key in frame["commune"]]
    figures["in_charge"] = figures["members"] - figures["exempt"]
    order = figures.sort_values(
        ["more_members", "missing", "commune"], ascending=[False, False, True]
    )
    failures["cause"] = [w.tell(KINDS[kind]) for kind in failures["kind"]]
    return Results(order, breaches, failures)


def percent_kept(kept: float, changes: float) -> float:
    """Pairs of last year that were kept, of those that could be; NaN if there are none."""
    return 100 * kept / (kept + changes) if kept + changes else math.nan


def titles(w: Words) -> Mapping[str, str]:
    """The titles of the columns, by the name of the figure."""
    return {
        "commune": w.gettext("commune"),
        "province": w.gettext("province"),
        "communes": w.gettext("communes"),
        "proven": w.gettext("proven"),
        "relaxed": w.gettext("relaxed"),
        "households": w.gettext("households"),
        "in_charge": w.gettext("members in charge"),
        "load_max": w.gettext("largest load"),
        "travel_mean": w.gettext("mean travel, m"),
        "kept": w.gettext("kept, %"),
        "missing": w.gettext("members missing"),
        "more_members": w.gettext("more members needed"),
        "breaches": w.gettext("breaches"),
        "rule": w.gettext("relaxed limits"),
        "sum": w.gettext("in all"),
        "max": w.gettext("the largest"),
        "cause": w.gettext("no plan because of"),
        "reason": w.gettext("why"),
    }
