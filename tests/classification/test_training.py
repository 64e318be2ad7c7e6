from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import topics
from topics import Briefing, InputError, Paragraph, TopicList, TopicsWarning, TrainingError
from topics.classification import training, trials
from topics.classification.labelled import Outline, folds
from topics.classification.training import review_threshold
from topics.classification.trials import HeldOut, Trial, best_of
from topics.corpus.passes import Passes

from ..conftest import SENTENCES


def test_new_briefings_get_their_topics(model):
    texts = [
        "Photo: agency",
        "More rain and wind on the coast.",
        "She said so.",
        "The bank cut its interest rate.",
    ]
    briefing = Briefing("new", tuple(map(Paragraph, texts)))
    assert model.classify(briefing).topics == ["boilerplate", "weather", "weather", "money"]


def test_same_corpus_and_seed_give_the_same_bytes(corpus, tmp_path):
    first, second = (topics.train(corpus, seed=3).save(tmp_path / name) for name in "ab")
    assert first.fingerprint == second.fingerprint


def test_paragraphs_without_label_are_context_and_are_counted(corpus):
    bare = [
        replace(
            b,
            paragraphs=tuple(
                replace(p, label=p.label if n % 4 else None) for n, p in enumerate(b.paragraphs)
            ),
        )
        for b in corpus
    ]
    model = topics.train(bare)
    assert model.training["corpus"]["unlabelled"] == 24
    assert model.classify(corpus[0]).topics[1] == "weather"


def test_whole_documents_make_a_text_classifier():
    corpus = [
        Briefing(f"{label}{n}", (Paragraph(text, label=label),))
        for label, texts in SENTENCES.items()
        for n, text in enumerate(texts * 3)
    ]
    model = topics.train(corpus)
    assert model.classify(Briefing("x", (Paragraph("Rain, wind and snow."),))).topics == ["weather"]


def one_topic(corpus):
    return [replace(b, paragraphs=tuple(replace(p, label="weather") for p in b.paragraphs)) for b in corpus]


def no_label(corpus):
    return [replace(b, paragraphs=tuple(replace(p, label=None) for p in b.paragraphs)) for b in corpus]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda corpus: [], "has no labels"),
        (no_label, "has no labels"),
        (one_topic, "has one topic only, 'weather'"),
        (lambda corpus: corpus[:1], "has one labelled briefing only, 'b0'"),
    ],
)
def test_a_corpus_that_teaches_nothing_is_refused(corpus, change, problem):
    with pytest.raises(TrainingError, match=problem) as caught:
        topics.train(change(corpus))
    assert "\n" not in str(caught.value)


def test_a_label_outside_the_list_is_refused(corpus):
    with pytest.raises(
        InputError, match=r"'money' is not a topic; expected boilerplate, mony, weather. Did you mean 'mony'"
    ):
        topics.train(corpus, topics=TopicList.from_labels(["weather", "mony", "boilerplate"]))


def test_a_topic_that_occurs_once_is_warned_of_and_trained(corpus):
    odd = replace(
        corpus[0], paragraphs=(*corpus[0].paragraphs, Paragraph("Cup final tonight.", label="sport"))
    )
    with pytest.warns(TopicsWarning, match="sport labelled once only"):
        model = topics.train([odd, *corpus[1:]])
    assert "sport" in model.topics.ids


def test_a_topic_without_paragraph_is_warned_of_and_left_out(corpus):
    with pytest.warns(TopicsWarning, match="no paragraph is labelled sport"):
        model = topics.train(
            corpus, topics=TopicList.from_labels(["boilerplate", "money", "sport", "weather"])
        )
    assert model.topics.ids == ["boilerplate", "money", "weather"]


def test_two_briefings_are_enough(corpus):
    assert topics.train(corpus[:2]).classify(corpus[2]).topics


def test_progress_is_told_to_its_end(corpus):
    told = []
    topics.train(corpus, progress=lambda what, done, steps: told.append((done, steps)))
    assert told == sorted(told) and told[-1][0] == told[-1][1]


@given(st.integers(1, 40), st.integers(2, 8), st.integers(0, 5))
def test_folds_are_of_about_equal_size(n, n_folds, seed):
    sizes = np.bincount(folds([None] * n, n_folds, seed))
    assert len(sizes) == min(n, n_folds) and sizes.max() - sizes.min() <= 1


def test_a_source_stays_in_one_fold():
    fold_of = folds([f"source {i % 7}" for i in range(70)], 5, 0)
    assert all(len({fold_of[i] for i in range(70) if i % 7 == source}) == 1 for source in range(7))
    assert set(fold_of) == set(range(5))


@given(st.lists(st.tuples(st.floats(0.2, 1), st.booleans()), min_size=1, max_size=50))
def test_paragraphs_above_the_review_threshold_reach_the_target(pairs):
    confidence, right = np.array([c for c, _ in pairs]), np.array([r for _, r in pairs])
    threshold = review_threshold(confidence, right, 0.9)
    kept = confidence >= threshold
    assert threshold == 1.0 or right[kept].mean() >= 0.9
    lower = confidence[confidence < threshold]
    if len(lower):  # it could not have been lower
        assert any(right[confidence >= c].mean() < 0.9 for c in lower)


