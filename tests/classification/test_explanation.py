from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from topics import InputError, explain, read
from topics.classification.explanation import telling_terms


def test_the_parts_add_up_to_the_score_and_the_score_is_the_log_probability(model, corpus):
    prediction = model.classify(corpus[0])
    everything = {topic: explain(model, corpus[0], topic) for topic in model.topics.ids}
    for index, paragraph in enumerate(prediction.paragraphs):
        scores = []
        for explanations in everything.values():
            parts = explanations[index].to_dict()["parts"]
            assert sum(parts.values()) == pytest.approx(explanations[index].score, abs=1e-9)
            scores.append(explanations[index].score)
        odds = np.exp(scores)
        assert odds / odds.sum() == pytest.approx(list(paragraph.probabilities.values()), abs=2e-6)
        assert sum(scores) == pytest.approx(0, abs=1e-6)


def test_each_term_contributes_its_weight_times_its_value(model, corpus):
    for explanation in explain(model, corpus[0]):
        for term in explanation.terms:
            assert term.contribution == pytest.approx(term.value * term.weight)
        assert [t.contribution for t in explanation.terms] == sorted(
            (t.contribution for t in explanation.terms), reverse=True
        )


def test_telling_words_speak_for_their_topic(model, corpus):
    explanation = explain(model, corpus[0])[1]
    assert explanation.topic == "weather"
    assert {"rain", "wind", "coast"} & {term.term for term in explanation.terms[:6]}


def test_a_paragraph_without_words_of_its_own_is_explained_by_its_neighbours(starter):
    sample = read(Path(__file__).parent.parent.parent / "seeds" / "samples" / "spokesman-briefing.txt")
    explanation = explain(starter, sample)[11]
    assert explanation.text.startswith('"Both sides have our letter.')
    assert explanation.topic == "ukraine-talks" and explanation.probability > 2 * explanation.alone
    assert explanation.before + explanation.after + explanation.neighbours > abs(explanation.from_terms)


def test_values_are_json(model, corpus):
    values = [v for e in explain(model, corpus[0]) for v in e.to_dict()["parts"].values()]
    assert all(isinstance(v, float) and math.isfinite(v) for v in values)


def test_an_unknown_topic_is_refused(model, corpus):
    with pytest.raises(InputError, match=r"'weathr' is not a topic.*Did you mean 'weather'"):
        explain(model, corpus[0], "weathr")


def test_telling_terms_are_those_whose_part_of_the_score_at_least_doubles_the_odds(starter):
    sample = read(Path(__file__).parent.parent.parent / "seeds" / "samples" / "spokesman-briefing.txt")
    explanations = explain(starter, sample)
    telling = telling_terms(starter, starter.classify(sample), most=100)
    for explanation, terms in zip(explanations, telling, strict=True):
        assert terms == [term.term for term in explanation.terms if term.contribution >= math.log(2)]
    assert sum(map(bool, telling)) > 10
    first_three = telling_terms(starter, starter.classify(sample))
    assert first_three == [terms[:3] for terms in telling]


def test_telling_terms_speak_for_the_topic_that_was_given_even_without_context(starter):
    sample = read(Path(__file__).parent.parent.parent / "seeds" / "samples" / "spokesman-briefing.txt")
    prediction = starter.independent().classify(sample)
    for paragraph, terms in zip(prediction.paragraphs, telling_terms(starter, prediction), strict=True):
        known = {term.term for term in explain(starter, sample, paragraph.topic)[paragraph.index].terms}
        assert set(terms) <= known
