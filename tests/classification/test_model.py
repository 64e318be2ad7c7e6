from __future__ import annotations

import numpy as np
import pytest

from topics import Briefing, Paragraph
from topics.classification import model as module


def test_arrays_are_what_predictions_are_made_of(model, corpus):
    texts = [text for briefing in corpus for text in briefing.texts]
    probabilities, foreign = model.judge(texts, [len(briefing.paragraphs) for briefing in corpus])
    predicted = [paragraph for result in model.classify_many(corpus) for paragraph in result.paragraphs]
    assert [model.topics.ids[column] for column in probabilities.argmax(axis=1)] == [
        p.topic for p in predicted
    ]
    assert probabilities.max(axis=1) == pytest.approx([p.probability for p in predicted], abs=1e-6)
    assert all(paragraph.review for paragraph, unlike in zip(predicted, foreign, strict=True) if unlike)


def test_a_text_alone_is_a_briefing_of_one_paragraph(model):
    texts = ["More rain and wind on the coast.", "The bank cut its interest rate."]
    probabilities, _ = model.judge(texts)
    for text, row in zip(texts, probabilities, strict=True):
        (paragraph,) = model.classify(Briefing("b", (Paragraph(text),))).paragraphs
        assert row == pytest.approx(list(paragraph.probabilities.values()), abs=1e-6)


def test_nothing_gives_nothing(model):
    probabilities, foreign = model.judge([])
    assert probabilities.shape == (0, len(model.topics)) and foreign.shape == (0,)


def test_lengths_have_to_fit(model):
    with pytest.raises(ValueError, match="there are 2 texts; lengths add up to 3"):
        model.judge(["a", "b"], [1, 2])
    with pytest.raises(ValueError, match="one is negative"):
        model.judge(["a", "b"], [3, -1])


@pytest.mark.parametrize("jobs", [2, 5])
def test_batches_and_threads_change_nothing(model, corpus, monkeypatch, jobs):
    corpus = corpus * 4
    texts = [text for briefing in corpus for text in briefing.texts]
    lengths = [len(briefing.paragraphs) for briefing in corpus]
    expected = [result.to_dict() for result in model.classify_many(corpus)], model.judge(texts, lengths)
    monkeypatch.setattr(module, "BATCH_PARAGRAPHS", 7)
    assert [result.to_dict() for result in model.classify_many(corpus, jobs=jobs)] == expected[0]
    for one, other in zip(model.judge(texts, lengths, jobs=jobs), expected[1], strict=True):
        assert np.array_equal(one, other)


def test_a_stream_is_read_a_few_batches_ahead_at_most(model, corpus, monkeypatch):
    monkeypatch.setattr(module, "BATCH_PARAGRAPHS", 1)
    read = 0

    def endless():
        nonlocal read
        while True:
            read += 1
            yield corpus[0]

    stream = model.classify_many(endless(), jobs=2)
    next(stream)
    assert read <= 6
    stream.close()
