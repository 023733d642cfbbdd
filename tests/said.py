"""Texts on one line, whatever the width at which paragraphs are broken."""


def said(record, lang="en"):
    """What a record, or a text, says, with single blanks."""
    text = record if isinstance(record, str) else record.text(lang)
    return " ".join(text.split())
