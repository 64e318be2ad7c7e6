"""Text for a terminal: colours, bars, columns that fit its width.

Written by hand because a briefing must not wait for a library to load; a
terminal's own codes are all that is needed.
"""

from __future__ import annotations

import unicodedata

BAR = "█"
_PARTS = " ▏▎▍▌▋▊▉"


def width_of(text: str) -> int:
    """Return how many columns of a terminal a text takes.

    >>> width_of("abc"), width_of("中文")
    (3, 4)
    """
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def fit(text: str, width: int) -> str:
    """Cut a text to a width, marking the cut, or fill it with blanks.

    >>> fit("a long text", 6), fit("ab", 4)
    ('a lon…', 'ab  ')
    """
    text = printable(text[: 8 * width + 64])  # the rest can't be seen
    if width_of(text) <= width:
        return text + " " * (width - width_of(text))
    shown, used = [], 0
    for char in text:
        used += width_of(char)
        if used > width - 1:
            break
        shown.append(char)
    cut = "".join(shown) + "…"
    return cut + " " * (width - width_of(cut))


def printable(text: str) -> str:
    """Return a text on one line, without what would move the cursor or change colours."""
    return "".join(char if char.isprintable() else " " for char in " ".join(text.split()))


def bar(share: float, width: int) -> str:
    """Draw a part of 1 as a bar.

    >>> bar(0.5, 4)
    '██'
    """
    eighths = round(share * width * 8)
    return BAR * (eighths // 8) + _PARTS[eighths % 8].strip()


def paint(text: str, color: str, on: bool, bold: bool = False) -> str:
    """Give a text a colour (``#RRGGBB``), if colours are on."""
    if not on:
        return text
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"\x1b[{'1;' if bold else ''}38;2;{red};{green};{blue}m{text}\x1b[0m"


def dim(text: str, on: bool) -> str:
    """Make a text fainter, if colours are on."""
    return f"\x1b[2m{text}\x1b[0m" if on else text


def strong(text: str, on: bool) -> str:
    """Make a text bold, if colours are on."""
    return f"\x1b[1m{text}\x1b[0m" if on else text
