"""Writes the golden records anew. A line that changes is a change of format: add a kind with the next version instead."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from preserve.golden import VECTORS, golden

for name, line in golden().items():
    (VECTORS / name).write_bytes(line)
