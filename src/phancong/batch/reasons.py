"""The reason why a commune has no plan, in every language.

The dataset of failures holds the English sentence, and its translations: who writes the report may ask
for another language than who planned, and a sentence with its parts cannot be read back from its text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from phancong.errors import Defect, InfeasibleError
from phancong.words import LANGUAGES, Message, Words, words

#: Tells a reason in a language.
Reason = Callable[[Words], str]


def sentence(text: str) -> Reason:
    """A reason that is a :class:`~phancong.words.Message`; any other text is the same everywhere."""
    return partial(_sentence, text)


def _sentence(text: str, w: Words) -> str:
    return w.tell(text)


def first_defect(defects: tuple[Defect, ...]) -> Reason:
    """The first defect, and the number of the others."""
    first = Message("{record}, {field}: {what}; {mend}", **_parts(defects[0]))
    more = len(defects) - 1
    return sentence(Message("{first} (and {n} more)", first=first, n=str(more)) if more else first)


def _parts(defect: Defect) -> dict[str, str]:
    return {name: getattr(defect, name) for name in ("record", "field", "what", "mend")}


def infeasible(error: InfeasibleError) -> Reason:
    """The shortest proven conflict and a repair."""

    def sentence_in(w: Words) -> str:
        found = error.diagnosis
        if found.shortest is None:
            why = w.gettext("the limits cannot all hold")
        else:
            why = found.shortest.text(w.lang)
        if found.repairs:
            repair = found.repairs[0].text(w.lang)
            why = w.gettext("{why}; one repair: {repair}", why=why, repair=repair)
        whole = w.gettext("no plan keeps the limits that must hold ({reason})", reason=why)
        return " ".join(whole.split())

    return sentence_in


def translations(reason: Reason) -> str:
    """The reason in every language but English, as JSON: language → sentence."""
    others = {lang: reason(words(lang)) for lang in LANGUAGES if lang != "en"}
    return json.dumps(others, ensure_ascii=False)


def failures_in(target: Path, w: Words) -> pd.DataFrame:
    """The dataset of failures, with reasons in a language.

    Parameters
    ----------
    target
        The output folder.
    w
        The language.
    """
    columns = ["commune", "kind", "reason", "translations"]
    failures: Any = pq.read_table(target / "failures", columns=columns).to_pandas()
    reasons = [
        json.loads(others).get(w.lang, reason)
        for others, reason in zip(failures["translations"], failures["reason"], strict=True)
    ]
    return failures.drop(columns="translations").assign(reason=reasons)
