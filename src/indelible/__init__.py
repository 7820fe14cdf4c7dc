"""Collect, prove, match and trace footage."""
