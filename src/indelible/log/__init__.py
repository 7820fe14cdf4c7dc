"""Merkle log, tiles, signed notes, checkpoints and proofs: format and mathematics, no disk, no clock."""
