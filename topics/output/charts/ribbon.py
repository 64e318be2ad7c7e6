"""One briefing as a ribbon of its paragraphs: where topics begin and end, how sure, what to review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from topics.classification.prediction import PredictedParagraph, Prediction, Segment
from topics.corpus.topic_list import TopicList
from topics.errors import InputError
from topics.output.charts.lettering import fit, line_height, styled, width_of
from topics.output.charts.looks import INK, PALE, SOFT, Look, looks, tint
from topics.output.charts.order import title_of
from topics.output.charts.page import MARGIN, SMALL, WIDTH, Chart, Page, counted, percent

MOST_RIBBONS = 8
_LANES = 4
_STRIP = 0.5
_LANE = 1.25 * line_height(SMALL)
_BELOW = 0.42
_OVERHANGS = (0.0, 0.4, 0.8, 1.2, 1.6)  # of the last names beyond the end of the ribbon
_LONGEST = 2.4


@dataclass(frozen=True, slots=True)
class _Pole:
    """The place where a segment begins, and how many of its words are on this ribbon."""

    x: float
    segment: Segment
    words: int


@dataclass(frozen=True, slots=True)
class _Flag:
    """A name on its pole: whether it was cut at the page's edge, and how many names hang below it."""

    pole: _Pole
    text: str
    whole: bool
    lane: int


@styled()
def ribbon(prediction: Prediction, topics: TopicList) -> Chart:
    """Draw a briefing's paragraphs side by side, each as wide as it is long, in the colours of their topics.

    Segments are named with their probability; each paragraph is filled as high
    as its own. Boilerplate is pale; what a person should look at is underlined.
    A long briefing takes several ribbons, read like lines of text.

    Parameters
    ----------
    prediction : Prediction
    topics : TopicList
        Gives names and colours.

    Raises
    ------
    InputError
        If the briefing has no paragraph, or a topic is not in the list.
    """
    where = f"briefing '{prediction.briefing.id}'"
    if not prediction.paragraphs:
        raise InputError(f"{where}: has no paragraph; there is nothing to draw.")
    names = {p.topic: topics[topics.index_of(p.topic, where)].name for p in prediction.paragraphs}
    look = looks(topics)
    lines, flags, scale = _laid_out(prediction, names)
    n_named = len({flag.pole.segment.index for row in flags for flag in row})
    page = Page(
        title_of(prediction),
        _notes(prediction, names),
        sum(_height(row) for row in flags) - 0.2,
        key=_key(prediction, names, look) if n_named < len(prediction.segments) else (),
    )
    y = page.top
    for line, row in zip(lines, flags, strict=True):
        strip = y + _height(row) - _STRIP - _BELOW
        _draw_flags(page, row, strip, look)
        _draw_paragraphs(page, line, strip, scale, look)
        y += _height(row)
    return page.chart


def _notes(prediction: Prediction, names: dict[str, str]) -> list[str]:
    n_review = sum(paragraph.review for paragraph in prediction.paragraphs)
    pale = sorted({names[p.topic].lower() for p in prediction.paragraphs if p.segment is None})
    return [
        prediction.briefing.date or "",
        counted(len(prediction.paragraphs), "paragraph"),
        counted(len(prediction.segments), "segment"),
        counted(sum(_words(p) for p in prediction.paragraphs), "word"),
        f"{n_review:,} to review, underlined" if n_review else "none to review",
        "width: words",
        "height of the colour: probability",
        f"grey: {', '.join(pale)}" if pale else "",
    ]


def _key(prediction: Prediction, names: dict[str, str], look: dict[str, Look]) -> list[tuple[Look, str, str]]:
    """Say what the colours mean, where not every segment could be named."""
    return [(look[id], names[id], percent(share)) for id, share in prediction.shares.items()]


def _words(paragraph: PredictedParagraph) -> int:
    return max(1, len(paragraph.paragraph.text.split()))


def _laid_out(
    prediction: Prediction, names: dict[str, str]
) -> tuple[list[list[PredictedParagraph]], list[list[_Flag]], float]:
    """Break a briefing into as few ribbons as let every segment be named; in a very long one the short are not.

    Returns
    -------
    lines, flags
        The paragraphs and the names of each ribbon.
    scale : float
        Inches a word.
    """
    for n_ribbons in range(1, MOST_RIBBONS + 1):
        lines = _broken(prediction.paragraphs, n_ribbons)
        longest = max(sum(map(_words, line)) for line in lines)
        for overhang in _OVERHANGS:
            scale = (WIDTH - 2 * MARGIN - overhang) / longest
            poles = [_poles(prediction, line, scale) for line in lines]
            flags = [_hung(row, names) for row in poles]
            whole = all(flag.whole for row in flags for flag in row)
            if all(_low(row) for row in flags) and (whole or overhang == _OVERHANGS[-1]):
                return lines, flags, scale
    return lines, [_thinned(row, names) for row in poles], scale


