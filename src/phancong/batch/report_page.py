"""The report of a batch: one page by province, from the datasets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

import pandas as pd
import pyarrow.parquet as pq

from phancong import naming
from phancong.batch.place_names import PlaceNames
from phancong.batch.reasons import failures_in
from phancong.batch.records import BatchSummary
from phancong.batch.text import KINDS, summary_page
from phancong.report.screen import page_document
from phancong.words import Page, PageTable, Words

#: The name of the report in the output folder.
REPORT: Final = "report.html"
#: The most rows of a table of single communes; the datasets hold all.
MOST: Final = 50


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
    figures = pq.read_table(target / "figures").to_pandas()
    codes = figures["province"].astype(object).where(figures["province"].notna(), None)
    figures["province"] = ["–" if code is None else places.province(code) for code in codes]
    figures["name"] = [places.commune(key) for key in figures["commune"]]
    breaches = pq.read_table(target / "breaches", columns=["commune", "rule"]).to_pandas()
    failures = failures_in(target, w)
    parts = (
        *summary_page(summary, w).parts,
        *((_provinces(figures, w),) if len(figures) else (w.gettext("No commune has a plan."),)),
        *_headed(w.gettext("Where members are missing"), _short(figures, w)),
        *_headed(w.gettext("Where limits are relaxed most often"), _worst(figures, breaches, w)),
        *_headed(w.gettext("Communes without a plan"), _failed(failures, places, w)),
    )
    return page_document(w.gettext("Plans of all communes"), Page(w.lang, parts), w)


def _headed(heading: str, table: PageTable) -> tuple[str, PageTable] | tuple[()]:
    return (f"{heading}:", table) if table else ()


def _provinces(figures: pd.DataFrame, w: Words) -> PageTable:
    """A row for each province, and one for all if there are several."""
    groups = [(str(name), rows) for name, rows in figures.groupby("province", sort=True)]
    if len(groups) > 1:
        groups.append((w.gettext("all"), figures))
    rows = []
    for name, group in groups:
        could = group["kept"].sum() + group["changes"].sum()
        pairs = group["pairs"].sum()
        way = (group["travel_mean"] * group["pairs"]).sum() / pairs if pairs else math.nan
        cells = (
            len(group),
            (group["status"] == "optimal").sum(),
            group["relaxed"].sum(),
            group["households"].sum(),
            group["members"].sum() - group["exempt"].sum(),
            group["load_max"].max(),
            way,
            100 * group["kept"].sum() / could if could else math.nan,
            group["missing"].sum(),
            group["more_members"].sum(),
        )
        rows.append([name, *(w.number(float(cell)) for cell in cells)])
    titles = [
        w.gettext("province"),
        w.gettext("communes"),
        w.gettext("proven"),
        w.gettext("relaxed"),
        w.gettext("households"),
        w.gettext("members in charge"),
        w.gettext("largest load"),
        w.gettext("mean travel, m"),
        w.gettext("kept, %"),
        w.gettext("members missing"),
        w.gettext("more members needed"),
    ]
    return PageTable(titles, rows, words=titles[:1])


def _short(figures: pd.DataFrame, w: Words) -> PageTable:
    """Communes that need more members, those that need the most first."""
    short = figures[(figures["missing"] > 0) | (figures["more_members"] > 0)]
    short = short.sort_values(
        ["more_members", "missing", "commune"], ascending=[False, False, True]
    )
    rows = [
        [
            row["name"],
            row["province"],
            w.number(row["households"]),
            w.number(row["members"] - row["exempt"]),
            w.number(row["missing"]),
            w.number(row["more_members"]) if pd.notna(row["more_members"]) else "–",
        ]
        for row in _records(short)
    ]
    titles = [
        w.gettext("commune"),
        w.gettext("province"),
        w.gettext("households"),
        w.gettext("members in charge"),
        w.gettext("members missing"),
        w.gettext("more members needed"),
    ]
    return PageTable(titles, rows, words=titles[:2], note=w.rest(len(short) - MOST))


def _worst(figures: pd.DataFrame, breaches: pd.DataFrame, w: Words) -> PageTable:
    """Communes with relaxed limits, and which, those with the most breaches first."""
    counts = breaches.groupby(["commune", "rule"]).size().reset_index(name="n")
    totals = counts.groupby("commune")["n"].sum().sort_values(ascending=False, kind="stable")
    names, provinces = (
        dict(zip(figures["commune"], figures[column], strict=True))
        for column in ("name", "province")
    )
    rows = []
    for commune, total in list(totals.items())[:MOST]:
        rules = counts[counts["commune"] == commune].sort_values("n", ascending=False)
        rules_text = "; ".join(
            f"{naming.rule(w, rule)} {w.number(n)}"
            for rule, n in zip(rules["rule"], rules["n"], strict=True)
        )
        rows.append([names[commune], provinces[commune], w.number(total), rules_text])
    titles = [
        w.gettext("commune"),
        w.gettext("province"),
        w.gettext("breaches"),
        w.gettext("relaxed limits"),
    ]
    return PageTable(titles, rows, words=titles[:2], note=w.rest(len(totals) - MOST))


def _failed(failures: pd.DataFrame, places: PlaceNames, w: Words) -> PageTable:
    provinces = {key: places.province(code) for key, code in places.province_of.items()}
    rows = [
        [
            places.commune(row["commune"]),
            provinces.get(row["commune"], "–"),
            w.tell(KINDS[row["kind"]]),
            row["reason"],
        ]
        for row in _records(failures.sort_values(["kind", "commune"]))
    ]
    titles = [
        w.gettext("commune"),
        w.gettext("province"),
        w.gettext("no plan because of"),
        w.gettext("why"),
    ]
    return PageTable(titles, rows, words=titles[:2], note=w.rest(len(failures) - MOST))


def _records(frame: pd.DataFrame) -> Sequence[Mapping[str, Any]]:
    return cast("list[dict[str, Any]]", frame.head(MOST).to_dict(orient="records"))
