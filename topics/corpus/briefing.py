"""The two plain types that all else works on: a briefing and its paragraphs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from topics.corpus.splitting import split_paragraphs


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One block of text in its briefing; the unit that gets one topic.

    Parameters
    ----------
    text : str
        As it stands in the source.
    start, end : int, optional
        Its place in the source text, in characters; None where the paragraph
        was given by itself.
    label : str, optional
        The topic that a person gave it; None if nobody has.
    metadata : mapping
        Whatever else was given with it; comes out again.
    """

    text: str
    start: int | None = None
    end: int | None = None
    label: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Briefing:
    """One document: a sequence of paragraphs in reading order.

    Parameters
    ----------
    id : str
        Its name in results.
    paragraphs : tuple of Paragraph
    title, date : str, optional
    metadata : mapping
        Whatever else was given with it; comes out again.
    text : str, optional
        The text that the paragraphs' places refer to, where that is not the
        source itself but was extracted from it (HTML, PDF, DOCX).
    """

    id: str
    paragraphs: tuple[Paragraph, ...]
    title: str | None = None
    date: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None

    @classmethod
    def from_text(
        cls,
        text: str,
        id: str = "text",
        *,
        title: str | None = None,
        date: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> Briefing:
        r"""Split a text into paragraphs.

        >>> Briefing.from_text("First.\n\nSecond.").paragraphs[1]
        Paragraph(text='Second.', start=8, end=15, label=None, metadata={})
        """
        paragraphs = tuple(
            Paragraph(text[span.start : span.end], span.start, span.end) for span in split_paragraphs(text)
        )
        return cls(id, paragraphs, title, date, metadata or {})

    @property
    def texts(self) -> list[str]:
        """The paragraphs' texts."""
        return [paragraph.text for paragraph in self.paragraphs]

    @property
    def labels(self) -> list[str | None]:
        """The paragraphs' labels, None where nobody gave one."""
        return [paragraph.label for paragraph in self.paragraphs]
