"""Benchmarks: how fast (scripts in ``speed``) and how good (the package ``quality``)."""
