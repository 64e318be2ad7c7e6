from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import Briefing, Paragraph, TopicList
from topics.classification.prediction import UNITS, ModelName, in_units, predict

TOPICS = TopicList.from_labels(["boilerplate", "iran", "syria"])
NAME = ModelName("m", "sha256:0")


def predicted(topics: list[str], texts: list[str] | None = None, confidence: float = 0.8):
    texts = texts or [f"word {n}" for n in range(len(topics))]
    rows = np.full((len(topics), 3), (1 - confidence) / 2)
    rows[np.arange(len(topics)), [TOPICS.ids.index(t) for t in topics]] = confidence
    briefing = Briefing("b", tuple(Paragraph(text, n * 10, n * 10 + 5) for n, text in enumerate(texts)))
    return predict([briefing], rows, TOPICS, 0.7, np.zeros(len(topics), dtype=bool), NAME)[0]


def test_neighbours_of_one_topic_are_a_segment_and_boilerplate_between_them_is_skipped():
    result = predicted(["boilerplate", "syria", "boilerplate", "syria", "iran", "syria", "boilerplate"])
    assert [p.segment for p in result.paragraphs] == [None, 0, None, 0, 1, 2, None]
    assert [(s.topic, s.first, s.last, s.start, s.end) for s in result.segments] == [
        ("syria", 1, 3, 10, 35),
        ("iran", 4, 4, 40, 45),
        ("syria", 5, 5, 50, 55),
    ]


def test_shares_are_parts_of_the_words_of_content():
    result = predicted(
        ["boilerplate", "syria", "iran"], ["many words here that do not count", "one two three", "one"]
    )
    assert result.shares == {"syria": 0.75, "iran": 0.25}


def test_without_content_there_are_no_shares():
    assert predicted(["boilerplate"]).shares == {}
    assert predicted(["boilerplate"]).segments == ()


def test_unsure_paragraphs_are_marked_for_review():
    assert [p.review for p in predicted(["syria"], confidence=0.8).paragraphs] == [False]
    assert [p.review for p in predicted(["syria"], confidence=0.6).paragraphs] == [True]


def test_the_result_has_the_keys_of_the_file_format():
    result = predicted(["syria"]).to_dict()
    assert list(result) == ["id", "title", "date", "metadata", "model", "paragraphs", "segments", "shares"]
    assert list(result["paragraphs"][0]) == [
        "index", "start", "end", "text", "topic", "probability", "review", "segment", "probabilities",
    ]  # fmt: skip
    assert list(result["segments"][0]) == ["index", "topic", "first", "last", "start", "end", "probability"]


@given(
    st.lists(
        st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda row: sum(row) > 0.01), min_size=1
    )
)
def test_rounded_probabilities_still_sum_to_one(rows):
    exact = np.array(rows) / np.sum(rows, axis=1, keepdims=True)
    units = in_units(exact)
    assert (units.sum(axis=1) == UNITS).all()
    assert (np.abs(units - exact * UNITS) <= 1).all()


def test_a_paragraphs_topic_is_its_most_probable():
    for paragraph in predicted(["syria", "iran"]).paragraphs:
        assert paragraph.probability == max(paragraph.probabilities.values())
        assert paragraph.probabilities[paragraph.topic] == paragraph.probability
        assert sum(paragraph.probabilities.values()) == pytest.approx(1, abs=1e-9)


def test_an_empty_briefing_has_an_empty_prediction(model):
    for batch in (
        [Briefing("e", ())],
        [Briefing("e", ()), Briefing("x", (Paragraph("Rain."),)), Briefing("f", ())],
    ):
        predictions = list(model.classify_many(batch))
        assert [len(p.paragraphs) for p in predictions] == [len(b.paragraphs) for b in batch]
        assert predictions[0].to_dict()["shares"] == {}
