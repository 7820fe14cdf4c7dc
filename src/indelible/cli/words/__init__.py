"""Answers in plain words, for a person on a bad day: calm, exact, aligned."""
