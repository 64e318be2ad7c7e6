"""One briefing on a page: its shares, a ribbon of its paragraphs, its segments and what is in them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from topics.classification.prediction import PredictedParagraph, Prediction, Segment
from topics.features.terms import places_of
from topics.output.shell import Look, plural

RIBBON = 1000  # units from left to right
# Hebrew, Arabic and their kin, up to their presentation forms.
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def article(
    prediction: Prediction,
    looks: Mapping[str, Look],
    *,
    anchor: str,
    level: int,
    telling: Sequence[Sequence[str]] = (),
    with_text: bool = True,
) -> Iterator[str]:
    """Yield a briefing.

    Attributes stand without quotation marks and closing tags are left out
    where HTML allows, since a page may hold thousands of paragraphs.

    Parameters
    ----------
    prediction : Prediction
    looks : mapping of str to Look
        Of its topics.
    anchor : str
        The article's id on the page.
    level : int
        Of its heading; segments have the next.
    telling : sequence of sequence of str
        For each paragraph the terms to underline; empty for none at all.
    with_text : bool, default=True
        Otherwise each segment is one line of numbers.
    """
    briefing = prediction.briefing
    title = briefing.title or briefing.id
    n_review = review_count(prediction)
    yield (
        f"<article id={anchor}{' class=r' * bool(n_review)}>\n"
        f"<h{level}{_direction(title)}>{escape(title)}</h{level}>\n"
        f"<p class=fact dir=auto>{escape(' · '.join(_facts(prediction, n_review)))}</p>\n"
    )
    if prediction.paragraphs:
        yield _ribbon(prediction, looks)
    if prediction.shares:
        shares = (
            f"<li class={looks[id].css}>{looks[id].name} {share:.0%}"
            for id, share in prediction.shares.items()
        )
        yield f"<ul class=legend>{''.join(shares)}</ul>\n"
    if with_text:
        for segment, inside in _groups(prediction):
            yield _group(segment, inside, looks, level + 1, telling)
    else:
        yield _segments_without_text(prediction, looks)
    yield "</article>\n"


def review_count(prediction: Prediction) -> int:
    """Return how many paragraphs are for review."""
    return sum(paragraph.review for paragraph in prediction.paragraphs)


def _facts(prediction: Prediction, n_review: int) -> Iterator[str]:
    briefing = prediction.briefing
    if briefing.title:
        yield briefing.id
    if briefing.date:
        yield briefing.date
    paragraphs, segments = (
        plural(len(prediction.paragraphs), "paragraph"),
        plural(len(prediction.segments), "segment"),
    )
    yield f"{paragraphs} in {segments}"
    yield f"{n_review:,} for review" if n_review else "none for review"


def _ribbon(prediction: Prediction, looks: Mapping[str, Look]) -> str:
    """Draw each paragraph as wide as it has words, and a line below what is for review."""
    words = [max(1, len(paragraph.paragraph.text.split())) for paragraph in prediction.paragraphs]
    ends = [round(RIBBON * end / sum(words)) for end in itertools.accumulate(words)]
    lines: dict[str, list[str]] = {}
    for paragraph, start, end in zip(prediction.paragraphs, [0, *ends], ends, strict=False):
        width = max(1, end - start - 1)  # a gap of one
        lines.setdefault(looks[paragraph.topic].css, []).append(f"M{start} 4h{width}")
        if paragraph.review:
            lines.setdefault("q", []).append(f"M{start} 9h{width}")
    paths = "".join(f'<path class={css} d="{"".join(parts)}"/>' for css, parts in lines.items())
    return (
        f'<svg class=ribbon viewBox="0 0 {RIBBON} 10" preserveAspectRatio=none role=img '
        f'aria-label="Paragraphs in order, by topic">{paths}</svg>\n'
    )


def _groups(prediction: Prediction) -> list[tuple[Segment | None, list[PredictedParagraph]]]:
    """Return each segment with all paragraphs up to the next one; before the first there may be some more."""
    firsts = {segment.first: segment for segment in prediction.segments}
    groups: list[tuple[Segment | None, list[PredictedParagraph]]] = []
    for paragraph in prediction.paragraphs:
        if paragraph.index in firsts or not groups:
            groups.append((firsts.get(paragraph.index), []))
        groups[-1][1].append(paragraph)
    return groups


def _group(
    segment: Segment | None,
    inside: Sequence[PredictedParagraph],
    looks: Mapping[str, Look],
    level: int,
    telling: Sequence[Sequence[str]],
) -> str:
    look = looks[segment.topic if segment else inside[0].topic]
    review = any(paragraph.review for paragraph in inside)
    heading = ""
    if segment:
        heading = f"<h{level}{_direction(look.name)}>{look.name} {segment.probability:.0%}</h{level}>"
    lines = (
        _paragraph(paragraph, looks[paragraph.topic], look, telling[paragraph.index] if telling else ())
        for paragraph in inside
    )
    return f"<div{_classes(look.css, 'r' * review)}>{heading}\n{''.join(lines)}</div>\n"


def _paragraph(paragraph: PredictedParagraph, look: Look, around: Look, terms: Sequence[str]) -> str:
    text = paragraph.paragraph.text
    classes = _classes(look.css if look != around else "", "r" * paragraph.review)
    facts = f"{paragraph.index}: {paragraph.probability:.0%}"
    if not look.content:
        facts += f" {look.name}"
    if paragraph.review:
        facts += " review"
    direction = _direction(text)
    tag = "bdi" if direction else "b"  # what is left out where the direction of the text is sought
    return (
        f"<p{classes}{direction}><{tag}>{facts}</{tag}> {_underlined(text, terms if look.content else ())}\n"
    )


def _direction(text: str) -> str:
    return " dir=auto" if _RIGHT_TO_LEFT.search(text) else ""


def _underlined(text: str, terms: Sequence[str]) -> str:
    parts, done = [], 0
    for start, end in places_of(text, terms) if terms else ():
        parts += [_escape(text[done:start]), "<u>", _escape(text[start:end]), "</u>"]
        done = end
    return "".join([*parts, _escape(text[done:])])


def _escape(text: str) -> str:
    return escape(text, quote=False)


def _classes(*names: str) -> str:
    classes = " ".join(filter(None, names))
    if not classes:
        return ""
    return f' class="{classes}"' if " " in classes else f" class={classes}"


def _segments_without_text(prediction: Prediction, looks: Mapping[str, Look]) -> str:
    review = [paragraph.index for paragraph in prediction.paragraphs if paragraph.review]
    outside = set(review)
    lines = []
    for segment in prediction.segments:
        look = looks[segment.topic]
        marked = [index for index in review if segment.first <= index <= segment.last]
        outside.difference_update(marked)
        numbers = _ranges(range(segment.first, segment.last + 1))
        marks = f"; for review: {_ranges(marked)}" if marked else ""
        lines.append(
            f"<li{_classes(look.css, 'r' * bool(marked))}>{look.name} {segment.probability:.0%}"
            f" <small>{numbers}{marks}</small>\n"
        )
    if outside:
        lines.append(f"<li class=r>Between segments, for review: {_ranges(sorted(outside))}\n")
    return f"<ul class=segments>\n{''.join(lines)}</ul>\n"


def _ranges(numbers: Sequence[int]) -> str:
    """Write rising numbers, neighbours as one: 1, 4 to 6."""
    runs = itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0])
    bounds = [(run[0][1], run[-1][1]) for run in (list(group) for _, group in runs)]
    return ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in bounds)
