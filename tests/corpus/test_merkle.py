"""transparency-dev/merkle's proofs: each file says whether a verifier must refuse it."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path

import pytest

from indelible.handover import verify_package
from indelible.log.merkle import verify_consistency, verify_inclusion
from indelible.model.errors import FormatError


def probes(folder: Path) -> list[tuple[Path, dict]]:
    return [(path, json.loads(path.read_bytes())) for path in sorted(folder.rglob("*.json"))]


def proof_of(probe: dict) -> list[bytes]:
    return [b64decode(step) for step in probe["proof"] or []]


def refused(verify, *arguments) -> bool:
    try:
        verify(*arguments)
    except (FormatError, verify_package.Refused):
        return True
    return False


@pytest.mark.parametrize("verify", [verify_inclusion, verify_package.verify_inclusion])
def test_inclusion_proofs_are_judged_as_given(corpus, verify):
    found = probes(corpus / "merkle" / "inclusion")
    wrong = [
        path.name
        for path, p in found
        if refused(verify, p["leafIdx"], p["treeSize"], b64decode(p["leafHash"]), proof_of(p), b64decode(p["root"]))
        != p["wantErr"]
    ]
    assert (wrong, len(found)) == ([], 49)


@pytest.mark.parametrize("verify", [verify_consistency, verify_package.verify_consistency])
def test_consistency_proofs_are_judged_as_given(corpus, verify):
    found = probes(corpus / "merkle" / "consistency")
    wrong = [
        path.name
        for path, p in found
        if refused(verify, p["size1"], p["size2"], proof_of(p), b64decode(p["root1"]), b64decode(p["root2"])) != p["wantErr"]
    ]
    assert (wrong, len(found)) == ([], 43)
