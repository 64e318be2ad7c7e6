"""The evidence on which the chain judges a briefing.

For a paragraph: its linear topic scores, and its shape. For the step from one
paragraph to the next: how much its first and last words sound like a change of topic
("Turning to …" against "he added"), the shape, and how alike the paragraphs
are in their rarer terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from topics.classification.linear import LinearScorer
from topics.features.shape import NAMES, shapes
from topics.features.tfidf import Rows

Floats = NDArray[np.float64]

# Likeness counts terms in at most a tenth of the paragraphs: idf = ln(10) + 1.
RARE_IDF = 3.3
N_SHAPES = len(NAMES)
N_STEP = 1 + 2 + 1 + N_SHAPES  # cues, likeness to one and two before, constant, shape


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of paragraphs before they are judged together.

    Parameters
    ----------
    node : ndarray of shape (n_paragraphs, n_topics + n_shapes + 1)
        Topic scores, shape, and a constant 1.
    step : ndarray of shape (n_paragraphs, N_STEP)
        On the step to a paragraph from the one before; without meaning for
        the first of a briefing.
    """

    node: Floats
    step: Floats


def gather(
    topic_scorer: LinearScorer, change_scorer: LinearScorer, texts: Sequence[str], rows: Rows
) -> Evidence:
    """Collect the evidence on paragraphs, briefing after briefing.

    Parameters
    ----------
    topic_scorer : LinearScorer
        One class a topic.
    change_scorer : LinearScorer
        On cues; class 1 is a change of topic.
    texts : sequence of str
    rows : Rows
        Their rows by the topic scorer's TF-IDF.
    """
    shape = shapes(texts)
    constant = np.ones((len(texts), 1))
    rare = topic_scorer.tfidf.idf >= RARE_IDF
    likeness = np.stack([rows.likeness(1, rare), rows.likeness(2, rare)], axis=1)
    change = change_scorer.score_texts(texts)[:, 1:]
    return Evidence(
        np.concatenate([topic_scorer.scores(rows), shape, constant], axis=1),
        np.concatenate([change, likeness, constant, shape], axis=1),
    )
