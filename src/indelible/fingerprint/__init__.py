"""Frames and sound to fingerprints: pure, deterministic, no disk, no clock."""

import indelible.fingerprint.single_thread  # noqa: F401
