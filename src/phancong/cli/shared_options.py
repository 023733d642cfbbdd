"""The options that several commands have."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from phancong.cli.choices import GOALS, Choices
from phancong.problem import WHOLE_LIMITS
from phancong.rules import RULES
from phancong.words import Words


class SharedOptions:
    """Adds options to the parser of a command, with help in a language.

    Parameters
    ----------
    w
        The language.
    """

    def __init__(self, w: Words) -> None:
        self._w = w
        self._choices = Choices(w)

    def source(self, to: argparse.ArgumentParser) -> None:
        """Add the lists, and the options that settle what is ambiguous in them."""
        to.add_argument(
            "lists",
            type=Path,
            metavar="IN",
            help=self._w.gettext(
                "the lists: a workbook (.xlsx, .xls, .ods), a CSV file, a map, or a folder of them"
            ),
        )
        self._settling(to)

    def _settling(self, to: argparse.ArgumentParser) -> None:
        """The options that settle ambiguous lists."""
        group = to.add_argument_group(self._w.gettext("questions that the lists leave open"))
        self._meanings(group)
        self._last_year(group)
        self._figures(group)
        self._files_of_answers(group)

    def _meanings(self, group: argparse._ActionsContainer) -> None:
        """The meanings of columns, sheets, classes and rows."""
        w, choices = self._w, self._choices
        group.add_argument(
            "--columns",
            action="append",
            default=[],
            type=choices.column,
            metavar="TITLE=FIELD",
            help=w.gettext("what a column is, none to leave it out; * stands for all not known"),
        )
        group.add_argument(
            "--sheets",
            action="append",
            default=[],
            type=choices.sheet,
            metavar="NAME=TABLE",
            help=w.gettext("what a sheet or file is, none to leave it out"),
        )
        group.add_argument(
            "--class",
            action="append",
            default=[],
            dest="classes",
            type=choices.household_class,
            metavar="NAME=WORKLOAD",
            help=w.gettext("the workload of a class of households, none if it says nothing of it"),
        )
        group.add_argument(
            "--header",
            action="append",
            default=[],
            type=choices.header,
            metavar="ROW",
            help=w.gettext("the row of the titles; NAME=ROW for one sheet or file"),
        )

    def _last_year(self, group: argparse._ActionsContainer) -> None:
        """Last year's list."""
        w = self._w
        group.add_argument(
            "--previous", type=Path, metavar="FILE", help=w.gettext("last year's plan or list")
        )
        group.add_argument(
            "--gone",
            choices=("refuse", "end"),
            help=w.gettext("what happens to last year's pairs of people who are no longer listed"),
        )
        group.add_argument(
            "--on",
            metavar="DAY",
            help=w.gettext("the day until which years are counted, 31/12/2025"),
        )

    def _figures(self, group: argparse._ActionsContainer) -> None:
        """Numbers, travel, workload and places."""
        w = self._w
        group.add_argument(
            "--decimal", choices=(",", "."), help=w.gettext("the decimal mark of 1,500 or 7.237")
        )
        self.travel(group)
        group.add_argument(
            "--scheme",
            type=Path,
            metavar="FILE",
            help=w.gettext(
                "how workload is counted: points, or visits and minutes, by class (TOML)"
            ),
        )
        group.add_argument(
            "--places",
            choices=("approximate", "everybody", "strict"),
            help=w.gettext(
                "who without coordinates is placed at the centre of the hamlet: households "
                "(approximate, the default), members too (everybody), nobody (strict: both are refused)"
            ),
        )
        self.farthest(group)

    def _files_of_answers(self, group: argparse._ActionsContainer) -> None:
        """The files of keys and of answers."""
        w = self._w
        group.add_argument(
            "--keys",
            type=Path,
            metavar="FILE",
            help=w.gettext("the file of keys: which number stands for what in a column of keys"),
        )
        group.add_argument(
            "--answers",
            type=Path,
            metavar="FILE",
            help=w.gettext(
                "answers to all of these; the command lists writes them, with likely ones"
            ),
        )

    def travel(self, to: argparse._ActionsContainer) -> None:
        """Add the option that leaves distances out."""
        about = self._w.gettext("none: distances do not count")
        to.add_argument("--travel", choices=("none",), help=about)

    def farthest(self, to: argparse._ActionsContainer) -> None:
        """Add the largest distance of a place."""
        w = self._w
        about = w.gettext("how far a place may lie from the middle of all")
        to.add_argument("--farthest", type=float, metavar=w.gettext("METRES"), help=about)

    def problem(self, to: argparse.ArgumentParser) -> None:
        """Add the lists, and the limits of the whole problem."""
        self.source(to)
        self.limits(to)

    def limits(self, to: argparse.ArgumentParser) -> None:
        """Add the limits of the whole problem; None if they are not given."""
        for name, limit in WHOLE_LIMITS.items():
            option, about = f"--{name.replace('_', '-')}", RULES[name].option
            assert about is not None  # each limit of the whole problem has a help text
            if limit.kind is bool:
                to.add_argument(option, action="store_true", default=None, help=about(self._w))
            else:
                to.add_argument(option, type=limit.kind, help=about(self._w))
        about_own = self._w.gettext("what becomes of a member's own household")
        to.add_argument("--own-household", choices=("allow", "forbid", "exempt"), help=about_own)

    def search(self, to: argparse.ArgumentParser) -> None:
        """Add goals, limits that may be relaxed, engine, time and threads."""
        w = self._w
        self.goals(to)
        self.relax(to, None)
        self.engine(to)
        self.seconds(to)
        to.add_argument(
            "--threads",
            type=int,
            default=1,
            help=w.gettext("how many threads an engine may use, to get farther in the same time"),
        )

    def goals(self, to: argparse.ArgumentParser) -> None:
        """Add the goals."""
        about = self._w.gettext("goals in their order, with commas: {goals}", goals=GOALS)
        to.add_argument("--goals", type=self._choices.goals, help=about)

    def engine(self, to: argparse.ArgumentParser) -> None:
        """Add the engine."""
        to.add_argument("--engine", default="auto", help=self._w.gettext("the engine"))

    def relax(self, to: argparse.ArgumentParser, default: str | None) -> None:
        """Add the limits that may be relaxed."""
        to.add_argument(
            "--relax",
            type=self._choices.relax,
            default=default,
            help=self._w.gettext(
                "limits that may be relaxed, the first one first, with commas; "
                "NAME=NUMBER caps each breach; none for none"
            ),
        )

    def seconds(self, to: argparse.ArgumentParser) -> None:
        """Add the time of a search."""
        to.add_argument(
            "--seconds", type=float, default=60.0, help=self._w.gettext("how long to search")
        )


def limits_of(asked: argparse.Namespace, *others: str) -> dict[str, Any]:
    """The limits of the whole problem that are given, and *others*, as arguments of a problem."""
    names = (*WHOLE_LIMITS, "own_household", *others)
    given = {name: getattr(asked, name) for name in names}
    return {name: value for name, value in given.items() if value is not None}
