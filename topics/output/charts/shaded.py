"""A table of shaded cells with named rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.colors import to_hex
from numpy.typing import NDArray

from topics.output.charts.lettering import fit, line_height, width_of, wrap
from topics.output.charts.looks import PALE, SOFT, Look, ink_on
from topics.output.charts.page import MARGIN, SMALL, WIDTH, Chart, Page

_LONGEST_ROW = 3.0
_LONGEST_COLUMN = 2.1
_NARROWEST = 0.32
_WIDE = 1.1  # columns whose heads may be cut before they are turned
_END = 0.75


@dataclass(frozen=True, slots=True)
class Shaded:
    """What the table shows.

    Parameters
    ----------
    rows, columns : sequence of str
        Their names.
    looks : sequence of Look
        Of the columns' topics; may be empty.
    shades : ndarray of shape (n_rows, n_columns)
        From 0 (white) to 1 (darkest); nan where there is nothing.
    labels : sequence of sequence of str
        What is written in the cells; a line break parts two lines.
    ends : sequence of str
        What is written at the end of each row.
    end : str
        What stands over those.
    nothing : str
        What a row of nan says.
    widest, height : float
        Of a cell, in inches.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    looks: Sequence[Look]
    shades: NDArray[np.float64]
    labels: Sequence[Sequence[str]]
    ends: Sequence[str]
    end: str
    nothing: str
    widest: float
    height: float


def shaded_table(title: str, notes: Sequence[str], table: Shaded, over_columns: str = "") -> Chart:
    """Draw the table; it is as wide as its columns need."""
    left = MARGIN + 0.12 + max(width_of(fit(name, _LONGEST_ROW, SMALL), SMALL) for name in table.rows)
    cell = min(table.widest, max(_NARROWEST, (WIDTH - MARGIN - _END - left) / len(table.columns)))
    heads = [wrap(name, cell - 0.08, SMALL, 4) for name in table.columns]
    upright = cell >= _WIDE or all("…" not in "".join(lines) for lines in heads)
    if upright:
        above = max(map(len, heads)) * line_height(SMALL)
    else:
        heads = [[fit(name, _LONGEST_COLUMN, SMALL)] for name in table.columns]
        above = max(width_of(lines[0], SMALL) for lines in heads) + 0.05
    right = left + cell * len(table.columns)
    over = 0.25 if over_columns else 0.0
    swatch = 0.1 if table.looks else 0.0
    page = Page(
        title, notes, over + above + swatch + 0.06 + len(table.rows) * table.height,
        width=max(right + _END + MARGIN, 7.5),
    )  # fmt: skip
    y = page.top + over + above
    if over_columns:
        page.text(left, page.top + 0.08, over_columns, SMALL, color=SOFT)
    for number, lines in enumerate(heads):
        x = left + (number + 0.5) * cell
        if upright:
            for back, line in enumerate(reversed(lines)):
                page.text(x, y - (back + 0.5) * line_height(SMALL), line, SMALL, ha="center")
        else:
            page.text(x, y - 0.03, lines[0], SMALL, ha="center", va="bottom", rotation=90)
    for number, look in enumerate(table.looks):
        page.area(left + number * cell + 0.01, y + 0.02, cell - 0.02, swatch - 0.02, look)
    page.text(right + _END, y - line_height(SMALL) / 2, table.end, SMALL, color=SOFT, ha="right")
    _draw_cells(page, table, left, y + swatch + 0.06, cell)
    return page.chart


def _draw_cells(page: Page, table: Shaded, left: float, top: float, cell: float) -> None:
    blues = matplotlib.colormaps["Blues"]
    for row, name in enumerate(table.rows):
        y = top + row * table.height
        middle = y + table.height / 2
        page.text(MARGIN, middle, fit(name, _LONGEST_ROW, SMALL), SMALL)
        page.text(
            left + cell * len(table.columns) + _END, middle, table.ends[row], SMALL, color=SOFT, ha="right"
        )
        if np.isnan(table.shades[row]).all():
            page.area(left, y, cell * len(table.columns) - 0.02, table.height - 0.02, Look(PALE))
            page.text(left + 0.08, middle, table.nothing, SMALL, color=SOFT)
            continue
        for column, shade in enumerate(table.shades[row]):
            color = to_hex(blues(0.9 * float(shade)))
            x = left + column * cell
            page.area(x, y, cell - 0.02, table.height - 0.02, Look(color))
            lines = table.labels[row][column].split("\n")
            for number, line in enumerate(lines):
                dy = (number - (len(lines) - 1) / 2) * line_height(SMALL)
                page.text(x + cell / 2, middle + dy, line, SMALL - 0.5, color=ink_on(color), ha="center")
