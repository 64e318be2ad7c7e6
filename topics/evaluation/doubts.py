"""Labels that are likely wrong: where held-out predictions disagree with them, and are sure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from topics.classification.trials import judge_by_others
from topics.corpus.briefing import Briefing
from topics.corpus.topic_list import TopicList
from topics.errors import InputError
from topics.threads import one_thread


@dataclass(frozen=True, slots=True)
class LabelDoubt:
    """One label that a model trained on the other briefings would not have given.

    Parameters
    ----------
    briefing : str
        The briefing's id.
    index : int
        The paragraph's place in it.
    text : str
    label, topic : str
        What a person gave, and what the model says.
    label_probability, topic_probability : float
        Of the two.
    """

    briefing: str
    index: int
    text: str
    label: str
    topic: str
    label_probability: float
    topic_probability: float

    def to_dict(self) -> dict[str, Any]:
        """Return the doubt as JSON values."""
        return {name: getattr(self, name) for name in self.__slots__}


@one_thread
def label_doubts(
    corpus: Iterable[Briefing], topics: TopicList | None = None, seed: int = 0
) -> list[LabelDoubt]:
    """List labels that held-out predictions disagree with, the most doubtful first.

    The order is that of the label's own probability, as in confident learning
    (Northcutt, Jiang and Chuang 2021). A doubt is a place to look, not a verdict.

    Raises
    ------
    InputError
        If fewer than two briefings have labels, or a label is not in `topics`.
    """
    briefings = [briefing for briefing in corpus if any(label is not None for label in briefing.labels)]
    if len(briefings) < 2:
        raise InputError(
            "likely label errors need two labelled briefings at least; each is judged by the others."
        )
    if topics is None:
        topics = TopicList.from_labels(label for b in briefings for label in b.labels if label is not None)
    labels, probabilities = judge_by_others(briefings, topics, seed)
    places = [(briefing, index) for briefing in briefings for index in range(len(briefing.paragraphs))]
    doubts = [
        LabelDoubt(
            briefing.id,
            index,
            briefing.paragraphs[index].text,
            topics.ids[label],
            topics.ids[int(row.argmax())],
            round(float(row[label]), 6),
            round(float(row.max()), 6),
        )
        for (briefing, index), label, row in zip(places, labels, probabilities, strict=True)
        if label >= 0 and row.argmax() != label
    ]
    return sorted(doubts, key=lambda doubt: doubt.label_probability)
