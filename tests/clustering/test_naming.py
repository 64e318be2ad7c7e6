"""Names of clusters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from topics.clustering.naming import coherence, name_cluster, same_word, telling


def named(terms: list[str], texts: list[str]):
    return name_cluster(np.arange(len(terms), 0, -1, dtype=float), terms, texts)


def test_the_first_three_terms_are_the_name_spelt_as_they_mostly_are():
    naming = named(
        ["syria", "assad", "damascus", "talks"], ["Assad left Damascus.", "Syria and Assad: talks, talks."]
    )
    assert naming.name == "Syria, Assad, Damascus"
    assert naming.terms == ["Syria", "Assad", "Damascus", "talks"]


def test_no_two_forms_of_a_word_stand_in_a_name():
    assert named(["missile", "missiles", "launch", "launched", "site"], ["missile"]).terms == [
        "missile",
        "launch",
        "site",
    ]


def test_words_that_stand_side_by_side_are_one_term():
    texts = ["Health care costs rose.", "On health care, he said", "care of health"]
    assert named(["care", "health", "costs"], texts).terms == ["health care", "costs"]


def test_terms_that_speak_against_a_cluster_do_not_name_it():
    assert name_cluster(np.array([1.0, 0.0, -1.0]), ["a", "b", "c"], []).terms == ["a"]


def test_a_cluster_without_a_telling_term_has_a_name_that_says_so():
    assert name_cluster(np.zeros(2), ["a", "b"], ["a b"]).name == "(no telling word)"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("missile", "missiles", True),
        ("policy", "policies", True),
        ("iran", "iranian", True),
        ("war", "wars", True),
        ("tax", "taxes", True),
        ("iran", "iraq", False),
        ("minister", "ministry", False),
        ("care", "court", False),
        ("un", "uno", False),
    ],
)
def test_forms_of_one_word(first, second, same):
    assert same_word(first, second) is same_word(second, first) is same


@given(st.text(min_size=3), st.text())
def test_likeness_of_words_is_symmetric(first, second):
    assert same_word(first, first) and same_word(first, second) == same_word(second, first)


def test_a_term_tells_most_where_it_is_common_and_elsewhere_is_not():
    # units of two clusters; terms: in all, only in the first, in half of the first and of the second
    occurs = csr_matrix(np.array([[1, 1, 1], [1, 1, 0], [1, 0, 1], [1, 0, 0]], dtype=np.float32))
    scores = telling(occurs, np.array([0, 0, 1, 1]), 2)
    assert scores[0] == pytest.approx([0, np.log(2), 0])
    assert scores[1] == pytest.approx([0, 0, 0])


def test_coherence_is_known_for_small_cases():
    together = csr_matrix(np.array([[1, 1], [1, 1], [0, 0], [0, 0]], dtype=np.float32))
    assert coherence([0, 1], together) == pytest.approx(1)  # p = 1/2 each and together
    apart = csr_matrix(np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=np.float32))
    assert coherence([0, 1], apart) == -1
    rare = csr_matrix(np.array([[1, 0], [0, 1], [0, 0], [0, 0]], dtype=np.float32))
    assert coherence([0, 1], rare) == 0  # of four units, a quarter of one should have had both
    by_chance = csr_matrix(np.array([[1, 1], [1, 0], [0, 1], [0, 0]], dtype=np.float32))
    assert coherence([0, 1], by_chance) == pytest.approx(0)
    assert coherence([0], together) is None
