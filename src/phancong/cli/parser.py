"""The commands, their options and an example of each."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

from phancong.cli import commands
from phancong.cli.batch import add_options, batch
from phancong.cli.shared_options import SharedOptions
from phancong.report.include import INCLUDE
from phancong.report.office import Office
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
        self._shared = SharedOptions(w)

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
        self._shared.source(new)

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
        self._shared.problem(new)
        new.add_argument(
            "-o", "--output", type=Path, required=True, help=w.gettext("the folder to write to")
        )
        self._shared.search(new)
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
        self._shared.problem(new)
        new.add_argument(
            "plan", type=Path, metavar="PLAN", help=w.gettext("the plan: .json, .csv or .xlsx")
        )
        self._shared.relax(new, "none")

    def diagnose(self) -> None:
        """Find out why limits cannot hold."""
        w = self._w
        new = self._new(
            "diagnose",
            w.gettext("Say whether all limits can hold; if not, why, and which repairs work."),
            "phancong diagnose commune.xlsx",
            commands.diagnose,
        )
        self._shared.problem(new)
        self._shared.seconds(new)

    def explain(self) -> None:
        """Explain why a household has its member."""
        w = self._w
        new = self._new(
            "explain",
            w.gettext("Say why a household has its member, and what it would cost otherwise."),
            "phancong explain commune.xlsx 17 --plan plan/plan.json",
            commands.explain,
        )
        self._shared.problem(new)
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
        self._shared.search(new)

    def compare(self) -> None:
        """Compare engines."""
        w = self._w
        new = self._new(
            "compare",
            w.gettext("Compare the engines, and methods used by hand."),
            "phancong compare commune.xlsx --engines nearest,round_robin,auto",
            commands.compare,
        )
        self._shared.problem(new)
        new.add_argument(
            "--engines",
            type=lambda text: [word.strip() for word in text.split(",") if word.strip()],
            default=None,
            help=w.gettext("engines by name, with commas"),
        )
        self._shared.search(new)

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
        add_options(new, w)
        self._shared.relax(new, None)
