"""PyPI `pdqhash`, loaded when it is used."""

from __future__ import annotations

import importlib
from types import ModuleType

from .peer import PeerMissing


def pdqhash() -> ModuleType:
    """The library; raises PeerMissing."""
    try:
        return importlib.import_module("pdqhash")
    except ImportError as error:
        raise PeerMissing("the PDQ peers need PyPI `pdqhash`: pip install pdqhash") from error
