"""How topics look: each has one colour everywhere, and a hatch where colours alone do not tell them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from topics.corpus.topic_list import TopicList

INK = "#222222"
SOFT = "#5A5A5A"  # of lesser text: 6.9 to 1 on white
LINE = "#BDBDBD"
PALE = "#E3E3E3"
PALER = "#EFEFEF"
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "++++")

# Viénot, Brettel and Mollon's two kinds of red-green blindness, as matrices on linear RGB by Machado,
# Oliveira and Fernandes (2009), table 1, severity 1.0.
_SIGHTS = np.array(
    [
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    ]
)
_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])
# Distance in CIELAB below which neighbouring areas are too alike. Okabe and Ito's colours are 18 apart or more.
_ALIKE = 15.0


@dataclass(frozen=True, slots=True)
class Look:
    """What fills an area: ``#RRGGBB``, and matplotlib's name of a hatch, drawn in white."""

    color: str
    hatch: str = ""


SMALLER = Look("#B4B4B4", "////")  # of topics that are shown as one


def looks(topics: TopicList) -> dict[str, Look]:
    """Give each topic its look; it depends on the list alone, so that it is the same on every chart.

    A topic whose colour is too like that of one before it, to any reader, gets
    the first hatch that those have not.
    """
    given: list[Look] = []
    for topic in topics:
        alike = {look.hatch for look in given if _distance(look.color, topic.color) < _ALIKE}
        free = [hatch for hatch in HATCHES if hatch not in alike]
        given.append(Look(topic.color, free[0] if free else HATCHES[len(given) % len(HATCHES)]))
    return dict(zip(topics.ids, given, strict=True))


def ink_on(color: str) -> str:
    """Return black or white, whichever has more contrast to a colour (WCAG 2): 4.6 to 1 or more."""
    luminance = float(_TO_XYZ[1] @ _linear(color))
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#FFFFFF"


def tint(color: str, strength: float) -> str:
    """Mix a colour with white."""
    channels = [round(255 - strength * (255 - value)) for value in _channels(color)]
    return "#" + "".join(f"{value:02X}" for value in channels)


def _channels(color: str) -> Sequence[int]:
    return [int(color[i : i + 2], 16) for i in (1, 3, 5)]


def _linear(color: str) -> NDArray[np.float64]:
    part = np.array(_channels(color)) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


@cache
def _distance(one: str, other: str) -> float:
    """Return how far apart two colours are in CIELAB, to the reader who tells them apart worst."""
    return float(np.linalg.norm(_lab(one) - _lab(other), axis=1).min())


@cache
def _lab(color: str) -> NDArray[np.float64]:
    """Return the colour in CIELAB as each kind of reader sees it, shape (n_kinds, 3)."""
    ratio = np.clip(_SIGHTS @ _linear(color), 0, 1) @ _TO_XYZ.T / _WHITE
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)
