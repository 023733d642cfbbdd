"""Why a commune has no plan, in the language of the reader."""

import json

from phancong.batch.reasons import first_defect, infeasible, sentence, translations
from phancong.diagnosing import Diagnosis
from phancong.errors import Defect, InfeasibleError
from phancong.words import Message, words


def test_a_message_is_translated_and_other_text_stays():
    """The dataset holds every language but English."""
    reason = sentence(Message("there was not enough memory"))
    assert reason(words("en")) == "there was not enough memory"
    assert json.loads(translations(reason)) == {"vi": reason(words("vi"))}
    assert reason(words("vi")) != reason(words("en"))
    assert json.loads(translations(sentence("abc"))) == {"vi": "abc"}


def test_one_defect_stands_for_all_and_the_others_are_counted():
    """Its record, its field, what is wrong and how to mend it."""
    defect = Defect("households.csv, line 7", "workload", Message("is below 0"), "give 0 or more")
    (one, several) = (first_defect((defect,) * n)(words("en")) for n in (1, 3))
    assert one == "households.csv, line 7, workload: is below 0; give 0 or more"
    assert several == f"{one} (and 2 more)"


def test_where_no_conflict_and_no_repair_is_known_that_is_all():
    """The diagnosis was cut before it found any."""
    found = Diagnosis(feasible=False, shortfall=None, conflicts=(), repairs=())
    reason = infeasible(InfeasibleError("", found))
    assert reason(words("en")) == (
        "no plan keeps the limits that must hold (the limits cannot all hold)"
    )
