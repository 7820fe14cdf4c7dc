"""What the matcher is measured beside: other projects' fingerprints and rules, behind one interface.

A `Peer` (peer.py) has a `name`, makes a fingerprint of a file (`fingerprint(path)`), and compares fingerprints:
`score(query, reference)` is one number, `scores(queries, references)` is float32[n,m], and higher is more alike. `rule` is the
score from which the peer's own project says "match" (`score >= rule`); where it is None the project names no such score, and
only a threshold chosen on the measured set means anything. A pair of which one side has no picture or no sound scores
`NOTHING`, which is below every threshold. Peers whose `prints` are equal read the same fingerprints: make them once.

`roster.peers()` lists them all. None is needed to import this package: a peer whose library or program is not installed raises
`PeerMissing`, with what to install, when it is asked for a fingerprint. `cpu.vpdq_cost(path)` is the CPU time of the real vPDQ.
"""
