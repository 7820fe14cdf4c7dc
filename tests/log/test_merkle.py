from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.log.merkle import (
    EMPTY_ROOT,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_hash,
    split,
    verify_consistency,
    verify_inclusion,
)
from indelible.model.errors import FormatError


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(str(i).encode()) for i in range(size)]


def test_roots_of_the_first_trees_follow_the_definition():
    a, b, c = leaves(3)
    assert root_hash([]) == sha256(b"").digest()
    assert root_hash([a]) == a == sha256(b"\x000").digest()
    assert root_hash([a, b]) == sha256(b"\x01" + a + b).digest()
    assert root_hash([a, b, c]) == node_hash(node_hash(a, b), c)


@pytest.mark.parametrize(("size", "at"), [(2, 1), (3, 2), (4, 2), (5, 4), (8, 4), (9, 8), (257, 256)])
def test_a_tree_divides_at_the_largest_power_of_two_below_its_size(size, at):
    assert split(size) == at


@pytest.mark.parametrize("size", range(1, 34))
def test_every_leaf_of_small_trees_is_proven(size):
    tree = leaves(size)
    for index in range(size):
        verify_inclusion(index, size, tree[index], inclusion_proof(tree, index), root_hash(tree))


@pytest.mark.parametrize("size", range(34))
def test_every_prefix_of_small_trees_is_proven(size):
    tree = leaves(size)
    for old in range(size + 1):
        verify_consistency(old, size, consistency_proof(tree, old), root_hash(tree[:old]), root_hash(tree))


@given(st.integers(1, 70), st.data())
def test_a_proof_holds_for_its_own_leaf_index_and_size_alone(size, data):
    tree = leaves(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(tree, index), root_hash(tree)
    other = data.draw(st.integers(0, size + 3).filter(lambda i: i != index))
    with pytest.raises(FormatError):
        verify_inclusion(other, size, tree[index], proof, root)
    with pytest.raises(FormatError):
        verify_inclusion(index, size, leaf_hash(b"another"), proof, root)


@given(st.integers(1, 70), st.data())
def test_a_log_whose_past_was_changed_is_refused(size, data):
    tree = leaves(size)
    old = data.draw(st.integers(1, size))
    changed = [*tree]
    changed[data.draw(st.integers(0, old - 1))] = leaf_hash(b"rewritten")
    proof = consistency_proof(changed, old)
    with pytest.raises(FormatError):
        verify_consistency(old, size, proof, root_hash(tree[:old]), root_hash(changed))


@given(st.integers(2, 70), st.data())
def test_a_consistency_proof_with_any_hash_changed_lost_or_added_is_refused(size, data):
    tree = leaves(size)
    old = data.draw(st.integers(1, size - 1))
    proof, roots = consistency_proof(tree, old), (root_hash(tree[:old]), root_hash(tree))
    at = data.draw(st.integers(0, len(proof) - 1))
    for wrong in (
        [*proof[:at], leaf_hash(b"x"), *proof[at + 1 :]],
        [*proof[:at], *proof[at + 1 :]],
        [*proof[:at], leaf_hash(b"x"), *proof[at:]],
        [*proof, leaf_hash(b"x")],
    ):
        with pytest.raises(FormatError):
            verify_consistency(old, size, wrong, *roots)


def test_an_empty_log_with_a_root_of_something_is_refused():
    tree = leaves(3)
    verify_consistency(0, 3, [], EMPTY_ROOT, root_hash(tree))
    with pytest.raises(FormatError, match="hash of nothing"):
        verify_consistency(0, 3, [], tree[0], root_hash(tree))


@pytest.mark.parametrize(
    ("old", "new", "proof"), [(4, 3, []), (-1, 3, []), (0, 3, [EMPTY_ROOT]), (3, 3, [EMPTY_ROOT]), (2, 3, []), (3, 4, [])]
)
def test_proofs_that_cannot_be_are_refused(old, new, proof):
    tree = leaves(5)
    with pytest.raises(FormatError):
        verify_consistency(old, new, proof, root_hash(tree[: max(old, 0)]), root_hash(tree[:new]))


def test_two_roots_of_one_size_are_refused():
    tree = leaves(5)
    with pytest.raises(FormatError, match="two different roots"):
        verify_consistency(5, 5, [], root_hash(tree), root_hash(tree[::-1]))


def test_a_hash_of_another_length_is_refused():
    with pytest.raises(FormatError, match="32 bytes"):
        verify_inclusion(0, 1, b"short", [], b"short")


@pytest.mark.parametrize("index", [-1, 3])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index):
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(leaves(3), index)


@pytest.mark.parametrize("old", [-1, 4])
def test_no_proof_is_made_from_a_tree_that_was_not(old):
    with pytest.raises(ValueError, match="no tree"):
        consistency_proof(leaves(3), old)
