"""Nothing overlaps and nothing is cut off, from one topic and briefing to 25 and 5,000, with long names."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.text import Text

from topics.output import charts

from .briefings import cluster_record, evaluation, many, prediction_of, topic_list


def assert_readable(chart):
    """Every text stands within the page and on no other."""
    chart.draw_without_rendering()
    texts = [text for text in chart.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = np.array([text.get_window_extent().extents for text in texts])
    outside = (boxes[:, :2] < 0).any(axis=1) | (boxes[:, 2:] > chart.bbox.size + 0.5).any(axis=1)
    assert not outside.any(), [texts[i].get_text() for i in np.flatnonzero(outside)]
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    over = np.triu((high - low > 0.5).all(axis=2), 1)
    assert not over.any(), [(texts[i].get_text(), texts[j].get_text()) for i, j in np.argwhere(over)[:5]]


SIZES = [(n_topics, n) for n_topics in (1, 3, 25) for n in (1, 40, 5000)]


@pytest.fixture(scope="module", params=SIZES, ids=lambda size: f"{size[0]} topics, {size[1]} briefings")
def results(request):
    n_topics, n = request.param
    topics = topic_list(n_topics)
    return many(topics, n, longest=40 if n < 5000 else 5), topics


@pytest.mark.parametrize("draw", [charts.shares, charts.timeline, charts.heatmap], ids=lambda f: f.__name__)
def test_charts_of_briefings_are_readable_at_every_size(results, draw):
    assert_readable(draw(*results))


def test_a_ribbon_is_readable_at_every_size(results):
    predictions, topics = results
    assert_readable(charts.ribbon(max(predictions, key=lambda p: len(p.paragraphs)), topics))


@pytest.mark.parametrize("n", [2, 14, 30])
def test_briefings_side_by_side_are_readable(n):
    topics = topic_list(25)
    assert_readable(charts.shares(many(topics, n), topics))


def test_a_ribbon_of_a_thousand_paragraphs_is_readable():
    topics = topic_list(25)
    rows = [(f"t{n * n % 25}", n % 80 + 1, 0.5 + n % 50 / 100) for n in range(1000)]
    assert_readable(charts.ribbon(prediction_of(topics, rows), topics))


@pytest.mark.parametrize("per", ["day", "week", "month"])
def test_dates_below_a_timeline_have_room(per):
    topics = topic_list(3, long=False)
    assert_readable(charts.timeline(many(topics, 60, longest=3), topics, per))


@pytest.mark.parametrize("long", [False, True])
@pytest.mark.parametrize("n", [1, 12, 50, 200])
def test_a_map_of_clusters_is_readable(n, long):
    assert_readable(charts.clusters(cluster_record(n, long)))


@pytest.mark.parametrize("n", [2, 12, 300])
def test_the_curve_of_k_is_readable(n):
    assert_readable(charts.k_curve(cluster_record(n)))


@pytest.mark.parametrize("n", [1, 3, 25, 60])
def test_scores_are_readable(n):
    topics = topic_list(n)
    assert_readable(charts.confusion(evaluation(topics.ids), topics))
    assert_readable(charts.reliability(evaluation(topics.ids)))


@pytest.mark.filterwarnings("ignore:Glyph")
def test_odd_names_are_readable():
    names = ["", "中文话题", "العربية", "a\nb\tc", "W" * 500, "i" * 500, "x y " * 200, "$a_b$ \\frac"]
    topics = topic_list(8)
    rows = [(f"t{n % 8}", 30, 0.9) for n in range(24)]
    for name in names:
        prediction = prediction_of(topics, rows, id=name, title=name, date="2026-01-29")
        assert_readable(charts.ribbon(prediction, topics))
        assert_readable(charts.shares([prediction, prediction], topics))
        assert_readable(charts.heatmap([prediction], topics))
