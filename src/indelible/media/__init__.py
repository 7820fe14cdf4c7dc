"""Bytes to pictures and sound, in a sandbox; and a small writer for footage that we make ourselves."""
