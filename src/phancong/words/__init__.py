"""Languages: sentences from a catalogue, and the notation of figures and lists in each language.

This package knows languages and no records. A sentence stands beside its record, written once in English
with named placeholders; translators edit ``locale/*/LC_MESSAGES/phancong.po`` (docs/translating.md).
"""

from phancong.words.error_messages import defect_lines, message_of
from phancong.words.language import LANGUAGES, Words, words
from phancong.words.message import Message
from phancong.words.page import Bullets, Page, PageTable
from phancong.words.printable import Printable, page

__all__ = [
    "LANGUAGES",
    "Bullets",
    "Message",
    "Page",
    "PageTable",
    "Printable",
    "Words",
    "defect_lines",
    "message_of",
    "page",
    "words",
]
