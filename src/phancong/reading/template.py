"""`write_template`: a workbook to be filled in, which :func:`read` reads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from phancong.errors import InvalidArgumentError
from phancong.reading.classes import DEFAULT_WORKLOADS
from phancong.reading.office_sheets import OFFICE_ITEMS
from phancong.rules import RULES
from phancong.tables import Form, FormColumn, require_ending, write_form
from phancong.words import Words, words

#: The classes that the default workloads name, in each language of the template.
_CLASSES: Final = {
    "vi": ("hộ nghèo", "hộ cận nghèo", "hộ mới thoát nghèo", "hộ không nghèo"),
    "en": ("poor", "near poor", "average", "not poor"),
}


def _loads(classes: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {DEFAULT_WORKLOADS[name]:g}" for name in classes)


def _limits(w: Words, *, rare: bool = False) -> Iterator[FormColumn]:
    """The columns of members that set a limit: the common ones, or the rare ones."""
    for rule in RULES.values():
        column = rule.column
        if column is not None and column.title is not None and column.rare == rare:
            assert column.note is not None  # each column of the template has a note
            yield FormColumn(title=column.title(w), note=column.note(w), least=0, whole=True)


def _number(w: Words) -> FormColumn:
    return FormColumn(
        title=w.pgettext("template", "No"),
        note=w.pgettext("template", "A different number in each row."),
        width=6,
    )


def _hamlet(w: Words, note: str) -> FormColumn:
    return FormColumn(title=w.pgettext("template", "Hamlet"), note=note, width=18)


def _coordinates(w: Words, latitude: str, longitude: str) -> tuple[FormColumn, FormColumn]:
    """The columns of a place, with their notes."""
    return (
        FormColumn(title=w.pgettext("template", "Latitude"), note=latitude, least=-90, most=90),
        FormColumn(title=w.pgettext("template", "Longitude"), note=longitude, least=-180, most=180),
    )


def _remark(w: Words) -> FormColumn:
    return FormColumn(
        title=w.pgettext("template", "Note"),
        note=w.pgettext("template", "Not part of what is computed."),
        width=24,
    )


def _households(w: Words) -> Form:
    return Form(
        title=w.pgettext("template", "Households"),
        columns=(
            _number(w),
            FormColumn(
                title=w.pgettext("template", "Head of household"),
                note=w.pgettext(
                    "template", "For printed lists only: a name is never part of what is computed."
                ),
                width=28,
            ),
            _hamlet(w, w.pgettext("template", "Where the household lives.")),
            *_weights(w),
            *_coordinates(
                w,
                w.pgettext(
                    "template", "Decimal degrees WGS 84, such as 22.401. For all, or for nobody."
                ),
                w.pgettext("template", "Decimal degrees WGS 84, such as 105.201."),
            ),
            FormColumn(
                title=w.pgettext("template", "Member in charge"),
                note=w.pgettext(
                    "template",
                    "Last year's member, by the name in the list of members; several separated by ;",
                ),
                width=28,
            ),
            _remark(w),
        ),
    )


def _weights(w: Words) -> tuple[FormColumn, ...]:
    """The workload of a household."""
    return (
        FormColumn(
            title=w.pgettext("template", "Class"),
            note=w.pgettext(
                "template",
                "Workload by default: {loads}. Empty: 1.",
                loads=_loads(_CLASSES[w.lang]),
            ),
            width=20,
            choices=_CLASSES[w.lang],
        ),
        FormColumn(
            title=w.pgettext("template", "Workload"),
            note=w.pgettext(
                "template", "Only where it differs from that of the class. For instance 1.5."
            ),
            least=0,
        ),
    )


def _members(w: Words) -> Form:
    degrees = w.pgettext("template", "Decimal degrees WGS 84.")
    return Form(
        title=w.pgettext("template", "Members"),
        columns=(
            _number(w),
            FormColumn(
                title=w.pgettext("template", "Full name"),
                note=w.pgettext(
                    "template", "For printed lists, and to find who was in charge last year."
                ),
                width=28,
            ),
            _hamlet(w, w.pgettext("template", "Where the member lives.")),
            *_limits(w),
            *_shares(w),
            *_coordinates(w, degrees, degrees),
            *_limits(w, rare=True),
            *_besides(w),
            _remark(w),
        ),
    )


def _shares(w: Words) -> tuple[FormColumn, ...]:
    """The part of a full load that a member has."""
    return (
        FormColumn(
            title=w.pgettext("template", "Share"),
            note=w.pgettext(
                "template", "The part of a full load: 1 as usual, 0.5 for a secretary."
            ),
            least=0,
        ),
        FormColumn(
            title=w.pgettext("template", "Newcomer"),
            note=w.pgettext(
                "template",
                "x where the member is new: the share is that of the sheet of the scheme.",
            ),
            width=12,
            choices=("x",),
        ),
        FormColumn(
            title=w.pgettext("template", "Exempt"),
            note=w.pgettext("template", "x where the member is exempt."),
            width=12,
            choices=("x",),
        ),
    )


def _besides(w: Words) -> tuple[FormColumn, ...]:
    """The load of a member besides the list."""
    return (
        FormColumn(
            title=w.pgettext("template", "Households besides the list"),
            note=w.pgettext(
                "template",
                "Already carried and not in the list; counted in limits and in fairness.",
            ),
            least=0,
            whole=True,
        ),
        FormColumn(
            title=w.pgettext("template", "Workload besides the list"),
            note=w.pgettext(
                "template",
                "Of those households or of other duties, in the unit of the households' workload.",
            ),
            least=0,
        ),
    )


def _scheme(w: Words) -> Form:
    return Form(
        title=w.pgettext("template", "Workload scheme"),
        columns=(
            FormColumn(
                title=w.pgettext("template", "Class"),
                note=w.pgettext(
                    "template",
                    'Leave the sheet empty for the default workloads. "Others" stands for all '
                    "other households.",
                ),
                width=22,
                choices=(*_CLASSES[w.lang], w.pgettext("template", "Others")),
            ),
            FormColumn(
                title=w.pgettext("template", "Points"),
                note=w.pgettext(
                    "template", "Points of each household; or fill in visits and minutes."
                ),
                least=0,
            ),
            *_times(w),
            FormColumn(
                title=w.pgettext("template", "Newcomer share"),
                note=w.pgettext("template", "For instance 0.5; fill in one cell."),
                least=0,
            ),
            *_marks(w),
        ),
    )


def _times(w: Words) -> tuple[FormColumn, ...]:
    """The time that the visits of a household take."""
    return (
        FormColumn(
            title=w.pgettext("template", "Visits a month"),
            note=w.pgettext("template", "How many visits a month."),
            least=0,
        ),
        FormColumn(
            title=w.pgettext("template", "Minutes a visit"),
            note=w.pgettext("template", "Minutes spent in the household at each visit."),
            least=0,
        ),
        FormColumn(
            title=w.pgettext("template", "Minutes one way"),
            note=w.pgettext("template", "The same for all; fill in one cell. Or give the speed."),
            least=0,
        ),
        FormColumn(
            title=w.pgettext("template", "Speed (km/h)"),
            note=w.pgettext(
                "template",
                "Speed on the way. The way of each pair, there and back, is measured from "
                "coordinates; fill in one cell.",
            ),
            least=0,
        ),
    )


def _marks(w: Words) -> tuple[FormColumn, ...]:
    """The loads from which a member is marked."""
    return (
        FormColumn(
            title=w.pgettext("template", "Amber above"),
            note=w.pgettext("template", "Larger loads are marked amber; fill in one cell."),
            least=0,
        ),
        FormColumn(
            title=w.pgettext("template", "Red above"),
            note=w.pgettext("template", "Larger loads are marked red; fill in one cell."),
            least=0,
        ),
    )


def _office(w: Words) -> Form:
    return Form(
        title=w.pgettext("template", "Office"),
        columns=(
            FormColumn(
                title=w.pgettext("template", "Item"),
                note=w.pgettext(
                    "template",
                    "The letterhead and the signature of a decision; fill in, or leave empty.",
                ),
                width=28,
            ),
            FormColumn(
                title=w.pgettext("template", "Text"),
                note=w.pgettext("template", "Lines of one item are separated by |."),
                width=70,
            ),
        ),
        rows=tuple((item,) for item in OFFICE_ITEMS[w.lang].values()),
    )


def write_template(path: str | Path, *, lang: str = "vi") -> None:
    """Write a workbook to be filled in: households, members, and a sheet that explains the columns.

    Parameters
    ----------
    path
        The file, with the ending ``.xlsx``; an existing file is replaced.
    lang
        ``"vi"`` or ``"en"``.

    Raises
    ------
    InvalidArgumentError
        There is no template in that language, or the file is not .xlsx.
    MissingExtraError
        openpyxl is not installed.

    Examples
    --------
    >>> from phancong import write_template
    >>> write_template("commune.xlsx", lang="vi")
    """
    if lang not in _CLASSES:
        raise InvalidArgumentError(f"lang must be one of {', '.join(map(repr, _CLASSES))}")
    require_ending(path, ".xlsx")
    w = words(lang)
    forms = (_households(w), _members(w), _scheme(w), _office(w))
    header = (
        w.pgettext("template", "List"),
        w.pgettext("template", "Column"),
        w.pgettext("template", "What to write"),
    )
    rows = [(form.title, column.title, column.note) for form in forms for column in form.columns]
    write_form(path, forms, (w.pgettext("template", "Guide"), [header, *rows]))
