"""The commands, their options and an example of each."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from phancong.cli import commands
from phancong.cli.batch import add_options, batch
from phancong.cli.choices import GOALS, Choices
from phancong.problem import WHOLE_LIMITS
from phancong.report.office import Office
from phancong.report.written import INCLUDE
from phancong.rules import RULES
from phancong.words import LANGUAGES, Message, Words

#: The texts of argparse itself, for the catalogue.
OF_ARGPARSE = (
    Message("usage: "),
    Message("positional arguments"),
    Message("options"),
    Message("show this help message and exit"),
    Message("%(prog)s: error: %(message)s\n"),
    Message("argument %(argument_name)s: %(message)s"),
    Message("the following arguments are required: %s"),
    Message("unrecognized arguments: %s"),
    Message("expected one argument"),
    Message("invalid choice: %(value)r (choose from %(choices)s)"),
    Message("invalid %(type)s value: %(value)r"),
)

Run = Callable[[argparse.Namespace, Words], int]


def parser(w: Words) -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    whole = argparse.ArgumentParser(
        prog="phancong",
        description=w.gettext("Share out households among the people responsible for them."),
        epilog=w.gettext("phancong COMMAND --help shows the options of a command, and an example."),
    )
    _language(whole, w)
    found = whole.add_subparsers(metavar=w.gettext("COMMAND"), required=True)
    made = _Commands(found, w)
    made.lists()
    made.plan()
    made.check()
    made.diagnose()
    made.explain()
    made.compare()
    made.template()
    made.synth()
    made.batch()
    return whole


def _language(to: argparse.ArgumentParser, w: Words) -> None:
    to.add_argument(
        "--lang",
        choices=sorted(LANGUAGES),
        default=w.lang,
        help=w.gettext("the language of all that is shown and written"),
    )


class _Commands:
    """Adds the commands to the parser."""

    def __init__(self, to: Any, w: Words) -> None:
        self._to = to
        self._w = w
        self._choices = Choices(w)

    def _new(self, name: str, about: str, example: str, run: Run) -> argparse.ArgumentParser:
        to_copy = self._w.gettext("Example: {command}", command=example)
        new: argparse.ArgumentParser = self._to.add_parser(
            name, help=about, description=about, epilog=to_copy
        )
        _language(new, self._w)
        new.set_defaults(run=run)
        return new

    # --- commands

    def lists(self) -> None:
        """Read lists and report how they are read."""
        w = self._w
        new = self._new(
            "lists",
            w.gettext("Show how lists are understood, and what has to be settled in them."),
            "phancong lists commune.xlsx",
            commands.lists,
        )
        self._in(new)

    def plan(self) -> None:
        """Make a plan from lists."""
        w = self._w
        new = self._new(
            "plan",
            w.gettext(
                "Read lists, find the best plan, write it as a workbook, a page to look at, CSV and JSON."
            ),
            "phancong plan commune.xlsx -o plan --max-travel 5000",
            commands.plan,
        )
        self._lists(new)
        new.add_argument(
            "-o", "--output", type=Path, required=True, help=w.gettext("the folder to write to")
        )
        self._search(new)
        new.add_argument(
            "--include",
            action="append",
            default=[],
            choices=INCLUDE,
            help=w.gettext(
                "also write this field of households and members; may be given several times"
            ),
        )
        new.add_argument(
            "--office",
            type=Path,
            metavar="FILE",
            help=w.gettext(
                'the letterhead and the signature of a decision, as a file of lines NAME = "TEXT" with '
                "the names {names}",
                names=", ".join(field.name for field in fields(Office)),
            ),
        )
        new.add_argument(
            "--fixed",
            type=Path,
            metavar="FILE",
            help=w.gettext(
                "pairs that are decided, as a CSV with the columns household and member: a list that "
                "was tried by hand on the page, to be completed"
            ),
        )
        new.add_argument(
            "--ids-only", action="store_true", help=w.gettext("no names in the workbook, only ids")
        )

    def check(self) -> None:
        """Judge a plan."""
        w = self._w
        new = self._new(
            "check",
            w.gettext("Check any plan, also one made by hand: what is broken, and by how much."),
            "phancong check commune.xlsx plan/plan.csv",
            commands.check,
        )
        self._lists(new)
        new.add_argument(
            "plan", type=Path, metavar="PLAN", help=w.gettext("the plan: .json, .csv or .xlsx")
        )
        self._relax(new, "none")

    def diagnose(self) -> None:
        """Find out why limits cannot hold."""
        w = self._w
        new = self._new(
            "diagnose",
            w.gettext("Say whether all limits can hold; if not, why, and which repairs work."),
            "phancong diagnose commune.xlsx",
            commands.diagnose,
        )
        self._lists(new)
        self._seconds(new)

    def explain(self) -> None:
        """Explain why a household has its member."""
        w = self._w
        new = self._new(
            "explain",
            w.gettext("Say why a household has its member, and what it would cost otherwise."),
            "phancong explain commune.xlsx 17 --plan plan/plan.json",
            commands.explain,
        )
        self._lists(new)
        new.add_argument(
            "subject", metavar="ID", help=w.gettext("the id of a household or of a member")
        )
        new.add_argument(
            "--plan",
            type=Path,
            help=w.gettext("the plan to explain; without it the problem is solved first"),
        )
        new.add_argument(
            "--kind",
            choices=("household", "member"),
            help=w.gettext("household or member, if the id is both"),
        )
        self._search(new)

    def compare(self) -> None:
        """Compare engines."""
        w = self._w
        new = self._new(
            "compare",
            w.gettext("Compare the engines, and methods used by hand."),
            "phancong compare commune.xlsx --engines nearest,round_robin,auto",
            commands.compare,
        )
        self._lists(new)
        new.add_argument(
            "--engines",
            type=lambda text: [word.strip() for word in text.split(",") if word.strip()],
            default=None,
            help=w.gettext("engines by name, with commas"),
        )
        self._search(new)

    def template(self) -> None:
        """Write an empty workbook to be filled in."""
        w = self._w
        new = self._new(
            "template",
            w.gettext("Write an empty workbook to fill in."),
            "phancong template commune.xlsx --lang vi",
            commands.template,
        )
        new.add_argument("path", type=Path, metavar="FILE", help=w.gettext("the workbook to write"))

    def synth(self) -> None:
        """Write a drawn commune, for trials."""
        w = self._w
        new = self._new(
            "synth",
            w.gettext("Draw a commune that looks like a real one, to try things out."),
            "phancong synth lists --members 30 --households 1000 --seed 7",
            commands.synth,
        )
        new.add_argument("path", type=Path, metavar="FOLDER", help=w.gettext("the folder to write"))
        new.add_argument("--members", type=int, default=8, help=w.gettext("members who can serve"))
        new.add_argument("--households", type=int, default=66, help=w.gettext("households"))
        new.add_argument(
            "--seed",
            type=int,
            default=0,
            help=w.gettext("the seed: the same number draws the same commune"),
        )

    def batch(self) -> None:
        """Plan the communes of a country."""
        w = self._w
        new = self._new(
            "batch",
            w.gettext(
                "Plan all communes of a country, each by itself; a run that was stopped is continued."
            ),
            "phancong batch country plans --max-travel 5000",
            batch,
        )
        add_options(new, w, self._choices.goals)
        self._relax(new, None)

    # --- options shared by several commands

    def _in(self, to: argparse.ArgumentParser) -> None:
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
        w, choices = self._w, self._choices
        group = to.add_argument_group(w.gettext("questions that the lists leave open"))
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
        group.add_argument(
            "--decimal", choices=(",", "."), help=w.gettext("the decimal mark of 1,500 or 7.237")
        )
        group.add_argument(
            "--travel", choices=("none",), help=w.gettext("none: distances do not count")
        )
        group.add_argument(
            "--scheme",
            type=Path,
            metavar="FILE",
            help=w.gettext(
                "how workload is counted: points, or visits and minutes, by class (TOML)"
            ),
        )
        self._places(group)
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

    def _places(self, to: argparse._ArgumentGroup) -> None:
        w = self._w
        to.add_argument(
            "--places",
            choices=("approximate", "everybody", "strict"),
            help=w.gettext(
                "who without coordinates is placed at the centre of the hamlet: households "
                "(approximate, the default), members too (everybody), nobody (strict: both are refused)"
            ),
        )
        to.add_argument(
            "--farthest",
            type=float,
            metavar=w.gettext("METRES"),
            help=w.gettext("how far a place may lie from the middle of all"),
        )

    def _lists(self, to: argparse.ArgumentParser) -> None:
        w = self._w
        self._in(to)
        for name, limit in WHOLE_LIMITS.items():
            option, about = f"--{name.replace('_', '-')}", RULES[name].option
            assert about is not None  # each limit of the whole problem has a help text
            if limit.kind is bool:
                to.add_argument(option, action="store_true", help=about(w))
            else:
                to.add_argument(option, type=limit.kind, help=about(w))
        to.add_argument(
            "--own-household",
            choices=("allow", "forbid", "exempt"),
            default="allow",
            help=w.gettext("what becomes of a member's own household"),
        )

    def _search(self, to: argparse.ArgumentParser) -> None:
        w = self._w
        to.add_argument(
            "--goals",
            type=self._choices.goals,
            help=w.gettext("goals in their order, with commas: {goals}", goals=GOALS),
        )
        self._relax(to, None)
        to.add_argument("--engine", default="auto", help=w.gettext("the engine"))
        self._seconds(to)
        to.add_argument(
            "--threads",
            type=int,
            default=1,
            help=w.gettext("how many threads an engine may use, to get farther in the same time"),
        )

    def _relax(self, to: argparse.ArgumentParser, default: str | None) -> None:
        to.add_argument(
            "--relax",
            type=self._choices.relax,
            default=default,
            help=self._w.gettext(
                "limits that may be relaxed, the first one first, with commas; "
                "NAME=NUMBER caps each breach; none for none"
            ),
        )

    def _seconds(self, to: argparse.ArgumentParser) -> None:
        to.add_argument(
            "--seconds", type=float, default=60.0, help=self._w.gettext("how long to search")
        )
