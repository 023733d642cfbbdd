"""Languages: sentences from a catalogue, figures and lists as a language writes them.

This room knows languages and no records. A sentence stands beside its record, written once in
English with named places to fill; translators edit ``locale/*/LC_MESSAGES/phancong.po``
(docs/translating.md).
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
