"""What `topics cluster` found: a map of the paragraphs with named clusters, and the curve behind their number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from topics.corpus.topic_list import PALETTE
from topics.errors import InputError
from topics.output.charts.lettering import fit, line_height, styled, width_of
from topics.output.charts.looks import INK, LINE, PALE, SOFT
from topics.output.charts.page import MARGIN, SIZE, SMALL, WIDTH, Chart, Page, counted
from topics.output.charts.placement import place_labels

MOST_NAMES = 60
_MAP = 6.6
_PAD = 0.15
_LONGEST = 1.9
_COLORS = PALETTE[:6]  # the ones that everybody tells apart


@styled()
def clusters(record: Mapping[str, Any]) -> Chart:
    """Draw paragraphs as dots, alike ones near each other, in the colours of their clusters, with names.

    Colours come again where there are more clusters than colours, but not side
    by side. The largest 60 are named.

    Parameters
    ----------
    record : mapping
        Of ``clusters.json``.

    Raises
    ------
    InputError
        If there is no map in it.
    """
    places = np.column_stack([record["map"]["x"], record["map"]["y"]]).astype(np.float64)
    member = np.array(record["map"]["cluster"])
    if not len(places):
        raise InputError("clusters.json: its map is empty; there is nothing to draw.")
    unit = str(record["unit"])
    width = WIDTH - 2 * MARGIN
    low, high = places.min(axis=0), places.max(axis=0)
    room = np.array([width, _MAP]) - 2 * _PAD
    spread = np.where(high > low, high - low, 1.0)
    inches = _PAD + (places - low) / spread * room
    by_size = sorted(record["clusters"], key=lambda cluster: -cluster["size"])
    mapped = [cluster for cluster in by_size if (member == cluster["id"]).any()]
    centres = [_middle(inches[member == cluster["id"]]) for cluster in mapped]
    colors = _colors(centres)
    named = mapped[:MOST_NAMES]
    texts = [f"{fit(cluster['name'], _LONGEST, SMALL)}  {cluster['size']:,}" for cluster in named]
    sizes = [(width_of(text, SMALL) + 0.06, line_height(SMALL)) for text in texts]
    spots = place_labels(centres[: len(named)], sizes, inches, width, _MAP)
    n_named = sum(spot is not None for spot in spots)
    page = Page(
        f"{counted(len(by_size), 'cluster')} of {record['units']:,} {unit}s",
        [
            f"a dot is a {unit}, those with like words near each other; the axes have no unit",
            f"{len(places):,} {unit}s drawn" if len(places) < record["units"] else "",
            f"beside a name: how many {unit}s the cluster holds",
            f"the {n_named} largest are named" if n_named < len(by_size) else "",
        ],
        _MAP,
    )
    axes = page.axes(MARGIN, page.top, width, _MAP)
    axes.set_xlim(0, width)
    axes.set_ylim(0, _MAP)
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color(PALE)
    for cluster, color in zip(mapped, colors, strict=True):
        own = inches[member == cluster["id"]]
        axes.scatter(own[:, 0], own[:, 1], s=9, color=color, alpha=0.55, linewidths=0)
    for spot, (wide, tall), text, centre, color in zip(
        spots, sizes, texts, centres[: len(named)], colors[: len(named)], strict=True
    ):
        if spot is None:
            continue
        near = (min(max(centre[0], spot[0]), spot[0] + wide), min(max(centre[1], spot[1]), spot[1] + tall))
        axes.plot([centre[0], near[0]], [centre[1], near[1]], color=INK, linewidth=0.7)
        axes.plot(*centre, "o", color=color, markersize=6, markeredgecolor=INK, markeredgewidth=0.8)
        axes.text(
            spot[0] + 0.03, spot[1] + tall / 2, text, size=SMALL, color=INK, va="center_baseline",
            path_effects=[withStroke(linewidth=2.5, foreground="white")],
        )  # fmt: skip
    return page.chart


def _middle(places: NDArray[np.float64]) -> tuple[float, float]:
    """Return the place that is nearest to the median of a cluster's."""
    nearest = places[np.linalg.norm(places - np.median(places, axis=0), axis=1).argmin()]
    return float(nearest[0]), float(nearest[1])


def _colors(centres: list[tuple[float, float]]) -> list[str]:
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
        raise InputError(
            "clusters.json: holds no curve, since the number of clusters was given; cluster with --k auto."
        )
    chosen = record["k"]
    ks = [point["k"] for point in curve]
    page = Page(
        f"Why {counted(chosen, 'cluster')}",
        [
            f"{counted(len(ks), 'number')} of clusters tried on {record['units']:,} {record['unit']}s",
            "higher is better; the line marks the number chosen",
        ],
        len(_SIGNS) * (_PANEL + 0.45) + 0.3,
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
