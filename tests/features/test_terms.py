"""Terms found again in the text that they were taken from."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics.features.terms import places_of, word_pair_terms, words


@pytest.mark.parametrize(
    ("text", "terms", "found"),
    [
        ("Syria, SYRIAN and syria.", ["syria"], ["Syria", "syria"]),
        ("an interest in a deal", ["in deal"], ["in a deal"]),  # words of one letter are no terms
        ("New START Treaty", ["start", "treaty"], ["START Treaty"]),
        ("al-Assad", ["al", "assad"], ["al-Assad"]),
        ("Путин и Путина", ["путин"], ["Путин"]),
        ("قال المتحدث", ["المتحدث"], ["المتحدث"]),
        ("İstanbul", ["stanbul"], ["İstanbul"]),  # longer in lower case than it is
        ("cafe\u0301s", ["cafe"], ["cafe\u0301"]),
        ("Asked twice", ["^asked", "$ twice", "missing"], []),
        ("", ["x"], []),
    ],
)
def test_terms_are_found_as_they_stand(text, terms, found):
    assert [text[start:end] for start, end in places_of(text, terms)] == found


@given(st.text(max_size=60))
def test_every_term_of_a_text_is_found_in_it(text):
    for term in word_pair_terms(text):
        places = places_of(text, [term])
        assert places
        assert all(" ".join(term.split()) in " ".join(words(text[start:end])) for start, end in places)
        assert all(before[1] < after[0] for before, after in itertools.pairwise(places))


def test_a_long_text_is_no_trouble():
    assert len(places_of("peace -- " * 100_000, ["peace"])) == 100_000
