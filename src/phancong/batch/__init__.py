"""A plan for each commune of a country: many problems, on any executor, resumable (contract 9)."""

import phancong.batch.text  # noqa: F401  registers the text of a summary
from phancong.batch.many import plan_many
from phancong.batch.pools import BrokenPoolError
from phancong.batch.records import BatchProgress, BatchSummary

__all__ = ["BatchProgress", "BatchSummary", "BrokenPoolError", "plan_many"]
