"""The report of a batch: one page by province, from the datasets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd

from phancong import naming
from phancong.batch.place_names import PlaceNames
from phancong.batch.records import BatchSummary
from phancong.batch.results import Results, percent_kept, read_results, titles
from phancong.batch.text import summary_page
from phancong.report.screen import page_document
from phancong.words import Page, PageTable, Words

#: The name of the report in the output folder.
REPORT: Final = "report.html"
#: The most rows of a table of single communes; the datasets hold all.
MOST: Final = 50
#: The province of a commune that has none.
UNKNOWN: Final = "–"


def report(target: Path, summary: BatchSummary, w: Words, places: PlaceNames) -> bytes:
    """The HTML page of the report.

    Parameters
    ----------
    target
        The output folder.
    summary
        The summary of the run.
    w
        The language.
    places
        The names of communes and provinces.

    Returns
    -------
    bytes
        HTML that loads nothing from elsewhere. It names communes and provinces, but no household and no
        member.
    """
    results = read_results(target, places, w)
    figures = results.figures
    parts = (
        *summary_page(summary, w).parts,
        *((_provinces(figures, w),) if len(figures) else (w.gettext("No commune has a plan."),)),
        *_headed(w.gettext("Where members are missing"), _short(figures, w)),
        *_headed(w.gettext("Where limits are relaxed most often"), _worst(results, w)),
        *_headed(w.gettext("Communes without a plan"), _failed(results.failures, w)),
    )
    return page_document(w.gettext("Plans of all communes"), Page(w.lang, parts), w)


def _headed(heading: str, table: PageTable) -> tuple[str, PageTable] | tuple[()]:
    return (f"{heading}:", table) if table else ()


def _provinces(figures: pd.DataFrame, w: Words) -> PageTable:
    """A row for each province, and one for all if there are several."""
    by_province = figures.groupby(figures["province"].fillna(UNKNOWN), sort=True)
    groups = [(str(name), rows) for name, rows in by_province]
    if len(groups) > 1:
        groups.append((w.gettext("all"), figures))
    rows = []
    for name, group in groups:
        pairs = group["pairs"].sum()
        cells = (
            len(group),
            (group["status"] == "optimal").sum(),
            group["relaxed"].sum(),
            group["households"].sum(),
            group["in_charge"].sum(),
            group["load_max"].max(),
            (group["travel_mean"] * group["pairs"]).sum() / pairs if pairs else math.nan,
            percent_kept(group["kept"].sum(), group["changes"].sum()),
            group["missing"].sum(),
            group["more_members"].sum(),
        )
        rows.append([name, *(w.number(float(cell)) for cell in cells)])
    columns = ("province", "communes", "proven", "relaxed", "households", "in_charge")
    return _table(
        (*columns, "load_max", "travel_mean", "kept", "missing", "more_members"), rows, 1, w
    )


def _short(figures: pd.DataFrame, w: Words) -> PageTable:
    """Communes that need more members, those that need the most first."""
    short = figures[(figures["missing"] > 0) | (figures["more_members"] > 0)]
    counted = ("households", "in_charge", "missing", "more_members")
    rows = [
        [*_place(row), *(w.number(row[name]) if pd.notna(row[name]) else "–" for name in counted)]
        for row in _records(short)
    ]
    return _table(("commune", "province", *counted), rows, 2, w, len(short))


def _worst(results: Results, w: Words) -> PageTable:
    """Communes with relaxed limits, and which, those with the most breaches first."""
    counts = results.breaches.groupby(["commune", "rule"]).size().reset_index(name="n")
    totals = counts.groupby("commune")["n"].sum().sort_values(ascending=False, kind="stable")
    places = {row["commune"]: _place(row) for row in results.figures.to_dict(orient="records")}
    rows = []
    for commune, total in list(totals.items())[:MOST]:
        rules = counts[counts["commune"] == commune].sort_values("n", ascending=False)
        rules_text = "; ".join(
            f"{naming.rule(w, rule)} {w.number(n)}"
            for rule, n in zip(rules["rule"], rules["n"], strict=True)
        )
        rows.append([*places[commune], w.number(total), rules_text])
    return _table(("commune", "province", "breaches", "rule"), rows, 2, w, len(totals))


def _failed(failures: pd.DataFrame, w: Words) -> PageTable:
    """Communes without a plan, and why."""
    rows = [[*_place(row), row["cause"], row["reason"]] for row in _records(failures)]
    return _table(("commune", "province", "cause", "reason"), rows, 2, w, len(failures))


def _table(
    columns: Sequence[str], rows: list[list[str]], words: int, w: Words, count: int = 0
) -> PageTable:
    """A table, whose first columns are *words*; it notes how many of *count* rows it leaves out."""
    named = [titles(w)[column] for column in columns]
    return PageTable(named, rows, words=named[:words], note=w.rest(count - MOST))


def _place(row: Mapping[Any, Any]) -> tuple[str, str]:
    """The commune and the province of a row."""
    return row["name"], row["province"] or UNKNOWN


def _records(frame: pd.DataFrame) -> Sequence[Mapping[str, Any]]:
    return cast("list[dict[str, Any]]", frame.head(MOST).to_dict(orient="records"))
