"""Fingerprints to segment matches: pure, and slow enough to be the definition that a faster search must equal."""
