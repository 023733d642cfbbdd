"""The catalogues: every sentence of the source, translated, and compiled as it is written."""

import ast
import io
import string
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

import phancong
from phancong.words import LANGUAGES

SOURCE = Path(phancong.__file__).parent
LOOK_UPS = {"gettext": (None, 1), "ngettext": (None, 2), "pgettext": (1, 1), "Message": (None, 1)}
TRANSLATED = [lang for lang in LANGUAGES if lang != "en"]


def folder(lang):
    return SOURCE / "words" / "locale" / lang / "LC_MESSAGES"


def catalogue(lang):
    with (folder(lang) / "phancong.po").open("rb") as written:
        return read_po(written, locale=lang, abort_invalid=True)


def extracted():
    """Every ``(context, msgid)`` that pybabel finds; a plural is a tuple."""
    found = extract_from_dir(SOURCE, keywords={**DEFAULT_KEYWORDS, "Message": None})
    return {(context, message) for _, _, message, _, context in found}


@cache
def written():
    """The same, read from the syntax tree, which overlooks no call."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        if path.parent.name == "words":  # looks up what it is given
            continue
        text = path.read_text(encoding="utf-8")
        if not any(name in text for name in LOOK_UPS):
            continue
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            if name not in LOOK_UPS:
                continue
            contexts, count = LOOK_UPS[name]
            texts = [
                ast.literal_eval(argument) for argument in node.args[: (contexts or 0) + count]
            ]
            context = texts.pop(0) if contexts else None
            found.add((context, tuple(texts) if count == 2 else texts[0]))
    return found


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


#: Sentences of the words' own room, which looks up what it is given.
OWN_ROOM = {
    ("a list", "{others} and {last}"),
    (None, ("{shown}, … {n} more", "{shown}, … {n} more")),
    (None, ("… and {n} more", "… and {n} more")),
    (None, ("{n} defect in the input:", "{n} defects in the input:")),
    (None, "{record}, {field}: {what}; {mend}"),
    (None, "engine {engine} cannot keep {what}"),
}


@pytest.mark.full
def test_no_sentence_is_hidden_from_the_extraction():
    """Within an f-string a look-up works and is not extracted; a name instead of a literal, too."""
    assert extracted() == written() | OWN_ROOM


@pytest.mark.parametrize("lang", TRANSLATED)
def test_every_sentence_is_translated(lang):
    """All of the source, nothing else, nothing fuzzy, each in NFC."""
    book = catalogue(lang)
    entries = [entry for entry in book if entry.id]
    assert {(entry.context, entry.id) for entry in entries} == written() | OWN_ROOM
    assert not book.obsolete
    for entry in entries:
        assert not entry.fuzzy, entry.id
        forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        assert len(forms) == (book.num_plurals if entry.pluralizable else 1), entry.id
        for form in forms:
            assert form.strip(), entry.id
            assert form == unicodedata.normalize("NFC", form), entry.id


@pytest.mark.parametrize("lang", TRANSLATED)
def test_a_translation_fills_the_same_places(lang):
    """A place that is missing loses a figure, one that is misspelt cannot be filled."""
    for entry in catalogue(lang):
        if not entry.id:
            continue
        plural = isinstance(entry.id, tuple)
        needed = set().union(*map(places, entry.id if plural else (entry.id,)))
        for form in entry.string if plural else (entry.string,):
            assert places(form) | ({"n"} if plural else set()) == needed | (
                {"n"} if plural else set()
            ), entry.id


@pytest.mark.parametrize("lang", TRANSLATED)
def test_the_compiled_catalogue_is_what_is_written(lang):
    """``pybabel compile`` was not forgotten."""
    with (folder(lang) / "phancong.mo").open("rb") as compiled:
        sentences = [(entry.context, entry.id, entry.string) for entry in read_mo(compiled)]
    # The first entry is the header, which holds the date and the version of the compiler.
    fresh = io.BytesIO()
    write_mo(fresh, catalogue(lang))
    fresh.seek(0)
    assert (
        sentences[1:] == [(entry.context, entry.id, entry.string) for entry in read_mo(fresh)][1:]
    )
    assert len(sentences) > 200


def test_a_language_is_a_folder():
    """Each language that can be asked for has its catalogue, and each catalogue can be asked for."""
    there = {path.name for path in (SOURCE / "words" / "locale").iterdir()}
    assert there == set(TRANSLATED)
