"""What every estimator promises. scikit-learn's own suite skips estimators that take text, so these stand here."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_validate

from topics import BriefingClassifier, TopicList

ESTIMATORS = [BriefingClassifier]


@pytest.fixture(params=ESTIMATORS, ids=lambda kind: kind.__name__)
def estimator(request):
    return request.param()


@pytest.fixture
def labels(corpus):
    return [briefing.labels for briefing in corpus]


def test_init_only_stores_its_arguments(estimator):
    """Defaults are kept as they are, and nothing else is made."""
    parameters = inspect.signature(type(estimator)).parameters
    assert vars(estimator) == {name: parameter.default for name, parameter in parameters.items()}


def test_clone_and_set_params(estimator):
    estimator.set_params(random_state=7)
    assert clone(estimator).get_params() == estimator.get_params()


def test_fit_returns_self_and_leaves_its_input_alone(estimator, corpus, labels):
    before = repr(corpus)
    assert estimator.fit(corpus, labels) is estimator
    assert repr(corpus) == before


def test_fitting_again_gives_the_same(estimator, corpus, labels):
    first = [p.tolist() for p in estimator.fit(corpus, labels).predict_proba(corpus)]
    assert first == [p.tolist() for p in estimator.fit(corpus, labels).predict_proba(corpus)]


@pytest.mark.parametrize("method", ["predict", "predict_proba"])
def test_before_fit_it_says_so(estimator, corpus, method):
    with pytest.raises(NotFittedError):
        getattr(estimator, method)(corpus)


def test_predictions_are_as_ragged_as_the_briefings(estimator, corpus, labels):
    estimator.fit(corpus, labels)
    topics, probabilities = estimator.predict(corpus), estimator.predict_proba(corpus)
    assert topics.dtype == object and topics.shape == (len(corpus),)
    for briefing, row, p in zip(corpus, topics, probabilities, strict=True):
        assert len(row) == len(briefing.paragraphs)
        assert p.shape == (len(row), len(estimator.classes_))
        assert (estimator.classes_[p.argmax(axis=1)] == row).all()


def test_it_works_in_scikit_learns_tools(estimator, corpus, labels):
    X, y = np.array(corpus, dtype=object), np.array(labels, dtype=object)
    assert cross_validate(estimator, corpus, labels, cv=3)["test_score"].mean() > 0.9
    assert len(cross_val_predict(estimator, X, y, cv=3)) == len(corpus)
    search = GridSearchCV(estimator, {"random_state": [0, 1]}, cv=2).fit(X, y)
    assert search.best_score_ > 0.9


def test_a_closed_list_of_topics_is_kept(estimator, corpus):
    topics = TopicList.from_labels(["boilerplate", "money", "weather"])
    assert estimator.set_params(topics=topics).fit(corpus).model_.topics == topics


def test_labels_must_fit_the_briefings(estimator, corpus, labels):
    with pytest.raises(ValueError, match="X has 12 briefings, y has 11"):
        estimator.fit(corpus, labels[:-1])
    with pytest.raises(ValueError, match="has 8 paragraphs and 7 topics"):
        estimator.fit(corpus, [labels[0][:-1], *labels[1:]])


def test_the_fitted_model_is_saved_and_predicts_the_same(estimator, corpus, labels, tmp_path):
    import topics

    estimator.fit(corpus, labels).model_.save(tmp_path / "m")
    loaded = topics.load(tmp_path / "m")
    assert [p.topics for p in loaded.classify_many(corpus)] == [
        row.tolist() for row in estimator.predict(corpus)
    ]
