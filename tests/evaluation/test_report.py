from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import topics
from topics import InputError, TopicList
from topics.evaluation.doubts import label_doubts
from topics.evaluation.report import compare

TOPICS = TopicList.from_labels(["a", "b"])


def test_a_report_by_hand():
    gold = np.array([0, 0, 0, 1, 1, -1, 1, 1])
    predicted = np.array([0, 0, 1, 1, 1, 0, 1, 0])
    probabilities = np.where(np.eye(2)[predicted] == 1, 0.8, 0.2)
    probabilities[2] = [0.45, 0.55]
    values = compare(gold, probabilities, [6, 2], TOPICS, 0.6).to_dict()
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
    # First briefing: one boundary, missed by one place. Second: a boundary too many.
    assert values["boundary_similarity"] == pytest.approx((0.5 + 0) / 2)
    # First: aaa|bb found as aa|bbb, both pairs agree. Second: one gold segment, two predicted, one right.
    assert values["segments"] == {"right": 3, "gold": 3, "predicted": 4, "f1": pytest.approx(6 / 7, abs=1e-6)}
    # Six paragraphs at 0.8, five of them right; one at 0.55, wrong.
    assert values["ece"] == pytest.approx((6 * abs(0.8 - 5 / 6) + 0.55) / 7, abs=1e-6)
    assert values["review"] == {
        "coverage": pytest.approx(6 / 7, abs=1e-6),
        "accuracy": pytest.approx(5 / 6, abs=1e-6),
    }
    low, high = values["intervals"]["accuracy"]
    assert 0.4 <= low <= values["accuracy"] <= high <= 1


def test_without_labels_there_is_nothing_to_compare():
    with pytest.raises(InputError, match="has no labels"):
        compare(np.array([-1]), np.array([[1.0, 0.0]]), [1], TOPICS, 0.5)


def test_the_baseline_judges_each_paragraph_alone(model, corpus):
    report = topics.evaluate(model, corpus)
    alone = model.independent()
    expected = [
        topic for briefing in corpus for p in briefing.paragraphs
        for topic in alone.classify(replace(briefing, paragraphs=(p,))).topics
    ]  # fmt: skip
    labels = [label for briefing in corpus for label in briefing.labels]
    assert report.baseline.accuracy == pytest.approx(
        np.mean([a == b for a, b in zip(expected, labels, strict=True)])
    )


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


def test_a_wrong_label_is_the_most_doubtful(corpus):
    odd = replace(corpus[4].paragraphs[1], label="money")  # on rain
    paragraphs = (corpus[4].paragraphs[0], odd, *corpus[4].paragraphs[2:])
    doubts = label_doubts([*corpus[:4], replace(corpus[4], paragraphs=paragraphs), *corpus[5:]])
    assert (doubts[0].briefing, doubts[0].index) == ("b4", 1)
    assert (doubts[0].label, doubts[0].topic) == ("money", "weather")


def test_doubts_need_two_briefings(corpus):
    with pytest.raises(InputError, match="two labelled briefings"):
        label_doubts(corpus[:1])
