"""Fingerprints on disk, and search over them."""
