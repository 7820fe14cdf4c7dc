"""All peers."""

from __future__ import annotations

from .chromaprint_rule import chromaprint_peers
from .pdq_dihedral import dihedral_peers
from .peer import AnyPeer
from .videohash_rule import videohash_peers
from .vpdq_rule import vpdq_peers


def peers() -> list[AnyPeer]:
    """Every peer, in the order in which a report shows them; some may be missing here, and say so when used."""
    return [*vpdq_peers(), *dihedral_peers(), *videohash_peers(), *chromaprint_peers()]
