"""Labels of some paragraphs replace those of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from topics.corpus.briefing import Briefing


def relabel(
    corpus: Iterable[Briefing], corrections: Iterable[Briefing], *, only: str | None = None
) -> Iterator[Briefing]:
    """Give paragraphs of a corpus the labels that they have in a second one.

    Parameters
    ----------
    corpus : iterable of Briefing
    corrections : iterable of Briefing
        Paragraphs are the same if their text and their briefing's id are; those
        without a label change nothing. Read first, and held.
    only : str, optional
        Replace this label alone, such as ``other``; paragraphs without one get theirs too.

    Yields
    ------
    Briefing
        All of the corpus, then the corrections' briefings that it lacks.

    Examples
    --------
    >>> from topics import Paragraph
    >>> monday = Briefing("monday", (Paragraph("Rain fell.", label="other"), Paragraph("Rates rose.", label="other")))
    >>> better = Briefing("monday", (Paragraph("Rain fell.", label="weather"),))
    >>> [briefing.labels for briefing in relabel([monday], [better])]
    [['weather', 'other']]
    """
    better = {briefing.id: briefing for briefing in corrections}
    met = set()
    for briefing in corpus:
        met.add(briefing.id)
        if briefing.id in better:
            labels = {p.text: p.label for p in better[briefing.id].paragraphs if p.label is not None}
            paragraphs = (
                replace(p, label=labels[p.text])
                if p.text in labels and (only is None or p.label in (only, None))
                else p
                for p in briefing.paragraphs
            )
            briefing = replace(briefing, paragraphs=tuple(paragraphs))
        yield briefing
    yield from (briefing for id, briefing in better.items() if id not in met)