def _broken(paragraphs: Sequence[PredictedParagraph], n_ribbons: int) -> list[list[PredictedParagraph]]:
    """Break paragraphs into lines of about as many words."""
    total = sum(map(_words, paragraphs))
    lines: list[list[PredictedParagraph]] = [[] for _ in range(n_ribbons)]
    before = 0
    for paragraph in paragraphs:
        middle = before + _words(paragraph) / 2
        lines[int(middle * n_ribbons / total)].append(paragraph)
        before += _words(paragraph)
    return [line for line in lines if line]


def _poles(prediction: Prediction, line: Sequence[PredictedParagraph], scale: float) -> list[_Pole]:
    """Return where the segments of a ribbon begin."""
    poles: list[_Pole] = []
    x = MARGIN
    for paragraph in line:
        if paragraph.segment is not None:
            if not poles or poles[-1].segment.index != paragraph.segment:
                poles.append(_Pole(x, prediction.segments[paragraph.segment], 0))
            poles[-1] = replace(poles[-1], words=poles[-1].words + _words(paragraph))
        x += _words(paragraph) * scale
    return poles


def _hung(poles: Sequence[_Pole], names: dict[str, str]) -> list[_Flag]:
    """Hang names on poles one over the other, from the last to the first.

    A name stands right of its pole and above every name that begins below it,
    so that no pole crosses a name.
    """
    flags: list[_Flag] = []
    for pole in reversed(poles):
        sure = f": {percent(pole.segment.probability)}"
        name = fit(names[pole.segment.topic], _LONGEST, SMALL)
        cut = fit(name, WIDTH - MARGIN - pole.x - 0.05 - width_of(sure, SMALL), SMALL)
        end = pole.x + width_of(cut + sure, SMALL) + 0.1
        lane = 0
        for flag in reversed(flags):
            if flag.pole.x >= end:
                break
            lane = max(lane, flag.lane + 1)
        flags.append(_Flag(pole, cut + sure, cut == name, lane))
    return flags[::-1]


def _low(flags: Sequence[_Flag]) -> bool:
    return all(flag.lane < _LANES for flag in flags)


def _thinned(poles: Sequence[_Pole], names: dict[str, str]) -> list[_Flag]:
    """Hang the names of as many segments as there is room for, the longest first."""
    kept: list[_Pole] = []
    for pole in sorted(poles, key=lambda pole: -pole.words):
        more = sorted([*kept, pole], key=lambda pole: pole.x)
        if _low(_hung(more, names)):
            kept = more
    return _hung(kept, names)


def _height(row: Sequence[_Flag]) -> float:
    return (1 + max((flag.lane for flag in row), default=-1)) * _LANE + 0.1 + _STRIP + _BELOW


def _draw_flags(page: Page, row: Sequence[_Flag], strip: float, look: dict[str, Look]) -> None:
    for flag in row:
        x, y = flag.pole.x, strip - 0.04 - (flag.lane + 0.5) * _LANE
        page.line([x + 0.01] * 2, [y - 0.06, strip], look[flag.pole.segment.topic].color, 1.4)
        page.text(x + 0.06, y, flag.text, SMALL)


def _draw_paragraphs(
    page: Page, line: Sequence[PredictedParagraph], strip: float, scale: float, look: dict[str, Look]
) -> None:
    x, last_number = MARGIN, -1.0
    for paragraph in line:
        wide = _words(paragraph) * scale
        gap = min(0.012, wide / 4)
        if paragraph.segment is None:
            page.area(x, strip, wide - gap, _STRIP, Look(PALE))
        else:
            own = look[paragraph.topic]
            high = paragraph.probability * _STRIP
            page.area(x, strip, wide - gap, _STRIP - high, Look(tint(own.color, 0.25)))
            page.area(x, strip + _STRIP - high, wide - gap, high, own)
        if paragraph.review:
            page.area(x, strip + _STRIP + 0.03, wide - gap, 0.05, Look(INK))
        label = f"{paragraph.index}"
        if x >= last_number:
            page.text(x, strip + _STRIP + 0.17, label, SMALL - 1, color=SOFT)
            last_number = x + width_of(label, SMALL - 1) + 0.08
        x += wide
