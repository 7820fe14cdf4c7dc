"""Wycheproof's Ed25519 signatures: our stand-alone verifier and the library's agree with every verdict."""

from __future__ import annotations

import json

from indelible.handover.verify_package import ed25519_holds
from indelible.log.note import Verifier


def test_both_verifiers_judge_every_signature_as_given(corpus):
    groups = json.loads((corpus / "ed25519" / "wycheproof" / "ed25519_test.json").read_bytes())["testGroups"]
    wrong, judged = [], 0
    for group in groups:
        public_key = bytes.fromhex(group["publicKey"]["pk"])
        library = Verifier.of("wycheproof", public_key)
        for test in group["tests"]:
            text, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
            verdicts = {ed25519_holds(public_key, signature, text), library.holds(text, signature)}
            judged += 1
            if verdicts != {test["result"] == "valid"}:
                wrong.append((test["tcId"], test["comment"], verdicts))
    assert (wrong, judged) == ([], 151)
