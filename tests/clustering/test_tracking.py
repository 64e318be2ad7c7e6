"""Which clusters keep their ids when a corpus is clustered again."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import topics
from topics.clustering.tracking import Earlier, track

from .corpora import corpus


def tracked(old: str, new: str, **more):
    """Track clusters written as letters, a letter a unit; a dot is a unit that one of the two has not."""
    places = [("b", n) for n in range(len(new))]
    ids = {letter: n for n, letter in enumerate(sorted(set(old) - {"."}), 1)}
    members = {("b", n): ids[letter] for n, letter in enumerate(old) if letter != "."}
    earlier = Earlier(members, {id: letter for letter, id in ids.items()}, more.get("last_id", len(ids)))
    kept = [n for n, letter in enumerate(new) if letter != "."]
    letters = sorted(set(new) - {"."})
    labels = np.array([letters.index(new[n]) for n in kept])
    return track([places[n] for n in kept], labels, len(letters), earlier)


def test_without_an_earlier_clustering_ids_count_from_1():
    result = track([("b", 0), ("b", 1)], np.array([0, 1]), 2, None)
    assert result.ids == [1, 2] and result.statuses == [None, None] and result.last_id == 2


def test_clusters_that_are_still_there_keep_their_ids_whatever_their_order():
    result = tracked("aaabbbccc....", "zzzxxxyyyzzxy")
    assert result.ids == [2, 3, 1]  # x, y, z
    assert result.statuses == ["kept"] * 3 and result.gone == [] and result.last_id == 3


def test_a_cluster_of_new_units_is_new_and_gets_an_id_that_was_never_given():
    result = tracked("aaabbb....", "aaabbbcccc", last_id=9)
    assert result.ids == [1, 2, 10] and result.statuses == ["kept", "kept", "new"] and result.last_id == 10


def test_a_cluster_whose_units_are_scattered_is_gone():
    result = tracked("aaabbbbbbccccccdddddd", "bcdbbbbbbccccccdddddd")
    assert result.gone == [1] and result.ids == [2, 3, 4]


def test_a_cluster_that_was_split_is_told():
    result = tracked("aaaaaaaabbb", "xxxxxyyybbb")
    assert result.statuses == ["kept", "split", "split"]
    assert result.ids == [2, 1, 3]  # the larger part keeps the id


def test_clusters_that_were_merged_are_told():
    result = tracked("aaaabbbccc", "xxxxxxxccc")
    assert result.statuses == ["kept", "merged"]
    assert result.ids == [3, 1] and result.gone == [2]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
def test_no_id_is_given_twice_and_none_is_lost(pairs):
    old = "".join("abcde"[a] for a, _ in pairs)
    new = "".join("vwxyz"[b] for _, b in pairs)
    result = tracked(old, new)
    assert len(set(result.ids)) == len(result.ids)
    before = set(range(1, len(set(old)) + 1))
    assert before <= set(result.ids) | set(result.gone)
    assert not set(result.gone) & set(result.ids)
    assert max(result.ids) <= result.last_id


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40))
def test_clustering_the_same_again_keeps_all(labels):
    letters = "".join("abcdef"[n] for n in labels)
    result = tracked(letters, letters)
    assert result.ids == sorted(result.ids) and set(result.statuses) == {"kept"}


def test_ids_stay_when_briefings_are_added():
    before = topics.cluster(corpus(20), k=4)
    members = {(m.unit.briefing, m.unit.index): m.cluster for m in before.members}
    earlier = Earlier(members, {c.id: c.name for c in before.clusters}, before.last_id)
    after = topics.cluster(corpus(26), k=4, earlier=earlier)
    moved = [m for m in after.members if members.get((m.unit.briefing, m.unit.index), m.cluster) != m.cluster]
    assert len(moved) < 0.05 * len(members)
    assert {cluster.status for cluster in after.clusters} == {"kept"} and not after.gone
