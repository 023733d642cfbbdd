"""Settings of all tests."""

import os

from hypothesis import settings

# A run says the same about the same code; the nightly target draws anew and keeps looking.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("searching", deadline=None)
settings.load_profile(os.environ.get("PHANCONG_HYPOTHESIS", "repeatable"))
