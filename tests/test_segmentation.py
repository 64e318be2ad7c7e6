"""Segmentation without labels, from words alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import topics
from topics import Briefing, Paragraph
from topics.evaluation.metrics import pk

CHOI = Path(__file__).parent.parent.parent / "shared" / "data" / "choi_segmentation.jsonl.gz"

HARVEST = [
    "Wheat prices rose for a third week as exporters counted the damage from the drought.",
    "The drought has cut the harvest by a fifth, and exporters expect prices to rise further.",
    "Farmers said the wheat that was left would be harvested before the end of the month.",
    "A larger harvest elsewhere may hold wheat prices down, two exporters said.",
]
TRIAL = [
    "The judge adjourned the trial until Monday after a juror fell ill.",
    "Counsel for the defendant told the judge that the jury should be discharged.",
    "The defendant has denied all charges since the trial opened in the spring.",
    "Judges rarely discharge a jury so late in a trial, the counsel for the victims said.",
]
KEEPER = [
    "The goalkeeper saved two penalties and the match went to extra time.",
    "His coach said that no goalkeeper in the league had saved so many penalties this season.",
    "The league has not seen a match with three penalties in extra time before.",
    "Extra time brought one goal, and the coach ran onto the pitch at the end of the match.",
]


def briefing(texts):
    return Briefing("b", tuple(Paragraph(text) for text in texts))


def test_boundaries_stand_where_the_words_change():
    found = topics.segment(briefing(HARVEST + TRIAL + KEEPER))
    assert found == [0] * 4 + [1] * 4 + [2] * 4


def test_words_of_another_language_part_a_briefing_as_well():
    grain = ["Пшеница дорожает, экспортеры ждут урожая.", "Экспортеры пшеницы говорят, что урожай мал."] * 3
    court = ["Судья отложил процесс, присяжные разошлись.", "Присяжные ждут, что судья решит о процессе."] * 3
    assert topics.segment(briefing(grain + court)) == [0] * 6 + [1] * 6


def test_a_text_that_says_the_same_throughout_is_one_segment():
    assert set(topics.segment(briefing(HARVEST * 3))) == {0}


@pytest.mark.parametrize("texts", [[], ["Alone."], ["", ""], ["one", ""], ["…"] * 3])
def test_next_to_nothing_is_at_most_one_segment(texts):
    assert topics.segment(briefing(texts)) == [0] * len(texts)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=20))
def test_segments_are_numbered_in_order_without_gaps(texts):
    found = topics.segment(briefing(texts))
    assert len(found) == len(texts) and found[0] == 0
    assert set(np.diff(found)) <= {0, 1}


def test_labels_are_not_looked_at():
    unlabelled = briefing(HARVEST + TRIAL)
    labelled = Briefing("b", tuple(Paragraph(text, label="x") for text in HARVEST + TRIAL))
    assert topics.segment(labelled) == topics.segment(unlabelled)


@pytest.mark.skipif(not CHOI.exists(), reason="needs ../shared/data/choi_segmentation.jsonl.gz")
def test_artificial_documents_are_parted_as_well_as_recorded():
    """Every tenth of the usual 700 documents (Choi 2000); `benchmarks/segmentation.py` has them all."""
    with gzip.open(CHOI, "rt", encoding="utf-8") as file:
        records = [record for record in map(json.loads, file) if record["id"].split("/")[1] in "123"][::10]
    errors = []
    for record in records:
        found = topics.segment(briefing([paragraph["text"] for paragraph in record["paragraphs"]]))
        errors.append(pk([paragraph["segment"] for paragraph in record["paragraphs"]], found))
    assert len(errors) == 70
    assert np.mean(errors) < 0.10
