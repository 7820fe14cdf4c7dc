"""Frames and sound to fingerprints: pure, deterministic, no disk, no clock."""
