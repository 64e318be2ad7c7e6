from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from topics.features.counts import TermCounts
from topics.features.tfidf import Tfidf

SCIKIT_LEARN = {
    "words": {"ngram_range": (1, 1)},
    "pairs": {"ngram_range": (1, 2)},
    "characters": {"ngram_range": (3, 5), "analyzer": "char_wb"},
}


def fit(texts, *, analyzer="pairs", min_df=1, max_terms=None) -> Tfidf:
    counts = TermCounts(texts, analyzer)
    return counts.tfidf(counts.select(np.arange(len(texts)), min_df=min_df, max_terms=max_terms))


# What Unicode has ready for those who think that a letter is a letter.
AWKWARD = ["İstanbul", "ΣΊΣΥΦΟΣ", "ς", "straße", "e\u0301te\u0301", "ﬁﬁ", "中文字", "日本語です", "👍🏽", "\ud83d", "a\x00b",
           "x\u2028y", "ǅungla", "ⅷ", "१२", "_a", "ЧТО", "\U00010400\U00010428", "ß̈", "\ud800\udfff"]  # fmt: skip
texts = st.lists(
    st.lists(
        st.sampled_from(["peace", "talks", "in", "geneva", "10th", "it's", "a", "x", "Peace", *AWKWARD])
    ).map(" ".join)
    | st.text(st.characters(exclude_categories=[]), max_size=40),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize("analyzer", SCIKIT_LEARN)
@given(texts, texts)
def test_weights_are_those_of_scikit_learn(way, analyzer, fitted, unseen):
    reference = TfidfVectorizer(sublinear_tf=True, **SCIKIT_LEARN[analyzer])
    try:
        expected = reference.fit(fitted).transform(unseen)
    except ValueError:  # scikit-learn refuses an empty vocabulary
        assert not fit(fitted, analyzer=analyzer).vocabulary
        return
    tfidf = fit(fitted, analyzer=analyzer)
    assert list(tfidf.vocabulary) == list(reference.get_feature_names_out())
    assert np.allclose(tfidf.transform(unseen).to_scipy().toarray(), expected.toarray(), atol=1e-6)


@given(texts, st.data())
def test_counting_once_gives_the_rows_of_counting_each_time(way, corpus, data):
    chosen = st.lists(st.integers(0, len(corpus) - 1), min_size=1, unique=True).map(sorted)
    fitted, wanted = (np.array(data.draw(chosen)) for _ in range(2))
    counts = TermCounts(corpus, "pairs")
    selection = counts.select(fitted, min_df=1)
    tfidf, expected = counts.tfidf(selection), fit([corpus[i] for i in fitted])
    assert list(tfidf.vocabulary) == list(expected.vocabulary)
    assert np.array_equal(tfidf.idf, expected.idf)
    found, alone = counts.rows(wanted, selection), expected.transform([corpus[i] for i in wanted])
    assert np.array_equal(found.to_scipy().toarray(), alone.to_scipy().toarray())


@given(texts)
def test_a_row_does_not_depend_on_its_batch(way, batch):
    tfidf = fit(["peace talks in geneva", "talks about peace"])
    weights = np.random.default_rng(0).normal(size=(len(tfidf.vocabulary), 5))
    together = tfidf.transform(batch).times(weights)
    assert all(
        np.array_equal(together[i], tfidf.transform([text]).times(weights)[0]) for i, text in enumerate(batch)
    )


def test_rare_terms_are_left_out_and_the_most_frequent_are_kept(way):
    fitted = ["aa bb", "aa cc", "aa bb dd"]
    assert list(fit(fitted, min_df=2).vocabulary) == ["aa", "aa bb", "bb"]
    assert list(fit(fitted, max_terms=2).vocabulary) == ["aa", "aa bb"]


def test_product_is_that_of_scipy(way):
    tfidf = fit(["aa bb cc", "bb cc", "dd"])
    rows = tfidf.transform(["aa bb", "", "nothing known", "cc dd dd"])
    weights = np.arange(len(tfidf.vocabulary) * 2, dtype=float).reshape(-1, 2)
    assert np.allclose(rows.times(weights), rows.to_scipy() @ weights)


def test_likeness_is_the_cosine_of_the_kept_columns(way):
    tfidf = fit(["aa bb", "bb cc", "cc dd", "aa dd"])
    rows = tfidf.transform(["aa bb", "bb cc", "", "aa bb"])
    keep = np.array([term != "bb cc" for term in tfidf.vocabulary])
    dense = rows.to_scipy().toarray() * keep
    unit = dense / np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-12)
    assert rows.likeness(1, keep, np.arange(4)) == pytest.approx([0, unit[0] @ unit[1], 0, 0])
    assert rows.likeness(3, keep, np.arange(4)) == pytest.approx([0, 0, 0, 1])
    assert rows.likeness(1, keep, np.array([0, 0, 1, 2])) == pytest.approx([0, 0, 0, 0])
    assert rows.likeness(9, keep, np.arange(4)) == pytest.approx([0, 0, 0, 0])


def test_terms_and_weights_must_agree():
    with pytest.raises(ValueError, match="vocabulary has 1 terms, idf has 2"):
        Tfidf(["a"], np.ones(2))
