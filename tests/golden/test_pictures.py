"""One small picture of every kind, compared dot by dot with a tolerance. `make golden` renews them; look at them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from matplotlib.testing.compare import compare_images

from topics import TopicList
from topics.output import charts
from topics.output.charts.lettering import styled

from ..output.briefings import cluster_record, evaluation, prediction_of

EXPECTED = Path(__file__).parent / "expected"
TOLERANCE = (
    2.0  # root mean square, of 255: room for another version's rounding, not for a bar of another length
)
DPI = 60

TOPICS = TopicList.from_records(
    {
        "syria": {"name": "Syria", "color": "#0072B2"},
        "talks": {"name": "Ukraine talks: negotiations, mediation and ceasefire", "color": "#E69F00"},
        "iran": {"name": "Iran", "color": "#009E73"},
        "aid": {"name": "Aid", "color": "#B8A500"},  # too like the talks' to a colour-blind reader: hatched
        "boilerplate": {"name": "Boilerplate"},
    }
)
MONDAY = [
    ("boilerplate", 4, 0.99), ("syria", 40, 0.95), ("syria", 25, 0.58), ("talks", 30, 0.8), ("boilerplate", 6, 0.9),
    ("talks", 45, 0.66), ("iran", 12, 0.5), ("aid", 35, 0.9), ("aid", 50, 0.97), ("syria", 20, 0.7),
]  # fmt: skip


def briefings(n: int):
    """Ten days apart, with a gap; each begins one paragraph later than the one before."""
    return [
        prediction_of(
            TOPICS, MONDAY[k % 9 :][: 3 + k % 4], id=f"b{k}", title=f"Briefing no. {k}",
            date=f"2026-{1 + k // 3 % 10 + (2 if k > n // 2 else 0):02}-{1 + 10 * (k % 3):02}",
        )
        for k in range(n)
    ]  # fmt: skip


PICTURES = {
    "shares-one": lambda: charts.shares([prediction_of(TOPICS, MONDAY, title="Monday's briefing")], TOPICS),
    "shares-some": lambda: charts.shares(briefings(7), TOPICS),
    "shares-many": lambda: charts.shares(briefings(31) * 2, TOPICS),
    "timeline": lambda: charts.timeline(briefings(20), TOPICS, "month"),
    "ribbon": lambda: charts.ribbon(prediction_of(TOPICS, MONDAY, title="Monday's briefing"), TOPICS),
    "heatmap": lambda: charts.heatmap(briefings(9), TOPICS),
    "clusters": lambda: charts.clusters(cluster_record(7)),
    "k": lambda: charts.k_curve(cluster_record(9)),
    "confusion": lambda: charts.confusion(evaluation(["syria", "talks", "iran", "boilerplate"]), TOPICS),
    "reliability": lambda: charts.reliability(evaluation(["syria"])),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_are_as_expected(name, tmp_path, request):
    found, expected = tmp_path / f"{name}.png", tmp_path / f"{name}-expected.png"
    with styled():
        PICTURES[name]().savefig(found, dpi=DPI, metadata={"Software": None})
    if request.config.getoption("--renew-golden"):
        shutil.copy(found, EXPECTED / f"{name}.png")
    shutil.copy(EXPECTED / f"{name}.png", expected)
    assert compare_images(str(expected), str(found), TOLERANCE) is None
