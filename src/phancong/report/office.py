"""`Office`: the texts of an office on a decision, with blanks for missing ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from phancong.errors import InvalidArgumentError
from phancong.layout import UNPRINTABLE
from phancong.words import Message, Words

#: The blank to be filled in by hand.
BLANK: Final = "………"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The texts of an office on a decision and its annex; every field is optional.

    Parameters
    ----------
    above
        The superior of the body that decides.
    body
        The body that decides.
    motto
        Lines on the right, parted by ``|``: the motto of the state or of the Party.
    number, date, place
        Of the decision.
    title
        Of the annex.
    year
        The year of the annex.
    behalf, post, signer
        On whose behalf, by which post and by whom the decision is signed.
    subject
        The subject of the decision, below the word “decision”.
    basis
        The legal basis of the decision: lines parted by ``|``.
    receivers
        The recipients of the decision: lines parted by ``|``.
    """

    above: str = ""
    body: str = ""
    motto: str = ""
    number: str = ""
    date: str = ""
    place: str = ""
    title: str = ""
    year: str = ""
    behalf: str = ""
    post: str = ""
    signer: str = ""
    subject: str = ""
    basis: str = ""
    receivers: str = ""

    def left(self, w: Words) -> tuple[str, ...]:
        """The lines at the top left."""
        body = self.body or w.gettext("(issuing body)")
        return tuple(line for line in (self.above.upper(), body.upper()) if line)

    def right(self, w: Words) -> tuple[str, ...]:
        """The lines at the top right."""
        place_and_date = w.gettext(
            "{place}, {date}", place=self.place or BLANK, date=self.date or w.gettext("(date)")
        )
        return (*_parted(self.motto), place_and_date)

    def heading(self, w: Words) -> tuple[str, str]:
        """The title of the annex, and the decision to which it belongs."""
        title = self.title or w.gettext("Households and the members in charge of them")
        if self.year:
            title = w.gettext("{title}, {year}", title=title, year=self.year)
        return (
            title.upper(),
            w.gettext(
                "(Annex to decision no. {number} of {date}, {body})",
                number=self.number or BLANK,
                date=self.date or BLANK,
                body=self.body or BLANK,
            ),
        )

    def numbered(self, w: Words) -> str:
        """The number of the decision, as printed at the top.

        A body of the Party writes 12-QĐ/ĐU, a body of the state 12/QĐ-UBND; the word before it has a
        colon only for a body of the state.
        """
        number = self.number or BLANK
        if "-" in number.partition("/")[0]:
            return w.pgettext("12-QĐ/ĐU", "No. {number}", number=number)
        return w.gettext("No. {number}", number=number)

    def decision(self, w: Words) -> tuple[str, str]:
        """The kind and the subject of the paper."""
        about = self.subject or w.gettext("on the members in charge of the households")
        if self.year:
            about = w.gettext("{title}, {year}", title=about, year=self.year)
        return w.gettext("DECISION"), about

    def rests_on(self, w: Words) -> tuple[str, ...]:
        """A line for each legal basis; two blank ones if none is given."""
        lines = _parted(self.basis) or (BLANK, BLANK)
        return tuple(w.gettext("- Pursuant to {basis};", basis=line) for line in lines)

    def decides(self, w: Words) -> str:
        """The line above the articles: the body and DECIDES."""
        body = self.body or w.gettext("(issuing body)")
        return w.gettext("{body} DECIDES:", body=body.upper())

    def received(self, w: Words) -> tuple[str, ...]:
        """The recipients of the decision, after a title."""
        named = _parted(self.receivers) or (w.gettext("as in article 2"), w.gettext("archive"))
        lines = [w.gettext("- {receiver};", receiver=line) for line in named[:-1]]
        last = w.gettext("- {receiver}.", receiver=named[-1])
        return (w.gettext("Copies to:"), *lines, last)

    def signed(self, w: Words) -> tuple[str, ...]:
        """The lines of the signature."""
        lines = (self.behalf.upper(), (self.post or w.gettext("(post)")).upper())
        return (*filter(None, lines), self.hint(w), "", "", "", self.signer or BLANK)

    def hint(self, w: Words) -> str:
        """The hint above the name."""
        return w.gettext("(signature, full name)")


def _parted(lines: str) -> tuple[str, ...]:
    """The lines of a text, which ``|`` parts."""
    return tuple(part.strip() for part in lines.split("|") if part.strip())


def read_office(given: Any) -> Office:
    """The texts of an office from any form that a writer accepts.

    Parameters
    ----------
    given
        None, an :class:`Office`, or a mapping of its fields to texts or whole numbers.

    Raises
    ------
    InvalidArgumentError
        It is none of these, or a field is unknown or is no text.
    """
    if isinstance(given, Office):
        return given
    if given is None:
        return Office()
    if not isinstance(given, Mapping):
        raise InvalidArgumentError(
            Message("office is a {type}; give a mapping", type=type(given).__name__)
        )
    known = [field.name for field in fields(Office)]
    lines: dict[str, str] = {}
    for name, value in given.items():
        if name not in known:
            raise InvalidArgumentError(
                Message(
                    "office has no field {name}; there are {known}",
                    name=repr(name),
                    known=", ".join(known),
                )
            )
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise InvalidArgumentError(
                Message("office: {name} is not text; put it in quotation marks", name=name)
            )
        lines[name] = " ".join(UNPRINTABLE.sub(" ", str(value)).split())
    return Office(**lines)
