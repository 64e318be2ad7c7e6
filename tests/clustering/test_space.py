"""Where paragraphs lie."""

from __future__ import annotations

import numpy as np

from topics.clustering.space import space_of, tells

from .corpora import SHARED, SUBJECTS, corpus


def space(briefings, in_order: bool = True):
    texts = [text for briefing in briefings for text in briefing.texts]
    opens = np.array([n == 0 for briefing in briefings for n in range(len(briefing.paragraphs))])
    return space_of(texts, opens, np.ones(len(texts), dtype=bool), in_order, seed=0)


def test_points_have_length_1():
    points = space(corpus(12)).points
    assert np.allclose(np.linalg.norm(points, axis=1), 1, atol=1e-5)


def test_words_that_keep_to_a_part_of_a_briefing_count_and_others_do_not():
    found = space(corpus(40))
    weight = dict(zip(found.terms, found.weights, strict=True))
    assert max(weight[word] for word in SHARED if word in weight) < 0.05
    # All briefings have the same subjects here, and so none tells which briefing it is.
    assert min(weight[word] for words in SUBJECTS.values() for word in words) > 0.15


def test_words_that_keep_to_some_briefings_count_in_full():
    found = space(
        [*corpus(20, ("harvest", "court"), run=8), *corpus(20, ("football", "rocket"), run=8, first=20)]
    )
    weight = dict(zip(found.terms, found.weights, strict=True))
    assert min(weight[word] for words in SUBJECTS.values() for word in words) > 0.3
    assert max(weight[word] for word in SHARED if word in weight) < 0.05


def test_where_units_are_not_in_order_every_term_counts():
    assert (space(corpus(12), in_order=False).weights == 1).all()


def test_briefings_of_one_paragraph_have_no_neighbours():
    one = corpus(60, ("harvest",), run=1)
    assert (space(one).weights == 1).all()
    assert np.allclose(space(one).points, space(one, in_order=False).points, atol=1e-4)


def test_what_a_transcript_says_of_itself_is_passed_over():
    briefings = corpus(12)
    plain = space(briefings)
    marked = [
        type(b)(
            b.id,
            tuple(
                type(p)(f"MR. McCARNEY:  {p.text} (Laughter.) (laughter)", label=p.label)
                for p in b.paragraphs
            ),
        )
        for b in briefings
    ]
    found = space(marked)
    assert "mccarney" not in found.terms and "laughter" not in found.terms
    assert np.allclose(found.points, plain.points, atol=1e-5)


def test_numbers_and_the_commonest_words_do_not_tell():
    assert [term for term in ("the", "thanks", "2016", "8th", "p5", "missile") if tells(term)] == [
        "p5",
        "missile",
    ]
