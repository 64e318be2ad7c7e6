"""Results are read back as they were written; what is no result is told in one line."""

from __future__ import annotations

import gzip
import io
import json
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from topics import Briefing, InputError, Paragraph, TopicList
from topics.classification.prediction import ModelName, Prediction, predict
from topics.output.formats import json_lines, json_list
from topics.output.results import read_results, topics_of

TOPICS = TopicList.from_records({"syria": {"name": "Syria"}, "iran": {}, "ads": {"content": False}})

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
value = st.none() | st.booleans() | st.integers() | text
metadata = st.dictionaries(text, value | st.lists(value, max_size=2), max_size=2)


@st.composite
def predictions(draw):
    """Briefings of every kind: split from a text or given by paragraphs, labelled or not, empty."""
    placed = draw(st.booleans())
    paragraphs, place = [], 0
    for part in draw(st.lists(text, max_size=6)):
        span = (place, place + len(part)) if placed else (None, None)
        place += len(part) + 2
        paragraphs.append(Paragraph(part, *span, draw(st.none() | text), draw(metadata)))
    rows = draw(
        st.lists(
            st.lists(st.floats(0.01, 1), min_size=3, max_size=3),
            min_size=len(paragraphs),
            max_size=len(paragraphs),
        )
    )
    probabilities = np.array(rows).reshape(-1, 3)
    probabilities = probabilities / probabilities.sum(axis=1, keepdims=True)
    briefing = Briefing(
        draw(text), tuple(paragraphs), draw(st.none() | text), draw(st.none() | text), draw(metadata),
        draw(st.none() | text),
    )  # fmt: skip
    name = ModelName(draw(text), draw(text))
    return predict([briefing], probabilities, TOPICS, 0.7, np.zeros(len(paragraphs), dtype=bool), name)[0]


@given(st.lists(predictions(), max_size=3))
def test_what_was_written_is_read_back_equal(tmp_path_factory, written):
    folder = tmp_path_factory.mktemp("results")
    for name, writer in (("r.jsonl", json_lines), ("r.json", json_list), ("r.jsonl.gz", json_lines)):
        data = "".join(writer(written, TOPICS)).encode("utf-8")
        (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        assert list(read_results(folder / name)) == written


def example() -> dict:
    briefing = Briefing("b", (Paragraph("On Syria.", 0, 9, "syria", {"turn": "A"}), Paragraph("Ad.", 11, 14)))
    rows = np.array([[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]])
    return predict([briefing], rows, TOPICS, 0.7, np.zeros(2, dtype=bool), ModelName("m", "sha256:0"))[
        0
    ].to_dict()


def test_results_come_from_standard_input(monkeypatch):
    data = (json.dumps(example()) + "\n").encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(data))))
    (prediction,) = read_results("-")
    assert prediction.to_dict() == example()


def test_half_characters_do_not_come_through(tmp_path):
    record = example()
    record["paragraphs"][0]["text"] = "a\ud800"
    (tmp_path / "r.jsonl").write_text(json.dumps(record))
    (prediction,) = read_results(tmp_path / "r.jsonl")
    assert prediction.briefing.texts[0] == "a\ufffd"


def changed(*path_and_value) -> dict:
    *path, key, value = path_and_value
    record = place = example()
    for step in path:
        place = place[step]
    if value is None:
        del place[key]
    else:
        place[key] = value
    return record


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        (changed("segments", None), "has no 'segments'"),
        (changed("id", 7), "'id' is a number; expected a text"),
        (changed("paragraphs", ["x"]), "'paragraphs' is a list; expected a list of objects"),
        (changed("paragraphs", 0, "topic", None), "paragraph 0: has no 'topic'"),
        (changed("paragraphs", 1, "index", 5), "'index' does not count from 0"),
        (changed("paragraphs", 1, "index", True), "paragraph 1: 'index' is true or false"),
        (changed("paragraphs", 0, "end", None), "paragraph 0: has no 'end'"),
        (changed("paragraphs", 0, "probability", 2), "paragraph 0: 'probability' is 2; expected a number between"),
        (changed("paragraphs", 0, "probability", float("inf")), "Infinity is not a JSON number"),
        (changed("paragraphs", 0, "review", "no"), "paragraph 0: 'review' is a text; expected true or false"),
        (changed("paragraphs", 0, "segment", 4), "paragraph 0 is in segment 4; there are 1 segments"),
        (changed("segments", 0, "last", 9), "segment 0 ends at paragraph 9; there are 2 paragraphs"),
        (changed("segments", 0, "first", -1), "segment 0: 'first' is -1; expected a whole number from 0"),
        (changed("shares", "syria", "all"), "shares: 'syria' is a text; expected a number between 0 and 1"),
        (changed("model", "name", None), "has no 'name'"),
    ],
)  # fmt: skip
def test_a_bad_record_is_named_by_file_and_line(tmp_path, record, problem):
    path = tmp_path / "r.jsonl"
    path.write_text(f"{json.dumps(example())}\n\n{json.dumps(record)}\n")
    with pytest.raises(InputError) as error:
        list(read_results(path))
    assert str(error.value).startswith(f"{path}:3: ") and problem in str(error.value)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"[1]", "result 1: is no object"),
        (b'[\n{"id": "b"\n', ":3: is not valid JSON"),
        (b"MOSCOW. He said no.", "is no JSON; expected the results of `topics classify"),
        (b'{"id": "b", "text": "Not a result."}', ":1: has no 'model'; expected a result as"),
        (b'{\n "briefings": 14\n}\n', "is JSON of another kind; expected the results of"),
        (gzip.compress(b"[]"), "is compressed"),
        (b"[" * 100_000, "is nested too deeply"),
    ],
)
def test_what_is_no_result_is_told(tmp_path, data, problem):
    path = tmp_path / "r.json"
    path.write_bytes(data)
    with pytest.raises(InputError) as error:
        list(read_results(path))
    assert str(error.value).startswith(str(path)) and problem in str(error.value)


def test_files_that_cannot_be_read_are_told(tmp_path):
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(b"{}" * 1000)[:20])
    for name, problem in (
        ("none.json", "No such file"),
        ("cut.jsonl.gz", "not a whole gzip"),
        ("", "directory"),
    ):
        with pytest.raises(InputError, match=problem):
            list(read_results(tmp_path / name))


def test_topics_are_those_of_the_model_that_the_results_name(starter):
    prediction = starter.classify(Briefing.from_text("Damascus."))
    assert topics_of([prediction]) == starter.topics


def test_topics_of_another_model_of_that_name_are_not_taken(starter):
    prediction = Prediction.from_dict(starter.classify(Briefing.from_text("x")).to_dict())
    record = prediction.to_dict()
    record["model"]["fingerprint"] = "sha256:other"
    found = topics_of([Prediction.from_dict(record)])
    assert found.ids == sorted(starter.topics.ids) and found != starter.topics.only(found.ids)


def test_without_the_model_what_is_in_no_segment_is_no_content():
    found = topics_of([Prediction.from_dict(example())])
    assert [(topic.id, topic.content) for topic in found] == [("ads", False), ("iran", True), ("syria", True)]


def test_a_chosen_list_must_have_every_topic():
    prediction = Prediction.from_dict(example())
    assert topics_of([prediction], TOPICS) is TOPICS
    with pytest.raises(InputError, match=r"have the topic 'syria', .* Did you mean 'siria'\?"):
        topics_of([prediction], TopicList.from_labels(["ads", "iran", "siria"]))
