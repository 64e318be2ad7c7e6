"""What `topics cluster` found: a map of the paragraphs with named clusters, and the curve behind their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from topics.corpus.topic_list import PALETTE
from topics.errors import InputError
from topics.output.charts.lettering import fit, line_height, styled, width_of
from topics.output.charts.looks import INK, LINE, PALE, SOFT
from topics.output.charts.page import MARGIN, SIZE, SMALL, WIDTH, Chart, Page, counted
from topics.output.charts.placement import place_labels

MOST_NAMES = 120
_MAP = 6.4
_WIDE = WIDTH - 2 * MARGIN
_PAD = 0.15
_LONGEST = 1.9
_FARTHEST = 0.7  # between a cluster and its name
_PER_MARK = 15  # a cluster's mark had better not be covered, like so many dots
_ROW = 0.19
_COLORS = PALETTE[:6]  # the ones that everybody tells apart

Place = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Label:
    """A cluster's name, or its id where the name stands in a list: its place in the map and what it belongs to."""

    text: str
    size: Place
    place: Place
    centre: Place
    color: str


@styled()
def clusters(record: Mapping[str, Any]) -> Chart:
    """Draw paragraphs as dots, alike ones near each other, in the colours of their clusters, with names.

    Colours come again where there are more clusters than colours, but not side
    by side. Where the names do not all fit beside their clusters, ids stand
    there and the names of the largest 120 in a list below.

    Parameters
    ----------
    record : mapping
        Of ``clusters.json``.

    Raises
    ------
    InputError
        If its map is empty.
    """
    dots = np.column_stack([record["map"]["x"], record["map"]["y"]]).astype(np.float64)
    member = np.array(record["map"]["cluster"])
    if not len(dots):
        raise InputError("the map is empty; there is nothing to draw.")
    inches = _spread_out(dots)
    by_size = sorted(record["clusters"], key=lambda cluster: -cluster["size"])
    mapped = [cluster for cluster in by_size if (member == cluster["id"]).any()]
    centres = [_middle(inches[member == cluster["id"]]) for cluster in mapped]
    colors = _colors(centres)
    named = by_size[:MOST_NAMES]
    names = [_named(cluster, _LONGEST) for cluster in mapped]
    labels = _labels(names, centres, colors, inches) if len(mapped) <= MOST_NAMES else None
    listed = labels is None
    if labels is None:
        kept = [i for i, cluster in enumerate(mapped) if cluster in named]
        labels = _labels(
            [str(mapped[i]["id"]) for i in kept], [centres[i] for i in kept], [colors[i] for i in kept],
            inches, farthest=np.inf,
        )  # fmt: skip
    unit, units = record["unit"], record["units"]
    n_columns = 3 if len(named) <= 60 else 4
    n_rows = -(-len(named) // n_columns) if listed else 0
    page = Page(
        f"{counted(len(by_size), 'cluster')} of {counted(units, unit)}",
        [
            f"a dot is a {unit}, those with like words near each other; the axes have no unit",
            f"{len(dots):,} {unit}s drawn" if len(dots) < units else "",
            f"numbers: the clusters' ids; beside a name: its {unit}s"
            if listed
            else f"beside a name: its {unit}s",
            f"the {len(named)} largest are named" if listed and len(named) < len(by_size) else "",
        ],
        _MAP + (0.2 + n_rows * _ROW if listed else 0),
    )
    axes = page.axes(MARGIN, page.top, _WIDE, _MAP)
    axes.set_xlim(0, _WIDE)
    axes.set_ylim(0, _MAP)
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color(PALE)
    for cluster, color in zip(mapped, colors, strict=True):
        own = inches[member == cluster["id"]]
        axes.scatter(own[:, 0], own[:, 1], s=9, color=color, alpha=0.55, linewidths=0)
    for label in labels or ():
        _draw_label(axes, label)
    if listed:
        _draw_list(page, named, n_columns, n_rows)
    return page.chart


def _spread_out(dots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Stretch positions over the map, in inches from its lower left corner."""
    low, high = dots.min(axis=0), dots.max(axis=0)
    part = np.where(high > low, (dots - low) / np.where(high > low, high - low, 1), 0.5)
    inches: NDArray[np.float64] = _PAD + part * (np.array([_WIDE, _MAP]) - 2 * _PAD)
    return inches


def _labels(
    texts: Sequence[str],
    centres: Sequence[Place],
    colors: Sequence[str],
    inches: NDArray[np.float64],
    farthest: float = _FARTHEST,
) -> list[_Label] | None:
    """Place texts beside the middles of their clusters; None if one finds no room that is near enough."""
    sizes = [(width_of(text, SMALL) + 0.06, line_height(SMALL)) for text in texts]
    labels = []
    obstacles = np.vstack([inches, np.repeat(centres, _PER_MARK, axis=0)])
    places = place_labels(centres, sizes, obstacles, _WIDE, _MAP)
    for text, size, place, centre, color in zip(texts, sizes, places, centres, colors, strict=True):
        if place is None or np.hypot(*np.subtract(centre, _nearest(centre, place, size))) > farthest:
            return None
        labels.append(_Label(text, size, place, centre, color))
    return labels


def _nearest(centre: Place, place: Place, size: Place) -> Place:
    """Return the place in a label's box that is nearest to its cluster's middle."""
    x = min(max(centre[0], place[0]), place[0] + size[0])
    y = min(max(centre[1], place[1]), place[1] + size[1])
    return x, y


def _draw_label(axes: Axes, label: _Label) -> None:
    x, y = label.centre
    to_x, to_y = _nearest(label.centre, label.place, label.size)
    axes.plot([x, to_x], [y, to_y], color=INK, linewidth=0.7)
    axes.plot(x, y, "o", color=label.color, markersize=6, markeredgecolor=INK, markeredgewidth=0.8)
    axes.text(
        label.place[0] + 0.03, label.place[1] + label.size[1] / 2, label.text, size=SMALL, color=INK,
        va="center_baseline", path_effects=[withStroke(linewidth=2.5, foreground="white")],
    )  # fmt: skip


def _draw_list(page: Page, named: Sequence[Mapping[str, Any]], n_columns: int, n_rows: int) -> None:
    wide = _WIDE / n_columns
    for number, cluster in enumerate(named):
        x = MARGIN + number // n_rows * wide
        y = page.top + _MAP + 0.25 + number % n_rows * _ROW
        page.text(x + 0.25, y, str(cluster["id"]), SMALL, ha="right", weight="bold")
        page.text(x + 0.32, y, _named(cluster, wide - 0.4), SMALL)


def _named(cluster: Mapping[str, Any], width: float) -> str:
    """Write a cluster's name and size."""
    size = f": {cluster['size']:,}"
    return fit(cluster["name"], width - width_of(size, SMALL), SMALL) + size


def _middle(places: NDArray[np.float64]) -> Place:
    """Return the place that is nearest to the median of a cluster's."""
    nearest = places[np.linalg.norm(places - np.median(places, axis=0), axis=1).argmin()]
    return float(nearest[0]), float(nearest[1])


def _colors(centres: Sequence[Place]) -> list[str]:
    """Give each cluster the colour whose bearers so far are farthest away."""
    chosen: list[int] = []
    for number, centre in enumerate(centres):
        distance = [np.inf] * len(_COLORS)
        for color, other in zip(chosen, centres[:number], strict=True):
            distance[color] = min(distance[color], float(np.hypot(*np.subtract(centre, other))))
        chosen.append(int(np.argmax(distance)))
    return [_COLORS[color] for color in chosen]


_SIGNS = {
    "score": ("Score", "what the number was chosen by"),
    "silhouette": ("Silhouette", "how much nearer a paragraph is to its own cluster than to the next"),
    "stability": ("Stability", "how far other samples give the same clusters"),
    "explained": ("Explained", "part of the variance that the clusters explain"),
}
_PANEL = 1.05


@styled()
def k_curve(record: Mapping[str, Any]) -> Chart:
    """Draw what each number of clusters would be worth, by every sign that was weighed, and the one chosen.

    Parameters
    ----------
    record : mapping
        Of ``clusters.json``.

    Raises
    ------
    InputError
        If the number was given, so that there is no curve.
    """
    curve = sorted(record["curve"], key=lambda point: point["k"])
    if not curve:
        raise InputError("there is no curve, since the number of clusters was given; cluster with --k auto.")
    chosen = record["k"]
    ks = [point["k"] for point in curve]
    page = Page(
        f"Why {counted(chosen, 'cluster')}",
        [
            f"{counted(len(ks), 'number')} of clusters tried on {record['units']:,} {record['unit']}s",
            "higher is better; the line marks the number chosen",
        ],
        len(_SIGNS) * (_PANEL + 0.45),
        width=8,
    )
    left, wide = MARGIN + 0.45, 8 - 2 * MARGIN - 0.6
    span = np.log(max(ks) / min(ks)) or 1.0

    def place(k: int) -> float:
        return 0.5 if len(ks) == 1 else float(np.log(k / min(ks)) / span)

    for number, (key, (name, meaning)) in enumerate(_SIGNS.items()):
        y = page.top + number * (_PANEL + 0.45)
        page.text(MARGIN, y + 0.1, name, weight="bold")
        page.text(MARGIN + width_of(name, SIZE, "bold") + 0.12, y + 0.1, meaning, SMALL, color=SOFT)
        axes = page.axes(left, y + 0.25, wide, _PANEL)
        values = [point[key] for point in curve]
        low, high = min(values), max(values)
        margin = 0.12 * (high - low) or 0.1
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(low - margin, high + margin)
        axes.axvline(place(chosen), color=INK, linewidth=1.0)
        axes.plot([place(k) for k in ks], values, "-o", color=PALETTE[0], markersize=4, linewidth=1.4)
        shown = [low, high] if high > low else [low]
        axes.set_yticks(shown, [f"{value:.2f}" for value in shown], fontsize=SMALL, color=SOFT)
        axes.tick_params(length=0, pad=3)
    bottom = page.top + len(_SIGNS) * (_PANEL + 0.45) - 0.05
    scale = wide / 1.06
    taken: list[tuple[float, float]] = []
    for k in [chosen, *ks]:
        x = left + (place(k) + 0.03) * scale
        label = f"k = {k:,}" if k == chosen else f"{k:,}"
        half = width_of(label, SMALL, "bold") / 2 + 0.04
        if all(x + half < a or x - half > b for a, b in taken):
            taken.append((x - half, x + half))
            strong = k == chosen
            page.text(
                x, bottom, label, SMALL, ha="center", weight="bold" if strong else "normal",
                color=INK if strong else SOFT,
            )  # fmt: skip
            page.line([x] * 2, [bottom - 0.15, bottom - 0.11], LINE)
    return page.chart
