"""Translations into mathematics, and back; the only home of ortools."""
