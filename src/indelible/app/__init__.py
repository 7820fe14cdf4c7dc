"""Composition: one item through all rooms, and what each command answers."""
