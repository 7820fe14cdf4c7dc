"""What the product finds: every copy decoded in the sandbox, fingerprinted and matched against all originals."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

from bench.matching.written import BUILD

from indelible.app.fingerprinting import fingerprint_file
from indelible.fingerprint.medium import Fingerprint
from indelible.index.code_index import code_search
from indelible.index.store import FingerprintStore
from indelible.match.medium import match_medium
from indelible.match.references import References
from indelible.media.outcome import Plan
from indelible.media.pool import Pool
from indelible.model.segment import SegmentMatch
from indelible.model.speed import Speed
from indelible.settings import Settings

_references: References | None = None


def fingerprints(paths: list[Path], plan: Plan | None = None) -> dict[Path, Fingerprint]:
    """The fingerprint of each file that has one, by a dense pass if nothing else is planned; made once for each content."""
    plan = plan or Plan()
    store = FingerprintStore(BUILD / "fingerprints" / ("" if plan.speed is Speed.DENSE else plan.speed))
    with Pool.start(Settings()) as pool, ThreadPoolExecutor(2) as threads:
        made = threads.map(lambda path: _fingerprint(path, store, pool, plan), paths)
        return {path: one for path, one in zip(paths, made, strict=True) if one is not None}


def _fingerprint(path: Path, store: FingerprintStore, pool: Pool, plan: Plan) -> Fingerprint | None:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    held = store.load(sha256)
    made = held or fingerprint_file(path, path.name, pool, plan).fingerprint
    if made is not None and held is None:
        store.save(sha256, made)
    return made


def matches(queries: list[Fingerprint], originals: list[tuple[str, Fingerprint]]) -> tuple[list[list[SegmentMatch]], float]:
    """What each query is said to show of the originals, and the processor seconds a query took."""
    with ProcessPoolExecutor(2, initializer=_prepare, initargs=(originals,)) as pool:
        answered = list(pool.map(_match, queries, chunksize=4))
    return [found for found, _ in answered], sum(seconds for _, seconds in answered) / max(1, len(answered))


def _prepare(originals: list[tuple[str, Fingerprint]]) -> None:
    global _references  # noqa: PLW0603  # once for each process
    _references = References.of(originals, code_search)


def _match(query: Fingerprint) -> tuple[list[SegmentMatch], float]:
    if _references is None:
        raise RuntimeError("references are prepared first")
    before = time.process_time()
    return match_medium(query, _references), time.process_time() - before
