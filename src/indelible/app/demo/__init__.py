"""Neutral footage of our own, and three invented channels that pass it on: what `indelible demo` works on."""
