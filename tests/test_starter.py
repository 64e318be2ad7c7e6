"""The starter model: what the seeds give, small, and right on briefings it has not seen."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import topics
from topics import TopicList
from topics.corpus.statistics import corpus_statistics
from topics.features.background import Background

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
ARRAYS = ("idf", "weights", "bias")


@pytest.fixture(scope="module")
def seeds():
    return list(topics.read_corpus(SEEDS / "starter"))


@pytest.fixture(scope="module")
def retrained(seeds):
    return topics.train(
        seeds,
        topics=TopicList.read(str(SEEDS / "topics.toml")),
        background=Background.read(SEEDS / "background.tsv.gz"),
        name="starter",
    )


def test_the_committed_model_is_what_the_seeds_give(starter, retrained):
    """Equal but for the last digits, in which processors differ."""
    assert starter.training["corpus"] == retrained.training["corpus"], "run `make starter`"
    assert starter.training["settings"] == retrained.training["settings"]
    assert starter.topics == retrained.topics
    for name in ("topic_scorer", "change_scorer"):
        committed, made = getattr(starter, name), getattr(retrained, name)
        assert list(committed.tfidf.vocabulary) == list(made.tfidf.vocabulary)
        assert np.array_equal(committed.tfidf.idf, made.tfidf.idf)
        assert np.allclose(committed.weights, made.weights, atol=1e-3)
    for name, array in starter.chain.arrays().items():
        assert np.allclose(array, retrained.chain.arrays()[name], atol=0.05), name
    assert starter.review_below == pytest.approx(retrained.review_below, abs=0.01)


def test_the_bundle_is_small():
    assert sum(file.stat().st_size for file in (ROOT / "models" / "starter").iterdir()) < 5_000_000


def test_the_corpus_is_as_its_readme_says(seeds):
    labels = Counter(label for briefing in seeds for label in briefing.labels)
    assert len({briefing.id for briefing in seeds}) == len(seeds) >= 400
    assert set(labels) == set(TopicList.read(str(SEEDS / "topics.toml")).ids)
    assert all(briefing.metadata["source"] and briefing.metadata["style"] for briefing in seeds)


def test_no_paragraph_nearly_repeats_one_of_another_briefing(seeds):
    """Folds are of whole briefings; so nothing in one fold is known from another."""
    pairs = [pair for pair in corpus_statistics(seeds).near_duplicates if pair.elsewhere]
    assert [(pair.briefing, pair.index, pair.first_briefing, pair.first_index) for pair in pairs] == []


def test_the_samples_are_not_part_of_the_corpus(seeds):
    samples = list(topics.read_corpus(SEEDS / "samples"))
    pairs = corpus_statistics([*seeds, *samples]).near_duplicates
    assert not {pair.briefing for pair in pairs} & {sample.id for sample in samples}


@pytest.mark.parametrize(
    "text",
    [
        "Представитель министерства заявил в четверг, что переговоры продолжатся на следующей неделе в Женеве.",
        "Der Sprecher des Ministeriums sagte am Donnerstag, die Verhandlungen sollten kommende Woche weitergehen.",
        "Purlwise stitches slip knitwise onto cable needles; yarnover decreases flank garter selvedges throughout.",
    ],
)
def test_text_unlike_anything_in_training_is_sent_to_review(starter, text):
    assert all(p.review for p in starter.classify(topics.Briefing.from_text(text)).paragraphs)


def test_the_sample_briefing_is_taken_apart(starter):
    found = starter.classify(topics.read(SEEDS / "samples" / "spokesman-briefing.txt"))
    content = [segment.topic for segment in found.segments if segment.first >= 6]
    assert content == ["syria", "ukraine-talks", "iran", "new-start", "other"]


# What a careful reader would say of the model document; sets where two answers are good.
BOILERPLATE, SYRIA, TALKS, IRAN, NEW_START = (
    {"boilerplate"},
    {"syria"},
    {"ukraine-talks"},
    {"iran"},
    {"new-start"},
)
MODEL_DOCUMENT = [
    BOILERPLATE, SYRIA, {"syria", "ukraine-talks", "other"}, BOILERPLATE, {"boilerplate", "syria"}, BOILERPLATE,
    *[SYRIA] * 6, *[TALKS] * 5, *[IRAN] * 2, *[NEW_START] * 4, BOILERPLATE,
]  # fmt: skip


def test_the_model_document_is_taken_apart(starter, shared):
    path = shared / "seeds" / "kremlin-briefing-2026-01-29.txt"
    prediction = starter.classify(topics.read(path))
    text = path.read_text(encoding="utf-8")
    assert [
        text[p.paragraph.start : p.paragraph.end] for p in prediction.paragraphs
    ] == prediction.briefing.texts
    wrong = [
        (number, topic)
        for number, (topic, good) in enumerate(zip(prediction.topics, MODEL_DOCUMENT, strict=True))
        if topic not in good
    ]
    assert wrong == []


# Measured when the model was committed, less a little; topic by topic, so that one gain can't hide another's loss.
BASELINES = json.loads((Path(__file__).parent / "accuracy.json").read_text())


@pytest.mark.parametrize("name", BASELINES)
def test_real_briefings_are_labelled_as_well_as_before(starter, shared, name):
    report = topics.evaluate(starter, topics.read_corpus(shared / "data" / name))
    assert report.n_paragraphs >= 100
    worse = {
        topic: (round(report.per_topic[topic].f1, 3), baseline)
        for topic, baseline in BASELINES[name].items()
        if report.per_topic[topic].f1 < baseline - 0.02
    }
    assert worse == {}