def test_warnings_are_not_raised_for_a_plain_corpus(corpus):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        topics.train(corpus)


def test_a_briefing_is_classified_alike_alone_and_among_others(model, corpus):
    together = [p.to_dict() for p in model.classify_many(corpus)]
    assert together == [model.classify(briefing).to_dict() for briefing in corpus]


def test_settings_are_chosen_by_held_out_likelihood(model):
    tried, settings = model.training["tried"], model.training["settings"]
    (chosen,) = [
        trial for trial in tried if (trial["terms"], trial["C"]) == (settings["terms"], settings["C"])
    ]
    assert chosen["loss"] <= 1.005 * min(trial["loss"] for trial in tried) + 0.001
    assert len(tried) == 6


def test_text_without_spaces_is_learned_from_its_characters():
    corpus = [
        Briefing(f"{label}{n}", (Paragraph("".join(text.split()), label=label),))
        for label, texts in SENTENCES.items()
        for n, text in enumerate(texts * 2)
    ]
    assert topics.train(corpus).training["settings"]["terms"] == "characters"


def test_of_settings_that_are_as_good_the_simplest_is_taken():
    first, second, third = (Trial(terms, 0.3, 1.0, None, None, None, loss) for terms, loss in LOSSES)
    assert best_of([first, second]) is first
    assert best_of([first, second, third]) is third


LOSSES = [("words", 0.1004), ("pairs", 0.1), ("characters", 0.09)]


def test_a_chain_is_less_sure_where_what_it_learned_does_not_hold_elsewhere():
    """Labels at random: on folds that were not seen nothing learned from them is worth anything."""
    rng = np.random.default_rng(0)
    words = [f"word{n}" for n in range(40)]
    corpus = [
        Briefing(
            f"b{n}",
            tuple(Paragraph(" ".join(rng.choice(words, 6)), label=rng.choice(["a", "b"])) for _ in range(6)),
        )
        for n in range(30)
    ]
    outlines = [Outline.of(briefing) for briefing in corpus]
    held_out = HeldOut(corpus, outlines, TopicList.from_labels(["a", "b"]), seed=0)
    factor, probabilities = held_out.temper_by_others(held_out.judge_by_others("words", 0.3))
    assert factor < 0.6
    assert np.abs(probabilities - 0.5).mean() < 0.25


def test_a_corpus_may_be_a_list_an_iterator_or_read_again_each_time(corpus, tmp_path):
    given = {"list": corpus, "iterator": iter(corpus), "files": Passes(lambda: iter(corpus), held=0)}
    fingerprints = {
        topics.train(value, name="m").save(tmp_path / name).fingerprint for name, value in given.items()
    }
    assert len(fingerprints) == 1


def test_of_a_large_corpus_some_is_searched_and_some_is_judged_by_the_rest(corpus, monkeypatch):
    monkeypatch.setattr(trials, "JUDGED_PARAGRAPHS", 40)
    monkeypatch.setattr(training, "SEARCHED_PARAGRAPHS", 30)
    large = [replace(briefing, id=f"{briefing.id}-{turn}") for turn in range(6) for briefing in corpus]
    model = topics.train(large)
    assert model.training["corpus"]["paragraphs"] == sum(len(briefing.paragraphs) for briefing in large)
    assert model.training["held_out"]["accuracy"] > 0.9
    assert model.classify(corpus[0]).topics == corpus[0].labels


@pytest.mark.parametrize("limit", [10, 40, 140])
def test_what_judges_a_large_corpus_has_seen_most_of_it_and_no_source_that_it_judges(
    corpus, monkeypatch, limit
):
    monkeypatch.setattr(trials, "JUDGED_PARAGRAPHS", limit)
    large = [
        replace(briefing, id=f"{briefing.id}-{turn}", metadata={"source": f"s{(n + turn) % 12}"})
        for turn in range(3)
        for n, briefing in enumerate(corpus)
    ]
    outlines = [Outline.of(briefing) for briefing in large]
    judged, learned = trials._dealt(outlines, seed=0)
    assert not ({o.source for o, j in zip(outlines, judged, strict=True) if j}
                & {o.source for o, chosen in zip(outlines, learned, strict=True) if chosen})  # fmt: skip
    n_paragraphs = np.array([len(outline.labels) for outline in outlines])
    assert n_paragraphs[learned].sum() >= 0.75 * n_paragraphs.sum()
    assert 0 < n_paragraphs[judged].sum() <= max(limit, 2 * n_paragraphs.max())


def test_kinds_of_terms_that_would_take_too_much_memory_are_not_tried(corpus, monkeypatch):
    monkeypatch.setattr(training, "MOST_VALUES", 0)
    assert {trial["terms"] for trial in topics.train(corpus).training["tried"]} == {"words"}


def test_a_corpus_that_changes_while_it_is_read_is_refused(corpus):
    turns = iter([corpus, corpus[:-1]])
    with pytest.raises(TrainingError, match="changed while it was read"):
        topics.train(Passes(lambda: iter(next(turns)), held=0))
