"""Infeasible problems: the reason, and verified repairs."""

from phancong.diagnosing import text  # registers the text of the records
from phancong.diagnosing.diagnose import diagnose, diagnosis
from phancong.diagnosing.records import Conflict, Diagnosis, Repair
from phancong.diagnosing.trial import Trial

__all__ = ["Conflict", "Diagnosis", "Repair", "Trial", "diagnose", "diagnosis", "text"]
