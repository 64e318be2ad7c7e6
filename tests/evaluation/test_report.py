from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import topics
from topics import InputError, TopicList
from topics.evaluation.report import compare

TOPICS = TopicList.from_labels(["a", "b"])


def test_a_report_by_hand():
    gold = np.array([0, 0, 0, 1, 1, -1, 1, 1])
    predicted = np.array([0, 0, 1, 1, 1, 0, 1, 0])
    report = compare(gold, predicted, [6, 2], TOPICS)
    values = report.to_dict()
    assert (values["briefings"], values["paragraphs"]) == (2, 7)
    assert values["accuracy"] == pytest.approx(5 / 7, abs=1e-6)
    assert values["confusion"]["rows"] == [[2, 1], [1, 3]]
    assert values["topics"]["a"] == {
        "precision": pytest.approx(2 / 3, abs=1e-6), "recall": pytest.approx(2 / 3, abs=1e-6),
        "f1": pytest.approx(2 / 3, abs=1e-6), "support": 3,
    }  # fmt: skip
    # Of the first briefing 5 paragraphs count: gold 3 + 2, k = 2 (rounded from 1.25, at least 2):
    # of the pairs (0, 2), (1, 3), (2, 4) only the second is judged alike. The second briefing is too short.
    assert values["pk"] == pytest.approx(2 / 3, abs=1e-6)


def test_without_labels_there_is_nothing_to_compare():
    with pytest.raises(InputError, match="has no labels"):
        compare(np.array([-1]), np.array([0]), [1], TOPICS)


def test_a_model_is_scored_on_new_briefings(model, corpus):
    report = topics.evaluate(model, corpus[:3])
    assert report.accuracy > 0.9 and report.n_briefings == 3


def test_a_label_the_model_does_not_know_is_named(model, corpus):
    odd = replace(corpus[0], paragraphs=(replace(corpus[0].paragraphs[0], label="wether"),))
    with pytest.raises(
        InputError, match=r"briefing 'b0', paragraph 0: 'wether' is not a topic.*Did you mean 'weather'"
    ):
        topics.evaluate(model, [odd])


def test_cross_validation_judges_every_paragraph_once_by_others(corpus):
    report = topics.cross_validate(corpus, n_folds=3)
    assert report.n_paragraphs == sum(len(b.paragraphs) for b in corpus)
    assert report.accuracy > 0.9


def test_cross_validation_learns_nothing_from_what_it_judges(corpus):
    """A word that stands in one briefing only, and tells its label, can't be known from the others."""
    tell = [
        replace(
            b,
            paragraphs=(replace(b.paragraphs[0], text=f"secret{n}", label=("weather", "money")[n % 2]),) * 2,
        )
        for n, b in enumerate(corpus)
    ]
    assert topics.cross_validate(tell, n_folds=4).accuracy < 0.75


def test_folds_need_briefings(corpus):
    with pytest.raises(InputError, match="has 2 labelled briefings; 5 folds need as many"):
        topics.cross_validate(corpus[:2], n_folds=5)
