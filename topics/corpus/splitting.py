"""A text becomes paragraphs, each with its place in the text.

Blank lines separate blocks. Within a block a line break is either hard
wrapping, which is undone, or the end of a paragraph, which is kept. Two signs
decide, both read off the text itself:

- In hard-wrapped text a line is broken because the next word did not fit: the
  line and that word together are longer than the width the text is wrapped to.
  Where the next word *would* have fitted, somebody ended the line on purpose.
- A line that stops in mid-sentence and goes on in lower case was wrapped,
  whatever its length.

Everything is a single pass over the lines, so the time is linear in the length
of the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# A line wider than this was not wrapped by hand or by a mail program, one
# narrower was not wrapped at all but is a list or a table.
WIDEST_WRAP = 132
NARROWEST_WRAP = 40

_LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_LINE_END = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_LIST_ITEM = re.compile(r"(?:[-*+•–—·▪]|\(?\d{1,3}[.)]|#{1,6}|\|)\s")
_SPEAKER = re.compile(r"(?:Q[:.]?|A[:.])\s|[A-Z][A-Z.'’ -]{1,40}:\s")
_SENTENCE_END = tuple(".!?…:;\"'”’»)]。！？")


class Span(NamedTuple):
    """A piece of a text, ``text[start:end]``, in characters."""

    start: int
    end: int


def split_paragraphs(text: str) -> list[Span]:
    r"""Return where the paragraphs of a text stand.

    Parameters
    ----------
    text : str
        Any text, with any kind of line ends.

    Returns
    -------
    list of Span
        In reading order, not overlapping, none empty and none beginning or
        ending with white space. Empty for a text of white space.

    Examples
    --------
    >>> text = "A heading\n\nOne paragraph.\n\nAnother."
    >>> [text[start:end] for start, end in split_paragraphs(text)]
    ['A heading', 'One paragraph.', 'Another.']
    """
    blocks = _blocks(text)
    if len(blocks) == 1:
        return blocks[0]  # without blank lines, a line is a paragraph
    width = _wrap_width(blocks)
    paragraphs: list[Span] = []
    for block in blocks:
        first, last = block[0], block[0]
        for line in block[1:]:
            if not _is_wrapped(text, last, line, width):
                paragraphs.append(Span(first.start, last.end))
                first = line
            last = line
        paragraphs.append(Span(first.start, last.end))
    return paragraphs


def _blocks(text: str) -> list[list[Span]]:
    """Return the lines between blank lines, without the white space around them."""
    blocks: list[list[Span]] = []
    end_of_last = 0
    for match in _LINE.finditer(text):
        line = match.group()
        stripped = line.strip()
        if not stripped:
            continue
        start = match.start() + len(line) - len(line.lstrip())
        span = Span(start, start + len(stripped))
        # Between neighbouring lines of one block lies exactly one line end.
        if blocks and _line_ends(text, end_of_last, match.start()) == 1:
            blocks[-1].append(span)
        else:
            blocks.append([span])
        end_of_last = match.end()
    return blocks


def _line_ends(text: str, start: int, end: int) -> int:
    """Count line ends in a stretch of text that holds nothing but white space."""
    if end - start == 1 or text[start:end] == "\r\n":
        return 1
    return len(_LINE_END.findall(text, start, end))


def _wrap_width(blocks: list[list[Span]]) -> int:
    """Return the width in characters that a text is wrapped to, 0 if it is not wrapped.

    The longest line, but for one in twenty that may stick out (an address, a
    table), counting only blocks of several lines and long single lines.
    """
    lengths = sorted(
        line.end - line.start
        for block in blocks
        for line in block
        if len(block) > 1 or line.end - line.start > WIDEST_WRAP
    )
    if not lengths:
        return 0
    width = lengths[len(lengths) - 1 - len(lengths) // 20]
    return width if NARROWEST_WRAP <= width <= WIDEST_WRAP else 0


def _is_wrapped(text: str, line: Span, following: Span, width: int) -> bool:
    """Tell whether a line break is hard wrapping rather than a paragraph's end."""
    start = text[following.start : following.start + 48]
    if _LIST_ITEM.match(start) or _SPEAKER.match(start):
        return False
    goes_on_in_lower_case = start[0].islower() and text[line.end - 1] not in _SENTENCE_END
    if goes_on_in_lower_case:
        return True
    if not width:
        return False
    # The first word is looked for no further than the wrap's width reaches.
    first_word = text[following.start : min(following.end, following.start + width)].split(None, 1)[0]
    return line.end - line.start + 1 + len(first_word) > width
