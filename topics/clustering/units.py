"""What is clustered: paragraphs, segments or whole briefings of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from topics.classification.model import Model
from topics.corpus.briefing import Briefing
from topics.segmentation import segment

UnitKind = Literal["paragraph", "segment", "briefing"]
# The topic of all subjects that the list of topics does not name.
OTHER = "other"
# Stands between the paragraphs of a unit that has several.
BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph, a segment or a briefing.

    Parameters
    ----------
    briefing : str
        The briefing's id.
    index : int or None
        Its (first) paragraph in the briefing; None for a whole briefing.
    text : str
    date : str or None
        The briefing's.
    topic : str or None
        What the model says of most of its words; None without a model.
    emerging : bool
        Whether most of its words are in paragraphs that the model calls
        ``other`` or sends to review.
    opens : bool
        Whether it is the first of its briefing.
    """

    briefing: str
    index: int | None
    text: str
    date: str | None = None
    topic: str | None = None
    emerging: bool = False
    opens: bool = True


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph on its way into a unit."""

    index: int
    text: str
    topic: str | None = None
    emerging: bool = False
    segment: int = 0


def units_of(corpus: Iterable[Briefing], kind: UnitKind, model: Model | None = None) -> Iterator[Unit]:
    """Yield the units of a corpus, in order.

    Empty paragraphs are left out, and with a model those without content.
    Segments are the model's; without one, those of `topics.segment`.
    """
    if model is None:
        for briefing in corpus:
            numbers = segment(briefing) if kind == "segment" else [0] * len(briefing.paragraphs)
            parts = [
                _Part(index, text, segment=number)
                for index, (text, number) in enumerate(zip(briefing.texts, numbers, strict=True))
            ]
            yield from _units(briefing, parts, kind)
        return
    for prediction in model.classify_many(corpus):
        parts = [
            _Part(p.index, p.paragraph.text, p.topic, p.review or p.topic == OTHER, p.segment)
            for p in prediction.paragraphs
            if p.segment is not None
        ]
        yield from _units(prediction.briefing, parts, kind)


def _units(briefing: Briefing, parts: list[_Part], kind: UnitKind) -> Iterator[Unit]:
    groups: dict[int, list[_Part]] = {}
    for part in parts:
        if part.text.strip():
            number = {"paragraph": part.index, "segment": part.segment, "briefing": 0}[kind]
            groups.setdefault(number, []).append(part)
    opens = True
    for group in groups.values():
        yield Unit(
            briefing.id,
            None if kind == "briefing" else group[0].index,
            BREAK.join(part.text for part in group),
            briefing.date,
            _main_topic(group),
            _words(group, emerging=True) * 2 > _words(group),
            opens,
        )
        opens = False


def _main_topic(parts: list[_Part]) -> str | None:
    words: dict[str | None, int] = {}
    for part in parts:
        words[part.topic] = words.get(part.topic, 0) + len(part.text.split())
    return max(words, key=lambda topic: words[topic])


def _words(parts: list[_Part], emerging: bool = False) -> int:
    return sum(len(part.text.split()) for part in parts if part.emerging or not emerging)
