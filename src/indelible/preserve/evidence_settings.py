"""Which settings bear on evidence: those that change what is taken in, decoded or vouched for."""

from __future__ import annotations

import dataclasses

from indelible.settings import Settings

# Who works here, where the key lives, and how many work at once: no record's content depends on these.
NOT_EVIDENCE = frozenset({"operator", "house_dir", "decoders"})


def evidence_settings(settings: Settings) -> dict[str, object]:
    """The settings that a `settings/1` holds, by name."""
    return {name: value for name, value in dataclasses.asdict(settings).items() if name not in NOT_EVIDENCE}
