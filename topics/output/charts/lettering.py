"""Text measured before it is drawn, so that nothing on a chart overlaps or is cut off.

All lengths are inches, all sizes points.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import matplotlib.style
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties, fontManager

from topics.output.terminal import printable

# DejaVu Sans ships with matplotlib, so that a chart is the same everywhere. It has no Chinese, Japanese, Korean
# or Indic letters; these come from whichever of the others is installed.
_FAMILIES = (
    "DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans CJK KR", "Source Han Sans SC",
    "WenQuanYi Zen Hei", "PingFang SC", "Microsoft YaHei", "Hiragino Sans", "Malgun Gothic",
    "Noto Sans Devanagari", "Arial Unicode MS",
)  # fmt: skip
_DPI = 288  # fine enough for widths that hold at every size


@cache
def style() -> dict[str, Any]:
    """Return matplotlib's settings for a chart; what is not named is matplotlib's default."""
    installed = set(fontManager.get_font_names())
    return {
        "font.family": [family for family in _FAMILIES if family in installed],
        "text.parse_math": False,  # a title may hold dollars
        "text.hinting": "none",  # widths grow with the size alone
        "hatch.linewidth": 0.8,
        "svg.hashsalt": "topics",
        "svg.fonttype": "path",
    }


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Draw with our settings, whatever the user's are, and put the user's back; every chart is drawn so."""
    with matplotlib.style.context(["default", style()]), warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "Glyph .* missing from font"
        )  # told once, where the chart is written
        yield


@cache
def _renderer() -> RendererAgg:
    return RendererAgg(1, 1, _DPI)  # type: ignore[no-untyped-call]


@lru_cache(maxsize=65_536)
def width_of(text: str, size: float, weight: str = "normal") -> float:
    """Return the width of one line of text, within `styled`."""
    font = FontProperties(family=style()["font.family"], size=size, weight=weight)
    width, _, _ = _renderer().get_text_width_height_descent(text, font, False)  # type: ignore[no-untyped-call]
    return float(width) / _DPI


def line_height(size: float) -> float:
    """Return the distance between two lines."""
    return 1.3 * size / 72


def fit(text: str, width: float, size: float, weight: str = "normal") -> str:
    """Cut a text to a width, marking the cut; a text that fits is returned on one line."""
    text = printable(text[:400])
    if width_of(text, size, weight) <= width:
        return text
    low, high = 0, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        if width_of(text[:middle].rstrip() + "…", size, weight) <= width:
            low = middle
        else:
            high = middle
    return text[:low].rstrip() + "…"


def wrap(text: str, width: float, size: float, most: int, weight: str = "normal") -> list[str]:
    """Break a text into lines of a width, at most so many; the last is cut if more would follow."""
    lines: list[str] = []
    words = printable(text).split()
    while words and len(lines) < most - 1:
        n = 1
        while n < len(words) and width_of(" ".join(words[: n + 1]), size, weight) <= width:
            n += 1
        lines.append(fit(" ".join(words[:n]), width, size, weight))
        words = words[n:]
    if words:
        lines.append(fit(" ".join(words), width, size, weight))
    return lines
