"""The sheet that every chart is drawn on: title, notes and key above, measured in inches from the top left."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, Rectangle
from matplotlib.text import Text

from topics.errors import InputError, TopicsWarning, listed
from topics.output.charts.lettering import fit, line_height, styled, width_of, wrap
from topics.output.charts.looks import INK, LINE, SOFT, Look
from topics.storage.files import whole_file

WIDTH = 10.0
MARGIN = 0.4
DPI = 150
TITLE, SIZE, SMALL = 14.0, 9.0, 8.0
FORMATS = (".png", ".svg", ".pdf")
# Dates and versions would make the same chart another file tomorrow.
_NO_DATES: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


class Chart(Figure):
    """A matplotlib Figure that a notebook shows as it is, without pyplot."""

    title = ""

    def _repr_png_(self) -> bytes:
        return self._encoded(".png")

    def _encoded(self, ending: str) -> bytes:
        data = io.BytesIO()
        with styled(), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            metadata = {"Title": self.title, **_NO_DATES[ending]}
            self.savefig(data, format=ending[1:], dpi=DPI, metadata=metadata)
        if any("missing from font" in str(warning.message) for warning in caught):
            warnings.warn(
                "some letters of the text are in no font that is installed and are drawn as boxes; "
                "install one that has them, such as Noto Sans CJK.",
                TopicsWarning,
                stacklevel=3,
            )
        return data.getvalue()


def save(chart: Chart, path: str | os.PathLike[str]) -> None:
    """Write a chart, whole or not at all; the same chart gives the same bytes.

    Raises
    ------
    InputError
        If the path does not end in .png, .svg or .pdf.
    OutputError
        If it cannot be written.
    """
    ending = Path(path).suffix.lower()
    if ending not in FORMATS:
        raise InputError(f"{path}: names no kind of picture; expected a name that ends in {listed(FORMATS)}.")
    data = chart._encoded(ending)
    with whole_file(path) as file:
        file.write(data)


class Page:
    """A chart under construction.

    Parameters
    ----------
    title : str
        Two lines of it are shown.
    notes : sequence of str
        Units, counts, how to read it: sentences that follow each other.
    body : float
        Height of what is drawn below, in inches.
    width : float
    key : sequence of (Look, name, value)
        What colours mean.

    Attributes
    ----------
    chart : Chart
    top : float
        Where the body begins.
    """

    def __init__(
        self,
        title: str,
        notes: Sequence[str],
        body: float,
        *,
        width: float = WIDTH,
        key: Sequence[tuple[Look, str, str]] = (),
    ) -> None:
        inside = width - 2 * MARGIN
        titles = wrap(title, inside, TITLE, 2, "bold")
        told = " · ".join(note for note in notes if note)
        subtitles = wrap(told[:1].upper() + told[1:], inside, SIZE, 4)
        rows = _flow(key, inside)
        y = MARGIN
        self.top = (
            y
            + len(titles) * line_height(TITLE)
            + len(subtitles) * line_height(SIZE)
            + (0.1 + len(rows) * 1.5 * line_height(SMALL) if rows else 0)
            + 0.2
        )
        self.width = width
        self.height = self.top + body + MARGIN
        self.chart = Chart(figsize=(width, self.height), dpi=DPI, facecolor="white")
        FigureCanvasAgg(self.chart)
        self.chart.title = titles[0] if titles else ""
        # Axes, since a notebook's own way of showing figures takes one without them to be empty.
        self._sheet = self.chart.add_axes((0, 0, 1, 1))
        self._sheet.set_axis_off()
        self._sheet.set_xlim(0, width)
        self._sheet.set_ylim(self.height, 0)
        for line in titles:
            self.text(MARGIN, y, line, TITLE, weight="bold", va="top")
            y += line_height(TITLE)
        y += 0.03
        for line in subtitles:
            self.text(MARGIN, y, line, SIZE, color=SOFT, va="top")
            y += line_height(SIZE)
        y += 0.1
        for row in rows:
            for x, look, name in row:
                self.area(x, y + 0.02, _SWATCH, 0.12, look)
                self.text(x + _SWATCH + 0.06, y + 0.08, name, SMALL)
            y += 1.5 * line_height(SMALL)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = SIZE,
        *,
        color: str = INK,
        weight: str = "normal",
        ha: str = "left",
        va: str = "center_baseline",
        rotation: float = 0,
    ) -> Text:
        """Write at a place."""
        return self._sheet.text(
            x, y, text, size=size, color=color, weight=weight, ha=ha, va=va, rotation=rotation
        )

    def area(self, x: float, y: float, width: float, height: float, look: Look) -> None:
        """Fill a rectangle."""
        self._sheet.add_artist(
            Rectangle(
                (x, y), width, height, facecolor=look.color, hatch=look.hatch, edgecolor="white", linewidth=0
            )
        )

    def line(self, xs: Sequence[float], ys: Sequence[float], color: str = LINE, width: float = 0.8) -> None:
        """Draw a line through some places."""
        self._sheet.add_artist(Line2D(xs, ys, color=color, linewidth=width, solid_capstyle="butt"))

    def dot(self, x: float, y: float, color: str) -> None:
        """Draw a small disc."""
        self._sheet.add_artist(Ellipse((x, y), 0.07, 0.07, color=color, linewidth=0))

    def axes(self, x: float, y: float, width: float, height: float) -> Axes:
        """Add axes without ticks; only the line below is drawn."""
        axes = self.chart.add_axes(
            (
                x / self.width,
                (self.height - y - height) / self.height,
                width / self.width,
                height / self.height,
            )
        )
        axes.set_xticks([])
        axes.set_yticks([])
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.spines["bottom"].set_color(LINE)
        axes.patch.set_visible(False)
        return axes


_SWATCH = 0.24
_LONGEST = 3.0  # names in a key


def _flow(key: Sequence[tuple[Look, str, str]], width: float) -> list[list[tuple[float, Look, str]]]:
    """Set the entries of a key one after the other into rows."""
    rows: list[list[tuple[float, Look, str]]] = []
    x = width
    for look, name, value in key:
        text = f"{fit(name, _LONGEST, SMALL)}: {value}"
        wide = _SWATCH + 0.06 + width_of(text, SMALL)
        if x + wide > width:
            rows.append([])
            x = 0.0
        rows[-1].append((MARGIN + x, look, text))
        x += wide + 0.22
    return rows


def percent(part: float) -> str:
    """Write a part of 1 in percent; what is there at all is never shown as nothing.

    >>> percent(0.414), percent(0.002), percent(0.0)
    ('41%', '<1%', '0%')
    """
    return "<1%" if 0 < part < 0.005 else f"{part:.0%}"


def counted(n: int, one: str) -> str:
    """Write a number with its noun.

    >>> counted(1, "paragraph"), counted(2000, "paragraph")
    ('1 paragraph', '2,000 paragraphs')
    """
    return f"{n:,} {one}{'s' * (n != 1)}"
